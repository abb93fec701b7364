"""What Slack does with an app's answer: the body of an acknowledgement, and the posts to a response URL."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sandbox.slack import elements
from sandbox.slack.blockkit.checks import array
from sandbox.slack.blockkit.objects import MENU_OPTION, OPTION_GROUP
from sandbox.slack.compose import accepted_view, compose, flag
from sandbox.slack.deliveries import Delivery
from sandbox.slack.identity import BOT_USER_ID, SLACKBOT_ID, Channel, User
from sandbox.slack.messages import Draft, Message
from sandbox.slack.places import InView
from sandbox.slack.refusal import Refused
from sandbox.slack.tickets import ResponseUrl
from sandbox.slack.views import View
from sandbox.slack.workspace import Workspace


def from_slackbot(
    workspace: Workspace, channel: Channel, user: User, text: str, *, thread_ts: str | None = None
) -> Message:
    """Only the person sees it: an unknown command, an app that did not answer."""
    draft = Draft(channel=channel.id, user=SLACKBOT_ID, text=text, ephemeral_to=user.id, thread_ts=thread_ts)
    return workspace.messages.post(draft, workspace.now())


def answer_command(workspace: Workspace, delivery: Delivery, channel: Channel, user: User, typed: str) -> None:
    """The acknowledgement's body is a message; ``in_channel`` also shows what was typed (Slack §2.1)."""
    body = delivery.body if delivery.ok and isinstance(delivery.body, dict) else {}
    if not body:
        return
    visible = body.get("response_type") == "in_channel"
    if visible:
        said = Draft(channel=channel.id, user=user.id, text=typed, bot=False)
        workspace.messages.post(said, workspace.now())
    if body.get("text") or body.get("blocks") or body.get("attachments"):
        _post(workspace, body, channel.id, None if visible else user.id)


def respond(workspace: Workspace, ticket: ResponseUrl, body: Mapping[str, Any]) -> None:
    """A post to a response URL.

    Replacing and deleting work only on the message that was clicked: the URL of a slash command has no original, and
    a second post to it is a second message (bolt-python #1268, bolt-js #2287).
    """
    original = workspace.messages.by_ts(ticket.message_ts or "")
    if flag(body, "delete_original"):
        if original is not None:
            workspace.messages.delete(original)
        return
    if original is not None and _replaces(body):
        content = compose(body)
        workspace.messages.edit(original, workspace.now(), **content.fields())
        return
    visible = body.get("response_type") == "in_channel"
    _post(workspace, body, ticket.channel, None if visible else ticket.user, thread_ts=body.get("thread_ts"))


def _replaces(body: Mapping[str, Any]) -> bool:
    """Nothing said about it replaces nothing; a message can also not become visible to others this way."""
    return flag(body, "replace_original")


def _post(
    workspace: Workspace, body: Mapping[str, Any], channel: str, to: str | None, *, thread_ts: str | None = None
) -> Message:
    """Works where the app is no member, too."""
    content = compose(body)
    draft = Draft(channel=channel, user=BOT_USER_ID, ephemeral_to=to, thread_ts=thread_ts, **content.fields())
    return workspace.messages.post(draft, workspace.now())


def offered_options(delivery: Delivery) -> list[dict[str, Any]]:
    """At most 100 options, or groups of them. Others are refused: Slack would show an empty menu."""
    body = delivery.body if delivery.ok and isinstance(delivery.body, dict) else {}
    if "option_groups" in body:
        problems = list(array(OPTION_GROUP, 100, 0)(body["option_groups"], "/option_groups"))
    else:
        problems = list(array(MENU_OPTION, 100, 0)(body.get("options", []), "/options"))
    if problems:
        raise Refused("invalid_options", messages=[str(problem) for problem in problems], status=502)
    return elements.options_of(body)


def refuse_empty(place: InView) -> None:
    """Slack does not submit while a required input is empty; the app hears nothing."""
    state = place.state
    empty = {
        found.block_id: "Please complete this required field."
        for found in elements.interactive(place.blocks)
        if found.required and elements.is_empty(state.get(found.block_id, {}).get(found.action_id, {}))
    }
    if empty:
        raise Refused("required_fields_are_empty", status=422, extra={"errors": empty})


def answer_submission(workspace: Workspace, delivery: Delivery, view: View) -> Delivery:
    """Empty closes the modal; ``response_action`` may show errors, update, push or clear."""
    body = delivery.body if isinstance(delivery.body, dict) else {}
    action = body.get("response_action")
    if not delivery.ok:
        return delivery
    now = workspace.now()
    try:
        if action == "errors":
            _check_errors(view, body.get("errors"))
        elif action == "update":
            workspace.views.update(view, accepted_view(body.get("view"), "modal"), now)
        elif action == "push":
            workspace.views.push(view.user, accepted_view(body.get("view"), "modal"), now)
        else:
            _close(workspace, view, action)
    except Refused as refused:
        return replace(delivery, error=refused.error)
    return delivery


def _close(workspace: Workspace, view: View, action: Any) -> None:
    if action not in {None, "clear"}:
        raise Refused("invalid_response_action")
    if any(one.id == view.id for one in workspace.views.stack(view.user)):
        workspace.views.close(view, whole_stack=action == "clear")


def _check_errors(view: View, errors: Any) -> None:
    """Each error stands under the block_id of an input."""
    inputs = {block.get("block_id") for block in view.blocks if block.get("type") == "input"}
    if not isinstance(errors, dict) or not errors or not inputs.issuperset(errors):
        raise Refused("invalid_response_errors")
