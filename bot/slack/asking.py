"""What Slack sent us, read once: who asks for what, from where, and how to answer."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.forms import Filled
from bot.messages import Place
from bot.slack.buttons import action_of
from bot.slack.modals import filled_in, memory_of


@dataclass(frozen=True, slots=True, kw_only=True)
class InView:
    """The modal in which something was changed or submitted. ``hash`` is its version."""

    id: str
    hash: str
    form: str
    memory: str
    filled: Filled


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """A command, a click, a mention or a submitted modal. ``key`` names this payload, however often it is delivered."""

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
    trigger: str = ""  # opens a modal, once and within three seconds
    view: InView | None = None
    at: str = ""  # of a click: when, by Slack's clock


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
    """Of a button its value, of a menu the value that was chosen; of a field in a modal the modal, too."""
    name, view = _text(action, "action_id"), _part(body, "view")
    in_modal = _text(view, "type") == "modal"
    chosen = _text(_part(action, "selected_option"), "value")
    return replace(
        _interaction(body),
        key=f"click:{_text(_part(body, 'user'), 'id')}:{name}:{_text(action, 'action_ts')}:{_text(body, 'trigger_id')}",
        place=memory_of(view)[1] if in_modal else _of_message(body),
        response_url=_text(body, "response_url"),
        action=action_of(name),
        value=_text(action, "value") or chosen,
        private=bool(_part(body, "container").get("is_ephemeral")),
        trigger=_text(body, "trigger_id"),
        view=_in_view(view) if in_modal else None,
        at=_text(action, "action_ts"),
    )


def submission(body: Mapping[str, Any]) -> Asking:
    """A modal was filled in: its answer goes where the modal was asked for."""
    view = _part(body, "view")
    return replace(
        _interaction(body),
        key=f"submit:{_text(view, 'id')}:{_text(body, 'trigger_id')}",
        place=memory_of(view)[1],
        action=f"submit.{_text(view, 'callback_id')}",
        view=_in_view(view),
    )


def _interaction(body: Mapping[str, Any]) -> Asking:
    """What every interactive payload tells: who it is."""
    user, team = _part(body, "user"), _text(_part(body, "team"), "id")
    return Asking(
        key="",
        team=team,
        by=_text(user, "id"),
        by_team=_text(user, "team_id") or team,
        name=_text(user, "name") or _text(user, "username"),
        place=Place(channel=""),
    )


def _of_message(body: Mapping[str, Any]) -> Place:
    container = _part(body, "container")
    return Place(
        channel=_text(container, "channel_id") or _text(_part(body, "channel"), "id"),
        ts=_text(container, "message_ts") or None,
        thread_ts=_text(container, "thread_ts") or None,
    )


def _in_view(view: Mapping[str, Any]) -> InView:
    return InView(
        id=_text(view, "id"),
        hash=_text(view, "hash"),
        form=_text(view, "callback_id"),
        memory=memory_of(view)[0],
        filled=filled_in(view),
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
