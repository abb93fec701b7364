"""Checks of what is billed: are there agreements, where do they hang, and do their lines bill anything?"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from typing import cast

from connectors.records import Because
from rules.answers import Answer, failed, moment_of, not_needed, passed, rows_of, unknown
from rules.kleene import Truth, any_of
from rules.lines import counts
from rules.literals import Facts
from rules.model import RecordRef, State
from rules.words import listed


def agreement_exists(facts: Facts) -> Sequence[Answer]:
    """Has it any agreement? None returned is only none when nothing can have hidden one."""
    if "agreements" not in facts:
        return unknown("agreements")
    rows = rows_of(facts, "agreements")
    if rows:
        return passed(count=len(rows), kinds=_kinds(rows))
    hidden = facts.get("hidden_types") or ()
    copied = [row["name"] for row in rows_of(facts, "copied_agreements") if _in_last_sync(row, facts)]
    access = facts.get("agreement_access")
    # Where no type can be hidden and all may be read, what the last sync had is simply gone.
    doubted = copied and not (facts.get("has_allow_list") is False and access == "granted")
    if hidden or doubted or access in {"empty", "refused"}:
        return unknown(because=Because.PERMISSION, count=0, hidden_types=hidden, copied=copied)
    of_parent = [row for row in rows_of(facts, "parent_agreements") if _bills(row) is True]
    return failed(count=0, of_parent=len(of_parent))


def _kinds(rows: Sequence[Facts]) -> str:
    """How many of each type, where the type decides whether it recurs (R25): only one-time ones are told from none."""
    if not any("recurring" in row for row in rows):
        return ""
    counted = Counter(str(row.get("type") or "no type") for row in rows)
    return listed([f"{number} {kind}" for kind, number in counted.most_common()])


def _in_last_sync(row: Facts, facts: Facts) -> bool:
    """An agreement that was stale at the last sync already is no sign that a right was withdrawn since."""
    seen, copied = moment_of(row, "last_seen_at"), moment_of(facts, "copied_at")
    return seen is None or copied is None or seen >= copied


def agreement_not_stale(facts: Facts) -> Sequence[Answer]:
    """Which agreements are in the copy although the PSA no longer returns them (R46, R47)?"""
    if facts.get("in_copy") is not True:
        return not_needed()
    if facts.get("found_live") is not True or "agreements" not in facts:
        return unknown("found_live", "agreements")
    returned = {row["id"] for row in rows_of(facts, "agreements")}
    stale = [row for row in rows_of(facts, "copied_agreements") if row["id"] not in returned]
    return [_stale(row, facts) for row in stale] or passed()


def _stale(row: Facts, facts: Facts) -> Answer:
    hidden = cast("Sequence[object]", facts.get("hidden_types") or ())
    kind = row.get("type")
    return Answer(
        state=State.FAIL,
        record=RecordRef(kind="agreement", id=str(row["id"]), name=str(row["name"])),
        evidence={
            "agreement": row["name"],
            "type": kind,
            "type_is_hidden": kind is not None and kind in hidden,
            "last_seen_at": row.get("last_seen_at"),
        },
    )


def type_is_allowed(facts: Facts) -> Sequence[Answer]:
    """Does the role allow the type of each agreement, and of the one that it hangs under (R42, CW §6.1)?"""
    if "hidden_types" not in facts:
        # Nobody told the Allow list: the answer says so once, under what was not tested.
        return not_needed()
    hidden = cast("Sequence[object]", facts["hidden_types"])
    if not hidden:
        return passed()
    if "agreements" not in facts:
        return unknown("agreements", hidden_types=hidden)
    seen = {row["id"]: row for row in (*rows_of(facts, "copied_agreements"), *rows_of(facts, "agreements"))}
    out = [row for row in seen.values() if row.get("type") in hidden]
    answers = [_of_hidden_type(row, hidden, None) for row in out]
    answers += _under_hidden(facts, seen, hidden)
    if not answers and not rows_of(facts, "agreements"):
        # Whether one of a hidden type is left out is what agreement_exists says.
        return not_needed()
    return answers or passed()


def _under_hidden(facts: Facts, seen: dict[object, Facts], hidden: Sequence[object]) -> Iterator[Answer]:
    """Agreements whose parent does not come back: its type is one that is hidden, or cannot be told."""
    returned = {row["id"] for row in rows_of(facts, "agreements")}
    for row in rows_of(facts, "agreements"):
        parent = row.get("parent_id")
        if parent is None or parent in returned:
            continue
        kind = seen[parent].get("type") if parent in seen else None
        if kind in hidden or kind is None:
            yield _of_hidden_type(row, hidden, kind)


def _of_hidden_type(row: Facts, hidden: Sequence[object], parent_type: object) -> Answer:
    """``parent_type`` None with a parent that is not returned: nobody told its type."""
    own = row.get("type") in hidden
    known = own or parent_type is not None
    return Answer(
        state=State.FAIL if known else State.UNKNOWN,
        because=None if known else Because.PERMISSION,
        record=RecordRef(kind="agreement", id=str(row["id"]), name=str(row["name"])),
        evidence={
            "agreement": row["name"],
            "type": row.get("type") if own else parent_type,
            "under": None if own else row.get("parent"),
            "hidden_types": hidden,
        },
    )


def billing_not_on_parent(facts: Facts) -> Sequence[Answer]:
    """Does the parent account carry the billing (X27, R63)? Only asked where the account's own agreements do not."""
    if "parent" not in facts:
        return unknown("parent")
    if facts["parent"] is None:
        return _billed_elsewhere(facts) or not_needed()
    if "agreements" not in facts:
        return unknown("agreements")
    own = any_of(_bills(row) for row in rows_of(facts, "agreements"))
    if own is None:
        return unknown("agreements")
    return _billed_elsewhere(facts) or passed(own=True) if own else _of_parent(facts)


def _billed_elsewhere(facts: Facts) -> Sequence[Answer]:
    """Its own agreements bill, but another account gets the invoice (AT §11, 7)."""
    for row in rows_of(facts, "agreements"):
        if row.get("billed_to") is not None and _bills(row):
            return failed(own=True, parent=row["billed_to"], carried_by=[row["name"]])
    return ()


def _of_parent(facts: Facts) -> Sequence[Answer]:
    parent = facts["parent"]
    if "parent_agreements" not in facts:
        return unknown("parent_agreements", parent=parent)
    told = {row["name"]: _bills(row) for row in rows_of(facts, "parent_agreements")}
    billing = [name for name, bills in told.items() if bills]
    if billing:
        return failed(own=False, parent=parent, carried_by=billing)
    return unknown("parent_agreements", parent=parent) if None in told.values() else passed(own=False)


def _bills(row: Facts) -> Truth:
    """Whether an agreement bills today, as far as a glance tells: the rules on agreements judge the account's own."""
    if not runs(row) or row.get("one_time") or row.get("recurring") is False:
        return False
    if "lines" in row:
        return any_of(counts(line) for line in rows_of(row, "lines"))
    return None if "status" not in row and "recurring" not in row else True


def runs(row: Facts) -> bool:
    """Nothing says that it is off or over."""
    if row.get("cancelled") or row.get("pending") or str(row.get("status", "active")).casefold() != "active":
        return False
    today, ends = cast("date | None", row.get("today")), cast("date | None", row.get("ends_on"))
    return today is None or ends is None or ends >= today
