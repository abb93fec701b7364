"""Journey: a sync that did not happen or did not end, and data that gets old, are told once, and when it is well."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.incidents import heard_in, is_news, is_wanted, told
from bot.overdue import Overdue, Overdues, Why, why_of
from bot.overview import NO_LIMITS_SET, Limits, is_about
from bot.store.database import Database
from bot.store.queries import channels, connections, runs
from bot.store.queries.channels import Incident, Subscription
from bot.store.queries.connections import Connection

OVER: Final = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What one channel has to be told. ``overdue`` None: it is well again, or there is nothing to wait for any more.

    ``data_as_of`` is of the last successful full sync; None: there was none.
    """

    incident: Incident
    why: Why
    connection: str
    psa: str
    overdue: Overdue | None
    data_as_of: datetime | None
    paused: bool = False
    removed: bool = False

    @property
    def mark(self) -> str:
        return self.overdue.since.isoformat() if self.overdue else OVER


class Watchdog:
    """Incidents of its own, keyed like those of failed syncs: connection, kind, cause."""

    def __init__(self, db: Database, limits: Limits = NO_LIMITS_SET) -> None:
        self._db = db
        self._overdues = Overdues(db, limits)

    async def review(self, now: datetime) -> Sequence[Notice]:
        """What has to be told now, to the channels that want to hear of failures."""
        listening = await channels.subscriptions(self._db, kind="failures")
        every = await connections.every(self._db)
        standing = [each for each in await channels.open_incidents(self._db) if why_of(each) is not None]
        late = await self._overdues.now(now) if listening else ()
        wanted = [
            await self._opened(one, channel, standing, now)
            for one in late
            for channel in heard_in(listening, one.connection.id)
        ]
        keys = {(notice.incident.key, notice.incident.channel) for notice in wanted}
        done = [each for each in standing if (each.key, each.channel) not in keys]
        over = [notice for each in done if (notice := await self._over(each, every, listening, now))]
        return [each for each in (*wanted, *over) if is_news(each.incident, each.mark, now)]

    async def told(self, notice: Notice, ts: str | None, now: datetime) -> None:
        """Records what became of it; ``ts`` is where it stands, None: it could not be delivered."""
        await told(self._db, notice.incident, notice.mark, ts, now, over=notice.overdue is None)

    async def _opened(self, one: Overdue, channel: str, standing: Sequence[Incident], now: datetime) -> Notice:
        key = f"{one.connection.id}:{one.kind}:{one.why}"
        there = next((each for each in standing if (each.key, each.channel) == (key, channel)), None)
        if there is None or there.facts.get("since") != one.since.isoformat():
            known = there.facts if there else {}
            since = {"since": one.since.isoformat(), "connection": one.connection.name, "psa": one.connection.psa}
            facts = {**known, **since}
            there, _ = await channels.open_incident(self._db, key=key, channel=channel, facts=facts, now=now)
        return Notice(
            incident=there,
            why=one.why,
            connection=one.connection.name,
            psa=one.connection.psa,
            overdue=one,
            data_as_of=await self._data_of(one.connection),
        )

    async def _over(
        self, incident: Incident, every: Sequence[Connection], listening: Sequence[Subscription], now: datetime
    ) -> Notice | None:
        """None: nobody has heard of it, or nobody wants to."""
        why = why_of(incident)
        if incident.ts is None or not is_wanted(incident, listening) or why is None:
            await channels.close_incident(self._db, incident.id, now)
            return None
        owner = next((each for each in every if is_about(incident, each)), None)
        return Notice(
            incident=incident,
            why=why,
            connection=str(incident.facts.get("connection", "A connection")),
            psa=str(incident.facts.get("psa", "")),
            overdue=None,
            data_as_of=await self._data_of(owner) if owner else None,
            paused=owner is not None and owner.paused,
            removed=owner is None,
        )

    async def _data_of(self, connection: Connection) -> datetime | None:
        last = await runs.last_success(self._db, connection.id)
        return last.ended_at if last else None
