"""Finds the rows that a condition holds for, and refuses what the server refuses (CW §3.1)."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from sandbox.psa.connectwise.conditions import Comparison, Condition, Either, Every, parse
from sandbox.psa.connectwise.records import Columns, Snapshot
from sandbox.psa.connectwise.schema import CUSTOM_FIELD, Kind, Schema
from sandbox.psa.connectwise.tokens import ConditionError, Mark, Token

Test = Callable[[Any], bool]
MARK_OF: Final = {Kind.TEXT: Mark.TEXT, Kind.NUMBER: Mark.NUMBER, Kind.FLAG: Mark.WORD, Kind.MOMENT: Mark.MOMENT}
COMPARE: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": lambda here, asked: bool(here == asked),
    "!=": lambda here, asked: bool(here != asked),
    "<": lambda here, asked: bool(here < asked),
    "<=": lambda here, asked: bool(here <= asked),
    ">": lambda here, asked: bool(here > asked),
    ">=": lambda here, asked: bool(here >= asked),
    "contains": lambda here, asked: asked in here,
}


def rows_where(source: str, snapshot: Snapshot, schema: Schema, *, backslash_escapes: bool = False) -> set[int]:
    """Positions of the rows that satisfy ``conditions``."""
    condition = parse(source, backslash_escapes=backslash_escapes)
    return _matching(condition, snapshot, lambda field: _leaf(field, schema))


def rows_with_child(source: str, snapshot: Snapshot, schema: Schema, *, backslash_escapes: bool = False) -> set[int]:
    """``childConditions``: one and the same entry of the array has to satisfy all of it."""
    condition = parse(source, backslash_escapes=backslash_escapes)
    first = _fields(condition)[0]
    array = first.value.partition("/")[0]
    if array not in schema.arrays:
        raise ConditionError("not an array of this record:", first.raw, first.position)
    _refuse_in(condition, "childConditions")
    return _owners(condition, snapshot, array, lambda field: _child_leaf(field, array, schema.arrays[array]))


def rows_with_custom_field(
    source: str, snapshot: Snapshot, schema: Schema, *, backslash_escapes: bool = False
) -> set[int]:
    """``customFieldConditions``: ``caption="Tier" AND value="Gold"``."""
    condition = parse(source, backslash_escapes=backslash_escapes)
    if "customFields" not in schema.arrays:
        first = _fields(condition)[0]
        raise ConditionError("this record has no custom fields:", first.raw, first.position)
    _refuse_in(condition, "customFieldConditions")
    return _owners(condition, snapshot, "customFields", lambda field: _leaf(field, CUSTOM_FIELD))


def _owners(
    condition: Condition, snapshot: Snapshot, array: str, leaf: Callable[[Token], tuple[str, Kind]]
) -> set[int]:
    owners, columns = snapshot.children(array)
    return {owners[at] for at in _matching(condition, columns, leaf)}


def _matching(condition: Condition, columns: Columns, leaf: Callable[[Token], tuple[str, Kind]]) -> set[int]:
    if isinstance(condition, Comparison):
        path, kind = leaf(condition.field)
        holds = _test(condition, kind)
        return {at for at, value in enumerate(columns.column(path, kind)) if holds(value)}
    found = [_matching(part, columns, leaf) for part in condition.parts]
    return set.intersection(*found) if isinstance(condition, Every) else set.union(*found)


def _leaf(field: Token, schema: Schema) -> tuple[str, Kind]:
    head = field.value.partition("/")[0]
    if head in schema.arrays:
        raise ConditionError("an array is asked for in childConditions, not here:", field.raw, field.position)
    if field.value not in schema.leaves:
        raise ConditionError("unknown field", field.raw, field.position)
    return field.value, schema.leaves[field.value]


def _child_leaf(field: Token, array: str, schema: Schema) -> tuple[str, Kind]:
    head, _, rest = field.value.partition("/")
    if head != array or rest not in schema.leaves:
        raise ConditionError("unknown field", field.raw, field.position)
    return rest, schema.leaves[rest]


def _fields(condition: Condition) -> list[Token]:
    if isinstance(condition, Comparison):
        return [condition.field]
    return [field for part in condition.parts for field in _fields(part)]


def _refuse_in(condition: Condition, where: str) -> None:
    """The vendor's guide leaves ``in`` out here, an older text had it (CW §3.1): the strict reading."""
    if isinstance(condition, Every | Either):
        for part in condition.parts:
            _refuse_in(part, where)
    elif condition.operator == "in":
        raise ConditionError(f"'in' cannot be used in {where}:", condition.field.raw, condition.field.position)


def _test(comparison: Comparison, kind: Kind) -> Test:
    """A NULL satisfies no comparison but ``= null``, as in SQL (unverified for each operator)."""
    operator, negated = comparison.operator, comparison.negated
    _refuse_operator(comparison, kind)
    if operator == "in":
        wanted = frozenset(_asked(value, kind) for value in comparison.values)
        return lambda here: here is not None and (here in wanted) != negated
    literal = comparison.values[0]
    if literal.mark is Mark.WORD and literal.value.lower() == "null":
        return _null_test(comparison)
    asked = _asked(literal, kind)
    if operator == "like":
        pattern = _pattern(asked)
        return lambda here: here is not None and (pattern.fullmatch(here) is not None) != negated
    compare = COMPARE[operator]
    return lambda here: here is not None and compare(here, asked) != negated


def _null_test(comparison: Comparison) -> Test:
    if comparison.operator not in {"=", "!="}:
        raise ConditionError("null cannot be compared with", comparison.operator, comparison.values[0].position)
    return (lambda here: here is None) if comparison.operator == "=" else (lambda here: here is not None)


def _refuse_operator(comparison: Comparison, kind: Kind) -> None:
    texts_only = comparison.operator in {"contains", "like"} and kind is not Kind.TEXT
    ordered_flag = comparison.operator in {"<", "<=", ">", ">="} and kind is Kind.FLAG
    if texts_only or ordered_flag:
        field = comparison.field
        raise ConditionError(f"'{comparison.operator}' cannot be used on a {kind} field:", field.raw, field.position)


def _asked(literal: Token, kind: Kind) -> Any:
    word = literal.value.lower() if literal.mark is Mark.WORD else ""
    if literal.mark is not MARK_OF[kind] or word == "null":
        raise ConditionError(f"a {kind} was expected, not", literal.raw, literal.position)
    if kind is Kind.NUMBER:
        return float(literal.value) if "." in literal.value else int(literal.value)
    if kind is Kind.FLAG:
        return word == "true"
    return literal.value.casefold() if kind is Kind.TEXT else literal.value


def _pattern(asked: str) -> re.Pattern[str]:
    """``*`` is the wildcard; ``%`` is one too, because no way around it is documented (CW §3.2 no. 4)."""
    parts = (".*" if part in {"*", "%"} else re.escape(part) for part in re.split(r"([*%])", asked))
    return re.compile("".join(parts), re.DOTALL)
