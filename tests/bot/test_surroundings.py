"""What a diagnosis knows about a whole connection: read in one round, each part with its own reason where it is not."""

import asyncio
from dataclasses import replace

import pytest

from bot.psas import read_surroundings, reason_for
from connectors.errors import PermissionDenied, RateLimited
from connectors.records import Because, Capability
from tests.bot.sync.fakes import GRANTED, NOON, SPEC, TABLES, FakeConnector
from tests.bot.sync.stage import until


async def test_tables_rights_and_version_are_read_at_the_same_time() -> None:
    psa = FakeConnector(gates={name: asyncio.Event() for name in ("tables", "probe", "check")})
    reading = asyncio.create_task(read_surroundings(psa, {}, NOON))
    await until(lambda: sorted(psa.calls) == ["check", "probe", "tables"])
    for gate in psa.gates.values():
        gate.set()
    found = await reading
    assert (found.tables, found.probes, found.version) == (TABLES, (GRANTED,), "2026.1")
    assert (found.because, found.version_because) == (None, None)


async def test_rights_that_could_not_be_probed_leave_the_tables_known() -> None:
    found = await read_surroundings(FakeConnector(fails={"probe": PermissionDenied("refused")}), {}, NOON)
    assert (found.probes, found.because, found.tables) == (None, Because.PERMISSION, TABLES)


async def test_a_version_that_could_not_be_read_leaves_the_rest_known() -> None:
    found = await read_surroundings(FakeConnector(fails={"check": PermissionDenied("refused")}), {}, NOON)
    assert (found.version, found.version_because) == (None, Because.PERMISSION)
    assert (found.tables, found.because) == (TABLES, None)


async def test_a_psa_that_tells_no_version_is_not_asked_for_one() -> None:
    psa = FakeConnector(spec=replace(SPEC, gives=SPEC.gives - {Capability.VERSION}))
    found = await read_surroundings(psa, {}, NOON)
    assert (found.version, found.version_because) == (None, None)
    assert "check" not in psa.calls


@pytest.mark.parametrize("part", ["tables", "probe", "check"])
async def test_an_error_that_is_not_the_psas_is_ours_and_is_not_hidden(part: str) -> None:
    with pytest.raises(RuntimeError, match="a bug"):
        await read_surroundings(FakeConnector(fails={part: RuntimeError("a bug")}), {}, NOON)


def test_only_a_refusal_is_a_matter_of_rights() -> None:
    assert reason_for(PermissionDenied("no")) is Because.PERMISSION
    assert reason_for(RateLimited("wait")) is Because.PSA_DOWN
