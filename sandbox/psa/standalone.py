"""Runs one simulated PSA as a process of its own."""

import argparse
import asyncio
import json
import signal
import sys
from collections.abc import Callable, Sequence

from sandbox.clock import SandboxClock
from sandbox.psa.simulator import Simulator
from sandbox.serve import serving

World = Callable[..., Simulator]


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=2000, help="made-up customers beside those of the stories")
    parser.add_argument("--active", type=int, help="how many of them are active customers; default: three of five")
    parser.add_argument("--agreements", type=int, help="how many agreements they have; default: a few each")
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same customers")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="what each answer takes at least")
    parser.add_argument("--calls", type=int, help="more in the server's own window (a minute, five, an hour) get a 429")
    parser.add_argument("--port", type=int, default=0, help="0: any free one")
    return parser.parse_args(arguments)


async def run(world: World, asked: argparse.Namespace, stop: asyncio.Event) -> None:
    """Prints the address and a connection to it when it can be called, and serves until it is told to stop."""
    size = {"accounts": asked.accounts, "active": asked.active, "agreements": asked.agreements}
    psa = world(SandboxClock(), seed=asked.seed, **size)
    psa.latency_ms = asked.latency_ms
    if asked.calls is not None:
        psa.limit_calls(asked.calls)
    async with serving(psa.app, port=asked.port) as url:
        sys.stdout.write(f"{json.dumps({'url': url, 'psa': psa.kind, **psa.connection(url)})}\n")
        sys.stdout.flush()
        await stop.wait()


async def main(world: World) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run(world, options(), stop)
