"""The few checks that a condition tree cannot say. Each takes facts of the vocabulary and answers, with evidence."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final, cast

from connectors.records import Because
from rules.answers import Answer, Check, failed, not_needed, passed, rows_of, unknown
from rules.billing import (
    agreement_exists,
    agreement_not_stale,
    billing_not_on_parent,
    type_is_allowed,
)
from rules.freshness import synced_since_change
from rules.lines import bills_on_schedule, has_lines
from rules.literals import Facts
from rules.model import RecordRef, State
from rules.naming import name_is_real, name_is_unique
from rules.version import version_is_enough


def account_is_readable(facts: Facts) -> Sequence[Answer]:
    """May the API user read the account at all?"""
    access = facts.get("account_access")
    if facts.get("found_live") is True:
        return passed(account_access=access or "granted")
    if access == "refused":
        return failed(account_access=access)
    if facts.get("found_live") is False and access == "granted":
        return not_needed()
    if facts.get("found_live") is False:
        # Empty looks like a right that is limited to "My": a shorter list, no error (CW §6.1).
        return unknown("account_access", because=Because.PERMISSION if access == "empty" else None)
    return unknown("found_live", "account_access")


def status_is_standard(facts: Facts) -> Sequence[Answer]:
    """Can a filter rely on the status? A custom one is a risk and never a failure (C18)."""
    evidence = {"status": facts.get("status")}
    if facts.get("filter_is_custom") is True:
        return passed(**evidence, known_by="the connection's own filter")
    if facts.get("status_in_table") is False:
        return failed(**evidence)
    if "status_is_standard" not in facts or "filter_is_custom" not in facts:
        return unknown("status_is_standard", "filter_is_custom")
    if facts["status_is_standard"] is True:
        return passed(**evidence, known_by="its standard name")
    return unknown(because=Because.INPUT_MISSING, **evidence)


def permissions(facts: Facts) -> Sequence[Answer]:
    """One answer per documented right that is not plainly granted, the often missed ones first (R33, R42)."""
    if "probes" not in facts:
        return unknown("probes")
    probes = rows_of(facts, "probes")
    open_ones = [row for row in probes if row.get("access") != "granted"]
    open_ones.sort(key=lambda row: (row.get("access") != "refused", row.get("often_missed") is not True))
    return [_right(row) for row in open_ones] or passed(count=len(probes))


_WHY: Final = MappingProxyType(
    {"empty": Because.PERMISSION, "unprobeable": Because.NOT_EXPOSED, "unknown": Because.PSA_DOWN}
)


def _right(row: Facts) -> Answer:
    access = str(row.get("access", "unknown"))
    bot = "bot" in cast("Sequence[object]", row.get("used_by") or ())
    return Answer(
        state=State.FAIL if access == "refused" else State.UNKNOWN,
        because=_WHY.get(access),
        record=RecordRef(kind="connection", id=str(row["id"]), name=str(row["right"])),
        evidence={
            "right": row["right"],
            "call": row.get("call"),
            "access": access,
            "needed_by": "this bot" if bot else "your billing tool, not this bot",
            "often_missed": row.get("often_missed") is True,
            "detail": row.get("detail"),
        },
    )


CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        check.__name__: check
        for check in (
            synced_since_change,
            account_is_readable,
            status_is_standard,
            name_is_unique,
            name_is_real,
            agreement_exists,
            agreement_not_stale,
            type_is_allowed,
            has_lines,
            bills_on_schedule,
            billing_not_on_parent,
            version_is_enough,
            permissions,
        )
    }
)
