"""Journey 3: one incident per connection, kind of sync and cause, from its first failure to the next success."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from bot.incidents import heard_in, is_news, is_wanted, told
from bot.overdue import why_of
from bot.overview import LOOKED_AT, NO_LIMITS_SET, WATCHED, Limits, failing_streak, is_about, is_serious
from bot.planned import plan_of
from bot.store.database import Database
from bot.store.queries import channels, connections, runs
from bot.store.queries.channels import Incident, Subscription
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind, RunState, SyncRun


class News(StrEnum):
    """What happened to an incident since its channel was told last."""

    FAILING = "failing"
    RESOLVED = "resolved"
    PAUSED = "paused"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulletin:
    """What one channel has to be told about one incident; ``mark`` names it, so that it is told once."""

    news: News
    mark: str
    incident: Incident
    connection: str
    psa: str
    kind: RunKind
    run: SyncRun | None  # the last failure, or the one that resolved it; None: removed with its connection
    failures: int
    causes: tuple[str, ...]  # the last one first
    since: datetime  # the first failure
    data_as_of: datetime | None = None  # of the data that is still in use


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One kind of sync of one connection that does not work, and is worth a word."""

    connection: Connection
    streak: Sequence[SyncRun]
    data_as_of: datetime | None

    @property
    def newest(self) -> SyncRun:
        return self.streak[0]

    @property
    def since(self) -> datetime:
        return _ended(self.streak[-1])

    @property
    def causes(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(cause(run) for run in self.streak))


class Alerts:
    """Reads the log of syncs. Whatever is told is recorded afterwards, so that a crash in between repeats an edit
    and never loses one; the notifier's key sees to it that nothing is posted twice.
    """

    def __init__(self, db: Database, limits: Limits = NO_LIMITS_SET) -> None:
        self._db = db
        self._limits = limits

    async def review(self, now: datetime) -> list[Bulletin]:
        """What has to be told now. A channel that no longer wants to hear of failures is left alone."""
        listening = await channels.subscriptions(self._db, kind="failures")
        incidents = await self._still_wanted(listening, now)
        if not listening:
            return []
        bulletins: list[Bulletin] = []
        for connection in await connections.every(self._db):
            own = [each for each in incidents if is_about(each, connection)]
            incidents = [each for each in incidents if each not in own]
            bulletins += await self._of(connection, own, heard_in(listening, connection.id), now)
        bulletins += [_removed(each) for each in await self._seen(incidents, now)]
        return [each for each in bulletins if is_news(each.incident, each.mark, now)]

    async def told(self, bulletin: Bulletin, ts: str | None, now: datetime) -> None:
        """Records what became of it; ``ts`` is where it stands, None: it could not be delivered."""
        over = bulletin.news in {News.RESOLVED, News.REMOVED}
        await told(self._db, bulletin.incident, bulletin.mark, ts, now, over=over)

    async def _still_wanted(self, listening: Sequence[Subscription], now: datetime) -> list[Incident]:
        wanted: list[Incident] = []
        for incident in await channels.open_incidents(self._db):
            if why_of(incident) is not None:
                continue  # the watchdog's
            if is_wanted(incident, listening):
                wanted.append(incident)
            else:
                await channels.close_incident(self._db, incident.id, now)
        return wanted

    async def _of(
        self, connection: Connection, incidents: Sequence[Incident], listening: Sequence[str], now: datetime
    ) -> list[Bulletin]:
        if connection.paused:
            return [_paused(each, connection) for each in incidents if each.ts is not None]
        newest_first = await runs.latest(self._db, connection.id, LOOKED_AT, kinds=WATCHED)
        by_kind = groupby(sorted(newest_first, key=lambda run: run.kind), key=lambda run: run.kind)
        bulletins: list[Bulletin] = []
        for kind, found in by_kind:
            own = [each for each in incidents if _kind(each) is kind]
            bulletins += await self._of_kind(connection, list(found), own, listening, now)
        return bulletins

    async def _of_kind(
        self,
        connection: Connection,
        newest_first: Sequence[SyncRun],
        incidents: Sequence[Incident],
        listening: Sequence[str],
        now: datetime,
    ) -> list[Bulletin]:
        streak = failing_streak(newest_first)
        if not streak:
            good = next((run for run in newest_first if run.state is RunState.SUCCEEDED), None)
            return await self._resolved(connection, good, incidents, now) if good else []
        last = await runs.last_success(self._db, connection.id)
        trouble = Trouble(connection=connection, streak=streak, data_as_of=last.ended_at if last else None)
        age = now - trouble.data_as_of if trouble.data_as_of else None
        plan = await plan_of(self._db, connection)
        if not is_serious(streak, age, self._limits.under(plan)):
            return []
        return [await self._failing(trouble, channel, incidents, now) for channel in listening]

    async def _failing(self, trouble: Trouble, channel: str, incidents: Sequence[Incident], now: datetime) -> Bulletin:
        key = incident_key(trouble.connection, trouble.newest)
        there = next((each for each in incidents if (each.key, each.channel) == (key, channel)), None)
        incident = await self._up_to_date(trouble, key, channel, there, now)
        return Bulletin(
            news=News.FAILING,
            mark=str(trouble.newest.id),
            incident=incident,
            connection=trouble.connection.name,
            psa=trouble.connection.psa,
            kind=trouble.newest.kind,
            run=trouble.newest,
            failures=len(trouble.streak),
            causes=trouble.causes,
            since=trouble.since,
            data_as_of=trouble.data_as_of,
        )

    async def _up_to_date(
        self, trouble: Trouble, key: str, channel: str, there: Incident | None, now: datetime
    ) -> Incident:
        if there is not None and there.facts.get("run") == trouble.newest.id:
            return there
        if there is not None and there.ts is None:
            # The message about an earlier failure never arrived, and its key may not be posted again.
            await channels.close_incident(self._db, there.id, now)
            there = None
        facts = {
            **(there.facts if there else {}),
            "run": trouble.newest.id,
            "failures": len(trouble.streak),
            "causes": list(trouble.causes),
            "since": trouble.since.isoformat(),
            "connection": trouble.connection.name,
            "psa": trouble.connection.psa,
        }
        incident, _ = await channels.open_incident(self._db, key=key, channel=channel, facts=facts, now=now)
        return incident

    async def _resolved(
        self, connection: Connection, run: SyncRun, incidents: Sequence[Incident], now: datetime
    ) -> list[Bulletin]:
        return [
            Bulletin(
                news=News.RESOLVED,
                mark=f"resolved by {run.id}",
                incident=incident,
                connection=connection.name,
                psa=connection.psa,
                kind=run.kind,
                run=run,
                failures=_failures(incident),
                causes=_causes(incident),
                since=_since(incident),
                data_as_of=run.ended_at,
            )
            for incident in await self._seen(incidents, now)
        ]

    async def _seen(self, incidents: Sequence[Incident], now: datetime) -> list[Incident]:
        """Those whose message stands; the others are closed, because nobody has heard of them."""
        for incident in incidents:
            if incident.ts is None:
                await channels.close_incident(self._db, incident.id, now)
        return [incident for incident in incidents if incident.ts is not None]


