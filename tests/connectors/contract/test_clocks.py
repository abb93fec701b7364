"""The PSA's clock is minutes off ours."""

import pytest

from connectors.contract import Connector
from tests.connectors.contract.reading import bulk
from tests.connectors.simulators import EDITED, Simulated

OFF = [-9, 9]  # minutes that the PSA's clock is ahead


@pytest.mark.parametrize("minutes", OFF)
async def test_a_sign_in_lasts_and_is_renewed_whatever_the_psas_clock_says(
    simulated: Simulated, connector: Connector, minutes: int
) -> None:
    simulated.clock.advance(60 * minutes)
    for _ in range(18):  # three hours
        assert await connector.find_accounts("a")
        simulated.time.advance(600)
    refused = [call for call in simulated.psa.calls if call.status != 200]
    assert len(refused) <= 6  # a token that ended earlier than we thought is asked for anew, once
    assert not [seconds for seconds in simulated.time.slept if seconds < 0]


@pytest.mark.requirement("X10")
@pytest.mark.parametrize("minutes", OFF)
async def test_what_is_changed_after_a_sync_began_is_seen_by_the_next_quick_one(
    simulated: Simulated, connector: Connector, minutes: int
) -> None:
    quick, kind = connector.spec.quick, connector.spec.kind
    simulated.clock.advance(60 * minutes)
    began = simulated.time.now()
    simulated.time.advance(1)
    if quick.is_offered:
        simulated.psa.fix(EDITED[kind])
    accounts, _ = await bulk(connector, began - quick.overlap)
    everybody, _ = await bulk(connector, None)
    assert len(accounts) == (1 if quick.is_offered else len(everybody))
