"""Runs the simulated HaloPSA as a process of its own: ``python -m sandbox.psa.halopsa --port 0``."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Sequence

from sandbox.clock import SandboxClock
from sandbox.psa.halopsa.stories import halopsa_world
from sandbox.serve import serving


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.psa.halopsa", description=__doc__)
    parser.add_argument("--accounts", type=int, default=2000, help="made-up customers beside those of the stories")
    parser.add_argument("--active", type=int, help="how many of them are active customers; default: three of five")
    parser.add_argument(
        "--agreements", type=int, help="how many recurring invoices they have; default: one to three each"
    )
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same customers")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="what each answer takes at least")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    return parser.parse_args(arguments)


async def run(asked: argparse.Namespace, stop: asyncio.Event) -> None:
    """Prints the address and a connection to it when it can be called, and serves until it is told to stop."""
    size = {"accounts": asked.accounts, "active": asked.active, "agreements": asked.agreements}
    psa = halopsa_world(SandboxClock(), seed=asked.seed, **size)
    psa.latency_ms = asked.latency_ms
    async with serving(psa.app, port=asked.port) as url:
        sys.stdout.write(f"{json.dumps({'url': url, **psa.connection(url)})}\n")
        sys.stdout.flush()
        await stop.wait()


async def main() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run(options(), stop)


if __name__ == "__main__":
    asyncio.run(main())
