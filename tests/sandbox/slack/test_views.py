"""Modals and home tabs: triggers, stacks, hashes, submissions and what closes them (Slack §2.1)."""

from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.clock import SandboxClock
from sandbox.slack.local import Slack
from sandbox.slack.refusal import Refused
from tests.sandbox.slack.recording import RecordingBot
from tests.sandbox.slack.refused import refused

Json = dict[str, Any]


def text(words: str) -> Json:
    return {"type": "plain_text", "text": words}


NAME = {
    "type": "input",
    "block_id": "who",
    "label": text("Customer"),
    "element": {"type": "plain_text_input", "action_id": "name"},
}
PICK = {
    "type": "input",
    "block_id": "what",
    "optional": True,
    "label": text("Kind"),
    "element": {
        "type": "static_select",
        "action_id": "kind",
        "options": [{"text": text("Full"), "value": "full"}, {"text": text("Quick"), "value": "quick"}],
    },
}


def modal(title: str = "Find", blocks: list[Json] | None = None, **more: Any) -> Json:
    return {"type": "modal", "title": text(title), "submit": text("Go"), "blocks": blocks or [NAME, PICK], **more}


@pytest.fixture
async def trigger(slack: Slack, bot: RecordingBot) -> str:
    await slack.slash("agent", "#general", "/psa")
    return str(bot.last["trigger_id"])


async def opened(web: AsyncWebClient, trigger: str, **more: Any) -> str:
    return str((await web.views_open(trigger_id=trigger, view=modal(**more)))["view"]["id"])


async def test_a_trigger_opens_one_modal(web: AsyncWebClient, slack: Slack, trigger: str) -> None:
    view_id = await opened(web, trigger)
    standing = slack.modal("agent")
    assert standing is not None
    assert standing.id == view_id
    assert (await refused(web.views_open(trigger_id=trigger, view=modal())))["error"] == "exchanged_trigger_id"


async def test_a_trigger_lives_three_seconds(web: AsyncWebClient, clock: SandboxClock, trigger: str) -> None:
    clock.advance(3.5)
    assert (await refused(web.views_open(trigger_id=trigger, view=modal())))["error"] == "expired_trigger_id"


async def test_an_invented_trigger_is_refused(web: AsyncWebClient) -> None:
    assert (await refused(web.views_open(trigger_id="1.2.3", view=modal())))["error"] == "invalid_trigger_id"


async def test_a_refused_view_does_not_use_the_trigger_up(web: AsyncWebClient, trigger: str) -> None:
    answer = await refused(web.views_open(trigger_id=trigger, view=modal("A title that is much too long")))
    assert answer["error"] == "invalid_arguments"
    assert "[json-pointer:/view/title/text]" in answer["response_metadata"]["messages"][0]
    assert await opened(web, trigger)


@pytest.mark.parametrize(
    ("view", "error"),
    [
        (None, "invalid_arguments"),
        ("{", "invalid_arguments"),
        ({"type": "home", "blocks": [{"type": "divider"}]}, "invalid_arguments"),
        ({"type": "modal", "private_metadata": "x" * 250_001}, "view_too_large"),
    ],
)
async def test_what_is_no_modal_is_refused(web: AsyncWebClient, trigger: str, view: Any, error: str) -> None:
    call = web.api_call("views.open", json={"trigger_id": trigger, "view": view})
    assert (await refused(call))["error"] == error


async def test_an_update_needs_the_newest_hash(web: AsyncWebClient, trigger: str) -> None:
    first = (await web.views_open(trigger_id=trigger, view=modal()))["view"]
    await web.views_update(view_id=first["id"], hash=first["hash"], view=modal("Once"))
    late = web.views_update(view_id=first["id"], hash=first["hash"], view=modal("Twice"))
    assert (await refused(late))["error"] == "hash_conflict"


async def test_a_view_is_found_by_its_external_id_which_is_unique(
    web: AsyncWebClient, slack: Slack, trigger: str
) -> None:
    await opened(web, trigger, external_id="mine")
    answer = await web.views_update(external_id="mine", view=modal("By name", external_id="mine"))
    assert answer["view"]["title"]["text"] == "By name"
    await slack.slash("admin", "#general", "/psa")
    other = slack.deliveries.log[-1].payload["trigger_id"]
    call = web.views_open(trigger_id=other, view=modal(external_id="mine"))
    assert (await refused(call))["error"] == "duplicate_external_id"


