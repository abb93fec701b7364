"""The words that all messages about syncs share: how long, of what, what changed, and who must act."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from bot.messages import Button, Confirm
from bot.store.queries.runs import RunKind, RunState, SyncRun
from connectors.contract import Nouns
from connectors.registry import specs

NAMES: Final = {
    RunKind.FULL: "full sync",
    RunKind.QUICK: "quick sync",
    RunKind.ONE: "sync of one customer",
    RunKind.SETTINGS: "settings sync",
}
ENDS: Final = {
    RunState.SUCCEEDED: "is done",
    RunState.INCOMPLETE: "did not get through",
    RunState.FAILED: "failed",
    RunState.REFUSED: "was not believed",
    RunState.CANCELLED: "was cancelled",
    RunState.UNKNOWN: "ended without a word",
}
CHANGES: Final = {
    "added": "new",
    "removed": "gone",
    "became_visible": "became visible",
    "became_hidden": "became hidden",
    "changed": "changed",
}
NOT_KNOWN: Final = Nouns(
    psa="the PSA",
    account="customer",
    accounts="customers",
    account_id="id",
    agreement="agreement",
    agreements="agreements",
)


def nouns_of(kind: str) -> Nouns:
    """The PSA's own words, by the kind of a connection: connectwise is ConnectWise."""
    spec = specs().get(kind)
    return spec.nouns if spec else NOT_KNOWN


def kinds() -> str:
    """What may follow ``--psa``."""
    return " or ".join(sorted(specs()))


def name_of(kind: RunKind) -> str:
    return NAMES.get(kind, f"{kind} sync")


def changed(changes: Mapping[str, int]) -> str:
    return ", ".join(f"{changes[name]:,} {word}" for name, word in CHANGES.items() if changes.get(name))


def reason_of(run: SyncRun) -> str:
    """Why it ended as it did; empty where nobody knows more than the state says."""
    return str((run.error or {}).get("message", ""))


def who_must_act(error: Mapping[str, Any] | None, psa: str) -> str:
    match (error or {}).get("who_must_act"):
        case "operator":
            return "Whoever manages this connection: its keys, settings and rights"
        case "psa":
            return f"The host of {psa}"
        case "nobody":
            return f"Nobody, if it passes; else the host of {psa}"
        case _:
            return "The people who run this bot"


def duration(length: timedelta) -> str:
    """The two largest units: ``2 d 7 h``, ``4 min``; ``under 1 s``."""
    minutes, seconds = divmod(max(0, int(length.total_seconds())), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    units = ((days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s"))
    first = next((place for place, (count, _) in enumerate(units) if count), len(units) - 1)
    said = [f"{count} {unit}" for count, unit in units[first : first + 2] if count]
    return " ".join(said) or "under 1 s"


def lasted(run: SyncRun) -> timedelta | None:
    return run.ended_at - run.started_at if run.ended_at and run.started_at else None


def moment_of(run: SyncRun) -> datetime:
    return run.ended_at or run.requested_at


def retry(run: SyncRun, *, first: bool = True) -> Button:
    return Button(action="alert.retry", label="Retry", value=f"r:{run.id}", style="primary" if first else "")


def pause(connection: str) -> Button:
    sure = Confirm(
        title="Pause this connection?",
        text=f"{connection[:40]} is not synced until somebody resumes it. Its data stays, and its age is told.",
        yes="Pause it",
    )
    return Button(action="roster.pause", label="Pause", value=connection[:2000], confirm=sure)


def resume(connection: str, *, listed: bool = True) -> Button:
    """``listed``: it stands in the list of connections, which is shown anew; elsewhere the list comes beside."""
    sure = Confirm(
        title="Resume this connection?",
        text=f"{connection[:40]} is synced again from now on.",
        yes="Resume it",
    )
    label = "Resume" if listed else f"Resume {connection[:40]}"
    action = "roster.resume" if listed else "connection.resume"
    return Button(action=action, label=label, value=connection[:2000], style="primary", confirm=sure)


def decide(run: SyncRun, psa: str) -> tuple[Button, Button]:
    """What a person can do about a sync that the guard did not believe."""
    sure = Confirm(
        title="Accept the new data?",
        text=f"What {psa} did not return is then taken for gone, and disappears here. Reading it again undoes that.",
        yes="Accept it",
    )
    value = f"r:{run.id}"
    return (
        Button(action="run.reject", label="Keep the old data", value=value, style="primary"),
        Button(action="run.accept", label="Accept the new data", value=value, style="danger", confirm=sure),
    )
