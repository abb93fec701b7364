"""What every connector finds out about its API user's rights."""

import pytest

from connectors.contract import Connector
from connectors.errors import ConnectorError, ErrorKind
from rules.facts import SIGHT
from tests.connectors.simulators import Simulated


@pytest.mark.requirement("R127", "R249")
async def test_what_a_role_holds_beyond_what_is_needed_is_told_or_said_to_be_untold(
    simulated: Simulated, connector: Connector
) -> None:
    assert await connector.surplus() in (None, [])  # the simulated API users hold no more than they need
    simulated.psa.break_with("down")
    assert await connector.surplus() is None


async def test_probes_come_back_for_every_right_and_do_not_raise_for_refused_ones(
    simulated: Simulated, connector: Connector
) -> None:
    simulated.psa.break_with("forbidden-agreements")
    probes = await connector.probe()
    assert [probe.id for probe in probes] == [right.id for right in connector.spec.rights]
    assert {probe.id for probe in probes if probe.access == "refused" and probe.rows is None} >= {"agreements"}


@pytest.mark.parametrize("only", [None, SIGHT])
async def test_a_probe_of_a_psa_that_lets_nobody_in_is_an_error(
    simulated: Simulated, connector: Connector, only: frozenset[str] | None
) -> None:
    simulated.psa.break_with("unauthorized")
    with pytest.raises(ConnectorError) as raised:
        await connector.probe(only)
    assert raised.value.kind is ErrorKind.API_ERROR


@pytest.mark.parametrize("fault", ["none", "forbidden-companies", "forbidden-agreements"])
async def test_a_narrow_probe_says_the_same_as_the_whole_one_in_far_fewer_calls(
    simulated: Simulated, connector: Connector, fault: str
) -> None:
    simulated.psa.break_with(fault)
    whole = {probe.id: probe for probe in await connector.probe()}
    calls = connector.usage.calls
    for only in (SIGHT, {"agreements"}):
        before = connector.usage.calls
        narrow = await connector.probe(only)
        assert list(narrow) == [whole[right.id] for right in connector.spec.rights if right.id in only]
        assert connector.usage.calls - before <= min(4, calls / 2)


async def test_a_probe_of_no_right_of_this_psa_asks_nobody(connector: Connector) -> None:
    assert list(await connector.probe({"of another PSA"})) == []
    assert connector.usage.calls == 0
