"""What a channel has asked for: alerts about failures, and the digest at its hour."""

import re
from typing import Final

from bot.answers import UnknownConnection
from bot.clock import Clock
from bot.store.database import Database
from bot.store.queries import audit, channels, connections
from bot.store.queries.channels import Subscription

KINDS: Final = ("failures", "digest")
DEFAULT_HOUR: Final = "08:00"
_HOUR: Final = re.compile(r"(\d{1,2})(?::(\d{2}))?", re.ASCII)


class BadHour(ValueError):
    """Not a time of day. The message says how to write one."""


class Subscriptions:
    """Each change is audited (R251)."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def add(
        self, channel: str, kind: str, hour: str | None, *, by: str, connection: str | None = None
    ) -> tuple[Subscription, bool]:
        """True: it is new. ``hour`` is a local time such as 08:00; raises BadHour. ``connection``: the only one that it
        is about, in the place of all; raises UnknownConnection.
        """
        only = await self._named(connection)
        at = read_hour(hour or DEFAULT_HOUR) if kind == "digest" else ""
        now = self._clock.now()
        own = [each for each in await self.of(channel) if each.kind == kind]
        had = next((each for each in own if each.connection_id == only), None)
        if had is not None and had.at != at:
            # Made anew, so that it counts from now: an hour that has passed today is for tomorrow.
            await channels.unsubscribe(self._db, channel=channel, kind=kind)
        subscription, _ = await channels.subscribe(
            self._db, channel=channel, kind=kind, at=at, by=by, now=now, connection_id=only
        )
        detail = at or subscription.connection or ""
        await audit.write(
            self._db, at=now, who=by, action=f"subscribe {kind}", target=channel, outcome="done", detail=detail
        )
        return subscription, had is None

    async def remove(self, channel: str, kind: str, *, by: str, connection: str | None = None) -> bool:
        """Of one connection, or all of that kind. False: it had no such subscription. Raises UnknownConnection."""
        only = await self._named(connection)
        had = await channels.unsubscribe(self._db, channel=channel, kind=kind, connection_id=only)
        outcome = "done" if had else "nothing to do"
        await audit.write(
            self._db, at=self._clock.now(), who=by, action=f"unsubscribe {kind}", target=channel, outcome=outcome
        )
        return had

    async def _named(self, connection: str | None) -> int | None:
        if connection is None:
            return None
        found = await connections.by_name(self._db, connection)
        if found is None:
            raise UnknownConnection(connection, [each.name for each in await connections.every(self._db)])
        return found.id

    async def of(self, channel: str) -> list[Subscription]:
        return await channels.subscriptions(self._db, channel=channel)


def read_hour(text: str) -> str:
    """``8``, ``8:30`` and ``08:30`` become ``08:00`` and ``08:30``."""
    found = _HOUR.fullmatch(text.strip())
    hour, minute = (int(found.group(1)), int(found.group(2) or 0)) if found else (99, 99)
    if hour > 23 or minute > 59:
        raise BadHour(f"“{text}” is not a time of day. Write it like 08:00 or 17:30.")
    return f"{hour:02}:{minute:02}"
