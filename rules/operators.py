"""The operators of a condition: which types each fits, what it takes, and how it compares."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from rules.literals import Path, Refused, Value, value_from
from rules.vocabulary import Fact, FactType

Compare = Callable[[Any], bool]

LONGEST_PATTERN: Final = 200
LONGEST_INPUT: Final = 500
# A repeated group that repeats inside takes exponential time in Python's re: (a+)+
_NESTED_REPEAT: Final = re.compile(r"\([^()]*[*+}][^()]*\)\s*[*+{]")

_SCALARS: Final = frozenset({FactType.TEXT, FactType.FLAG, FactType.NUMBER, FactType.DAY, FactType.MOMENT})
_ORDERED: Final = frozenset({FactType.NUMBER, FactType.DAY, FactType.MOMENT})


def plain(text: str) -> str:
    """Texts are compared without regard to case and outer spaces: names are typed by people."""
    return text.strip().casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """``when_null`` answers for a fact that was read and is empty."""

    fits: frozenset[FactType]
    build: Callable[[object, Fact, Path], Compare]
    when_null: Callable[[object], bool]


def _never(_wanted: object) -> bool:
    return False


def _always(_wanted: object) -> bool:
    return True


def _is_null(wanted: object) -> bool:
    return wanted is None


def _is_not_null(wanted: object) -> bool:
    return wanted is not None


def _same(wanted: object, fact: Fact, path: Path) -> Compare:
    if wanted is None:
        return _never
    if fact.type not in _SCALARS:
        raise Refused(path, f"A fact of type {fact.type} can only be compared with null; use contains, some or every.")
    value = value_from(wanted, fact, path)
    if isinstance(value, str):
        text = plain(value)
        return lambda got: plain(got) == text
    return lambda got: bool(got == value)


def _different(wanted: object, fact: Fact, path: Path) -> Compare:
    same = _same(wanted, fact, path)
    return lambda got: not same(got)


def _one_of(wanted: object, fact: Fact, path: Path) -> Compare:
    if not isinstance(wanted, list) or not wanted:
        raise Refused(path, f"Write a list of values, not {wanted!r}.")
    values = frozenset(key_of(value_from(one, fact, path)) for one in wanted)
    return lambda got: key_of(got) in values


def _none_of(wanted: object, fact: Fact, path: Path) -> Compare:
    one_of = _one_of(wanted, fact, path)
    return lambda got: not one_of(got)


def key_of(value: Value) -> Value:
    """What stands for a value in a comparison."""
    return plain(value) if isinstance(value, str) else value


def _contains(wanted: object, fact: Fact, path: Path) -> Compare:
    part = plain(str(value_from(wanted, Fact(type=FactType.TEXT, means=""), path)))
    if fact.type is FactType.TEXTS:
        return lambda got: any(plain(one) == part for one in got)
    return lambda got: part in plain(got)


def _matches(wanted: object, fact: Fact, path: Path) -> Compare:
    pattern = str(value_from(wanted, fact, path))
    if len(pattern) > LONGEST_PATTERN:
        raise Refused(path, f"The pattern has {len(pattern)} characters; {LONGEST_PATTERN} is the most.")
    if _NESTED_REPEAT.search(pattern):
        raise Refused(path, f"{pattern!r} repeats a group that repeats inside, which can take for ever: write it flat.")
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise Refused(path, f"{pattern!r} is no regular expression: {error}.") from None
    return lambda got: compiled.search(got[:LONGEST_INPUT]) is not None


Ordered = Decimal | date | datetime
ORDER: Final[Mapping[str, Callable[[Any, Any], bool]]] = MappingProxyType(
    {
        "before": lambda got, wanted: got < wanted,
        "after": lambda got, wanted: got > wanted,
        "at_least": lambda got, wanted: got >= wanted,
        "at_most": lambda got, wanted: got <= wanted,
    }
)


def _ordered(name: str) -> Operator:
    in_order = ORDER[name]

    def build(wanted: object, fact: Fact, path: Path) -> Compare:
        value = value_from(wanted, fact, path)
        return lambda got: in_order(got, value)

    return Operator(fits=_ORDERED, build=build, when_null=_never)


_ANY_TYPE: Final = frozenset(FactType)
_LISTED: Final = frozenset({FactType.TEXT, FactType.NUMBER})
OPERATORS: Final[Mapping[str, Operator]] = MappingProxyType(
    {
        "is": Operator(fits=_ANY_TYPE, build=_same, when_null=_is_null),
        "is_not": Operator(fits=_ANY_TYPE, build=_different, when_null=_is_not_null),
        "in": Operator(fits=_LISTED, build=_one_of, when_null=_never),
        "not_in": Operator(fits=_LISTED, build=_none_of, when_null=_always),
        "contains": Operator(fits=frozenset({FactType.TEXT, FactType.TEXTS}), build=_contains, when_null=_never),
        "matches": Operator(fits=frozenset({FactType.TEXT}), build=_matches, when_null=_never),
        **{name: _ordered(name) for name in ORDER},
    }
)
READ: Final = "read"  # true: the fact could be read. The one look that always has an answer
