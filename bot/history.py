"""Journey ``/psa history``: when did an account appear or vanish, in which run, by which field and which rule."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.answers import UnknownConnection
from bot.store.database import Database
from bot.store.names import How, Match, Names, search
from bot.store.queries import audit, connections, history, runs, snapshots
from bot.store.queries.connections import Connection
from bot.store.queries.history import Step
from bot.store.queries.runs import SyncRun
from bot.store.snapshot import CachedAccount

MOST_STEPS: Final = 10
MOST_RUNS: Final = 12
MOST_MATCHES: Final = 20
NOTE: Final = "note"  # the action in the audit log


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """One account's past, newest step first. ``cached`` None: it is not in the snapshot (any more).

    ``first`` is the run that brought it first; ``gone_at``: when a sync no longer found it.
    """

    connection: Connection
    account_id: str
    name: str
    visible: bool | None
    gone_at: datetime | None
    first: SyncRun | None
    steps: tuple[Step, ...]
    more: bool = False
    reasons: tuple[str, ...] = ()  # the rules that hide it now, or that could not be told


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One of several accounts that a name may mean."""

    connection: Connection
    account_id: str
    name: str
    gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Recalled:
    """``pasts`` is empty where a person has to choose among ``candidates``, or where nobody is known (both empty)."""

    query: str
    asked_at: datetime
    pasts: tuple[Past, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    synced: bool = True  # False: no connection was ever synced, so that nobody can be known


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """What a person wrote beside a run: what was changed in the PSA, and why (R230)."""

    by: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunLog:
    """The newest syncs, each with its connection's name (R226)."""

    asked_at: datetime
    entries: tuple[tuple[str, SyncRun], ...]
    connection: str | None = None
    notes: Mapping[int, tuple[Note, ...]] = field(default_factory=dict)  # by the run's number


class Histories:
    """Reads the cache and the log only: it asks no PSA."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def log(self, connection: str | None, now: datetime) -> RunLog:
        """Raises UnknownConnection."""
        chosen = await self._connections(connection)
        only = chosen[0].id if connection is not None else None
        names = {each.id: each.name for each in chosen}
        found = await history.log(self._db, only, MOST_RUNS)
        entries = tuple((names[run.connection_id], run) for run in found if run.connection_id in names)
        notes = await self._notes([run.id for _, run in entries])
        return RunLog(asked_at=now, entries=entries, connection=connection, notes=notes)

    async def note(self, run_id: int, text: str, *, by: str, now: datetime) -> SyncRun | None:
        """Writes a note beside a run (R230). None: there is no such run."""
        run = await runs.get(self._db, run_id)
        if run is not None:
            target = _target(run_id)
            await audit.write(self._db, at=now, who=by, action=NOTE, target=target, outcome="done", detail=text)
        return run

    async def _notes(self, run_ids: Sequence[int]) -> Mapping[int, tuple[Note, ...]]:
        by_target = {_target(run_id): run_id for run_id in run_ids}
        found: dict[int, tuple[Note, ...]] = {}
        for entry in await audit.of_targets(self._db, NOTE, by_target):
            run_id = by_target[entry.target]
            found[run_id] = (*found.get(run_id, ()), Note(by=entry.who, text=entry.detail))
        return found

    async def recall(self, query: str, connection: str | None, now: datetime) -> Recalled:
        """One account of that name per connection is told of; of several a person chooses one.

        Raises UnknownConnection.
        """
        chosen = await self._connections(connection)
        found = await asyncio.gather(*(self._matches(each, query) for each in chosen))
        meant = [_meant(each) for each in found]
        if any(meant) and all(len(each) <= 1 for each in meant):
            pasts = [await self._past(one.connection, one.account_id, one.name) for each in meant for one in each]
            return Recalled(query=query, asked_at=now, pasts=tuple(pasts))
        every = tuple(one for each in found for one, _ in each)
        synced = bool(every) or any([await snapshots.version(self._db, each.id) for each in chosen])
        return Recalled(query=query, asked_at=now, candidates=every[:MOST_MATCHES], synced=synced)

    async def of(self, connection_id: int, account_id: str, now: datetime) -> Recalled:
        """After a choice. Nobody: the connection was removed since."""
        connection = await connections.by_id(self._db, connection_id)
        if connection is None:
            return Recalled(query=account_id, asked_at=now)
        past = await self._past(connection, account_id, account_id)
        return Recalled(query=past.name, asked_at=now, pasts=(past,))

    async def _connections(self, name: str | None) -> list[Connection]:
        every = await connections.every(self._db)
        chosen = [each for each in every if name is None or each.name.casefold() == name.casefold()]
        if name is not None and not chosen:
            raise UnknownConnection(name, [each.name for each in every])
        return chosen

    async def _matches(self, connection: Connection, query: str) -> list[tuple[Candidate, Match]]:
        """Also accounts that are gone: those are the ones that people ask about."""
        rows = await snapshots.names(self._db, connection.id, include_gone=True)
        names = await asyncio.to_thread(Names.of, rows)
        gone = {row.id for row in rows if row.gone}
        matches = await search(query, names, MOST_MATCHES)
        return [(_candidate(connection, match, gone=match.id in gone), match) for match in matches]

    async def _past(self, connection: Connection, account_id: str, name: str) -> Past:
        cached = await snapshots.account(self._db, connection.id, account_id)
        gone = None if cached else await snapshots.gone(self._db, connection.id, account_id)
        steps = await history.of_account(self._db, connection.id, account_id, MOST_STEPS + 1)
        known: CachedAccount | None = cached or gone
        return Past(
            connection=connection,
            account_id=account_id,
            name=known.account.name if known else name,
            visible=cached.visible if cached else None,
            gone_at=gone.gone_at if gone else None,
            first=await runs.get(self._db, known.first_seen_run) if known else None,
            steps=tuple(steps[:MOST_STEPS]),
            more=len(steps) > MOST_STEPS,
            reasons=cached.verdict_reasons if cached else (),
        )


def _candidate(connection: Connection, match: Match, *, gone: bool) -> Candidate:
    return Candidate(connection=connection, account_id=match.id, name=match.name, gone=gone)


def _meant(matches: Sequence[tuple[Candidate, Match]]) -> list[Candidate]:
    """Those of exactly that name; else the only one that is not a guess."""
    exact = [one for one, match in matches if match.how is How.EXACT]
    likely = [one for one, match in matches if match.how is not How.FUZZY]
    return exact or (likely if len(likely) == 1 else [])


def _target(run_id: int) -> str:
    return f"run {run_id}"
