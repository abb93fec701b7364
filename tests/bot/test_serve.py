"""``psa-bot serve``: it starts whatever Slack does, says how it is, hears by HTTP and by socket, and ends gently."""

import asyncio
import gc
import json
import os
import signal
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.config import ConfigError, Settings
from bot.demo import prepare
from bot.lifetime import until_stopped
from bot.probes import Ear, Pulse
from bot.serve import need_slack, serve
from bot.store.queries import runs
from rules.engine import Engine
from sandbox.slack.faults import Fault
from sandbox.slack.identity import APP_TOKEN
from tests.bot.place import Place, started, until
from tests.databases import Postgres

SYNCED = "Stark Industries"


async def test_it_says_that_it_lives_how_it_is_and_its_numbers(place: Place, engine: Engine) -> None:
    async with started(place, engine):
        await place.until_ready()
        assert await place.get("/healthz") == (200, '{"alive": true}')
        status, body = await place.get("/readyz")
        assert (status, json.loads(body)) == (200, {"ready": True, "problems": []})
        status, numbers = await place.get("/metrics")
        assert status == 200
        assert "psa_bot_clock_tick_age_seconds" in numbers


async def test_it_starts_while_slack_is_down_says_so_and_recovers(place: Place, engine: Engine) -> None:
    place.world.slack.api.faults.order(Fault(method="auth.test", kind="server_error", times=None))
    async with started(place, engine):
        status, body = await place.get("/readyz")
        assert status == 503
        assert "slack: the workspace does not answer" in json.loads(body)["problems"]
        assert (await place.get("/healthz"))[0] == 200
        place.world.slack.api.faults.clear()
        await place.until_ready()


class Hanging:
    """Slack, asked who we are, takes its time."""

    @property
    def whoami(self) -> "Hanging":
        return self

    async def identity(self) -> None:
        await asyncio.Event().wait()


async def test_a_slack_that_hangs_does_not_hang_the_probe(place: Place, engine: Engine) -> None:
    async with started(place, engine) as bot:
        line: Any = Hanging()
        schedule: Any = SimpleNamespace(last_tick=bot.clock.now())
        pulse = Pulse(bot=bot, line=line, schedule=schedule, ear=Ear(wanted=False), slack_seconds=0.05)
        assert await pulse.problems() == ("slack: the workspace does not answer",)


def put_a_folder_in_the_place_of(database: Path) -> None:
    for file in database.parent.glob(f"{database.name}*"):
        file.unlink()
    database.mkdir()


async def test_a_database_that_went_away_makes_it_unready_not_broken(place: Place, engine: Engine) -> None:
    async with started(place, engine) as bot:
        await place.until_ready()
        await bot.db.dispose()
        put_a_folder_in_the_place_of(Path(place.settings.database_url.removeprefix("sqlite:///")))
        status, body = await place.get("/readyz")
        assert (status, json.loads(body)["problems"]) == (503, ["database: cannot be reached"])
        assert await place.get("/metrics") == (503, "The database cannot be reached.")


async def test_a_taken_port_is_a_clear_error(place: Place, engine: Engine) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", place.settings.http_port))
        other.listen()
        with pytest.raises(ConfigError, match=r"Cannot listen on 127\.0\.0\.1 port \d+ .*set PSA_BOT_HTTP_HOST"):
            async with started(place, engine):
                pass


async def test_a_second_process_that_finds_the_port_taken_leaves_the_firsts_syncs_alone(
    place: Place, engine: Engine
) -> None:
    await prepare(place.settings, place.local, engine)
    async with started(place, engine) as bot:
        await place.until_ready()  # its own first look for dead syncs is over
        run, _ = await runs.request(bot.db, connection_id=1, kind="full", by="U0AGENT", now=bot.clock.now())
        await runs.start(bot.db, run.id, token="serve/first", now=bot.clock.now())
        with pytest.raises(ConfigError):
            async with started(place, engine):
                pass
        found = await runs.get(bot.db, run.id)
        assert found is not None
        assert found.ended_at is None


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"slack_bot_token": ""}, "SLACK_BOT_TOKEN is not set"),
        ({"slack_signing_secret": ""}, "Set SLACK_SIGNING_SECRET"),
    ],
)
async def test_without_slacks_credentials_it_does_not_start(place: Place, changed: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        await serve(replace(place.settings, **changed))  # type: ignore[arg-type]  # texts, all of them


def test_either_way_of_hearing_slack_is_enough() -> None:
    need_slack(Settings(slack_bot_token="xoxb-1", slack_signing_secret="s"))
    need_slack(Settings(slack_bot_token="xoxb-1", slack_app_token="xapp-1"))


async def test_by_socket_it_hears_and_answers_like_by_http(place: Place, engine: Engine) -> None:
    place.world.slack.deliveries.bot_url = ""
    async with started(place, engine, slack_app_token=APP_TOKEN, slack_signing_secret=""):
        await place.until_ready()
        assert await place.command("/psa help") == 200
        await place.says("missing")


async def test_by_socket_it_starts_while_slack_is_down_and_ends_while_it_still_is(place: Place, engine: Engine) -> None:
    place.world.slack.api.faults.order(Fault(method="apps.connections.open", kind="server_error", times=None))
    async with started(place, engine, slack_app_token=APP_TOKEN):
        assert "slack: the workspace does not answer" in (await place.ready())["problems"]
        assert (await place.get("/healthz"))[0] == 200


async def test_the_clock_can_only_be_moved_in_tests(place: Place, engine: Engine) -> None:
    moved = {"now": "2031-01-02T03:04:05+00:00"}
    url = f"http://127.0.0.1:{place.settings.http_port}/_testing/clock"
    async with started(place, engine) as bot:
        async with place.session.post(url, json=moved) as answer:
            assert (await answer.json())["now"].startswith("2031-01-02T03:04:05")
        assert bot.clock.now().year == 2031
        for wrong in (b"{}", b"[]", b"no json", b'{"now": "noon"}'):
            async with place.session.post(url, data=wrong) as answer:
                assert answer.status == 400
    async with started(place, engine, testing=False), place.session.post(url, json=moved) as answer:
        assert answer.status == 404


@pytest.fixture
def collector() -> Iterator[None]:
    """As it was before."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


@pytest.mark.usefixtures("collector")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_ends_it_only_after_what_was_asked_is_answered(
    place: Place, engine: Engine, capsys: pytest.CaptureFixture[str], number: signal.Signals
) -> None:
    await prepare(place.settings, place.local, engine)
    task = asyncio.create_task(serve(replace(place.settings, serves=False)))

    async def serves() -> bool:
        return "Serving on http://127.0.0.1" in capsys.readouterr().out

    await until(serves)
    place.psa.latency_ms = 300
    assert await place.command("/psa missing Stark") == 200
    os.kill(os.getpid(), number)
    assert await task == 0
    await place.says(SYNCED)
    assert gc.get_freeze_count() > 10_000


async def test_what_breaks_the_work_is_raised() -> None:
    async def broken() -> None:
        raise ConfigError("canary")

    with pytest.raises(ConfigError, match="canary"):
        await until_stopped(broken())


@pytest.mark.requirement("R102")
@pytest.mark.postgres
async def test_on_postgresql_it_does_not_migrate_by_itself(place: Place, postgres: Postgres) -> None:
    if postgres.missing:
        pytest.skip(postgres.missing)
    with pytest.raises(ConfigError, match="psa-bot migrate"):
        await serve(replace(place.settings, database_url=postgres.database("postgres")))
