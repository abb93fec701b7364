import asyncio
import json
import sys
from typing import Final

import aiohttp
import pytest

from sandbox.psa.autotask.stories import autotask_world
from sandbox.psa.connectwise.stories import connectwise_world
from sandbox.psa.halopsa.stories import halopsa_world
from sandbox.psa.kaseya_bms.stories import kaseya_bms_world
from sandbox.psa.pulseway.stories import pulseway_world
from sandbox.psa.standalone import World, options, run
from sandbox.psa.syncro.stories import syncro_world

WORLDS: Final[dict[str, tuple[World, set[str]]]] = {
    "connectwise": (connectwise_world, {"public_key", "private_key", "client_id"}),
    "autotask": (autotask_world, {"username", "secret", "integration_code"}),
    "halopsa": (halopsa_world, {"client_id", "client_secret"}),
    "syncro": (syncro_world, {"api_token"}),
    "kaseya_bms": (kaseya_bms_world, {"username", "password"}),
    "pulseway": (pulseway_world, {"username", "password"}),
}


def test_the_size_of_the_tenant_is_taken_from_the_command_line() -> None:
    asked = options(["--accounts", "5", "--active", "3", "--agreements", "9", "--latency-ms", "50", "--calls", "9"])
    assert (asked.accounts, asked.active, asked.agreements) == (5, 3, 9)
    assert (asked.latency_ms, asked.calls, asked.port, asked.seed) == (50.0, 9, 0, 1)


@pytest.mark.parametrize("name", WORLDS)
async def test_it_says_how_to_connect_and_stops_when_told(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    world, secrets = WORLDS[name]
    stop = asyncio.Event()
    stop.set()
    await run(world, options(["--accounts", "5", "--latency-ms", "1"]), stop)
    told = json.loads(capsys.readouterr().out)
    assert told["psa"] == name.replace("_", "-")
    assert told["url"].startswith("http://127.0.0.1:")
    assert any(value.startswith(told["url"]) for value in told["settings"].values())
    assert set(told["secrets"]) == secrets


@pytest.mark.parametrize("name", WORLDS)
async def test_each_runs_as_a_process_of_its_own_until_it_is_told_to_end(name: str) -> None:
    command = (sys.executable, "-m", f"sandbox.psa.{name}", "--accounts", "5")
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    told = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
    async with aiohttp.ClientSession() as session, session.get(f"{told['url']}/nothing-here") as reply:
        assert reply.status in {200, 400, 404}
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 20) == 0
