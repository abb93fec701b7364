"""Who is refused, what happens once only, and what never leaves the bot."""

import asyncio
import json
import logging
import time
from dataclasses import replace
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_sdk.signature import SignatureVerifier

from bot.slack.asking import command
from bot.slack.commands import command as serve_command
from sandbox.slack.local import local_slack
from tests.bot.slack.stage import SECRET, Notebook, RecordingJourneys, Stage, stage, standing

CANARY = "canary-5e1f"


async def post(bot: Stage, *, age: int = 0, secret: str = SECRET, body: bytes = b"") -> int:
    """A command as Slack signs it."""
    body = (
        body or urlencode({"command": "/psa", "text": "missing Acme", "trigger_id": "1", "team_id": "T0LOCAL"}).encode()
    )
    stamp = str(int(time.time()) - age)
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body.decode(errors="replace"))
    headers = {
        "X-Slack-Request-Timestamp": stamp,
        "X-Slack-Signature": signature or "",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{bot.url}/slack/events", data=body, headers=headers) as a,
    ):
        return a.status


@pytest.mark.parametrize(("age", "secret"), [(0, "wrong"), (301, SECRET)])
async def test_a_bad_signature_or_an_old_one_is_refused_without_work(age: int, secret: str) -> None:
    async with stage() as bot:
        assert await post(bot, age=age, secret=secret) == 401
        await bot.settled()
        assert bot.journeys.calls == []
        assert bot.notebook.seen == set()


async def test_a_body_that_is_no_text_is_refused() -> None:
    async with stage() as bot:
        assert await post(bot, body=b"\xff\xfe") == 400


@pytest.mark.parametrize("at_once", [True, False])
async def test_the_same_payload_three_times_has_one_effect(at_once: bool) -> None:
    async with stage() as bot:
        delivery = await bot.slack.slash("agent", "#general", "/psa missing Acme")
        await bot.slack.redeliver(delivery, times=2, at_once=at_once)
        await bot.settled()
        assert bot.texts() == ["Acme Ltd is not synced yet."]
        click = await bot.slack.click(bot.slack.messages()[0].ts, "missing.sync_full")
        await bot.slack.redeliver(click, times=2, at_once=at_once)
        await bot.settled()
        assert [call[0] for call in bot.journeys.calls].count("sync_full") == 1
        mention = await bot.slack.mention("agent", "#general", "status")
        await bot.slack.redeliver(mention, times=2, at_once=at_once)
        await bot.settled()
        assert [call[0] for call in bot.journeys.calls].count("status") == 1


async def test_a_payload_that_comes_again_after_a_restart_has_no_second_effect() -> None:
    notebook = Notebook()
    async with local_slack() as slack:
        async with standing(slack, notebook=notebook) as bot:
            delivery = await bot.slack.slash("agent", "#general", "/psa missing Acme")
            await bot.settled()
        async with standing(slack, notebook=notebook) as again:
            assert (await slack.redeliver(delivery))[0].status == 200
            await again.settled()
            assert again.journeys.calls == []


async def test_another_workspace_and_people_of_another_organisation_are_refused_politely() -> None:
    async with stage() as bot:
        users = bot.slack.workspace.users
        await bot.types("missing Acme")
        (message,) = bot.slack.messages()
        users["U0FINANCE"] = replace(users["U0FINANCE"], team_id="T0OTHER")
        await bot.types("missing Globex", user="finance")
        assert bot.texts()[-1].startswith("Sorry, I am not set up for this workspace.")
        shared = replace(message, ephemeral_to=None)
        bot.slack.workspace.messages._by_ts[message.ts] = shared
        await bot.slack.click(message.ts, "missing.check_again", user="finance")
        await bot.settled()
        assert bot.texts()[-1].startswith("Sorry, I only answer people of this workspace.")
        assert [call[0] for call in bot.journeys.calls] == ["missing", "answered"]
        assert [line[3] for line in bot.notebook.audited] == ["refused: other workspace", "refused: outsider"]


async def test_the_bots_own_messages_and_other_events_are_ignored() -> None:
    async with stage() as bot:
        event = {
            "type": "app_mention",
            "user": "U0PSABOT",
            "text": "<@U0PSABOT> status",
            "ts": "1.1",
            "channel": "C0GENERAL",
        }
        body = {"type": "event_callback", "team_id": "T0LOCAL", "event_id": "Ev1", "event": event}
        assert (await bot.slack.deliveries.event(body)).status == 200
        other = {**body, "event_id": "Ev2", "event": {"type": "reaction_added", "user": "U0AGENT"}}
        assert (await bot.slack.deliveries.event(other)).status == 200
        bots = {**body, "event_id": "Ev3", "event": {**event, "user": "U0AGENT", "bot_id": "B0OTHER"}}
        assert (await bot.slack.deliveries.event(bots)).status == 200
        await bot.settled()
        assert bot.journeys.calls == []


