"""Checks of the lines of an agreement: does any of them bill something, and does it do so on schedule?"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, cast

from rules.answers import Answer, failed, not_needed, passed, rows_of, unknown
from rules.kleene import Truth, any_of
from rules.literals import Facts


def has_lines(facts: Facts) -> Sequence[Answer]:
    """Has it an active line with a quantity above zero (X1, X20)? Some PSAs tell no lines: then nothing is asked."""
    if "lines" not in facts:
        return unknown("lines") if facts.get("gives_lines") is True else not_needed()
    lines = rows_of(facts, "lines")
    counted = [counts(line) for line in lines]
    evidence: dict[str, Any] = {
        "lines": [{key: line.get(key) for key in ("id", "name", "quantity", "active")} for line in lines],
        "count": len(lines),
        "billing": sum(count is True for count in counted),
        "off": [line.get("name") for line in lines if line.get("active") is False],
        "zero": [line.get("name") for line in lines if _is_zero(line)],
    }
    found = any_of(counted)
    if found is None:
        # Outside its dates nothing has a quantity of today: that it is outside is said by another rule (AT §5.3).
        return not_needed() if _is_out_of_dates(facts) else unknown("lines", **evidence)
    return passed(**evidence) if found else failed(**evidence)


def counts(line: Facts) -> Truth:
    """A line without a mark of its own is active. A quantity that the PSA never tells is not asked for."""
    if line.get("active") is False:
        return False
    if "quantity" not in line:
        return True if line.get("gives_quantity") is False else None
    return cast("Decimal", line["quantity"]) > 0


def _is_zero(line: Facts) -> bool:
    return line.get("active") is not False and "quantity" in line and cast("Decimal", line["quantity"]) <= 0


def bills_on_schedule(facts: Facts) -> Sequence[Answer]:
    """Is it paused, or has it only lines that are charged once or not today? Advice: no document says that it hides."""
    paused = facts.get("paused")
    if paused is True:
        return failed(problem="paused")
    if "lines" not in facts:
        return unknown("lines") if paused is None else passed()
    active = [line for line in rows_of(facts, "lines") if counts(line) is not False]
    if not active:
        return not_needed()
    if all(line.get("recurring") is False for line in active):
        return failed(problem="once")
    if all(_is_out_of_dates(line) for line in active):
        return failed(problem="dates")
    return passed()


def _is_out_of_dates(line: Facts) -> bool:
    today = cast("date | None", line.get("today"))
    starts, ends = cast("date | None", line.get("starts_on")), cast("date | None", line.get("ends_on"))
    return today is not None and ((starts is not None and starts > today) or (ends is not None and ends < today))
