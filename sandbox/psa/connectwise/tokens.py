"""Cuts a condition string into tokens: words, strings, numbers, dates, operators (CW §3.1, §3.2)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final


class ConditionError(Exception):
    """The condition cannot be understood. The message names the token and where it stands."""

    def __init__(self, message: str, token: str, position: int) -> None:
        super().__init__(f"{message} '{token}' at position {position}")


class Mark(StrEnum):
    """What a token is."""

    WORD = "word"  # field names, AND, contains, True, null
    TEXT = "text"
    NUMBER = "number"
    MOMENT = "moment"
    SIGN = "sign"  # operators, parentheses, comma
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """``value`` is what it means (a string without its quotes), ``raw`` is what stood there."""

    mark: Mark
    value: str
    raw: str
    position: int


PATTERN: Final = re.compile(
    r"(?P<space>\s+)"
    r"|(?P<word>[A-Za-z_][A-Za-z0-9_]*(?:/[A-Za-z_][A-Za-z0-9_]*)*)"
    r"|(?P<number>-?\d+(?:\.\d+)?(?![A-Za-z0-9_.]))"
    r"|(?P<moment>\[[^\[\]]*\])"
    r"|(?P<sign><=|>=|!=|=|<|>|\(|\)|,)"
)
BRACKET: Final = "[[]"  # how a literal [ is written inside a string


def tokens(source: str, *, backslash_escapes: bool = False) -> Iterator[Token]:
    """``backslash_escapes``: whether a backslash makes a quote literal. Nobody has proven it: refused by default."""
    position = 0
    while position < len(source):
        if source[position] in "\"'":
            token = _text(source, position, backslash_escapes=backslash_escapes)
        else:
            token = _other(source, position)
        position += len(token.raw)
        if token.raw.strip():
            yield token
    yield Token(mark=Mark.END, value="", raw="the end", position=position)


def _other(source: str, position: int) -> Token:
    found = PATTERN.match(source, position)
    if found is None:
        raise ConditionError("unexpected token", source[position : position + 12], position)
    raw, name = found.group(), found.lastgroup or ""
    if name == "space":
        return Token(mark=Mark.WORD, value="", raw=raw, position=position)
    value = moment(raw, position) if name == "moment" else raw
    return Token(mark=Mark(name), value=value, raw=raw, position=position)


def moment(raw: str, position: int) -> str:
    """``[2026-01-31T00:00:00Z]`` in the form that records carry."""
    inside = raw[1:-1]
    try:
        read = datetime.fromisoformat(inside)
    except ValueError:
        raise ConditionError("not a date-time", raw, position) from None
    if "T" in inside and read.tzinfo is None:
        raise ConditionError("a date-time without Z", raw, position)
    return read.replace(tzinfo=read.tzinfo or UTC).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _text(source: str, start: int, *, backslash_escapes: bool) -> Token:
    quote, letters, position = source[start], list[str](), start + 1
    while position < len(source):
        letter = source[position]
        if letter == quote:
            raw = source[start : position + 1]
            return Token(mark=Mark.TEXT, value="".join(letters), raw=raw, position=start)
        if letter == "[" and not source.startswith(BRACKET, position):
            raise ConditionError("a bracket inside a string that is no date, write [[]:", letter, position)
        taken = BRACKET if letter == "[" else letter
        if letter == "\\" and source[position + 1 : position + 2] in {'"', "'", "\\"}:
            taken = _escaped(source, position, quote, backslash_escapes=backslash_escapes)
            letter = taken[-1]
        letters.append(letter)
        position += len(taken)
    raise ConditionError("a string that does not end", source[start : start + 12], start)


def _escaped(source: str, position: int, quote: str, *, backslash_escapes: bool) -> str:
    """The characters that one backslash takes up: itself alone, or with what it escapes."""
    if backslash_escapes:
        return source[position : position + 2]
    if source[position + 1] == quote:
        raise ConditionError("a backslash before a quote is not an escape:", source[position : position + 2], position)
    return "\\"
