"""How names are looked for where nobody knows how wildcards are written."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.contract import Connector
from connectors.errors import BadRequest
from connectors.halopsa import search
from connectors.halopsa.normalize import ACTIVE, INACTIVE
from connectors.records import Account, AccountFilter, Option
from sandbox.psa.halopsa.building import client
from sandbox.psa.halopsa.reading import Manners
from sandbox.psa.records import Row
from tests.connectors.answerer import Say
from tests.connectors.halopsa.connecting import CLIENTS, Wired, listed
from tests.connectors.halopsa.connecting import client as row
from tests.connectors.simulators import Simulated

HOLD = Account(id="1", name="Acme [old] 50%", identifier="C1")
GROUPS = tuple(Option(id=str(number), name=f"Group {number}") for number in range(12))


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        (" Acme ", "Acme"),
        ("Acme [old]", "Acme"),
        ("50% Off Outlet", "Off Outlet"),
        ("a_b Software", "b Software"),
        ("Tab\tbed Systems", "bed Systems"),
        ("O'Malley's \"Best\" Bar", "O'Malley's \"Best\" Bar"),
        ("x" * 500, "x" * 100),
    ],
)
def test_the_longest_piece_that_is_no_wildcard_is_asked_for(name: str, asked: str) -> None:
    assert search.named_like(name) == {"includeactive": "true", "includeinactive": "true", "search": asked}


@pytest.mark.parametrize("name", ["%", " __ ", "[%]", "\x00"])
def test_a_name_of_nothing_but_wildcards_is_refused_not_answered_with_nothing(name: str) -> None:
    with pytest.raises(BadRequest, match="customer ID"):
        search.named_like(name)


@settings(max_examples=100, deadline=None)
@given(st.text(min_size=1, max_size=300))
def test_what_is_asked_for_is_always_a_piece_of_the_name(name: str) -> None:
    try:
        asked = search.named_like(name)["search"]
    except BadRequest:
        return
    assert asked in name
    assert asked.strip() == asked
    assert not set(asked) & set("%_[]^")


def test_the_answer_is_compared_without_case_with_name_and_reference() -> None:
    assert search.holds("acme [OLD]", HOLD)
    assert search.holds("c1", HOLD)
    assert not search.holds("Acme old", HOLD)
    assert search.is_exactly(" ACME [old] 50% ", HOLD)


def which(types: int | None, *, left_out: int = 0, statuses: tuple[str, ...] | None = ("active",)) -> AccountFilter:
    return AccountFilter(
        statuses=None if statuses is None else tuple(Option(id=one, name=one) for one in statuses),
        types=None if types is None else GROUPS[:types],
        left_out_types=GROUPS[:left_out],
    )


def test_a_sync_asks_for_active_customers_and_for_the_chosen_groups() -> None:
    active = {"includeactive": "true", "includeinactive": "false"}
    assert list(search.eligible(which(None))) == [active]
    assert list(search.eligible(which(3))) == [active]
    assert list(search.eligible(which(2, left_out=1))) == [{**active, "toplevel_id": one} for one in ("0", "1")]
    assert list(search.eligible(which(11, left_out=1))) == [active]
    assert list(search.eligible(which(None, statuses=None))) == [search.everyone()]
    assert list(search.eligible(which(None, statuses=()))) == []


def test_what_halo_did_not_filter_is_filtered_here_and_what_it_did_not_say_is_kept() -> None:
    chosen = which(1, left_out=1)
    told = Account(id="1", name="A", status=ACTIVE, types=(INACTIVE,))
    assert not search.pulls(chosen, told)
    assert not search.pulls(chosen, replace(told, types=None, status=INACTIVE))
    assert search.pulls(chosen, Account(id="1", name="A"))


@pytest.fixture(params=[Manners(), Manners(literal_search=True), Manners(bare_lists=True), Manners(lean_lists=True)])
async def any_server(request: pytest.FixtureRequest, simulated: Simulated) -> AsyncIterator[Connector]:
    simulated.psa.manners = request.param
    connector = simulated.connect()
    yield connector
    await connector.aclose()


@pytest.mark.parametrize(
    "name", ["6\" O'Brien Pipes", "back\\slash \\", "brackets [x]", "100% * A+ #1", "Zażółć 🚀", "<@U1>", "a\tb_c\x00d"]
)
async def test_a_customer_of_any_name_is_found_whichever_way_the_server_searches(
    simulated: Simulated, any_server: Connector, name: str
) -> None:
    simulated.psa.tenant.clients.put(Row(data=client(77, name, created=simulated.psa.clock.now())))
    found = await any_server.find_accounts(name)
    assert [(one.id, one.name, one.active) for one in found] == [("77", name.replace("\x00", "\ufffd"), True)]


async def test_the_look_up_shows_inactive_customers_too(connector: Connector) -> None:
    assert [(one.name, one.active) for one in await connector.find_accounts("lumon IND")] == [
        ("Lumon Industries", False)
    ]


async def test_those_of_exactly_this_name_come_first_and_a_common_name_ends_somewhere(wire: Wired) -> None:
    pages = [listed(*(row(page * 100 + at) for at in range(100)), total=900) for page in range(3)]
    exact = listed(*(row(at, "Acme Ltd") for at in range(99)), row(500, "acme"), total=900)
    wire.server.on(CLIENTS, pages[0], exact, pages[2])
    found = await wire.halo.find_accounts("acme", limit=5)
    assert len(found) == 5
    assert {one.name.casefold() for one in found} == {"acme"}
    assert [asked.query["page_no"] for asked in wire.server.asked if asked.path == CLIENTS] == ["1", "2", "3"]


async def test_of_the_one_that_was_meant_all_is_read_where_a_list_is_lean(wire: Wired) -> None:
    wire.server.on(CLIENTS, listed({"id": 41, "name": "Acme"}, {"id": 42, "name": "Acme Two"}))
    wire.server.on(f"{CLIENTS}/41", Say(body=row(41)))
    found = {one.id: one for one in await wire.halo.find_accounts("Acme")}
    assert (found["41"].active, found["42"].active) == (True, None)
    assert wire.count(f"{CLIENTS}/42") == 0
