"""What a person fills in, before anyone knows where: a Form is words and fields; no chat in it."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.messages import Block, Choice

Filled = Mapping[str, tuple[str, ...]]  # by the field's name; nothing chosen or written is an empty tuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    """Any number of up to ten options. ``live``, here and below: the form is asked for anew when it changes."""

    name: str
    label: str
    options: tuple[Choice, ...]
    chosen: tuple[str, ...] = ()
    hint: str = ""
    live: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OneOf:
    """One of up to a hundred options; ``spread``: all of them are seen at once, at most ten."""

    name: str
    label: str
    options: tuple[Choice, ...]
    chosen: str
    hint: str = ""
    spread: bool = False
    live: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SomeOf:
    """Any number of up to a hundred options; none is an answer, too."""

    name: str
    label: str
    options: tuple[Choice, ...]
    chosen: tuple[str, ...] = ()
    hint: str = ""
    live: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeOfDay:
    """Comes back as 07:00."""

    name: str
    label: str
    chosen: str
    hint: str = ""
    live: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """A line of text, which may stay empty. Whatever was typed comes back: it is as untrusted as any other text."""

    name: str
    label: str
    text: str = ""
    placeholder: str = ""
    hint: str = ""
    most: int = 150
    live: bool = False


Field = Ticks | OneOf | SomeOf | TimeOfDay | TextLine


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """``name`` says who listens. ``memory`` comes back with what was filled in; at most 2,000 characters of our own.

    Without ``submit`` there is nothing to send: it only says something.
    """

    name: str
    title: str
    parts: tuple[Block | Field, ...]
    submit: str = "Save"
    memory: str = ""


def only(filled: Filled, name: str) -> str:
    """The one value of a field; empty where there is none."""
    return next(iter(filled.get(name, ())), "")
