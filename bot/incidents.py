"""What became of telling a channel about an incident: told once, tried again with patience, closed when it is over."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from bot.clock import patience
from bot.store.database import Database
from bot.store.queries import channels
from bot.store.queries.channels import Incident, Subscription

MOST_TRIES: Final = 5  # to edit a message, until it is taken for deleted


async def told(db: Database, incident: Incident, mark: str, ts: str | None, now: datetime, *, over: bool) -> None:
    """``mark`` names the news; ``ts``: where it stands, None: it could not be delivered. ``over``: it was the last."""
    facts: dict[str, Any] = {**incident.facts, "told": mark, "tries": 0}
    if ts is None:
        tries = int(incident.facts.get("tries", 0)) + 1
        facts = {**incident.facts, "tries": tries, "again_at": (now + patience(tries)).isoformat()}
    given_up = ts is None and facts["tries"] >= MOST_TRIES
    await channels.note_incident(db, incident.id, facts, ts=ts or incident.ts)
    # A message that cannot be edited is gone: the incident is closed with it, and opened anew if it lasts.
    if (given_up and incident.ts is not None) or (ts and over):
        await channels.close_incident(db, incident.id, now)


def heard_in(listening: Iterable[Subscription], connection_id: int) -> list[str]:
    """The channels that want to be told of this connection."""
    return [each.channel for each in listening if each.hears_of(connection_id)]


def is_wanted(incident: Incident, listening: Iterable[Subscription]) -> bool:
    """Its channel still wants to be told of its connection, whose number the key begins with."""
    number = incident.key.partition(":")[0]
    return number.isdecimal() and incident.channel in heard_in(listening, int(number))


def is_news(incident: Incident, mark: str, now: datetime) -> bool:
    """Not told yet, and not just tried in vain."""
    if incident.facts.get("told") == mark:
        return False
    again_at = incident.facts.get("again_at") if incident.facts.get("tries") else None
    return again_at is None or now >= datetime.fromisoformat(str(again_at))
