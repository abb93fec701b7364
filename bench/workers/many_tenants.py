"""A simulated ConnectWise at many addresses of this machine: as many tenants, each with a call budget of its own."""

import asyncio
import json
import sys
from collections.abc import Sequence

from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.psa.connectwise.stories import connectwise_world


async def main() -> None:
    asked = json.loads(sys.stdin.readline())
    psa = connectwise_world(SandboxClock(), **asked["size"])
    psa.latency_ms = asked["latency_ms"]
    runner = web.AppRunner(psa.app, access_log=None)
    await runner.setup()
    print(json.dumps([psa.connection(url) for url in await served(runner, asked["tenants"])]), flush=True)
    await asyncio.to_thread(sys.stdin.read)  # until whoever asked is done
    await runner.cleanup()


async def served(runner: web.AppRunner, count: int) -> Sequence[str]:
    """One port, the first of the addresses chooses it."""
    port, urls = 0, []
    for number in range(count):
        host = f"127.0.{1 + number // 100}.{1 + number % 100}"
        await web.TCPSite(runner, host, port).start()
        port = port or runner.addresses[0][1]
        urls.append(f"http://{host}:{port}")
    return urls


if __name__ == "__main__":
    asyncio.run(main())
