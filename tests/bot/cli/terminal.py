"""A terminal for tests: types a command in this process, and keeps what it printed."""

import asyncio
import io
import json
import shutil
import sys
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.app import Bot, opened
from bot.cli.main import run
from bot.config import read_settings
from bot.store.secrets import new_key
from rules.engine import Engine

KEY = new_key()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output holds one JSON document and nothing else."""
        return json.loads(self.out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal:
    """``env`` is all that the command sees of its surroundings."""

    env: Mapping[str, str]
    engine: Engine
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def types(self, *argv: str, stdin: str | io.StringIO = "", **env: str) -> Ran:
        """For commands that need no server of this test's loop."""
        self.capsys.readouterr()
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(stdin) if isinstance(stdin, str) else stdin)
        code = run(argv, {**self.env, **env}, engine=None if "PSA_BOT_RULES_DIR" in env else self.engine)
        printed = self.capsys.readouterr()
        return Ran(code=code, out=printed.out, err=printed.err)

    async def enters(self, *argv: str, stdin: str = "", **env: str) -> Ran:
        """The same beside servers that run in this loop."""
        return await asyncio.to_thread(self.types, *argv, stdin=stdin, **env)

    def bot(self, **env: str) -> AbstractAsyncContextManager[Bot]:
        """The same bot, to look inside or to set something up."""
        return opened(read_settings({**self.env, **env}), engine=self.engine)


def settled(folder: Path, template: Path) -> dict[str, str]:
    """The environment of a bot whose database is migrated."""
    path = folder / "psa-bot.db"
    shutil.copyfile(template, path)
    return {
        "PSA_BOT_DATABASE_URL": f"sqlite:///{path}",
        "PSA_BOT_SECRET_KEY": KEY,
        "PSA_BOT_ALLOW_INSECURE_LOOPBACK": "1",
    }
