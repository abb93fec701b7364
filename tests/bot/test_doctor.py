"""``psa-bot doctor``: everything that is wrong at once, each with its next step."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import web

from bot.app import Bot, opened
from bot.config import Settings
from bot.demo import prepare
from bot.doctor import doctor
from bot.exits import Exit
from bot.slack.health import slack_problems
from bot.store.queries import connections
from connectors.errors import WhoMustAct
from rules.engine import Engine
from sandbox.serve import serving
from sandbox.slack.faults import Fault
from sandbox.slack.identity import APP_TOKEN
from tests.bot.place import Place, started
from tests.connectors.answerer import Answerer, Say

API = "/v4_6_release/apis/3.0"


async def checked(bot: Bot) -> dict[str, dict[str, Any]]:
    """By name; the exit code and the document agree."""
    said = await doctor(bot)
    assert said.exit is (Exit.DONE if said.document["ok"] else Exit.NO)
    assert said.document["ok"] is all(check["ok"] for check in said.document["checks"])
    for check in said.document["checks"]:
        assert check["ok"] or check["next"], check  # each problem says the next step
        assert check["ok"] or f"FAIL  {check['name']}: " in said.text
    return {check["name"]: check for check in said.document["checks"]}


def failing(checks: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {name: check["problem"] for name, check in checks.items() if not check["ok"]}


def allow_everything(place: Place) -> None:
    """The sandbox's API member may not see one type of agreement: that is one of its stories."""
    place.psa.fix("hooli")


@pytest.mark.requirement("R98")
async def test_when_all_is_well_every_check_says_so(place: Place, engine: Engine) -> None:
    allow_everything(place)
    await prepare(place.settings, place.local, engine)
    async with started(place, engine, listens=False) as bot:
        checks = await checked(bot)
    assert failing(checks) == {}
    assert {"database", "message templates", "Slack token", "Slack clock", "Slack scopes", "connection cw-prod"} <= set(
        checks
    )
    assert "connection cw-prod: rights" in checks


async def test_a_refused_right_that_the_bot_uses_is_named(place: Place, engine: Engine) -> None:
    await prepare(place.settings, place.local, engine)
    async with started(place, engine, listens=False) as bot:
        place.psa.break_with("forbidden-agreements")
        found = failing(await checked(bot))
    assert "Finance > Agreements: Inquire (All)" in found["connection cw-prod: rights"]
    assert "Procurement" not in str(found)


@pytest.mark.parametrize(
    ("answer", "step"),
    [
        (Say(status=401, body={"code": "Unauthorized", "message": "no"}), "psa-bot connections test cw-prod"),
        (Say(status=503, headers={"Retry-After": "3600"}), "status page"),
        (Say(status=429, headers={"Retry-After": "3600"}), "Try again in a few minutes"),
        (Say(body="{"), "Report it"),
    ],
)
async def test_a_psa_that_does_not_answer_well_says_who_must_act(
    place: Place, engine: Engine, answer: Say, step: str
) -> None:
    answerer = Answerer()
    answerer.on(f"{API}/system/info", answer)
    async with started(place, engine, listens=False) as bot, serving(answerer.app) as url:
        await connected(bot, base_url=f"{url}{API}", company="x")
        check = (await checked(bot))["connection cw-prod"]
    assert step in check["next"]
    assert len(WhoMustAct) == 4


async def connected(bot: Bot, **settings: str) -> None:
    secrets = {"public_key": "a", "private_key": "b", "client_id": "c"}
    await connections.add(
        bot.db,
        bot.box,
        name="cw-prod",
        psa="connectwise",
        settings=settings,
        secrets=secrets,
        now=bot.clock.now(),
    )


async def test_rights_that_could_not_be_probed_are_not_taken_for_granted(place: Place, engine: Engine) -> None:
    answerer = Answerer()
    info = Say(body={"version": "v2026.1"})
    answerer.on(f"{API}/system/info", info, Say(status=401, body={"code": "Unauthorized", "message": "no"}))
    async with started(place, engine, listens=False) as bot, serving(answerer.app) as url:
        await connected(bot, base_url=f"{url}{API}", company="x")
        assert failing(await checked(bot))["connection cw-prod: rights"] == "could not be probed"