@pytest.mark.parametrize(("named", "error"), [({"view_id": "V0"}, "not_found"), ({}, "invalid_arguments")])
async def test_an_update_of_no_view_is_refused(web: AsyncWebClient, named: Json, error: str) -> None:
    assert (await refused(web.api_call("views.update", json={**named, "view": modal()})))["error"] == error


async def test_a_modal_is_pushed_by_a_trigger_from_a_modal_only(
    web: AsyncWebClient, slack: Slack, bot: RecordingBot, trigger: str
) -> None:
    button = {"type": "actions", "elements": [{"type": "button", "action_id": "more", "text": text("More")}]}
    view_id = await opened(web, trigger, blocks=[button])
    for _ in range(2):
        await slack.click(view_id, "more")
        pushed = await web.views_push(trigger_id=bot.last["trigger_id"], view=modal("Next", [button]))
        view_id = pushed["view"]["id"]
    assert pushed["view"]["root_view_id"] != view_id
    await slack.click(view_id, "more")
    full = web.views_push(trigger_id=bot.last["trigger_id"], view=modal())
    assert (await refused(full))["error"] == "push_limit_reached"
    await slack.slash("agent", "#general", "/psa")
    outside = web.views_push(trigger_id=bot.last["trigger_id"], view=modal())
    assert (await refused(outside))["error"] == "not_found"


async def test_a_push_onto_a_closed_modal_is_refused(
    web: AsyncWebClient, slack: Slack, bot: RecordingBot, trigger: str
) -> None:
    button = {"type": "actions", "elements": [{"type": "button", "action_id": "more", "text": text("More")}]}
    view_id = await opened(web, trigger, blocks=[button])
    await slack.click(view_id, "more")
    await slack.close(view_id)
    assert (await refused(web.views_push(trigger_id=bot.last["trigger_id"], view=modal())))["error"] == "not_found"


async def test_a_new_modal_closes_the_old_ones(web: AsyncWebClient, slack: Slack, bot: RecordingBot) -> None:
    for title in ("One", "Two"):
        await slack.slash("agent", "#general", "/psa")
        await opened(web, bot.last["trigger_id"], title=title)
    user = slack.workspace.user("agent")
    assert [view.body["title"]["text"] for view in slack.workspace.views.stack(user.id)] == ["Two"]


async def test_a_submission_carries_what_was_filled_in_and_closes_the_modal(
    web: AsyncWebClient, slack: Slack, bot: RecordingBot, trigger: str
) -> None:
    view_id = await opened(web, trigger, callback_id="find")
    assert (await slack.submit(view_id, {"name": "Acme", "kind": "quick"})).ok
    view = bot.last["view"]
    assert (bot.last["type"], view["callback_id"]) == ("view_submission", "find")
    assert view["state"]["values"] == {
        "who": {"name": {"type": "plain_text_input", "value": "Acme"}},
        "what": {"kind": {"type": "static_select", "selected_option": PICK["element"]["options"][1]}},  # type: ignore[index] # a literal
    }
    assert slack.modal("agent") is None


async def test_slack_does_not_submit_while_a_required_input_is_empty(
    web: AsyncWebClient, slack: Slack, bot: RecordingBot, trigger: str
) -> None:
    view_id = await opened(web, trigger)
    with pytest.raises(Refused) as caught:
        await slack.submit(view_id)
    assert caught.value.extra["errors"] == {"who": "Please complete this required field."}
    assert len(bot.received) == 1


async def test_errors_keep_the_modal_open(web: AsyncWebClient, slack: Slack, bot: RecordingBot, trigger: str) -> None:
    view_id = await opened(web, trigger)
    bot.next(body={"response_action": "errors", "errors": {"who": "Nobody is called so."}})
    assert (await slack.submit(view_id, {"who": {"name": "Nobody"}})).ok
    assert slack.modal("agent") is not None


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"response_action": "errors", "errors": {"elsewhere": "?"}}, "invalid_response_errors"),
        ({"response_action": "errors"}, "invalid_response_errors"),
        ({"response_action": "dance"}, "invalid_response_action"),
        ({"response_action": "update", "view": {"type": "modal"}}, "invalid_arguments"),
    ],
)
async def test_an_answer_that_slack_does_not_understand_shows_as_an_error(
    web: AsyncWebClient, slack: Slack, bot: RecordingBot, trigger: str, body: Json, error: str
) -> None:
    view_id = await opened(web, trigger)
    bot.next(body=body)
    assert (await slack.submit(view_id, {"name": "Acme"})).error == error


