"""Several connections in one workspace, through Slack and the PSAs over real HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from rules.engine import Engine
from tests.journeys.town import Town, a_town, words


@pytest.fixture
async def three(tmp_path: Path, engine: Engine) -> AsyncIterator[Town]:
    """Two of one kind, and one of another."""
    async with a_town(tmp_path, engine, ("connectwise", "cw-lab", "autotask")) as built:
        yield built


@pytest.mark.requirement("R140", "C14")
async def test_two_connections_of_one_kind_and_a_third_are_asked_at_once_and_each_is_named(three: Town) -> None:
    three.psas["cw-lab"].fix("globex")
    said = words(await three.type("/psa missing Globex"))
    assert "cw-prod" in said
    assert "cw-lab" in said
    assert "at-east" in said
