"""A terminal, and a simulated ConnectWise that its connection cw-prod leads to."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rules.engine import Engine
from sandbox.clock import SandboxClock
from sandbox.psa.connectwise.server import SimulatedConnectWise
from sandbox.psa.connectwise.stories import connectwise_world
from sandbox.serve import serving
from tests.bot.cli.terminal import Ran, Terminal, settled
from tests.databases import *  # noqa: F403 - pytest finds fixtures by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A terminal beside a simulated PSA."""

    terminal: Terminal
    psa: SimulatedConnectWise
    url: str

    @property
    def settings(self) -> list[str]:
        """As ``--setting`` arguments."""
        return [part for key, value in self._connection["settings"].items() for part in ("--setting", f"{key}={value}")]

    @property
    def secrets(self) -> str:
        return json.dumps(self._connection["secrets"])

    @property
    def _connection(self) -> dict[str, dict[str, str]]:
        return self.psa.connection(self.url)

    async def add(self, name: str = "cw-prod", *more: str, **env: str) -> Ran:
        return await self.terminal.enters(
            "connections", "add", name, "--psa", "connectwise", *self.settings, *more, stdin=self.secrets, **env
        )

    async def reads(self) -> bool:
        """Is the PSA being read by now?"""
        return len(self.psa.calls) > 1

    async def enters(self, *argv: str, stdin: str = "", **env: str) -> Ran:
        return await self.terminal.enters(*argv, stdin=stdin, **env)


@pytest.fixture
def terminal(
    tmp_path: Path,
    sqlite_template: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    engine: Engine,
) -> Terminal:
    return Terminal(env=settled(tmp_path, sqlite_template), engine=engine, capsys=capsys, monkeypatch=monkeypatch)


@pytest.fixture
async def shop(terminal: Terminal) -> AsyncIterator[Shop]:
    """Nothing is connected yet."""
    psa = connectwise_world(SandboxClock(), accounts=20)
    async with serving(psa.app) as url:
        yield Shop(terminal=terminal, psa=psa, url=url)


@pytest.fixture
async def connected(shop: Shop) -> Shop:
    """``cw-prod`` is connected, and was never synced."""
    added = await shop.add("cw-prod", "--no-test")
    assert added.code == 0, added.err
    return shop


@pytest.fixture
async def synced(connected: Shop) -> Shop:
    """``cw-prod`` was synced just now."""
    done = await connected.enters("sync", "full", "--connection", "cw-prod")
    assert done.code == 0, done.err
    return connected
