"""Autotask's filter language: a closed set of operators, because a misspelt one returns everything (AT §3)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Final

from connectors.records import AccountFilter, Option

Condition = Mapping[str, Any]
Value = str | int | bool

VALUES_AT_ONCE: Final = 200  # in one "in" (AT §3)
ACTIVE: Final = "true"  # ids of the two rows that stand for isActive
INACTIVE: Final = "false"


class Op(StrEnum):
    """Spelled exactly as Autotask reads them."""

    EQ = "eq"
    GT = "gt"
    GTE = "gte"
    LTE = "lte"
    CONTAINS = "contains"
    IN = "in"


def where(field: str, op: Op, value: Value | Sequence[Value]) -> Condition:
    """Values keep their JSON type: a text against a number finds nothing, without an error."""
    return {"op": op.value, "field": field, "value": value if isinstance(value, str | int) else list(value)}


EVERYTHING: Final[Condition] = {"op": "exist", "field": "id"}


def both(*conditions: Condition) -> Condition:
    """Explicit: a flat list next to an ``or`` is ambiguous."""
    return {"op": "and", "items": list(conditions)}


def either(*conditions: Condition) -> Condition:
    return {"op": "or", "items": list(conditions)}


def after(condition: Condition, last_id: int) -> Condition:
    return both(where("id", Op.GT, last_id), condition)


def named_like(name: str) -> Condition:
    """Of every type, active or not. A name is a JSON string: there is no wildcard and nothing to escape."""
    return either(where("companyName", Op.CONTAINS, name), where("companyNumber", Op.EQ, name))


def named_exactly(name: str) -> Condition:
    return either(where("companyName", Op.EQ, name), where("companyNumber", Op.EQ, name))


def holds(wanted: str, name: str, number: str | None) -> bool:
    """Our own comparison, because the server's collation is not ours."""
    folded = _comparable(wanted.strip())
    return folded in _comparable(name) or (number is not None and folded == _comparable(number).strip())


def _comparable(text: str) -> str:
    return text.casefold().replace("\x00", "\ufffd")  # as our records spell it


def one_of(field: str, values: Sequence[int]) -> Iterator[Condition]:
    """As many conditions as it takes."""
    for start in range(0, len(values), VALUES_AT_ONCE):
        yield where(field, Op.IN, values[start : start + VALUES_AT_ONCE])


def of_company(account_id: str) -> Condition:
    return where("companyID", Op.EQ, int(account_id))


def on(day: date) -> Condition:
    """Rows of a period that holds the day; both ends belong to it. Days are kept as midnight UTC."""
    midnight = f"{day.isoformat()}T00:00:00Z"
    return both(where("startDate", Op.LTE, midnight), where("endDate", Op.GTE, midnight))


# Not every edit moves the first of them, and notes and tickets move the second (AT §8).
CHANGE_FIELDS: Final = ("lastTrackedModifiedDateTime", "lastActivityDate", "createDate")


def changed_since(moment: datetime, fields: Sequence[str]) -> Condition:
    """``fields``: those of CHANGE_FIELDS that this Autotask knows; without any of them everything may have changed."""
    since = f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return either(*(where(field, Op.GTE, since) for field in fields)) if fields else EVERYTHING


def kept_statuses(which: AccountFilter) -> Condition | None:
    """None: the choice lets nothing through."""
    if which.statuses is None:
        return EVERYTHING
    chosen = {row.id for row in which.statuses} & {ACTIVE, INACTIVE}
    if not chosen:
        return None
    return EVERYTHING if len(chosen) > 1 else where("isActive", Op.EQ, chosen == {ACTIVE})


def eligible(which: AccountFilter) -> Condition | None:
    """What a sync pulls: one of the statuses and one of the types (R91, X30). None: nothing."""
    of_status = kept_statuses(which)
    if of_status is None or which.types is None:
        return of_status
    types = [int(row.id) for row in which.types if _is_number(row)]
    # A picklist is far shorter than what one "in" takes.
    return both(of_status, where("companyType", Op.IN, types)) if types else None


def _is_number(row: Option) -> bool:
    return row.id.isascii() and row.id.isdigit()
