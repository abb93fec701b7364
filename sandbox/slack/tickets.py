"""Trigger ids and response URLs: short-lived tickets that Slack hands out with every delivery (Slack §2.1)."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_hex

from sandbox.slack.refusal import Refused

TRIGGER_LIFE = timedelta(seconds=3)
RESPONSE_LIFE = timedelta(minutes=30)
RESPONSE_USES = 5


@dataclass(slots=True, kw_only=True)
class Trigger:
    id: str
    user: str
    made_at: datetime
    view_id: str | None = None  # the modal that the interaction happened in: only such a trigger may push
    used: bool = False


class Triggers:
    """``life`` is Slack's three seconds; a test that steps through a debugger may lengthen it."""

    def __init__(self, life: timedelta = TRIGGER_LIFE) -> None:
        self.life = life
        self._by_id: dict[str, Trigger] = {}

    def make(self, user: str, now: datetime, *, view_id: str | None = None) -> str:
        trigger_id = f"{len(self._by_id) + 1}.{int(now.timestamp())}.{token_hex(8)}"
        self._by_id[trigger_id] = Trigger(id=trigger_id, user=user, made_at=now, view_id=view_id)
        return trigger_id

    def exchange(self, trigger_id: str, now: datetime) -> Trigger:
        """Once, and within three seconds."""
        trigger = self._by_id.get(trigger_id)
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if now - trigger.made_at > self.life:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger


@dataclass(slots=True, kw_only=True)
class ResponseUrl:
    """``message_ts`` is the message that was clicked: only such an URL can replace or delete an original."""

    id: str
    channel: str
    user: str
    made_at: datetime
    message_ts: str | None = None
    thread_ts: str | None = None
    uses: int = 0


@dataclass(slots=True)
class ResponseUrls:
    """Five messages within thirty minutes each."""

    _by_id: dict[str, ResponseUrl] = field(default_factory=dict)

    def make(
        self, *, channel: str, user: str, now: datetime, message_ts: str | None = None, thread_ts: str | None = None
    ) -> ResponseUrl:
        ticket = ResponseUrl(
            id=token_hex(12), channel=channel, user=user, made_at=now, message_ts=message_ts, thread_ts=thread_ts
        )
        self._by_id[ticket.id] = ticket
        return ticket

    def spend(self, ticket_id: str, now: datetime) -> ResponseUrl:
        """The names of the two refusals are from memory of the real service (Slack §8.3)."""
        ticket = self._by_id.get(ticket_id)
        if ticket is None:
            raise Refused("invalid_url", status=404)
        if now - ticket.made_at > RESPONSE_LIFE:
            raise Refused("expired_url", status=404)
        if ticket.uses >= RESPONSE_USES:
            raise Refused("used_url", status=404)
        ticket.uses += 1
        return ticket
