"""A database for real processes: a file, or a database of its own on the server."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from bot.store.migrate import migrate
from tests.bot.place import *  # noqa: F403 - the same
from tests.bot.sync.stage import *  # noqa: F403 - pytest finds fixtures by name
from tests.databases import *  # noqa: F403 - the same
from tests.databases import Postgres, on_the_server, with_a_database


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    if postgres.missing:
        pytest.skip(postgres.missing)
    name = f"faults_{uuid4().hex}"
    on_the_server(postgres.server, f"CREATE DATABASE {name}")
    with_a_database(postgres.database(name), migrate)
    yield postgres.database(name)
    on_the_server(postgres.server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'faults.db'}"
    with_a_database(url, migrate)
    return url


@pytest.fixture(params=["sqlite_url", pytest.param("postgres_url", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    found: str = request.getfixturevalue(request.param)
    return found
