"""Is the copy newer than the record? The rule that is shown first, because a sync answers most questions (R7, R14)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from connectors.records import Because
from rules.answers import Answer, failed, moment_of, not_needed, passed, rows_of, unknown
from rules.kleene import Truth, any_of
from rules.literals import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """A possible change since the copy was made. ``newer`` None: it cannot be told."""

    newer: Truth
    change: str = "changed"
    of: str | None = None  # the agreement's name; None: the account itself
    at: datetime | None = None


def synced_since_change(facts: Facts) -> Sequence[Answer]:
    """Was there a successful sync since the account or its agreements changed (R5, R9)?"""
    if "found_live" not in facts:
        return unknown("found_live")
    in_copy = facts.get("in_copy") is True
    if facts["found_live"] is False:
        return _removed(facts) if in_copy else not_needed()
    synced_at = moment_of(facts, "copied_at" if in_copy else "last_full_sync_at") or moment_of(facts, "copied_at")
    if synced_at is None:
        return failed(change="never synced", of=None, at=None, synced_at=None)
    changes = list(_since_copy(facts, synced_at) if in_copy else _since_sync(facts, synced_at))
    return _newest(changes, synced_at)


def _removed(facts: Facts) -> Sequence[Answer]:
    """Like *not found*, only said where the right to read accounts is proven."""
    access = facts.get("account_access")
    if access != "granted":
        return unknown("account_access", because=Because.PERMISSION if access in {"empty", "refused"} else None)
    return failed(change="removed", of=None, at=None, synced_at=facts.get("copied_at"))


def _newest(changes: Sequence[_Change], synced_at: datetime) -> Sequence[Answer]:
    newer = any_of(change.newer for change in changes)
    if newer is None:
        return unknown("agreements", "changed_at", synced_at=synced_at)
    if newer is False:
        return passed(synced_at=synced_at)
    last = max((one for one in changes if one.newer), key=lambda one: (one.at is not None, one.at or synced_at))
    return failed(change=last.change, of=last.of, at=last.at, synced_at=synced_at)


def _since_sync(facts: Facts, synced_at: datetime) -> Iterator[_Change]:
    """The account is not in the copy: anything that happened after the last full sync began is not in it (R9, X34)."""
    created, changed = moment_of(facts, "created_at"), moment_of(facts, "changed_at")
    if created is not None and created > synced_at:
        yield _Change(newer=True, change="created", at=created)
        return
    yield _later(changed or created, synced_at, None)
    if "agreements" not in facts:
        yield _Change(newer=None)
    for row in rows_of(facts, "agreements"):
        yield _later(moment_of(row, "changed_at"), synced_at, str(row["name"]))


def _since_copy(facts: Facts, synced_at: datetime) -> Iterator[_Change]:
    """The account is in the copy: compare version with version, because a merge leaves the date as it was (X28)."""
    if facts.get("deleted") is True and facts.get("copied_deleted") is False:
        yield _Change(newer=True, change="deleted", at=moment_of(facts, "deleted_at"))
    yield _later(moment_of(facts, "changed_at"), moment_of(facts, "copied_changed_at") or synced_at, None)
    if "agreements" not in facts:
        yield _Change(newer=None)
    copied = {row["id"]: row for row in rows_of(facts, "copied_agreements")}
    for row in rows_of(facts, "agreements"):
        before = copied.get(row["id"])
        if "changed_at" in row:
            than = moment_of(before, "changed_at") if before is not None else None
            yield _later(moment_of(row, "changed_at"), than or synced_at, str(row["name"]))
        elif before is None:
            yield _Change(newer=True, change="added", of=str(row["name"]))
        else:
            yield _undated(row)


def _undated(row: Facts) -> _Change:
    """This PSA keeps no date of the last change, so the record itself is compared (AT §8, SYN §7, BMS §7)."""
    same = row.get("same_as_copy")
    return _Change(newer=None if same is None else same is False, of=str(row["name"]))


def _later(changed: datetime | None, than: datetime, of: str | None) -> _Change:
    return _Change(newer=None if changed is None else changed > than, of=of, at=changed)
