"""conversations.* and reactions.*: channels, their members, and reactions to their messages."""

from typing import Any

from sandbox.slack.identity import BOT_USER_ID, Channel
from sandbox.slack.methods.method import (
    TIER_2,
    TIER_3,
    TIER_4,
    Arguments,
    Method,
    page,
    required,
    visible_channel,
)
from sandbox.slack.refusal import Refused
from sandbox.slack.workspace import Workspace

READ = ("channels:read", "groups:read", "im:read", "mpim:read")
EPOCH = 1_700_000_000


def channel_object(channel: Channel) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": channel.id,
        "is_channel": not channel.direct,
        "is_group": False,
        "is_im": channel.direct,
        "is_private": channel.private or channel.direct,
        "is_archived": channel.archived,
        "is_member": BOT_USER_ID in channel.members,
        "is_ext_shared": False,
        "created": EPOCH,
    }
    if channel.direct:
        return shown | {"user": channel.user}
    topic = {"value": channel.topic, "creator": "", "last_set": 0}
    return shown | {"name": channel.name, "name_normalized": channel.name, "topic": topic, "purpose": topic}


def info(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    channel = visible_channel(workspace, arguments)
    shown = channel_object(channel)
    return {"channel": shown | {"num_members": len(channel.members)}}


def listing(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    kinds = set(str(arguments.get("types") or "public_channel").split(","))
    hide_archived = str(arguments.get("exclude_archived", "")).lower() in {"true", "1"}
    rows = [
        channel_object(channel)
        for channel in workspace.channels.values()
        if _kind(channel) in kinds
        and not (hide_archived and channel.archived)
        and not (channel.private and BOT_USER_ID not in channel.members)
    ]
    shown, cursor = page(workspace, arguments, rows)
    return {"channels": shown, "response_metadata": {"next_cursor": cursor}}


def open_direct(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    users = [name for name in str(arguments.get("users") or "").split(",") if name]
    if not users:
        raise Refused("users_list_not_supplied")
    if len(users) > 1:
        raise Refused("too_many_users")  # group messages are not part of the local workspace
    known = f"D{users[0][1:]}" in workspace.channels
    channel = workspace.direct_channel(users[0])
    return {"channel": {"id": channel.id}, "no_op": known, "already_open": known}


def members(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    channel = visible_channel(workspace, arguments)
    shown, cursor = page(workspace, arguments, sorted(channel.members))
    return {"members": shown, "response_metadata": {"next_cursor": cursor}}


def join(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    channel = visible_channel(workspace, arguments)
    if channel.archived:
        raise Refused("is_archived")
    if channel.direct or channel.private:
        raise Refused("method_not_supported_for_channel_type")
    already = BOT_USER_ID in channel.members
    joined = workspace.invite(channel.id)
    warning = {"warning": "already_in_channel"} if already else {}
    return {"channel": channel_object(joined), **warning}


def add_reaction(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    channel = visible_channel(workspace, arguments)
    message = workspace.messages.standing(channel.id, required(arguments, "timestamp"))
    reaction = (required(arguments, "name").strip(":"), BOT_USER_ID)
    if not reaction[0].replace("_", "").replace("-", "").replace("+", "").isalnum():
        raise Refused("invalid_name")
    if reaction in message.reactions:
        raise Refused("already_reacted")
    workspace.messages.edit(message, workspace.now(), reactions=(*message.reactions, reaction))
    return {}


def _kind(channel: Channel) -> str:
    if channel.direct:
        return "im"
    return "private_channel" if channel.private else "public_channel"


METHODS = (
    Method(name="conversations.info", run=info, scopes=READ, per_minute=TIER_3),
    Method(name="conversations.list", run=listing, scopes=READ, per_minute=TIER_2),
    Method(name="conversations.open", run=open_direct, scopes=("im:write",), per_minute=TIER_3),
    Method(name="conversations.members", run=members, scopes=READ, per_minute=TIER_4),
    Method(name="conversations.join", run=join, scopes=("channels:join",), per_minute=TIER_3),
    Method(name="reactions.add", run=add_reaction, scopes=("reactions:write",), per_minute=TIER_3),
)
