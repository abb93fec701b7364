"""Who and what is in the workspace, as ``GET /_control/workspace`` and the page show it."""

from typing import Any

from sandbox.slack import identity
from sandbox.slack.workspace import Workspace


def directory(workspace: Workspace) -> dict[str, Any]:
    bot = workspace.users[identity.BOT_USER_ID]
    channels = [channel for channel in workspace.channels.values() if not channel.direct]
    people = [user for user in workspace.users.values() if not user.bot]
    return {
        "team": {"id": identity.TEAM_ID, "name": identity.TEAM_NAME},
        "channels": [
            {"id": one.id, "name": one.name, "topic": one.topic, "archived": one.archived, "private": one.private}
            for one in channels
        ],
        "users": [
            {"id": user.id, "key": user.name, "name": user.real_name, "role": "admin" if user.admin else "member"}
            for user in people
        ],
        "groups": [{"id": group.id, "handle": group.handle, "name": group.name} for group in workspace.groups.values()],
        "app": {"user": bot.id, "name": bot.name, "real_name": bot.real_name, "slackbot": identity.SLACKBOT_ID},
        "commands": [
            {"name": one.name, "description": one.description, "usage_hint": one.usage_hint}
            for one in workspace.commands
        ],
    }
