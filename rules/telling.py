"""How a record's field becomes a fact: what the PSA did not say stays absent, what it said is empty is null."""

from typing import Any

from connectors.records import Ref
from rules.literals import Value

FactDict = dict[str, Value]


def told(**fields: Any) -> FactDict:
    """Only what the PSA said: None in a record is "it did not say", so the fact stays absent."""
    return {name: value for name, value in fields.items() if value is not None}


def pointed(name: str, ref: Ref | None) -> FactDict:
    """A pointer's name. The empty one was read and is empty: null."""
    if ref is None:
        return {}
    return {name: None if ref.is_empty else ref.name or ref.id}
