"""What a measurement reports: tables of words, and the aims that it met or missed."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """One number that was promised, and what came out."""

    what: str
    aim: str
    measured: str
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One measurement. ``notes`` say how it was done, and what it does not show."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    aims: Sequence[Aim]
    notes: Sequence[str]
