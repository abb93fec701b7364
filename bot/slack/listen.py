"""The table of contents: every command, button and event of Slack's, each acknowledged before anything else."""

import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any, Final

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack import asking, clicks, commands, filling
from bot.slack.background import Background
from bot.slack.desk import Desk

Json = dict[str, Any]
Listener = Callable[..., Awaitable[None]]

_ANY: Final = re.compile(r"[\s\S]*")


def listen(*, signing_secret: str, client: AsyncWebClient, desk: Desk, background: Background) -> AsyncApp:
    """A Bolt app that calls nobody before it acknowledged: who we are is known, or asked later.

    A listener only acknowledges and starts a task. Bolt loses acknowledgements when a listener raises right after
    them (slack.md §0.2): here none can, and ``process_before_response`` returns the answer without polling for it.
    """
    quiet = logging.getLogger("bot.slack.bolt")
    quiet.setLevel(logging.ERROR)  # it warns that authorize takes the token's place, which is the intention
    app = AsyncApp(
        logger=quiet,
        signing_secret=signing_secret,
        client=client,
        authorize=_authorize(client, desk),
        process_before_response=True,
    )
    app.command(desk.command)(_on_command(desk, background))
    app.command(_ANY)(_on_other_command(desk))
    for action in clicks.PRESSED:
        app.action(action)(_on_click(desk, background))
    app.action(_ANY)(_on_click(desk, background))  # buttons of older versions, and those that open an address
    app.view(_ANY)(_on_submission(desk, background))
    app.event("app_mention")(_on_mention(desk, background))
    app.event(_ANY)(_on_other_event)
    return app


def _on_command(desk: Desk, background: Background) -> Listener:
    async def on_command(ack: AsyncAck, body: Json) -> None:
        await ack()
        background.start(desk.take(asking.command(body), commands.command))

    return on_command


def _on_other_command(desk: Desk) -> Listener:
    async def on_other_command(ack: AsyncAck) -> None:
        await ack(f"I answer to {desk.command} here. Whoever installed me can see the name in the app's settings.")

    return on_other_command


def _on_click(desk: Desk, background: Background) -> Listener:
    async def on_click(ack: AsyncAck, body: Json, action: Json) -> None:
        await ack()
        asked = asking.click(body, action)
        in_modal = asked.view is not None
        serve = filling.changed if in_modal else clicks.click
        background.start(desk.take(asked, serve, hurried=in_modal or asked.action in clicks.OPENING))

    return on_click


def _on_submission(desk: Desk, background: Background) -> Listener:
    """What was filled in is checked before the acknowledgement, which tells it; everything else comes after."""

    async def on_submission(ack: AsyncAck, body: Json) -> None:
        asked = asking.submission(body)
        wrong = filling.wrong(desk, asked)
        if wrong:
            await ack(response_action="errors", errors=dict(wrong))
            return
        await ack()
        background.start(desk.take(asked, filling.submitted))

    return on_submission


def _on_mention(desk: Desk, background: Background) -> Listener:
    async def on_mention(ack: AsyncAck, body: Json) -> None:
        await ack()
        background.start(desk.take(asking.mention(body), commands.command))

    return on_mention


async def _on_other_event(ack: AsyncAck) -> None:
    """Subscribed to by nobody here; without an acknowledgement Slack would send it three times more."""
    await ack()


def _authorize(client: AsyncWebClient, desk: Desk) -> Callable[..., Awaitable[AuthorizeResult]]:
    """Bolt would ask Slack before every listener; the workspace is checked afterwards, at the desk."""

    async def authorize(enterprise_id: str | None, team_id: str | None, **_: Any) -> AuthorizeResult:
        known = desk.whoami.known
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=client.token,
            bot_id=known.bot_id if known else None,
            bot_user_id=known.bot_user if known else None,
        )

    return authorize
