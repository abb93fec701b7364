"""``psa-bot missing`` and ``psa-bot sync``: documents that scripts hold on to, and exit codes that they trust."""

import asyncio
import json
from argparse import Namespace
from typing import Any

import pytest

from bot.cli import ask
from bot.store.queries import connections, runs
from bot.store.queries.runs import RunKind, RunState
from sandbox.serve import serving
from tests.bot.cli.conftest import Shop
from tests.bot.cli.terminal import Ran, Terminal
from tests.bot.place import until
from tests.connectors.answerer import Answerer, Say

API = "/v4_6_release/apis/3.0"
SECRETS = json.dumps({"public_key": "a", "private_key": "b", "client_id": "c"})


async def sync(shop: Shop, *argv: str) -> Ran:
    return await shop.enters("sync", *argv, "--connection", "cw-prod", "--json")


async def test_a_visible_customer_ends_with_0_and_one_document(synced: Shop) -> None:
    ran = await synced.enters("missing", "Stark", "--json")
    assert (ran.code, ran.err) == (0, "")
    assert (ran.json["query"], ran.json["results"][0]["verdict"]) == ("Stark", "VISIBLE")


async def test_a_hidden_customer_ends_with_1_and_the_fix_in_words(synced: Shop) -> None:
    ran = await synced.enters("missing", "Globex", "--connection", "CW-Prod")
    assert (ran.code, ran.err) == (1, "")
    assert "no agreement bills on a recurring cycle" in ran.out
    assert "Set Billing Cycle to" in ran.out


async def test_nobody_of_that_name_ends_with_1(synced: Shop) -> None:
    ran = await synced.enters("missing", "Nobody of that name", "--json")
    assert (ran.code, ran.json["results"][0]["verdict"]) == (1, "NOT_FOUND")


async def test_without_any_connection_there_is_nobody_to_ask(shop: Shop) -> None:
    ran = await shop.enters("missing", "Acme", "--json")
    assert (ran.code, ran.json["results"]) == (3, [])


async def test_a_psa_that_is_down_ends_with_4_and_still_answers_from_the_cache(synced: Shop) -> None:
    answerer = Answerer()
    async with serving(answerer.app) as url:
        for path in ("/company/companies", "/company/companies/count", "/system/info"):
            answerer.on(f"{API}{path}", Say(status=503, headers={"Retry-After": "3600"}))
        async with synced.terminal.bot() as bot:
            [connection] = await connections.every(bot.db)
            moved = {"base_url": f"{url}{API}", "company": "x"}
            await connections.replace_settings(bot.db, connection.id, moved)
        ran = await synced.enters("missing", "Stark", "--json")
    [result] = ran.json["results"]
    assert (ran.code, result["verdict"]) == (4, "CANNOT_TELL")
    assert result["accounts"][0]["cached"]["present"] is True
    assert result["accounts"][0]["live"]["present"] is None


@pytest.mark.parametrize("fault", ["unauthorized", "forbidden-companies"])
async def test_a_psa_that_refuses_ends_with_1(synced: Shop, fault: str) -> None:
    synced.psa.break_with(fault)
    ran = await synced.enters("missing", "Stark", "--json")
    assert (ran.code, ran.json["results"][0]["verdict"]) == (1, "CANNOT_TELL")


async def test_a_connection_that_is_set_up_wrongly_says_so_and_does_not_spoil_the_others(synced: Shop) -> None:
    async with synced.terminal.bot() as bot:
        [connection] = await connections.every(bot.db)
        secrets = await connections.secrets_of(bot.db, bot.box, connection.id)
        settings = {**connection.settings, "include_types": "Renamed in the meantime"}
        now = bot.clock.now()
        await connections.add(
            bot.db, bot.box, name="second", psa="connectwise", settings=settings, secrets=secrets, now=now
        )
    both = await synced.enters("missing", "Stark", "--json")
    assert both.code == 0
    assert [result["verdict"] for result in both.json["results"]] == ["VISIBLE", "CANNOT_TELL"]
    alone = await synced.enters("missing", "Stark", "--connection", "second")
    assert alone.code == 3
    assert "second cannot be asked: include_types: “Renamed in the meantime” is not in this PSA" in alone.out


async def test_secrets_that_no_key_opens_end_with_3(synced: Shop) -> None:
    ran = await synced.enters("missing", "Stark", "--json", PSA_BOT_SECRET_KEY="")
    assert ran.code == 3
    assert "PSA_BOT_SECRET_KEY is not set" in ran.json["results"][0]["summary"]


async def test_a_name_with_terminal_codes_is_printed_without_them(synced: Shop) -> None:
    ran = await synced.enters("missing", "\x1b[31mAcme\x1b[0m\x07 \u202egnp.exe\x9b")
    assert not set(ran.out) & {"\x1b", "\x07", "\u202e", "\x9b"}


async def test_a_full_sync_prints_the_promised_document_and_ends_with_0(connected: Shop) -> None:
    ran = await sync(connected, "full")
    assert (ran.code, ran.err) == (0, "")
    assert list(ran.json)[:6] == ["run", "connection", "kind", "state", "started_at", "ended_at"]
    assert set(ran.json) == {
        *("run", "connection", "kind", "state", "started_at", "ended_at", "calls", "bytes"),
        *("accounts", "agreements", "changes", "error", "proves_deletions"),
    }
    assert (ran.json["state"], ran.json["kind"], ran.json["error"]) == ("succeeded", "full", None)
    assert ran.json["proves_deletions"] is True
    assert ran.json["accounts"]["visible"] > 0


