"""What a question brings: one Result for each connection that was asked, and what kept some of them from answering."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.candidates import Near
from bot.store.queries.runs import SyncRun
from bot.store.secrets import SecretKeyError
from connectors.contract import Nouns
from connectors.errors import BadSettings, ConnectorError
from rules.model import Case, Diagnosis, Verdict


class Broken(Exception):
    """Something went wrong on our side; the log says more under ``error_id``. Safe to show."""

    def __init__(self, error_id: str) -> None:
        super().__init__(f"Something went wrong on my side. The operator of this bot needs the error id {error_id}.")
        self.error_id = error_id


Trouble = ConnectorError | BadSettings | SecretKeyError | Broken


class UnknownConnection(Exception):
    """There is no connection of that name. ``known`` lists the names there are."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(name)
        self.name = name
        self.known = tuple(known)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAnswer:
    """One account, judged."""

    id: str
    name: str
    url: str | None
    case: Case
    diagnosis: Diagnosis


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One connection's answer. ``accounts`` is empty where none was found, or where a person has to choose.

    ``diagnosis`` is then that of the connection itself: may it be read at all? ``trouble`` kept us from asking the PSA.
    """

    connection: str
    psa: str
    nouns: Nouns
    verdict: Verdict
    summary: str
    accounts: tuple[AccountAnswer, ...] = ()
    candidates: tuple[Near, ...] = ()
    nearest: tuple[Near, ...] = ()
    diagnosis: Diagnosis | None = None
    not_tested: tuple[str, ...] = ()
    trouble: Trouble | None = None
    paused: bool = False  # nothing is synced until somebody resumes it
    last_sync: SyncRun | None = None
    next_sync_at: datetime | None = None  # None: it is paused, or only people start it
    old_after: timedelta | None = None  # the limit that the age of the copy has passed
    running: SyncRun | None = None  # a sync that runs now: the answer used the version before it (R241)
    calls: int = 0
    elapsed_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``waiting``: the connections that have not answered yet."""

    query: str
    asked_at: datetime
    results: tuple[Result, ...]
    waiting: tuple[str, ...] = ()


def merged(before: Answer, newer: Answer) -> Answer:
    """``before``, with what some of its connections said when they were asked again, or have yet to say."""
    said = {result.connection: result for result in (*before.results, *newer.results)}
    waiting = tuple(name for name in (*before.waiting, *newer.waiting) if name not in said or name in newer.waiting)
    results = tuple(result for name, result in said.items() if name not in newer.waiting)
    return replace(before, results=results, waiting=tuple(dict.fromkeys(waiting)))
