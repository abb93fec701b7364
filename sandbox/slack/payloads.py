"""What Slack sends to an app, built from the workspace: commands, interactions, options, views and events."""

from collections.abc import Mapping
from secrets import token_hex
from typing import Any

from sandbox.slack.identity import APP_ID, BOT_USER_ID, TEAM_DOMAIN, TEAM_ID, Channel, Command, User
from sandbox.slack.messages import Message
from sandbox.slack.views import View

VERIFICATION_TOKEN = "local-verification-token"  # noqa: S105 - deprecated by Slack, checked by nobody


def slash_command(
    command: Command, text: str, channel: Channel, user: User, *, trigger_id: str, response_url: str
) -> dict[str, Any]:
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": user.team_id,
        "team_domain": TEAM_DOMAIN,
        "channel_id": channel.id,
        "channel_name": "directmessage" if channel.direct else channel.name,
        "user_id": user.id,
        "user_name": user.name,
        "command": command.name,
        "text": text,
        "api_app_id": APP_ID,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def interaction(kind: str, user: User, trigger_id: str) -> dict[str, Any]:
    """What every interactive payload has."""
    return {
        "type": kind,
        "user": {"id": user.id, "username": user.name, "name": user.name, "team_id": user.team_id},
        "api_app_id": APP_ID,
        "token": VERIFICATION_TOKEN,
        "trigger_id": trigger_id,
        "team": {"id": TEAM_ID, "domain": TEAM_DOMAIN},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def in_message(message: Message, channel: Channel) -> dict[str, Any]:
    """Where an element in a message stands. Slack never gives an ephemeral message's content back."""
    container: dict[str, Any] = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": channel.id,
        "is_ephemeral": message.ephemeral_to is not None,
    }
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    place: dict[str, Any] = {"container": container, "channel": {"id": channel.id, "name": channel.name}}
    if message.ephemeral_to is None:
        place["message"] = message_object(message)
    return place


def in_view(view: View) -> dict[str, Any]:
    return {"container": {"type": "view", "view_id": view.id}, "view": view.as_json()}


def message_object(message: Message) -> dict[str, Any]:
    """A message as the Web API and interactive payloads show it."""
    shown: dict[str, Any] = {
        "type": "message",
        "user": message.user,
        "ts": message.ts,
        "text": message.text,
        "team": TEAM_ID,
    }
    if message.bot:
        shown |= {"bot_id": "B0PSABOT", "app_id": APP_ID}
    for name in ("thread_ts", "metadata"):
        if getattr(message, name):
            shown[name] = getattr(message, name)
    for name in ("blocks", "attachments", "files"):
        if getattr(message, name):
            shown[name] = list(getattr(message, name))
    if message.edited:
        shown["edited"] = {"user": message.user, "ts": message.edited}
    return shown


def event(inner: Mapping[str, Any], at: int) -> dict[str, Any]:
    """The outer envelope of the Events API; ``event_id`` is what an app de-duplicates by."""
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": TEAM_ID,
        "api_app_id": APP_ID,
        "event": dict(inner),
        "type": "event_callback",
        "event_id": f"Ev{token_hex(5).upper()}",
        "event_time": at,
        "authorizations": [
            {
                "enterprise_id": None,
                "team_id": TEAM_ID,
                "user_id": BOT_USER_ID,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": False,
        "event_context": "4-local",
    }


def mention(message: Message) -> dict[str, Any]:
    inner: dict[str, Any] = {
        "type": "app_mention",
        "user": message.user,
        "text": message.text,
        "ts": message.ts,
        "team": TEAM_ID,
        "channel": message.channel,
        "event_ts": message.ts,
        "client_msg_id": token_hex(16),
    }
    return inner | ({"thread_ts": message.thread_ts} if message.thread_ts else {})


def direct_message(message: Message) -> dict[str, Any]:
    return mention(message) | {"type": "message", "channel_type": "im"}


def home_opened(user: User, channel: Channel, view: View | None, ts: str) -> dict[str, Any]:
    inner: dict[str, Any] = {
        "type": "app_home_opened",
        "user": user.id,
        "channel": channel.id,
        "tab": "home",
        "event_ts": ts,
    }
    return inner | ({"view": view.as_json()} if view else {})
