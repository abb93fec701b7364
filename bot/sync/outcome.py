"""What a request around a sync can come to: plain answers, worded elsewhere."""

from dataclasses import dataclass
from datetime import datetime

from bot.schedules.hours import Hours
from bot.store.queries.connections import Connection
from bot.store.queries.runs import SyncRun

NOT_ALLOWED = "You are not among the people who may start a sync here. Ask an administrator of the bot."


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """``behind``: a sync of the same connection that has to end first. ``forced``: within the cool-down."""

    run: SyncRun
    connection: Connection
    behind: SyncRun | None = None
    forced: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """The same sync goes on already: one is enough for both (R233)."""

    run: SyncRun
    connection: Connection
    by: str
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CoolingDown:
    """``may_force``: it can be insisted on; not when the last one was insisted on as well."""

    until: datetime
    last: SyncRun
    connection: Connection
    may_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakHours:
    """People work in the PSA now: a full sync wants to be insisted on (R229, R232). ``question``: what waits for it."""

    connection: Connection
    hours: Hours
    question: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAllowed:
    why: str = NOT_ALLOWED


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused:
    connection: Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownConnection:
    name: str
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """Nothing to decide or to cancel: it ended already, was decided by somebody else, or never was."""

    run: SyncRun | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelling:
    """``run`` as it is now: ended where it had only waited, else it stops at its next step."""

    run: SyncRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """``run`` is the one that wrote the snapshot which had been refused."""

    run: SyncRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    run: SyncRun


@dataclass(frozen=True, slots=True, kw_only=True)
class InTheWay:
    """A sync goes on, and will be newer than what was set aside."""

    run: SyncRun


Outcome = Started | Joined | CoolingDown | PeakHours | NotAllowed | Paused | UnknownConnection
