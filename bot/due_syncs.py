"""What the clock does about syncs: those that are due are asked for, once for each fire; paused ones are let pass."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

from bot.planned import Plan, Plans
from bot.quick_syncs import QuickSyncs
from bot.resync import Resync
from bot.schedules.owed import Due
from bot.store.database import Database
from bot.store.queries import channels, connections, runs, schedules
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind

LOG: Final = logging.getLogger(__name__)
SETTING_UP: Final = "setting up"  # who asked for it, in the log of syncs


class DueSyncs:
    """What is due is worked out anew from the schedules and the log of syncs, so a restart changes nothing."""

    def __init__(self, db: Database, resync: Resync) -> None:
        self._db = db
        self._plans = Plans(db)
        self._quick = QuickSyncs(db, resync)
        self._resync = resync
        # Connections whose configuration was read, or tried to be: nothing to look up. A number may be given again.
        self._set_up: set[tuple[int, datetime]] = set()

    async def start(self, now: datetime) -> None:
        for plan in await self._plans.open(now):
            with _kept_apart(plan.connection, plan.kind):
                await self._start(plan, now)
        every = {connection.id: connection for connection in await connections.every(self._db)}
        for schedule in await schedules.all_in_force(self._db, list(every.values())):
            with _kept_apart(every[schedule.connection_id], RunKind.QUICK):
                await self._quick.start(every[schedule.connection_id], schedule, now)
        for connection in every.values():
            with _kept_apart(connection, RunKind.SETTINGS):
                await self._first_settings(connection)

    async def _first_settings(self, connection: Connection) -> None:
        """Once the connection is known to work, its configuration is read without anybody asking (R157)."""
        known_as = (connection.id, connection.created_at)
        if known_as in self._set_up or connection.paused:
            return
        if await runs.last_success(self._db, connection.id) is None:
            return
        if await runs.latest(self._db, connection.id, 1, kinds=[RunKind.SETTINGS]):
            self._set_up.add(known_as)
        else:
            await self._resync.request(connection.name, RunKind.SETTINGS, by=SETTING_UP, interactive=False)

    async def _start(self, plan: Plan, now: datetime) -> None:
        due = plan.owed(now)
        if not isinstance(due, Due) or await channels.has_fired(self._db, plan.name, due.at):
            return
        if plan.connection.paused:
            await channels.fire_once(self._db, plan.name, due.at)  # so that it is not made up when it is resumed
        else:
            await self._resync.fire(plan.connection, plan.kind, due.at, plan.name)


@contextmanager
def _kept_apart(connection: Connection, kind: RunKind) -> Iterator[None]:
    """One connection that breaks must not keep the others from their syncs."""
    try:
        yield
    except Exception:
        extra = {"action": "due_sync", "connection": connection.name, "kind": kind}
        LOG.exception("A scheduled sync could not be asked for.", extra=extra)
