"""What the Slack side must remember over a restart, kept in the store."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.app import Bot
from bot.messages import Place
from bot.slack.calls import Outcome
from bot.slack.front import Memory
from bot.store.database import Database
from bot.store.queries import audit, channels
from bot.store.queries.channels import Delivery

LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDeliveries:
    """The notifier's record of posts."""

    db: Database

    async def claim(self, key: str, now: datetime) -> Delivery:
        return await channels.claim(self.db, key, now)

    async def delivered(self, key: str, ts: str) -> None:
        await channels.delivered(self.db, key, ts)

    async def release(self, key: str) -> None:
        await channels.release(self.db, key)


def memory(bot: Bot) -> Memory:
    async def first_time(key: str, now: datetime) -> bool:
        return await channels.first_time(bot.db, key, now)

    async def note(*, who: str, action: str, target: str, outcome: str) -> None:
        await audit.write(bot.db, at=bot.clock.now(), who=who, action=action, target=target, outcome=outcome)

    async def troubled(place: Place, outcome: Outcome) -> None:
        extra = {"action": "undelivered", "channel": place.channel, "outcome": outcome.value}
        LOG.warning("A message could not be delivered.", extra=extra)
        await note(who="psa-bot", action="deliver", target=place.channel, outcome=outcome.value)

    return Memory(deliveries=StoredDeliveries(db=bot.db), first_time=first_time, audit=note, troubled=troubled)
