"""How a sync ended: its counts, its error, and both as the JSON that scripts hold on to (interface.md §5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from bot.store.queries.runs import RunKind, RunState, SyncRun
from bot.store.queries.stages import Staged
from bot.store.room import NO_ROOM
from bot.sync.guard import Cause, Refusal
from bot.sync.reading import Harvest
from connectors.errors import ConnectorError, ErrorKind, WhoMustAct

Json = dict[str, Any]
DISK_FULL: Final = "disk_full"  # an error's cause, for what people are told to do about it


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What a sync came to, before it is written to its row."""

    state: RunState
    counts: Json = field(default_factory=dict)
    changes: Mapping[str, int] = field(default_factory=dict)
    error: Json | None = None


def full_counts(harvest: Harvest) -> Json:
    """``hidden`` is fetched but not visible, for sure or as far as could be told; ``cannot_tell`` is part of it."""
    staged = harvest.staged
    return {
        "accounts": {
            "in_psa": harvest.counts.in_psa,
            "fetched": staged.accounts,
            "visible": staged.visible,
            "hidden": staged.accounts - staged.visible,
            "cannot_tell": staged.cannot_tell,
            "left_out": dict(harvest.counts.left_out),
        },
        "agreements": {
            "fetched": staged.agreements,
            "qualifying": staged.qualifying,
            "without_account": staged.orphans,
        },
    }


def quick_counts(staged: Staged, came: int, left_out: Mapping[str, int]) -> Json:
    """``fetched``: what came, because it was changed. ``visible`` and ``hidden``: of all that were judged, which are
    also the accounts of changed agreements. How many there are in all is not asked.
    """
    return {
        "accounts": {
            "in_psa": None,
            "fetched": came,
            "visible": staged.visible,
            "hidden": staged.accounts - staged.visible,
            "cannot_tell": staged.cannot_tell,
            "left_out": dict(left_out),
        },
        "agreements": {
            "fetched": staged.agreements,
            "qualifying": staged.qualifying,
            "without_account": staged.orphans,
        },
    }


def one_counts(*, in_psa: int, visible: bool, left_out: str | None, agreements: int, qualifying: int) -> Json:
    stored = in_psa if left_out is None else 0
    return {
        "accounts": {
            "in_psa": in_psa,
            "fetched": in_psa,
            "visible": int(visible),
            "hidden": stored - int(visible),
            "left_out": {left_out: 1} if left_out else {},
        },
        "agreements": {"fetched": agreements, "qualifying": qualifying},
    }


def error_json(kind: ErrorKind, message: str, who: WhoMustAct, call: str = "") -> Json:
    return {"kind": str(kind), "message": message, "who_must_act": str(who), "call": call}


def connector_ending(error: ConnectorError) -> Ending:
    """Transient: tried again. Otherwise somebody must act first."""
    state = RunState.INCOMPLETE if error.transient else RunState.FAILED
    return Ending(state=state, error=error_json(error.kind, error.message, error.who_must_act, error.call))


def no_room_ending() -> Ending:
    """Trying again by itself would not help: whoever runs the bot is told at once."""
    message = (
        f"{NO_ROOM} The copy from before was kept, and questions are answered from it. Free some space on that disk."
    )
    error = error_json(ErrorKind.API_ERROR, message, WhoMustAct.US)
    return Ending(state=RunState.FAILED, error=error | {"cause": DISK_FULL})


def refused_ending(refusal: Refusal, counts: Json, call: str) -> Ending:
    denied = refusal.cause in {Cause.PERMISSION, Cause.TABLE}
    kind = ErrorKind.PERMISSION_DENIED if denied else ErrorKind.INVALID_DATA
    error = error_json(kind, refusal.message, WhoMustAct.OPERATOR, call)
    return Ending(state=RunState.REFUSED, counts=counts, error=error | {"cause": str(refusal.cause)})


def run_json(run: SyncRun, connection: str) -> Json:
    """The document of ``psa-bot sync --json``. Null: this run did not get as far as knowing it, or does not ask.

    ``proves_deletions``: whatever the copy does not hold after it, the PSA no longer returned (X28).
    """
    accounts: Json = {"in_psa": None, "fetched": None, "visible": None, "hidden": None, "left_out": {}}
    agreements: Json = {"fetched": None, "qualifying": None}
    none = {"added": 0, "removed": 0, "changed": 0, "became_visible": 0, "became_hidden": 0}
    more = {name: run.counts.get(name) for name in ("tables", "verified")} if run.kind is RunKind.SETTINGS else {}
    return more | {
        "run": run.id,
        "connection": connection,
        "kind": str(run.kind),
        "state": str(run.state),
        "started_at": stamp(run.started_at),
        "ended_at": stamp(run.ended_at),
        "calls": run.calls,
        "bytes": run.bytes,
        "accounts": accounts | dict(run.counts.get("accounts", {})),
        "agreements": agreements | dict(run.counts.get("agreements", {})),
        "changes": none | dict(run.changes),
        "error": None if run.error is None else dict(run.error),
        "proves_deletions": run.kind is RunKind.FULL and run.state is RunState.SUCCEEDED,
    }


def stamp(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
