"""views.*: opening, pushing and updating modals, publishing the home tab."""

from typing import Any

from sandbox.slack.compose import checked_view
from sandbox.slack.methods.method import TIER_4, Arguments, Method, required
from sandbox.slack.refusal import Refused
from sandbox.slack.views import View
from sandbox.slack.workspace import Workspace


def open_view(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    """The view is checked first: a refused view does not use the trigger up."""
    body = checked_view(arguments, "modal")
    trigger = workspace.triggers.exchange(required(arguments, "trigger_id"), workspace.now())
    return _shown(workspace.views.open(trigger.user, body, workspace.now()))


def push(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    body = checked_view(arguments, "modal")
    trigger = workspace.triggers.exchange(required(arguments, "trigger_id"), workspace.now())
    if trigger.view_id is None:
        raise Refused("not_found")
    return _shown(workspace.views.push(trigger.user, body, workspace.now()))


def update(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    named = {name: str(arguments[name]) for name in ("view_id", "external_id") if arguments.get(name)}
    if not named:
        raise Refused("invalid_arguments", messages=["[ERROR] one of view_id and external_id is required"])
    view = workspace.views.find(**named)
    body = checked_view(arguments, str(view.body["type"]))
    return _shown(workspace.views.update(view, body, workspace.now(), expected_hash=arguments.get("hash")))


def publish(workspace: Workspace, arguments: Arguments) -> dict[str, Any]:
    user_id = required(arguments, "user_id")
    if user_id not in workspace.users:
        raise Refused("user_not_found")
    body = checked_view(arguments, "home")
    return _shown(workspace.views.publish(user_id, body, workspace.now(), expected_hash=arguments.get("hash")))


def _shown(view: View) -> dict[str, Any]:
    return {"view": view.as_json()}


METHODS = (
    Method(name="views.open", run=open_view, per_minute=TIER_4),
    Method(name="views.push", run=push, per_minute=TIER_4),
    Method(name="views.update", run=update, per_minute=TIER_4),
    Method(name="views.publish", run=publish, per_minute=TIER_4),
)
