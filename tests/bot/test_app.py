"""The wiring: what is built once, and what is closed at the end."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import everybody, opened, process_name
from bot.config import Settings
from bot.jobs.queue import Job, QueueClosed
from bot.store.database import BadDatabaseUrl
from bot.store.secrets import SecretKeyError
from bot.sync.run import TASK
from rules.engine import Engine


def test_only_the_one_process_on_sqlite_may_end_what_its_predecessor_left_behind() -> None:
    serving = Settings(database_url="sqlite:///x.db", serves=True)
    assert process_name(serving) == "serve"
    assert process_name(replace(serving, serves=False)) == ""


def test_on_postgresql_every_process_has_a_name_of_its_own() -> None:
    worker = Settings(database_url="postgresql://db/psa", works=True)
    assert process_name(worker) != process_name(worker)
    assert process_name(worker).startswith("worker-")
    assert process_name(replace(worker, works=False, serves=True)).startswith("serve-")
    assert process_name(replace(worker, works=False)).startswith("command-")


async def test_everybody_may_sync_where_nothing_else_is_set() -> None:
    assert await everybody("U0AGENT")


async def test_what_was_opened_is_closed_and_takes_no_more_work(tmp_path: Path, engine: Engine) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'psa-bot.db'}")
    async with opened(settings, engine=engine) as bot:
        assert bot.engine is engine
    with pytest.raises(QueueClosed):
        await bot.queue.defer(Job(task=TASK, key="1"))


async def test_rules_are_loaded_where_none_are_handed_in(tmp_path: Path) -> None:
    async with opened(Settings(database_url=f"sqlite:///{tmp_path / 'psa-bot.db'}")) as bot:
        assert bot.engine.card("agreement-billing-cycle") is not None


@pytest.mark.parametrize(
    ("changed", "error"),
    [({"database_url": "oracle://db"}, BadDatabaseUrl), ({"secret_keys": ("no key",)}, SecretKeyError)],
)
async def test_what_cannot_be_built_says_what_to_do(
    engine: Engine, changed: dict[str, object], error: type[Exception]
) -> None:
    with pytest.raises(error, match="PSA_BOT_"):
        async with opened(replace(Settings(), **changed), engine=engine):  # type: ignore[arg-type]  # settings, by name
            pass
