"""The workspace's messages: posted, edited, deleted, ephemeral ones and threads included."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sandbox.slack.refusal import Refused
from sandbox.slack.stream import Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody wants to say, before it has a ts."""

    channel: str
    user: str
    text: str = ""
    blocks: tuple[dict[str, Any], ...] = ()
    attachments: tuple[dict[str, Any], ...] = ()
    thread_ts: str | None = None
    ephemeral_to: str | None = None
    metadata: dict[str, Any] | None = None
    files: tuple[dict[str, Any], ...] = ()
    broadcast: bool = False
    bot: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Draft):
    ts: str
    edited: str | None = None
    reactions: tuple[tuple[str, str], ...] = ()  # (name, user)

    def as_json(self) -> dict[str, Any]:
        """The shape of ``GET /_control/messages`` and of the stream (the stable interface)."""
        return {
            "ts": self.ts,
            "thread_ts": self.thread_ts,
            "channel": self.channel,
            "user": self.user,
            "bot": self.bot,
            "ephemeral_to": self.ephemeral_to,
            "text": self.text,
            "blocks": list(self.blocks),
            "attachments": list(self.attachments),
            "files": list(self.files),
            "reactions": [{"name": name, "user": user} for name, user in self.reactions],
            "broadcast": self.broadcast,
            "edited": self.edited,
        }


class Messages:
    """``ts`` is unique in the whole workspace and always grows, also when the clock is moved back."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._by_ts: dict[str, Message] = {}
        self._last = 0

    def next_ts(self, now: datetime) -> str:
        self._last = max(self._last + 1, int(now.timestamp() * 1_000_000))
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"

    def post(self, draft: Draft, now: datetime) -> Message:
        """The thread must exist (Slack §1.4); a reply to a reply goes to the reply's thread, as in Slack."""
        thread_ts = draft.thread_ts
        if thread_ts is not None:
            parent = self.standing(draft.channel, thread_ts, error="thread_not_found")
            thread_ts = parent.thread_ts or parent.ts
        fields = {name: getattr(draft, name) for name in Draft.__dataclass_fields__}
        message = Message(**{**fields, "thread_ts": thread_ts}, ts=self.next_ts(now))
        self._by_ts[message.ts] = message
        self._stream.publish("message", message.as_json())
        return message

    def edit(self, message: Message, now: datetime, **changes: Any) -> Message:
        """Slack shows no "edited" mark where blocks were changed, but the time is always kept here."""
        edited = replace(message, **changes, edited=self.next_ts(now))
        self._by_ts[message.ts] = edited
        self._stream.publish("edit", edited.as_json())
        return edited

    def delete(self, message: Message) -> None:
        del self._by_ts[message.ts]
        gone = {"ts": message.ts, "channel": message.channel, "ephemeral_to": message.ephemeral_to}
        self._stream.publish("delete", gone)

    def by_ts(self, ts: str) -> Message | None:
        return self._by_ts.get(ts)

    def standing(self, channel: str, ts: str, *, error: str = "message_not_found") -> Message:
        """A message that everybody sees. Ephemeral ones are invisible to the Web API (Slack §2.1)."""
        message = self._by_ts.get(ts)
        if message is None or message.channel != channel or message.ephemeral_to:
            raise Refused(error)
        return message

    def within(self, *, channel: str | None = None, after: str = "", user: str | None = None) -> Iterator[Message]:
        """Oldest first. ``user`` leaves out what is ephemeral to others; ``after`` is a ts."""
        for message in list(self._by_ts.values()):
            if channel is not None and message.channel != channel:
                continue
            if user is not None and message.ephemeral_to not in {None, user}:
                continue
            if message.ts <= after:
                continue
            yield message
