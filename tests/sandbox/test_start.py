"""``python -m sandbox``: prints its addresses, serves, and ends when it is told to."""

import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.__main__ import options, run, world
from sandbox.psas import SIMULATIONS
from sandbox.slack.identity import SCOPES, SIGNING_SECRET

SMALL = ["--port", "0", *(word for kind in SIMULATIONS for word in (f"--{kind}", "5"))]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_the_sandbox_prints_one_line_and_ends_cleanly(number: signal.Signals) -> None:
    sandbox = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", *SMALL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert sandbox.stdout is not None
    async with asyncio.timeout(30):
        addresses = json.loads(await sandbox.stdout.readline())
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{addresses['page']}/_control/stream") as stream,  # must not hold up the end
        ):
            assert stream.status == 200
            sandbox.send_signal(number)
            rest, errors = await sandbox.communicate()
    assert (sandbox.returncode, rest, errors) == (0, b"", b"")
    assert addresses["slack_api"] == f"{addresses['page']}/api/"
    assert list(addresses["psas"]) == [each["psa"] for each in addresses["connections"]] == list(SIMULATIONS)


async def test_the_sandbox_serves_until_it_is_told_to_stop(capsys: pytest.CaptureFixture[str]) -> None:
    stop = asyncio.Event()
    stop.set()
    await run(options(SMALL), {}, stop)
    assert list(json.loads(capsys.readouterr().out)["psas"]) == list(SIMULATIONS)


def test_the_size_of_each_psas_crowd_can_be_chosen() -> None:
    assert syncro_customers(["--syncro", "30"]) - syncro_customers([]) == 25
    assert options(["--companies", "7"]).connectwise == 7


def syncro_customers(more: Sequence[str]) -> int:
    psa: Any = world(options([*SMALL, *more]), {}).psas["syncro"]
    return len(psa.customers.rows())


def test_the_signing_secret_may_come_from_a_variable() -> None:
    asked = options([*SMALL, "--signing-secret-env", "SECRET", "--bot-url", "http://127.0.0.1:3000/"])
    assert world(asked, {"SECRET": "another"}).slack.deliveries.signing_secret == "another"
    assert world(asked, {}).slack.deliveries.signing_secret == SIGNING_SECRET
    assert world(asked, {}).slack.deliveries.bot_url == "http://127.0.0.1:3000"


def test_without_a_manifest_the_app_has_everything(tmp_path: Path) -> None:
    asked = options([*SMALL, "--manifest", str(tmp_path / "nothing.json")])
    assert world(asked, {}).slack.workspace.scopes == SCOPES


def test_commands_may_come_from_a_manifest(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"features": {"slash_commands": [{"command": "/crm"}]}}))
    asked = options([*SMALL, "--manifest", str(path)])
    assert [command.name for command in world(asked, {}).slack.workspace.commands] == ["/crm"]
