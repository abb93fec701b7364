"""Where sources disagree about a vendor's server, or nobody knows: either kind of server gives the same records."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from sandbox.psa.kaseya_family.ways import Fails
from tests.connectors.contract.reading import everybody
from tests.connectors.simulators import Simulated

Switch = Callable[[Any], None]


def _set(of: Callable[[Any], Any], **values: Any) -> Switch:
    def switch(psa: Any) -> None:
        for name, value in values.items():
            setattr(of(psa), name, value)

    return switch


def _kaseya(**ways: Any) -> Switch:
    return _set(lambda psa: psa.ways, **ways)


def _halo(**manners: bool) -> Switch:
    return lambda psa: setattr(psa, "manners", replace(psa.manners, **manners))


def _syncro(**switches: Any) -> Switch:
    return _set(lambda psa: psa, **switches)


def _counted(psa: Any) -> None:
    psa.schedule_list = replace(psa.schedule_list, meta=psa.customer_list.meta)


def _half_counted(psa: Any) -> None:
    psa.customer_list = replace(psa.customer_list, meta=("total_pages", "page"))


KASEYA: Final[Mapping[str, Switch]] = {
    "keys in another case": _kaseya(pascal_case=True),
    "inactive accounts without being asked": _kaseya(inactive_without_filter=True),
    "lists do not say how long they are": _kaseya(totals=False),
    "smaller pages than asked for": _kaseya(largest_page=20),
    "tokens cannot be renewed": _kaseya(refreshes=False),
    "sign-in by multipart alone": _kaseya(takes_urlencoded=False),
    "refusals inside a 200": _kaseya(fails=Fails.ENVELOPE),
}
DISPUTED: Final[Mapping[str, Mapping[str, Switch]]] = {
    "connectwise": {"a backslash escapes": lambda psa: setattr(psa, "backslash_escapes", True)},
    "autotask": {"rows do not come by id": lambda psa: psa.unordered.update({"Companies", "Contracts"})},
    "halopsa": {
        "lists without lines": _halo(lists_hold_lines=False),
        "bare lists": _halo(bare_lists=True),
        "lean lists": _halo(lean_lists=True),
        "wildcards mean themselves": _halo(literal_search=True),
    },
    "syncro": {
        "recurring invoices are counted": _counted,
        "customers are not counted": _half_counted,
        "lists without lines": _syncro(lists_have_lines=False),
        "one sentence for both kinds of 401": _syncro(same_words_for_both_401s=True),
    },
    "kaseya-bms": KASEYA,
    "pulseway": KASEYA,
}


def each() -> Iterator[Any]:
    for kind, switches in DISPUTED.items():
        for name in switches:
            yield pytest.param(kind, name, id=f"{kind}: {name}")


@pytest.mark.parametrize(("kind", "name"), list(each()), indirect=["kind"])
async def test_either_kind_of_server_gives_the_same_records(simulated: Simulated, name: str) -> None:
    usual, found = await ids(simulated), DISPUTED[simulated.kind][name]
    found(simulated.psa)
    assert await ids(simulated) == usual


async def ids(simulated: Simulated) -> list[set[str]]:
    connector = simulated.connect()
    accounts = {one.id for one in await everybody(connector)}
    agreements = {one.id async for page in connector.agreements() for one in page}
    named = {one.id for one in await connector.find_accounts("a", limit=500)}
    of_one = {one.id for one in await connector.agreements_of(min(named))}
    await connector.aclose()
    return [accounts, agreements, named, of_one]
