"""What the Slack side must remember over a restart, kept in the store."""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from bot.app import Bot
from bot.messages import Place
from bot.slack.calls import Outcome
from bot.slack.front import Memory
from bot.store.database import Database
from bot.store.queries import audit, channels
from bot.store.queries.channels import Delivery
from bot.store.room import unless_full

LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDeliveries:
    """The notifier's record of posts. While the disk is full, it is this process that remembers them."""

    db: Database
    unwritten: dict[str, str | None] = field(default_factory=dict)  # keys, and where their messages stand

    async def claim(self, key: str, now: datetime) -> Delivery:
        if key in self.unwritten:
            return Delivery(key=key, new=False, ts=self.unwritten[key], claimed_at=now)
        claimed = await unless_full(channels.claim(self.db, key, now), None)
        if claimed is None:
            claimed = await channels.delivery(self.db, key) or Delivery(key=key, new=True, ts=None, claimed_at=now)
            if claimed.new:
                self.unwritten[key] = None
        return claimed

    async def delivered(self, key: str, ts: str) -> None:
        if key in self.unwritten or not await unless_full(self._written(key, ts), instead=False):
            self.unwritten[key] = ts

    async def release(self, key: str) -> None:
        if key in self.unwritten:
            del self.unwritten[key]
        else:
            await unless_full(channels.release(self.db, key), None)

    async def _written(self, key: str, ts: str) -> bool:
        await channels.delivered(self.db, key, ts)
        return True


def memory(bot: Bot) -> Memory:
    async def first_time(key: str, now: datetime) -> bool:
        # Where it cannot be remembered, asking twice is better than not being heard.
        return await unless_full(channels.first_time(bot.db, key, now), instead=True)

    async def note(*, who: str, action: str, target: str, outcome: str) -> None:
        noting = audit.write(bot.db, at=bot.clock.now(), who=who, action=action, target=target, outcome=outcome)
        await unless_full(noting, None)

    async def troubled(place: Place, outcome: Outcome) -> None:
        extra = {"action": "undelivered", "channel": place.channel, "outcome": outcome.value}
        LOG.warning("A message could not be delivered.", extra=extra)
        await note(who="psa-bot", action="deliver", target=place.channel, outcome=outcome.value)

    return Memory(deliveries=StoredDeliveries(db=bot.db), first_time=first_time, audit=note, troubled=troubled)