@pytest.mark.parametrize(("action", "titles"), [("update", ["Next"]), ("push", ["Find", "Next"]), ("clear", [])])
async def test_a_submission_may_be_answered_with_another_view(
    web: AsyncWebClient, slack: Slack, bot: RecordingBot, trigger: str, action: str, titles: list[str]
) -> None:
    view_id = await opened(web, trigger)
    bot.next(body={"response_action": action, "view": modal("Next")})
    assert (await slack.submit(view_id, {"name": "Acme"})).ok
    stack = slack.workspace.views.stack("U0AGENT")
    assert [view.body["title"]["text"] for view in stack] == titles


async def test_a_submission_that_fails_leaves_the_modal(
    web: AsyncWebClient, slack: Slack, bot: RecordingBot, trigger: str
) -> None:
    view_id = await opened(web, trigger)
    bot.next(status=500)
    assert (await slack.submit(view_id, {"name": "Acme"})).error == "dispatch_failed"
    assert slack.modal("agent") is not None


async def test_an_update_keeps_what_was_typed_into_inputs_that_stay(
    web: AsyncWebClient, slack: Slack, bot: RecordingBot, trigger: str
) -> None:
    view_id = await opened(web, trigger)
    await slack.click(view_id, "kind", "full")
    updated = await web.views_update(view_id=view_id, view=modal("Updated", [PICK]))
    assert updated["view"]["state"]["values"]["what"]["kind"]["selected_option"]["value"] == "full"
    assert bot.last["container"] == {"type": "view", "view_id": view_id}
    assert "response_url" not in bot.last


async def test_a_closed_view_is_told_only_where_the_app_wants_to_know(
    web: AsyncWebClient, slack: Slack, bot: RecordingBot, trigger: str
) -> None:
    assert await slack.close(await opened(web, trigger)) is None
    await slack.slash("agent", "#general", "/psa")
    view_id = await opened(web, bot.last["trigger_id"], notify_on_close=True)
    closed = await slack.close(view_id)
    assert closed is not None
    assert closed.ok
    assert (bot.last["type"], bot.last["is_cleared"]) == ("view_closed", False)


async def test_nobody_uses_somebody_elses_modal(web: AsyncWebClient, slack: Slack, trigger: str) -> None:
    view_id = await opened(web, trigger)
    with pytest.raises(Refused, match="not_found"):
        await slack.submit(view_id, {"name": "Acme"}, user="admin")


async def test_the_home_tab_is_published_for_one_person(web: AsyncWebClient, slack: Slack, bot: RecordingBot) -> None:
    await slack.home("agent")
    assert bot.last["event"]["type"] == "app_home_opened"
    assert "view" not in bot.last["event"]
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    first = (await web.views_publish(user_id="U0AGENT", view=home))["view"]
    second = (await web.views_publish(user_id="U0AGENT", hash=first["hash"], view={**home, "callback_id": "x"}))["view"]
    assert second["id"] == first["id"]
    late = web.views_publish(user_id="U0AGENT", hash=first["hash"], view=home)
    assert (await refused(late))["error"] == "hash_conflict"
    await slack.home("agent")
    assert bot.last["event"]["view"]["id"] == first["id"]
    assert slack.home_view("admin") is None


async def test_an_app_without_a_home_tab_hears_nothing_of_it(slack: Slack, bot: RecordingBot) -> None:
    slack.workspace.events = frozenset({"app_mention"})
    assert await slack.home() is None
    assert bot.received == []


async def test_a_home_tab_of_nobody_is_refused(web: AsyncWebClient) -> None:
    home = {"type": "home", "blocks": [{"type": "divider"}]}
    assert (await refused(web.views_publish(user_id="U0NOBODY", view=home)))["error"] == "user_not_found"
