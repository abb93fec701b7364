import asyncio
import json
import sys

import pytest

from sandbox.psa.kaseya_bms.stories import kaseya_bms_world
from sandbox.psa.kaseya_family.standalone import options, run


async def test_it_says_how_to_connect_and_stops_when_told(capsys: pytest.CaptureFixture[str]) -> None:
    stop = asyncio.Event()
    stop.set()
    await run(kaseya_bms_world, options(["--accounts", "3", "--latency-ms", "1"]), stop)
    told = json.loads(capsys.readouterr().out)
    assert told["settings"]["server"] == told["url"]
    assert set(told["secrets"]) == {"username", "password"}


@pytest.mark.parametrize("module", ["sandbox.psa.kaseya_bms", "sandbox.psa.pulseway"])
async def test_each_product_runs_as_a_process_of_its_own(module: str) -> None:
    command = (sys.executable, "-m", module, "--accounts", "5")
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    told = json.loads(await asyncio.wait_for(process.stdout.readline(), 20))
    assert told["url"].startswith("http://127.0.0.1:")
    process.terminate()
    assert await asyncio.wait_for(process.wait(), 20) == 0