@pytest.mark.parametrize(
    ("allowed", "user", "may"),
    [
        ((), "agent", True),
        (("U0AGENT",), "agent", True),
        (("U0ADMIN",), "agent", False),
        (("S0BILLING",), "agent", False),
        (("S0BILLING",), "finance", True),
        (("S0NOWHERE",), "agent", False),
    ],
)
async def test_only_listed_people_and_groups_start_syncs(allowed: tuple[str, ...], user: str, may: bool) -> None:
    async with stage(allowed=allowed) as bot:
        await bot.types("resync", user=user)
        assert ("resync", None, "Dana Agent" if user == "agent" else "Kim Finance") in bot.journeys.calls or not may
        assert bool(bot.notebook.audited) is not may
        assert any(word in bot.texts()[-1] for word in ("You may not", "could not check")) is not may


async def test_the_right_is_checked_again_at_the_click() -> None:
    async with stage(allowed=("S0BILLING",)) as bot:
        await bot.types("missing Acme", user="agent")
        await bot.slack.click(bot.slack.messages()[0].ts, "missing.sync_full", user="agent")
        await bot.settled()
        assert ("sync_full", "q:17") not in bot.journeys.calls
        assert bot.notebook.audited == [("U0AGENT", "start a sync", "q:17", "denied: no")]


async def test_help_hides_what_one_may_not_do() -> None:
    async with stage(allowed=("U0ADMIN",)) as bot:
        await bot.types("help", user="agent")
        await bot.types("help", user="admin")
        denied, allowed = (json.dumps(message.blocks) for message in bot.slack.messages())
        assert ("resync" in denied, "resync" in allowed) == (False, True)


async def test_a_mistake_of_ours_is_told_with_an_id_that_is_in_the_log_and_nothing_else(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with stage(journeys=RecordingJourneys(breaks=RuntimeError(f"password {CANARY}"))) as bot:
        await bot.types("missing Acme")
        (oops,) = bot.slack.messages()
        shown = json.dumps(oops.blocks)
        assert CANARY not in shown
        (record,) = (one for one in caplog.records if one.levelno == logging.ERROR)
        assert vars(record)["error_id"] in shown


async def test_an_error_right_after_the_acknowledgement_loses_neither_it_nor_the_apology() -> None:
    notebook = Notebook()

    async def broken(key: str, now: object) -> bool:
        raise RuntimeError("the database is away")

    notebook.first_time = broken  # type: ignore[method-assign]  # the whole point of this one
    async with local_slack() as slack, standing(slack, notebook=notebook) as bot:
        sent = (slack.slash("agent", "#general", f"/psa missing Acme {number}") for number in range(10))
        assert {delivery.status for delivery in await asyncio.gather(*sent)} == {200}
        await bot.settled()
        assert len(bot.texts()) == 10


async def test_when_even_the_apology_breaks_only_the_log_knows(caplog: pytest.LogCaptureFixture) -> None:
    async with stage(journeys=RecordingJourneys(breaks=RuntimeError("x"))) as bot:
        broken = replace(bot.front.desk, replies=None)  # type: ignore[arg-type]  # nothing can be answered
        await broken.take(command({"trigger_id": "1", "team_id": "T0LOCAL", "user_id": "U0AGENT"}), serve_command)
        assert [record.message for record in caplog.records if record.levelno == logging.ERROR] == [
            "Something asked in Slack broke.",
            "The apology broke, too.",
        ]


async def test_no_call_to_slack_comes_before_the_acknowledgement() -> None:
    answers = asyncio.Event()

    async def until_told(seconds: float) -> None:
        await answers.wait()

    async with local_slack(sleep=until_told) as slack, standing(slack) as bot:
        slack.fault("*", "slow", times=None)
        delivery = await slack.slash("agent", "#general", "/psa status")
        assert (delivery.status, bot.journeys.calls) == (200, [])
        answers.set()
        await bot.settled()
        assert bot.texts() == ["Acme Ltd is not synced yet."]


async def test_response_urls_and_tokens_are_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with stage() as bot:
        bot.slack.fault("response_url", "drop", times=1)
        await bot.types("missing Acme")
        written = "\n".join(
            f"{record.getMessage()} {vars(record)}" for record in caplog.records if "sandbox" not in record.name
        )
        assert "_response/" not in written
        assert "xoxb-" not in written
        assert bot.texts()[-1] == "Acme Ltd is not synced yet."
