"""What is served over HTTP, and Socket Mode, with nothing but what the manifest grants."""

import asyncio
import logging
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot.slack.background import Background
from bot.slack.calls import Outcome
from bot.slack.people import People
from bot.slack.permissions import May, Permissions
from bot.slack.web import socket_mode
from bot.slack.whoami import SlackUnavailable, Whoami
from sandbox.slack.identity import APP_TOKEN
from sandbox.slack.local import local_slack
from sandbox.slack.manifest import read_manifest
from tests.bot.slack.fakes import ScriptedCaller, delivered, failed
from tests.bot.slack.stage import RecordingJourneys, stage, standing

ROOT = Path(__file__).resolve().parents[3]
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


async def test_what_was_handed_in_is_answered_beside_slack() -> None:
    async with stage() as bot, aiohttp.ClientSession() as session, session.get(f"{bot.url}/healthz") as response:
        assert (response.status, await response.text()) == (200, "ok")


async def test_slacks_question_about_the_address_is_answered() -> None:
    async with stage() as bot:
        assert (await bot.slack.people.verify_url()).ok


async def test_everything_works_with_the_manifests_scopes_alone() -> None:
    async with local_slack() as slack, standing(slack, allowed=("S0BILLING",)) as bot:
        granted = read_manifest(ROOT / "manifest.json")
        slack.workspace.scopes, slack.workspace.commands = granted.scopes, granted.commands
        await bot.types("missing Acme", user="finance")
        await slack.click(slack.messages()[0].ts, "missing.share", user="finance")
        await slack.mention("finance", "#general", "resync")
        await bot.settled()
        assert "missing_scope" not in {call.error for call in slack.calls()}
        assert bot.journeys.calls[-1] == ("announced", "r:812", "C0GENERAL")


async def test_the_same_works_over_socket_mode() -> None:
    async with local_slack() as slack, standing(slack, app_token=APP_TOKEN) as bot:
        slack.bot_url = ""
        async with socket_mode(bot.front.slack, APP_TOKEN, bot.line.client) as socket:
            assert await socket.connected()
            assert await bot.types("missing Acme") == ["Acme Ltd is not synced yet."]
            await slack.click(slack.messages()[0].ts, "missing.check_again")
            await bot.settled()
            assert ("check_again", "q:17") in bot.journeys.calls


async def test_when_slack_is_down_at_the_start_the_bot_starts_and_recovers() -> None:
    async with stage() as bot:
        bot.slack.fault("auth.test", "error", error="fatal_error", times=1)
        assert "Something went wrong on my side." in (await bot.types("status"))[0]
        await bot.types("status")
        assert bot.journeys.calls == [("status",), ("answered", "q:17", "C0GENERAL")]


async def test_who_we_are_is_asked_once() -> None:
    caller = ScriptedCaller({"auth.test": [delivered("", team_id="T1", user_id="U1", bot_id="B1")]})
    whoami = Whoami(caller)
    assert whoami.known is None
    assert (await whoami.identity()).team == "T1"
    assert (await whoami.identity()) is whoami.known
    assert len(caller.calls) == 1


async def test_not_knowing_who_we_are_has_a_name() -> None:
    with pytest.raises(SlackUnavailable, match="token_revoked") as raised:
        await Whoami(ScriptedCaller({"auth.test": [failed(Outcome.TOKEN_REVOKED)]})).identity()
    assert raised.value.outcome is Outcome.TOKEN_REVOKED


async def test_a_name_is_remembered_and_never_waited_for_long() -> None:
    user = {"profile": {"display_name": "Dana"}, "real_name": "Dana Agent"}
    caller = ScriptedCaller({"users.info": [delivered("", user=user), failed(Outcome.MISSING_SCOPE)]})
    people = People(caller, lambda: NOW)
    assert [await people.name("U1", "agent"), await people.name("U1", "agent")] == ["Dana", "Dana"]
    assert await people.name("U2", "kim") == "kim"
    assert len(caller.calls) == 2

    class Slow(ScriptedCaller):
        async def ask(self, method: str, params: object) -> object:  # type: ignore[override]  # never answers
            return await asyncio.Event().wait()

    assert await People(Slow(), lambda: NOW, patience=0.01).name("U1", "agent") == "agent"  # type: ignore[arg-type]  # as above


async def test_a_group_is_asked_about_once_a_minute_and_a_failure_is_not_a_no() -> None:
    members = delivered("", users=["U1"])
    caller = ScriptedCaller({"usergroups.users.list": [members, failed(Outcome.UNREACHABLE)]})
    permissions = Permissions(("S1",), People(caller, lambda: NOW))
    assert [await permissions.resync("U1"), await permissions.resync("U2")] == [May.YES, May.NO]
    assert len(caller.calls) == 1
    assert await Permissions(("S2",), People(caller, lambda: NOW)).resync("U1") is May.UNSURE


async def test_work_under_way_is_finished_before_the_end_and_cancelled_after_its_grace() -> None:
    journeys = RecordingJourneys()
    journeys.gate.clear()
    background = Background()
    ended: list[str] = []

    async def work(name: str, gate: asyncio.Event) -> None:
        try:
            await gate.wait()
            ended.append(f"{name} done")
        except asyncio.CancelledError:
            ended.append(f"{name} cancelled")
            raise

    quick, never = asyncio.Event(), asyncio.Event()
    background.start(work("quick", quick))
    background.start(work("slow", never))
    await asyncio.sleep(0)
    assert background.running == 2
    quick.set()
    await background.close(grace=0.05)
    assert ended == ["quick done", "slow cancelled"]
    background.start(work("late", quick))
    assert background.running == 0


async def test_work_that_breaks_off_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> None:
        raise RuntimeError("x")

    background = Background()
    background.start(broken())
    await background.settled()
    await asyncio.sleep(0)
    assert [record.levelno for record in caplog.records] == [logging.ERROR]
    await background.close(grace=0)
