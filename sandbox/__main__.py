"""``python -m sandbox``: runs the simulated world until it is told to stop; prints its addresses as one JSON line."""

import argparse
import asyncio
import json
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from sandbox.clock import SandboxClock
from sandbox.psas import SIMULATIONS
from sandbox.slack import identity
from sandbox.slack.deliveries import Deliveries
from sandbox.slack.manifest import Manifest, read_manifest
from sandbox.slack.web import LocalSlack
from sandbox.world import World

OLDER_FLAGS = {"connectwise": ("--companies",)}  # of the time when there was but one simulated PSA
OURS = Path(__file__).parents[1] / "manifest.json"


def options(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=3200, help="of the page and the Slack workspace; 0: any free one")
    parser.add_argument("--psa-port", type=int, default=0, help="of the first simulated PSA; 0: any free ones")
    parser.add_argument("--bot-url", default="", help="where the bot listens, such as http://127.0.0.1:3000")
    parser.add_argument("--signing-secret-env", default="", help="the variable that holds another signing secret")
    parser.add_argument("--manifest", type=Path, default=OURS, help="the app's commands, scopes and events")
    for kind, simulation in SIMULATIONS.items():
        crowd = f"made-up customers of {simulation.title}, beside those of its stories (default {simulation.crowd})"
        flags = [f"--{kind}", *OLDER_FLAGS.get(kind, ())]
        parser.add_argument(*flags, type=int, default=simulation.crowd, metavar="COUNT", dest=kind, help=crowd)
    return parser.parse_args(arguments)


def world(asked: argparse.Namespace, env: Mapping[str, str]) -> World:
    clock = SandboxClock()
    manifest = read_manifest(asked.manifest) if asked.manifest.is_file() else Manifest()
    secret = env.get(asked.signing_secret_env, "") or identity.SIGNING_SECRET
    slack = LocalSlack(manifest.workspace(clock), Deliveries(bot_url=asked.bot_url.rstrip("/"), signing_secret=secret))
    crowds = vars(asked)
    return World(clock, slack, [each.build(clock, crowds[kind]) for kind, each in SIMULATIONS.items()])


async def run(asked: argparse.Namespace, env: Mapping[str, str], stop: asyncio.Event) -> None:
    """Prints the addresses when they can be called, and serves until it is told to stop."""
    async with world(asked, env).running(port=asked.port, psa_port=asked.psa_port) as addresses:
        sys.stdout.write(json.dumps(addresses.as_json()) + "\n")
        sys.stdout.flush()
        await stop.wait()


async def main() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run(options(), os.environ, stop)


if __name__ == "__main__":
    asyncio.run(main())
