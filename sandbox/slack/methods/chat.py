"""chat.*: posting, editing, deleting and scheduling messages."""

from datetime import timedelta
from typing import Any

from sandbox.slack.compose import Content, compose, flag
from sandbox.slack.identity import BOT_USER_ID, Channel
from sandbox.slack.messages import Draft, Message
from sandbox.slack.methods.method import TIER_3, TIER_4, Arguments, Method, required, visible_channel, whole
from sandbox.slack.payloads import message_object
from sandbox.slack.refusal import Refused
from sandbox.slack.workspace import Scheduled, Workspace

UPDATE_TEXT_LIMIT = 4_000
FURTHEST = timedelta(days=120)


def post_message(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    channel = _postable(workspace, arguments)
    message = workspace.messages.post(_draft(channel, arguments, compose(arguments)), workspace.now())
    return {"channel": channel.id, "ts": message.ts, "message": message_object(message)}


def post_ephemeral(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    channel = _postable(workspace, arguments)
    user_id = required(arguments, "user")
    if user_id not in workspace.users:
        raise Refused("user_not_found")
    if user_id not in channel.members:
        raise Refused("user_not_in_channel")
    content = compose(arguments)
    message = workspace.messages.post(_draft(channel, arguments, content, to=user_id), workspace.now())
    return {"message_ts": message.ts}


def update(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """Text without blocks removes the blocks; neither of them is a refusal."""
    message = _own(workspace, arguments, "cant_update_message")
    if len(str(arguments.get("text") or "")) > UPDATE_TEXT_LIMIT:
        raise Refused("msg_too_long")
    edited = workspace.messages.edit(message, workspace.now(), **_changes(message, compose(arguments), arguments))
    return {"channel": edited.channel, "ts": edited.ts, "text": edited.text, "message": message_object(edited)}


def delete(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    message = _own(workspace, arguments, "cant_delete_message")
    workspace.messages.delete(message)
    return {"channel": message.channel, "ts": message.ts}


def get_permalink(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    channel = visible_channel(workspace, arguments)
    message = workspace.messages.standing(channel.id, required(arguments, "message_ts"))
    link = f"{workspace.base_url}/archives/{channel.id}/p{message.ts.replace('.', '')}"
    thread = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.thread_ts else ""
    return {"channel": channel.id, "permalink": link + thread}


def schedule_message(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    channel = _postable(workspace, arguments)
    post_at = whole(arguments, "post_at", 0)
    ahead = post_at - workspace.now().timestamp()
    if ahead <= 0:
        raise Refused("time_in_past")
    if ahead > FURTHEST.total_seconds():
        raise Refused("time_too_far")
    scheduled = Scheduled(
        id=f"Q{len(workspace.scheduled) + 1:05d}LOCAL",
        post_at=post_at,
        draft=_draft(channel, arguments, compose(arguments)),
    )
    workspace.scheduled.append(scheduled)
    return {"channel": channel.id, "scheduled_message_id": scheduled.id, "post_at": post_at}


def _postable(workspace: Workspace, arguments: Arguments) -> Channel:
    """A user's id stands for the direct messages with that person, as in Slack."""
    name = required(arguments, "channel")
    channel = workspace.direct_channel(name) if name in workspace.users else visible_channel(workspace, arguments)
    if channel.archived:
        raise Refused("is_archived")
    if BOT_USER_ID not in channel.members and "chat:write.public" not in workspace.scopes:
        raise Refused("not_in_channel")
    return channel


def _own(workspace: Workspace, arguments: Arguments, error: str) -> Message:
    """Unlike chat.postMessage, these take no channel names."""
    channel = workspace.channels.get(required(arguments, "channel"))
    if channel is None:
        raise Refused("channel_not_found")
    message = workspace.messages.standing(channel.id, required(arguments, "ts"))
    if message.user != BOT_USER_ID:
        raise Refused(error)
    if channel.archived:
        raise Refused("is_archived")
    return message


def _draft(channel: Channel, arguments: Arguments, content: Content, *, to: str | None = None) -> Draft:
    return Draft(
        channel=channel.id,
        user=BOT_USER_ID,
        thread_ts=arguments.get("thread_ts") or None,
        broadcast=flag(arguments, "reply_broadcast"),
        ephemeral_to=to,
        **content.fields(),
    )


def _changes(message: Message, content: Content, arguments: Arguments) -> dict[str, Any]:
    changes = content.fields()
    if not content.blocks and not content.text:
        changes["blocks"] = message.blocks
    if arguments.get("metadata") is None:
        changes["metadata"] = message.metadata
    return changes


METHODS = (
    Method(name="chat.postMessage", run=post_message, scopes=("chat:write",), posts=True),
    Method(name="chat.postEphemeral", run=post_ephemeral, scopes=("chat:write",), per_minute=TIER_4),
    Method(name="chat.update", run=update, scopes=("chat:write",), per_minute=TIER_3),
    Method(name="chat.delete", run=delete, scopes=("chat:write",), per_minute=TIER_3),
    Method(name="chat.getPermalink", run=get_permalink),
    Method(name="chat.scheduleMessage", run=schedule_message, scopes=("chat:write",), per_minute=TIER_3),
)