async def test_without_a_connection_it_says_how_to_add_one(place: Place, engine: Engine) -> None:
    async with started(place, engine, listens=False) as bot:
        checks = await checked(bot)
    assert failing(checks) == {"connections": "there is none yet"}
    assert "psa-bot connections add" in checks["connections"]["next"]


async def test_a_connection_that_is_set_up_wrongly_says_so(place: Place, engine: Engine) -> None:
    async with started(place, engine, listens=False) as bot:
        await connected(bot, site="http://psa.example.com", company="x")
        [connection] = await connections.every(bot.db)
        await connections.set_paused(bot.db, connection.id, True)
        assert "plain http://" in failing(await checked(bot))["connection cw-prod (paused)"]


async def test_a_database_that_was_never_migrated_is_one_failing_check(place: Place, engine: Engine) -> None:
    async with opened(place.settings, engine=engine) as bot:
        checks = await checked(bot)
    assert failing(checks) == {"database": "not at the newest schema"}
    assert checks["database"]["next"] == "Run psa-bot migrate."


async def test_a_database_that_cannot_be_reached_does_not_hide_the_other_checks(place: Place, engine: Engine) -> None:
    nowhere = replace(place.settings, database_url="postgresql://bot:canary-password@127.0.0.1:1/psa")
    async with opened(nowhere, engine=engine) as bot:
        checks = await checked(bot)
    assert failing(checks) == {"database": "cannot be reached (ConnectionRefusedError)"}
    assert checks["Slack token"]["ok"]


async def problems(settings: Settings, **more: Any) -> dict[str, str]:
    return {name: problem for name, problem, _ in await slack_problems(settings, **more) if problem}


async def test_without_a_token_slack_is_not_asked(place: Place) -> None:
    settings = replace(place.settings, slack_bot_token="", slack_signing_secret="")
    assert await problems(settings) == {
        "token": "SLACK_BOT_TOKEN is not set",
        "signing secret": "SLACK_SIGNING_SECRET is not set",
    }
    assert place.world.slack.workspace.calls == []


async def test_a_token_that_slack_refuses_is_named_by_slacks_word(place: Place) -> None:
    assert await problems(replace(place.settings, slack_bot_token="xoxb-wrong")) == {
        "token": "Slack refused it: invalid_auth"
    }


@pytest.mark.parametrize("kind", ["server_error", "drop"])
async def test_a_slack_that_is_down_is_not_a_wrong_token(place: Place, kind: str) -> None:
    place.world.slack.api.faults.order(Fault(method="auth.test", kind=kind, times=None))
    assert "refused" not in (await problems(place.settings))["token"]


async def test_a_slack_that_cannot_be_reached_is_said(place: Place) -> None:
    nowhere = replace(place.settings, slack_api_url="http://127.0.0.1:1/api/")
    assert await problems(nowhere) == {"token": "Slack cannot be reached"}


async def test_a_clock_that_is_wrong_is_told_before_slack_refuses_to_talk(place: Place) -> None:
    late = datetime.now(UTC) + timedelta(minutes=4)
    assert (await problems(place.settings, now=lambda: late))["clock"].startswith("this machine is 2")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"x-oauth-scopes": "commands,chat:write", "Date": ""}, {"scopes"}),
        ({"Date": "Sat, 21 Nov 2026 10:00:00 -0000"}, set()),
        ({}, set()),
    ],
)
async def test_scopes_that_the_manifest_asks_for_and_nobody_granted_are_named(
    place: Place, headers: dict[str, str], expected: set[str]
) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"ok": True}, headers=headers)

    app = web.Application()
    app.router.add_post("/api/auth.test", answer)
    async with serving(app) as url:
        found = await problems(replace(place.settings, slack_api_url=f"{url}/api/"))
    assert set(found) == expected
    assert "users:read" in found.get("scopes", "users:read")


async def test_the_token_of_socket_mode_is_tried_as_well(place: Place) -> None:
    assert await problems(replace(place.settings, slack_app_token=APP_TOKEN, slack_signing_secret="")) == {}
    wrong = replace(place.settings, slack_app_token="xapp-wrong")
    assert list(await problems(wrong)) == ["Socket Mode"]
