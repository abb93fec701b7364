"""The state of the local Slack workspace, in memory: people, channels, messages, views, tickets and calls."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from secrets import token_hex
from typing import Any, Protocol

from sandbox.slack import identity
from sandbox.slack.identity import Channel, Command, User, UserGroup
from sandbox.slack.messages import Draft, Messages
from sandbox.slack.refusal import Refused
from sandbox.slack.stream import Stream
from sandbox.slack.tickets import ResponseUrls, Triggers
from sandbox.slack.views import Views


class Clock(Protocol):
    def now(self) -> datetime: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiCall:
    """One request to the Web API or to a response URL. ``arguments`` never holds the token."""

    method: str
    status: int
    ok: bool
    error: str
    at: datetime
    arguments: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return {
            "method": self.method,
            "status": self.status,
            "ok": self.ok,
            "error": self.error,
            "at": self.at.isoformat(),
            "arguments": self.arguments,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """A message that waits for its time."""

    id: str
    post_at: int
    draft: Draft


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file: announced, then sent (``content``), then completed."""

    id: str
    name: str
    length: int
    content: bytes | None = None


@dataclass(slots=True, kw_only=True)
class Workspace:
    """``scopes`` is what the bot token may do; ``token_error`` switches the token off (account_inactive …)."""

    clock: Clock
    stream: Stream = field(default_factory=Stream)
    users: dict[str, User] = field(default_factory=lambda: {user.id: user for user in identity.USERS})
    channels: dict[str, Channel] = field(default_factory=lambda: {one.id: one for one in identity.CHANNELS})
    groups: dict[str, UserGroup] = field(default_factory=lambda: {group.id: group for group in identity.USER_GROUPS})
    commands: tuple[Command, ...] = identity.COMMANDS
    scopes: frozenset[str] = identity.SCOPES
    events: frozenset[str] = identity.EVENTS
    token_error: str = ""
    calls: list[ApiCall] = field(default_factory=list)
    triggers: Triggers = field(default_factory=Triggers)
    response_urls: ResponseUrls = field(default_factory=ResponseUrls)
    scheduled: list[Scheduled] = field(default_factory=list)
    uploads: dict[str, Upload] = field(default_factory=dict)
    tickets: set[str] = field(default_factory=set)  # for Socket Mode connections
    message_states: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)  # ts → block_id → action_id
    code_used: bool = False  # the OAuth code
    base_url: str = ""  # where this workspace is served
    messages: Messages = field(init=False)
    views: Views = field(init=False)

    def __post_init__(self) -> None:
        self.messages = Messages(self.stream)
        self.views = Views(self.stream)
        for user in list(self.users.values()):
            if not user.bot:
                self.direct_channel(user.id)

    def now(self) -> datetime:
        return self.clock.now()

    def user(self, name_or_id: str) -> User:
        """By id or by name, with or without @."""
        wanted = name_or_id.removeprefix("@")
        for user in self.users.values():
            if wanted in {user.id, user.name}:
                return user
        raise Refused("user_not_found")

    def channel(self, name_or_id: str) -> Channel:
        """By id or by name, with or without #."""
        wanted = name_or_id.removeprefix("#")
        for channel in self.channels.values():
            if wanted == channel.id or (wanted == channel.name and not channel.direct):
                return channel
        raise Refused("channel_not_found")

    def direct_channel(self, user_id: str) -> Channel:
        """The direct messages between the app and a person."""
        if user_id not in self.users:
            raise Refused("user_not_found")
        channel_id = f"D{user_id[1:]}"
        if channel_id not in self.channels:
            members = frozenset({user_id, identity.BOT_USER_ID})
            self.channels[channel_id] = Channel(id=channel_id, name=channel_id, user=user_id, members=members)
        return self.channels[channel_id]

    def change_channel(self, channel: Channel, **changes: Any) -> Channel:
        changed = replace(channel, **changes)
        self.channels[channel.id] = changed
        return changed

    def invite(self, channel_id: str, user_id: str = identity.BOT_USER_ID) -> Channel:
        channel = self.channel(channel_id)
        return self.change_channel(channel, members=channel.members | {user_id})

    def remove(self, channel_id: str, user_id: str = identity.BOT_USER_ID) -> Channel:
        channel = self.channel(channel_id)
        return self.change_channel(channel, members=channel.members - {user_id})

    def archive(self, channel_id: str) -> Channel:
        return self.change_channel(self.channel(channel_id), archived=True)

    def socket_ticket(self) -> str:
        """Opens one Socket Mode connection."""
        ticket = token_hex(12)
        self.tickets.add(ticket)
        return ticket

    def post_due(self) -> None:
        """Posts the scheduled messages whose time has come."""
        now = self.now()
        due = [one for one in self.scheduled if one.post_at <= now.timestamp()]
        self.scheduled = [one for one in self.scheduled if one not in due]
        for one in due:
            self.messages.post(one.draft, now)

    def command(self, name: str) -> Command | None:
        return next((command for command in self.commands if command.name == name), None)
