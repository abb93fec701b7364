"""The workspace and the framework that the bot is built with understand each other."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond, AsyncSay
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.serve import serving
from sandbox.slack.identity import BOT_TOKEN, SIGNING_SECRET
from sandbox.slack.local import Slack, local_slack
from tests.sandbox.slack.payload_table import button, modal, option, plain

Json = dict[str, Any]
FIND = {
    "type": "input",
    "block_id": "who",
    "label": plain("Customer"),
    "element": {"type": "external_select", "action_id": "find", "min_query_length": 0},
}


def bolt_app(api_url: str) -> AsyncApp:
    app = AsyncApp(
        signing_secret=SIGNING_SECRET,
        client=AsyncWebClient(token=BOT_TOKEN, base_url=api_url),
        process_before_response=True,
    )

    @app.command("/psa")
    async def command(ack: AsyncAck, respond: AsyncRespond, client: AsyncWebClient, body: Json) -> None:
        await ack()
        if body["text"] == "form":
            await client.views_open(
                trigger_id=body["trigger_id"], view=modal(FIND, submit=plain("Go"), callback_id="f")
            )
            return
        await respond("Press", blocks=[{"type": "actions", "elements": [button(value="v")]}])

    @app.action("a")
    async def press(ack: AsyncAck, respond: AsyncRespond, action: Json) -> None:
        await ack()
        await respond(f"Pressed {action['value']}", replace_original=True)

    @app.options("find")
    async def find(ack: AsyncAck) -> None:
        await ack(options=[option(4711, "Acme")])

    @app.view("f")
    async def submitted(ack: AsyncAck, view: Json, client: AsyncWebClient) -> None:
        await ack()
        chosen = view["state"]["values"]["who"]["find"]["selected_option"]["value"]
        await client.chat_postMessage(channel="#general", text=f"Chosen {chosen}")

    @app.event("app_mention")
    async def mentioned(say: AsyncSay, event: Json) -> None:
        await say("Yes?", thread_ts=event["ts"])

    return app


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with local_slack(deadline=60) as slack:
        app = bolt_app(slack.api_url)

        async def events(request: web.Request) -> web.Response:
            return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

        server = web.Application()
        server.add_routes([web.post("/slack/events", events)])
        async with serving(server) as url:
            slack.bot_url = url
            yield slack


async def test_a_command_is_answered_and_its_button_replaces_the_answer(slack: Slack) -> None:
    assert (await slack.slash("agent", "#general", "/psa hello")).ok
    answer = await slack.wait_for(lambda message: message.text == "Press")
    assert (await slack.click(answer.ts, "a")).ok
    pressed = await slack.wait_for(lambda message: message.text == "Pressed v")
    assert (pressed.ts, pressed.ephemeral_to) == (answer.ts, "U0AGENT")


async def test_a_form_suggests_and_is_submitted(slack: Slack) -> None:
    await slack.slash("agent", "#general", "/psa form")
    form = slack.modal()
    assert form is not None
    await slack.suggest(form.id, "find", "ac")
    assert (await slack.submit(form.id, {"find": "4711"})).ok
    await slack.wait_for(lambda message: message.text == "Chosen 4711")


async def test_a_mention_is_answered_in_its_thread(slack: Slack) -> None:
    await slack.mention("agent", "#general", "hello")
    answer = await slack.wait_for(lambda message: message.text == "Yes?")
    assert answer.thread_ts == slack.messages()[0].ts


async def test_bolt_answers_the_question_about_its_address(slack: Slack) -> None:
    assert (await slack.people.verify_url()).ok
