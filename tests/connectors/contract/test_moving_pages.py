"""Somebody changes the tenant while a list is read, page by page."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

import pytest

from connectors.contract import Connector
from connectors.errors import ConnectorError
from sandbox.psa.records import Kept, Row
from tests.connectors.contract.reading import everybody
from tests.connectors.simulators import SIMULATORS, Simulated, Size

# Some pages of any size that a PSA has; of each list the third call is under way when it happens.
PAGES: Final = Size(accounts=2600, eligible=2500, agreements=3100)
AFTER: Final = 3
Read = Callable[[Connector], Awaitable[list[str]]]


async def accounts(connector: Connector) -> list[str]:
    return [one.id for one in await everybody(connector)]


async def agreements(connector: Connector) -> list[str]:
    return [one.id async for page in connector.agreements() for one in page]


def vanish(kept: Kept, known: list[str]) -> None:
    """All later ones move up by one place."""
    kept.drop(int(known[2]))


def appear(kept: Kept, known: list[str]) -> None:
    """Before all others, by its id and by its name."""
    like = kept.row(int(known[2]))
    kept.put(Row(data={**like.data, "id": 3}))


def move(kept: Kept, known: list[str]) -> None:
    """One of the first is renamed, so that it comes last wherever names decide."""
    row = kept.row(int(known[2]))
    names = {key: f"Zzz {value}" for key, value in row.data.items() if "name" in key.casefold() and value}
    kept.change(int(known[2]), **names)


@pytest.mark.requirement("R74", "R78")
@pytest.mark.parametrize("change", [vanish, appear, move])
@pytest.mark.parametrize("read", [accounts, agreements])
async def test_nothing_comes_twice_and_nothing_is_lost_unsaid(
    kind: str, read: Read, change: Callable[[Kept, list[str]], None]
) -> None:
    async with SIMULATORS[kind](PAGES) as simulated:
        connector = simulated.connect()
        known = await read(connector)
        kept = simulated.psa.accounts if read is accounts else simulated.psa.agreements
        happened = meanwhile(simulated, lambda: change(kept, known))
        try:
            found = await read(connector)
        except ConnectorError:  # it says so
            found = known
        await connector.aclose()
    assert happened
    assert len(found) == len(set(found))
    assert set(known) - {known[2]} <= set(found)


def meanwhile(simulated: Simulated, change: Callable[[], None]) -> list[Any]:
    """``change`` happens once, when ``AFTER`` calls were answered. → empty until then."""
    seen, happened = [], list[Any]()

    def after(call: Any) -> None:
        seen.append(call)
        if len(seen) == AFTER:
            change()
            happened.append(call)

    simulated.psa.after_call = after
    return happened
