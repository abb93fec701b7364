"""Reads a query as the server does: a closed set of operators, typed values, and its traps (AT §2.2, §3)."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sandbox.psa.autotask.errors import bad_query, unknown_field
from sandbox.psa.autotask.fields import Entity, Field, Kind
from sandbox.psa.records import Json

Test = Callable[[Json], bool]
Compare = Callable[[Any, Any], bool]

MOST_RECORDS: Final = 500
MOST_OR: Final = 500
BEFORE_ALL: Final = -(2**63)

ORDERED: Final[Mapping[str, Compare]] = {
    "eq": lambda have, want: have == want,
    "noteq": lambda have, want: have != want,
    "gt": lambda have, want: have > want,
    "gte": lambda have, want: have >= want,
    "lt": lambda have, want: have < want,
    "lte": lambda have, want: have <= want,
}
TEXTUAL: Final[Mapping[str, Compare]] = {
    "beginsWith": lambda have, want: have.startswith(want),
    "endsWith": lambda have, want: have.endswith(want),
    "contains": lambda have, want: want in have,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """``after``: rows of lower or equal ids cannot fit, so nobody has to look at them."""

    fits: Test
    limit: int = MOST_RECORDS
    fields: Sequence[str] | None = None  # None: all
    after: int = BEFORE_ALL

    @property
    def can_page(self) -> bool:
        return self.fields is None or "id" in self.fields


def read_query(text: str | bytes, entity: Entity) -> Query:
    try:
        body = json.loads(text)
    except ValueError:
        raise bad_query("The search is not valid JSON.") from None
    if not isinstance(body, dict):
        raise bad_query("The search is not a JSON object.")
    told = {name.casefold(): value for name, value in body.items()}
    conditions = told.get("filter")
    if not isinstance(conditions, list) or not conditions:
        raise bad_query("A filter is required.")
    reader = Reader(entity)
    return Query(
        fits=reader.group("and", conditions),
        limit=_limit(told.get("maxrecords", MOST_RECORDS)),
        fields=_fields(told.get("includefields"), entity),
        after=_after(conditions),
    )


class Reader:
    """Compiles the filter of one query."""

    def __init__(self, entity: Entity) -> None:
        self._entity = entity
        self._custom = 0

    def group(self, op: str, items: Any) -> Test:
        if not isinstance(items, list) or not items:
            raise bad_query(f"The operator {op} needs items.")
        if op == "or" and len(items) > MOST_OR:
            raise bad_query("A query may hold no more than 500 OR conditions.")
        tests = [self.condition(item) for item in items]
        if op == "and":
            return lambda row: all(test(row) for test in tests)
        return lambda row: any(test(row) for test in tests)

    def condition(self, item: Any) -> Test:
        if not isinstance(item, dict) or not isinstance(item.get("op"), str):
            raise bad_query("A filter item needs an op.")
        op = item["op"]
        if op in {"and", "or"}:
            return self.group(op, item.get("items"))
        if item.get("udf") is True:
            return self._custom_field(item)
        field = self._field(item)
        if op in {"exist", "notExist"}:
            return lambda row: (row.get(field.name) is not None) is (op == "exist")
        if op in {"in", "notIn"}:
            return _among(field, item.get("value"), wanted=op == "in")
        compare = ORDERED.get(op) or TEXTUAL.get(op)
        if compare is None:
            # A live server took "noteExist" and returned everything (AT §3).
            return lambda _: True
        if op in TEXTUAL and field.kind is not Kind.TEXT:
            raise bad_query(f"The operator {op} is for texts, and {field.name} is none.")
        return _compared(field, compare, item.get("value"))

    def _field(self, item: Mapping[str, Any]) -> Field:
        name = item.get("field")
        field = self._entity.fields.get(name.casefold()) if isinstance(name, str) else None
        if field is None:
            raise unknown_field(str(name), self._entity.name)
        if not field.is_queryable:
            raise bad_query(f"The field {field.name} is not queryable.")
        return field

    def _custom_field(self, item: Mapping[str, Any]) -> Test:
        self._custom += 1
        if self._custom > 1:
            raise bad_query("A query may hold only one user-defined field.")
        if item["op"] != "eq":
            raise bad_query("This stand-in compares user-defined fields with eq only.")
        name, want = item.get("field"), item.get("value")
        return lambda row: {"name": name, "value": want} in row.get("userDefinedFields", [])


def _compared(field: Field, compare: Compare, value: Any) -> Test:
    want = _comparable(field, value)
    if want is None:
        return lambda _: False
    name, kind = field.name, field.kind

    def test(row: Json) -> bool:
        have = row.get(name)
        return have is not None and compare(_stored(kind, have), want)

    return test


def _among(field: Field, values: Any, *, wanted: bool) -> Test:
    if not isinstance(values, list):
        raise bad_query("The operators in and notIn need a list.")
    known = {_comparable(field, value) for value in values} - {None}
    name, kind = field.name, field.kind
    return lambda row: row.get(name) is not None and (_stored(kind, row[name]) in known) is wanted


def _comparable(field: Field, value: Any) -> Any:
    """None: it fits nothing, and nobody is told. A text against a number is such a one (AT §3)."""
    if value is None:
        raise bad_query(f"The value of {field.name} must not be null.")
    if field.kind is Kind.TEXT:
        return value.casefold() if isinstance(value, str) else None
    if field.kind is Kind.FLAG:
        return value if isinstance(value, bool) else None
    if field.kind is Kind.MOMENT:
        return _moment(field, value)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _moment(field: Field, value: Any) -> str:
    """In the form of the records, so that texts compare as their moments do."""
    try:
        moment = datetime.fromisoformat(value)
        text = (moment if moment.tzinfo is None else moment.astimezone(UTC)).replace(tzinfo=None).isoformat()
    except (TypeError, ValueError, OverflowError):
        raise bad_query(f"The value of {field.name} is not a date.") from None
    return text.rstrip("0") if "." in text else text


def _stored(kind: Kind, value: Any) -> Any:
    """The server compares texts without case."""
    return value.casefold() if kind is Kind.TEXT else value


def _limit(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST_RECORDS:
        raise bad_query("MaxRecords must be between 1 and 500.")
    return value


def _fields(names: Any, entity: Entity) -> Sequence[str] | None:
    if names is None:
        return None
    if not isinstance(names, list):
        raise bad_query("IncludeFields must be a list.")
    for name in names:
        if not isinstance(name, str) or name.casefold() not in entity.fields:
            raise unknown_field(str(name), entity.name)
    return [entity.fields[name.casefold()].name for name in names]


def _after(conditions: Sequence[Any]) -> int:
    """Of a filter that says ``id gt`` at its top, alone or in an ``and``."""
    for item in conditions:
        if not isinstance(item, dict):
            continue
        if item.get("op") == "and" and isinstance(item.get("items"), list):
            return _after(item["items"])
        value = item.get("value")
        if item.get("op") == "gt" and str(item.get("field")).casefold() == "id" and isinstance(value, int):
            return value
    return BEFORE_ALL