def incident_key(connection: Connection, run: SyncRun) -> str:
    """The same cause is the same incident tomorrow."""
    return f"{connection.id}:{run.kind}:{cause(run)}"


def cause(run: SyncRun) -> str:
    """The error's kind; refused and unknown are causes of their own, whatever else is known of them."""
    if run.state in {RunState.REFUSED, RunState.UNKNOWN} or not run.error:
        return run.state.value
    return str(run.error["kind"])


def _paused(incident: Incident, connection: Connection) -> Bulletin:
    return _without_run(News.PAUSED, incident, connection.name, connection.psa)


def _removed(incident: Incident) -> Bulletin:
    name = str(incident.facts.get("connection", "A connection"))
    return _without_run(News.REMOVED, incident, name, str(incident.facts.get("psa", "")))


def _without_run(news: News, incident: Incident, connection: str, psa: str) -> Bulletin:
    return Bulletin(
        news=news,
        mark=news.value,
        incident=incident,
        connection=connection,
        psa=psa,
        kind=_kind(incident),
        run=None,
        failures=_failures(incident),
        causes=_causes(incident),
        since=_since(incident),
    )


def _kind(incident: Incident) -> RunKind:
    return RunKind(incident.key.split(":")[1])


def _failures(incident: Incident) -> int:
    return int(incident.facts.get("failures", incident.count))


def _causes(incident: Incident) -> tuple[str, ...]:
    return tuple(map(str, incident.facts.get("causes") or [incident.key.rpartition(":")[2]]))


def _since(incident: Incident) -> datetime:
    told = incident.facts.get("since")
    return datetime.fromisoformat(str(told)) if told else incident.opened_at


def _ended(run: SyncRun) -> datetime:
    return run.ended_at or run.requested_at
