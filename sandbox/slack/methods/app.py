"""auth, oauth, apps and blocks: the app itself rather than what it says."""

from typing import Any

from sandbox.slack import identity
from sandbox.slack.blockkit.checks import Problem
from sandbox.slack.blockkit.surfaces import message_problems, view_problems
from sandbox.slack.compose import structured
from sandbox.slack.methods.method import TIER_2, Arguments, Method, required
from sandbox.slack.refusal import Refused
from sandbox.slack.workspace import Workspace


def api_test(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    if arguments.get("error"):
        raise Refused(str(arguments["error"]), extra={"args": dict(arguments)})
    return {"args": dict(arguments)}


def auth_test(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    bot = workspace.users[identity.BOT_USER_ID]
    return {
        "url": f"{workspace.base_url}/",
        "team": identity.TEAM_NAME,
        "user": bot.name,
        "team_id": identity.TEAM_ID,
        "user_id": bot.id,
        "bot_id": identity.BOT_ID,
        "is_enterprise_install": False,
    }


def oauth_access(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """The code works once, as codes do."""
    if required(arguments, "client_id") != identity.CLIENT_ID:
        raise Refused("invalid_client_id")
    if required(arguments, "client_secret") != identity.CLIENT_SECRET:
        raise Refused("bad_client_secret")
    if required(arguments, "code") != identity.OAUTH_CODE:
        raise Refused("invalid_code")
    if workspace.code_used:
        raise Refused("code_already_used")
    workspace.code_used = True
    return {
        "app_id": identity.APP_ID,
        "authed_user": {"id": "U0ADMIN"},
        "scope": ",".join(sorted(workspace.scopes)),
        "token_type": "bot",
        "access_token": identity.BOT_TOKEN,
        "bot_user_id": identity.BOT_USER_ID,
        "team": {"id": identity.TEAM_ID, "name": identity.TEAM_NAME},
        "enterprise": None,
        "is_enterprise_install": False,
    }


def open_connection(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    ticket = workspace.socket_ticket()
    return {"url": f"{workspace.base_url.replace('http', 'ws', 1)}/_socket?ticket={ticket}&app_id={identity.APP_ID}"}


def validate_blocks(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    given = [name for name in ("blocks", "message", "view") if arguments.get(name) is not None]
    if len(given) != 1:
        raise Refused("invalid_arguments", messages=["[ERROR] provide exactly one of blocks, message and view"])
    problems = _problems(given[0], structured(arguments, given[0], "invalid_arguments"))
    if problems:
        listed = [{"pointer": one.pointer, "code": "failed_constraint", "message": one.text} for one in problems]
        raise Refused(f"invalid_{given[0]}", extra={"errors": listed})
    return {}


def _problems(name: str, value: Any) -> list[Problem]:
    if name == "view":
        return view_problems(value, "")
    if name == "message":
        return message_problems(value.get("blocks") if isinstance(value, dict) else None, "/blocks")
    return message_problems(value, "")


METHODS = (
    Method(name="api.test", run=api_test, token="none"),  # noqa: S106 - a kind of token, not one
    Method(name="auth.test", run=auth_test),
    Method(name="oauth.v2.access", run=oauth_access, token="none", per_minute=600),  # noqa: S106 - as above
    Method(name="apps.connections.open", run=open_connection, token="app"),  # noqa: S106 - as above
    Method(name="blocks.validate", run=validate_blocks, per_minute=TIER_2),
)