async def test_a_sync_right_after_another_is_not_put_off_for_whoever_sits_at_the_terminal(connected: Shop) -> None:
    assert [(await sync(connected, "full")).code for _ in range(3)] == [0, 0, 0]


@pytest.mark.requirement("X10")
async def test_a_quick_sync_brings_up_to_date_and_says_that_it_proves_no_deletion(synced: Shop) -> None:
    ran = await sync(synced, "quick")
    assert (ran.code, ran.json["kind"], ran.json["state"]) == (0, "quick", "succeeded")
    assert ran.json["proves_deletions"] is False
    assert ran.json["accounts"]["in_psa"] is None


async def test_a_sync_of_one_account_takes_its_id(synced: Shop) -> None:
    ran = await sync(synced, "one", "--account", "4711")
    assert (ran.code, ran.json["kind"], ran.json["state"]) == (0, "one", "succeeded")


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["one"], "needs the account's id"),
        (["full", "--account", "4711"], "no other sync takes one"),
        (["quick"], "was never synced in full"),
    ],
)
async def test_a_sync_that_makes_no_sense_or_is_not_there_yet_is_wrong_usage(
    connected: Shop, argv: list[str], said: str
) -> None:
    ran = await sync(connected, *argv)
    assert ran.code == 2
    assert said in ran.err
    assert said in ran.json["error"]["message"]


async def test_a_sync_that_fails_ends_with_1_and_its_document_says_who_must_act(connected: Shop) -> None:
    connected.psa.break_with("forbidden-agreements")
    ran = await sync(connected, "full")
    assert ran.code == 1
    assert (ran.json["state"], ran.json["error"]["kind"]) == ("failed", "permission_denied")
    assert ran.json["error"]["who_must_act"] == "operator"


async def test_a_sync_that_cannot_reach_the_psa_ends_with_4(terminal: Terminal) -> None:
    answerer = Answerer()
    async with serving(answerer.app) as url:
        where = ("--setting", f"base_url={url}{API}", "--setting", "company=x", "--no-test")
        await terminal.enters("connections", "add", "cw-prod", "--psa", "connectwise", *where, stdin=SECRETS)
        for table in ("statuses", "types", "info/types"):
            answerer.on(f"{API}/company/companies/{table}", Say(status=503, headers={"Retry-After": "3600"}))
        ran = await terminal.enters("sync", "full", "--connection", "cw-prod", "--json")
    assert (ran.code, ran.json["state"], ran.json["error"]["kind"]) == (4, "incomplete", "psa_down")


async def test_a_sync_whose_process_died_long_ago_is_not_waited_for(synced: Shop) -> None:
    async with synced.terminal.bot() as bot:
        [connection] = await connections.every(bot.db)
        long_ago = bot.clock.now().replace(year=2020)
        dead, _ = await runs.request(bot.db, connection_id=connection.id, kind="full", by="U0AGENT", now=long_ago)
        await runs.start(bot.db, dead.id, token="serve/dead", now=long_ago)
    ran = await sync(synced, "full")
    assert (ran.code, ran.json["state"]) == (0, "succeeded")
    assert ran.json["run"] != dead.id


async def test_a_sync_that_goes_on_elsewhere_is_waited_for(synced: Shop) -> None:
    async with synced.terminal.bot() as bot:
        [connection] = await connections.every(bot.db)
        now = bot.clock.now()
        other, _ = await runs.request(bot.db, connection_id=connection.id, kind="full", by="U0AGENT", now=now)
        await runs.start(bot.db, other.id, token="serve/alive", now=now)
        joined = asyncio.create_task(sync(synced, "full"))
        nothing: dict[str, Any] = {"calls": 0, "bytes": 0, "counts": {}, "changes": {}, "error": None}
        await asyncio.sleep(0)
        await runs.finish(bot.db, other.id, token="serve/alive", state="succeeded", now=now, **nothing)
        ran = await joined
    assert ran.code == 0
    assert ran.json["run"] == other.id or ran.json["run"] == other.id + 1  # it may have come a moment too late


async def interrupted(shop: Shop, *, joins: bool) -> RunState:
    """Ctrl-C while the sync reads: the main task is cancelled, as asyncio.run does it. → the run as it was left."""
    shop.psa.latency_ms = 200
    async with shop.terminal.bot() as bot:
        typed = Namespace(connection="cw-prod", kind="full", account=None)
        if joins:
            await bot.resync.request("cw-prod", RunKind.FULL, by="U0AGENT")
        task = asyncio.create_task(ask.sync(bot, typed))
        await until(shop.reads)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        shop.psa.latency_ms = 0
        await bot.queue.drain()
        [connection] = await connections.every(bot.db)
        [last] = await runs.latest(bot.db, connection.id)
        return last.state


async def test_ctrl_c_cancels_the_sync_that_it_started(connected: Shop) -> None:
    assert await interrupted(connected, joins=False) is RunState.CANCELLED


async def test_ctrl_c_leaves_a_sync_alone_that_somebody_else_started(connected: Shop) -> None:
    assert await interrupted(connected, joins=True) is RunState.SUCCEEDED


async def test_the_clock_of_a_test_is_the_clock_of_the_answer(synced: Shop) -> None:
    moved = {"PSA_BOT_NOW": "2031-01-02T03:04:05Z"}
    assert not (await synced.enters("missing", "Stark", "--json", **moved)).json["asked_at"].startswith("2031")
    ran = await synced.enters("missing", "Stark", "--json", PSA_BOT_TESTING="1", **moved)
    assert ran.json["asked_at"].startswith("2031-01-02T03:04")
