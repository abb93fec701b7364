"""users.* and usergroups.*: who is in the workspace."""

from typing import Any

from sandbox.slack.identity import TEAM_ID, User, UserGroup
from sandbox.slack.methods.method import TIER_2, TIER_3, TIER_4, Arguments, Method, page, required
from sandbox.slack.refusal import Refused
from sandbox.slack.workspace import Workspace


def user_object(user: User, *, with_email: bool) -> dict[str, Any]:
    profile = {"real_name": user.real_name, "display_name": user.real_name, "team": user.team_id}
    return {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "real_name": user.real_name,
        "deleted": user.deleted,
        "tz": user.tz,
        "profile": profile | ({"email": user.email} if with_email and user.email else {}),
        "is_admin": user.admin,
        "is_bot": user.bot,
        "is_restricted": False,
        "is_stranger": user.team_id != TEAM_ID,
    }


def info(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    user = workspace.users.get(required(arguments, "user"))
    if user is None:
        raise Refused("user_not_found")
    return {"user": user_object(user, with_email="users:read.email" in workspace.scopes)}


def listing(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    with_email = "users:read.email" in workspace.scopes
    rows = [user_object(user, with_email=with_email) for user in workspace.users.values()]
    shown, cursor = page(workspace, arguments, rows)
    return {"members": shown, "response_metadata": {"next_cursor": cursor}}


def lookup_by_email(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    email = required(arguments, "email").lower()
    for user in workspace.users.values():
        if user.email.lower() == email and not user.deleted:
            return {"user": user_object(user, with_email=True)}
    raise Refused("users_not_found")


def groups(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    return {"usergroups": [_group_object(group) for group in workspace.groups.values()]}


def group_users(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    group = workspace.groups.get(required(arguments, "usergroup"))
    if group is None:
        raise Refused("no_such_subteam")
    return {"users": list(group.users)}


def _group_object(group: UserGroup) -> dict[str, Any]:
    return {
        "id": group.id,
        "team_id": TEAM_ID,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "user_count": len(group.users),
        "date_delete": 0,
    }


METHODS = (
    Method(name="users.info", run=info, scopes=("users:read",), per_minute=TIER_4),
    Method(name="users.list", run=listing, scopes=("users:read",), per_minute=TIER_2),
    Method(name="users.lookupByEmail", run=lookup_by_email, scopes=("users:read.email",), per_minute=TIER_3),
    Method(name="usergroups.list", run=groups, scopes=("usergroups:read",), per_minute=TIER_2),
    Method(name="usergroups.users.list", run=group_users, scopes=("usergroups:read",), per_minute=TIER_2),
)
