"""After a settings sync: does the copy offer what the PSA has? What no API shows is unknown (R196 to R207)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.store.configuration import Configuration, StoredTable
from connectors.contract import Spec
from connectors.records import Because, SettingsKind, SettingsRow, SettingsTable

BY_HAND = "cannot be read by the API: look at it in {psa}"


class Held(StrEnum):
    """How a check came out."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_NEEDED = "not_needed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """``group``: dropdowns, boards, statuses or custom fields. ``says``: what was found, in words."""

    group: str
    held: Held
    says: str

    def as_json(self) -> dict[str, str]:
        return {"group": self.group, "state": self.held.value, "says": self.says}


def verify(sent: Sequence[SettingsTable], before: Configuration, now: Configuration, spec: Spec) -> list[Check]:
    """``sent``: what the PSA returned; ``now``: the copy, read back after it was written."""
    psa = {table.kind: table for table in sent}
    checks = [*_dropdowns(sent, before, now), *_boards(psa, now), *_statuses(psa, now), *_fields(psa, now)]
    by_hand = BY_HAND.format(psa=spec.nouns.psa)
    if SettingsKind.STATUSES in psa:
        checks.append(Check(group="statuses", held=Held.UNKNOWN, says=f"which status may follow which {by_hand}"))
    if SettingsKind.CUSTOM_FIELDS in psa:
        checks.append(Check(group="custom fields", held=Held.UNKNOWN, says=f"what a field accepts {by_hand}"))
    return checks


def _dropdowns(sent: Sequence[SettingsTable], before: Configuration, now: Configuration) -> Iterator[Check]:
    """Every list offers something, or was empty before (R197); each new active row can be chosen (R198)."""
    emptied = [table.name for table in sent if _emptied(before.tables.get(table.kind), now.tables.get(table.kind))]
    refused = [table.name for table in sent if table.because is Because.PERMISSION]
    lost = [row.name for table in sent for row in _not_offered(table, now.tables.get(table.kind))]
    if emptied or lost:
        told = [
            *(f"{name} offers nothing any more" for name in emptied),
            *(f"{name} cannot be chosen" for name in lost),
        ]
        yield Check(group="dropdowns", held=Held.FAIL, says="; ".join(told[:5]))
    else:
        offered = sum(len(table.offered) for table in now.tables.values())
        yield Check(group="dropdowns", held=Held.PASS, says=f"{offered:,} options can be chosen")
    if refused:
        yield Check(group="dropdowns", held=Held.UNKNOWN, says=f"could not be read: {', '.join(refused)}")


def _emptied(before: StoredTable | None, now: StoredTable | None) -> bool:
    return bool(before and before.offered) and not (now and now.offered)


def _not_offered(table: SettingsTable, stored: StoredTable | None) -> list[SettingsRow]:
    offered = {row.id for row in stored.offered} if stored else set()
    return [row for row in table.rows or () if row.active is not False and row.id not in offered]


def _boards(psa: dict[SettingsKind, SettingsTable], now: Configuration) -> Iterator[Check]:
    """As many as the PSA has in use (R200), and each has its statuses (R201)."""
    boards = psa.get(SettingsKind.BOARDS)
    if boards is None:
        yield Check(group="boards", held=Held.NOT_NEEDED, says="this PSA has none")
        return
    if boards.rows is None:
        yield Check(group="boards", held=Held.UNKNOWN, says=f"{boards.name} could not be read")
        return
    stored = now.tables[SettingsKind.BOARDS].offered
    in_use = [row for row in boards.rows if row.active is not False]
    held = Held.PASS if len(stored) == len(in_use) else Held.FAIL
    yield Check(group="boards", held=held, says=f"{len(stored)} of {len(in_use)} in use are here")
    bare = _without_statuses(stored, now.tables.get(SettingsKind.STATUSES))
    if bare:
        yield Check(group="boards", held=Held.FAIL, says=f"without any status: {', '.join(bare[:5])}")


def _without_statuses(boards: Sequence[SettingsRow], statuses: StoredTable | None) -> list[str]:
    """Only where the PSA keeps its statuses by board."""
    parents = {row.parent.id for row in statuses.rows or () if row.parent} if statuses else set()
    return [board.name for board in boards if board.id not in parents] if parents else []


def _statuses(psa: dict[SettingsKind, SettingsTable], now: Configuration) -> Iterator[Check]:
    """As many on every board as the PSA has (R203)."""
    table = psa.get(SettingsKind.STATUSES)
    if table is None:
        yield Check(group="statuses", held=Held.NOT_NEEDED, says="this PSA has none")
        return
    if table.rows is None:
        yield Check(group="statuses", held=Held.UNKNOWN, says=f"{table.name} could not be read")
        return
    sent, stored = _by_parent(table.rows), _by_parent(now.tables[table.kind].rows or ())
    wrong = [parent for parent in sent | stored if sent.get(parent) != stored.get(parent)]
    said = f"{sum(stored.values())} on {len(stored)} boards" if set(stored) != {""} else f"{stored.get('', 0)} are here"
    yield Check(
        group="statuses",
        held=Held.FAIL if wrong else Held.PASS,
        says=f"the counts differ for {len(wrong)}" if wrong else said,
    )


def _by_parent(rows: Sequence[SettingsRow]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in rows:
        parent = row.parent.id if row.parent else ""
        counts[parent] = counts.get(parent, 0) + 1
    return counts


def _fields(psa: dict[SettingsKind, SettingsTable], now: Configuration) -> Iterator[Check]:
    """Each defined field is here (R206), and one that lets choose has something to choose (R207)."""
    table = psa.get(SettingsKind.CUSTOM_FIELDS)
    if table is None:
        yield Check(group="custom fields", held=Held.NOT_NEEDED, says="this PSA shows none")
        return
    if table.rows is None:
        yield Check(group="custom fields", held=Held.UNKNOWN, says=f"{table.name} could not be read")
        return
    stored = {row.id: row for row in now.tables[table.kind].rows or ()}
    absent = [row.name for row in table.rows if row.id not in stored]
    bare = [row.name for row in stored.values() if row.options == () and row.active is not False]
    if absent or bare:
        told = [*(f"{name} is not here" for name in absent), *(f"{name} has no options" for name in bare)]
        yield Check(group="custom fields", held=Held.FAIL, says="; ".join(told[:5]))
    else:
        yield Check(group="custom fields", held=Held.PASS, says=f"{len(stored)} are here")
