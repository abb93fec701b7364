"""What Slack sent us, read once: who asks for what, from where, and how to answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.messages import Place
from bot.slack.buttons import action_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A command, a click or a mention. ``key`` names this very payload, however often it is delivered."""

    key: str
    team: str
    by: str
    by_team: str  # of the person: another team's in a channel shared by Slack Connect
    name: str
    place: Place
    response_url: str = field(default="", repr=False)  # lets anybody who has it write to the channel
    text: str = ""  # of a command or a mention
    action: str = ""  # of a click
    value: str = ""
    private: bool = True  # the clicked message was shown to this person alone
    bot: bool = False


def command(body: Mapping[str, Any]) -> Asking:
    return Asking(
        key=f"command:{_text(body, 'trigger_id')}",
        team=_text(body, "team_id"),
        by=_text(body, "user_id"),
        by_team=_text(body, "team_id"),
        name=_text(body, "user_name"),
        place=Place(channel=_text(body, "channel_id")),
        response_url=_text(body, "response_url"),
        text=_text(body, "text"),
    )


def click(body: Mapping[str, Any], action: Mapping[str, Any]) -> Asking:
    """Of a button its value, of a menu the value that was chosen."""
    user, container = _part(body, "user"), _part(body, "container")
    name = _text(action, "action_id")
    channel = _text(container, "channel_id") or _text(_part(body, "channel"), "id")
    chosen = _text(_part(action, "selected_option"), "value")
    return Asking(
        key=f"click:{_text(user, 'id')}:{name}:{_text(action, 'action_ts')}:{_text(body, 'trigger_id')}",
        team=_text(_part(body, "team"), "id"),
        by=_text(user, "id"),
        by_team=_text(user, "team_id") or _text(_part(body, "team"), "id"),
        name=_text(user, "name") or _text(user, "username"),
        place=Place(
            channel=channel,
            ts=_text(container, "message_ts") or None,
            thread_ts=_text(container, "thread_ts") or None,
        ),
        response_url=_text(body, "response_url"),
        action=action_of(name),
        value=_text(action, "value") or chosen,
        private=bool(container.get("is_ephemeral")),
    )


def mention(body: Mapping[str, Any]) -> Asking:
    """In a thread it is answered there; elsewhere it opens a thread under itself."""
    event = _part(body, "event")
    ts = _text(event, "ts")
    return Asking(
        key=f"event:{_text(body, 'event_id')}",
        team=_text(body, "team_id"),
        by=_text(event, "user"),
        by_team=_text(event, "user_team")
        or _text(event, "source_team")
        or _text(event, "team")
        or _text(body, "team_id"),
        name=_text(event, "user"),
        place=Place(channel=_text(event, "channel"), ts=ts or None, thread_ts=_text(event, "thread_ts") or ts or None),
        text=_after_mention(_text(event, "text")),
        private=False,
        bot=bool(event.get("bot_id")) or event.get("subtype") == "bot_message",
    )


def _after_mention(text: str) -> str:
    """What follows the first name that is mentioned: the bot's."""
    return re.sub(r"^.*?<@[UW][A-Z0-9]+(?:\|[^>]*)?>", "", text, count=1, flags=re.DOTALL).strip()


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = body.get(name)
    return value if isinstance(value, Mapping) else {}
