"""Whole lists over real HTTP, however the real servers may turn out to page and filter (BMS §2, §4)."""

import asyncio

import pytest

from connectors.contract import Connector, filter_from
from connectors.errors import NotFound, PermissionDenied, PsaDown
from connectors.kaseya_family.api import Records
from connectors.records import AccountFilter, Because
from sandbox.psa.kaseya_family import cast
from sandbox.psa.records import Row
from tests.connectors.answerer import Asked, Say
from tests.connectors.kaseya_family.connecting import ACCOUNTS, TYPES, Wired, ok
from tests.connectors.simulators import SEVERAL_PAGES, SIMULATORS, Simulated

RECORD = r"/v2/crm/accounts/summary/(\d+)"
EVERYTHING = AccountFilter(statuses=None, types=None)


async def ids(connector: Connector, which: AccountFilter = EVERYTHING) -> list[str]:
    return [one.id async for page in connector.accounts(which) for one in page]


def calls_to(simulated: Simulated, beginning: str) -> int:
    return sum(call.path.startswith(beginning) for call in simulated.psa.calls)


@pytest.mark.parametrize("inactive_without_filter", [True, False])
async def test_active_and_inactive_accounts_come_once_whether_the_filter_is_needed_or_not(
    simulated: Simulated, connector: Connector, inactive_without_filter: bool
) -> None:
    simulated.psa.ways.inactive_without_filter = inactive_without_filter
    found = await ids(connector)
    assert len(found) == len(set(found)) == (await connector.counts(EVERYTHING)).in_psa
    assert str(cast.INACTIVE) in found


async def test_a_filter_that_the_server_ignores_brings_nobody_twice(wire: Wired) -> None:
    wire.on(ACCOUNTS, ok([{"id": 1, "accountName": "Acme", "isActive": True}], total=1))
    assert await ids(wire.psa) == ["1"]


@pytest.mark.parametrize(("totals", "largest_page"), [(True, 100), (True, 37), (False, 100)])
async def test_every_page_is_read_whatever_the_server_says_about_lengths(totals: bool, largest_page: int) -> None:
    async with SIMULATORS["kaseya-bms"](SEVERAL_PAGES) as simulated:
        simulated.psa.ways.totals, simulated.psa.ways.largest_page = totals, largest_page
        connector = simulated.connect()
        found = await ids(connector)
        await connector.aclose()
        there = len(simulated.psa.tenant.accounts_at(simulated.psa.clock.now()))
    assert len(found) == len(set(found)) == there


async def test_a_list_that_knows_no_pages_ends_all_the_same() -> None:
    async with SIMULATORS["kaseya-bms"](SEVERAL_PAGES) as simulated:
        simulated.psa.ways.totals = simulated.psa.ways.knows_pages = False
        connector = simulated.connect()
        assert len(await ids(connector)) == 200
        await connector.aclose()


@pytest.mark.parametrize("total", [0, 1, 99, 100, 101, 200, 250])
async def test_no_page_is_asked_for_that_must_be_empty(wire: Wired, total: int) -> None:
    def page(asked: Asked) -> Say:
        if asked.query["Filter.IsActive"] == "false":
            return ok([], total=0)
        first = (int(asked.query["PageNumber"]) - 1) * 100
        return ok([{"id": one, "accountName": str(one)} for one in range(total)][first : first + 100], total=total)

    wire.on(ACCOUNTS, page)
    assert len(await ids(wire.psa)) == total
    assert len(wire.paths(ACCOUNTS)) == max(1, -(-total // 100)) + 1


async def test_a_list_that_grows_while_it_is_read_is_read_again_in_order(wire: Wired) -> None:
    asked_before = list[int]()

    def page(asked: Asked) -> Say:
        if asked.query["Filter.IsActive"] == "false":
            return ok([], total=0)
        asked_before.append(1)
        rows = [{"id": one, "accountName": str(one)} for one in range(0 if len(asked_before) > 1 else 1, 250)]
        first = (int(asked.query["PageNumber"]) - 1) * 100
        return ok(rows[first : first + 100], total=len(rows))

    wire.on(ACCOUNTS, page)
    found = await ids(wire.psa)
    assert sorted(found, key=int) == [str(one) for one in range(250)]


@pytest.mark.requirement("R73", "R88", "R95")
async def test_the_filter_takes_clients_by_the_tenants_own_mark(simulated: Simulated, connector: Connector) -> None:
    simulated.psa.unfix("unseen")
    tables = await connector.tables()
    which = filter_from(tables, {})
    assert which.types is not None
    customer = "Client" if simulated.kind == "kaseya-bms" else "Customer"
    assert [row.name for row in which.types] == [customer]
    found = set(await ids(connector, which))
    assert str(cast.WELL) in found
    assert not found & {str(one) for one in (cast.PROSPECT, cast.VENDOR, cast.INACTIVE, cast.UNSEEN)}


async def test_an_operator_may_choose_inactive_ones_and_other_types(connector: Connector) -> None:
    chosen = {"include_statuses": "Active, Inactive", "include_types": "Prospect, Vendor"}
    found = set(await ids(connector, filter_from(await connector.tables(), chosen)))
    assert {str(cast.PROSPECT), str(cast.VENDOR)} <= found
    assert str(cast.WELL) not in found


async def test_types_that_nobody_marked_are_told_by_their_names(wire: Wired) -> None:
    unmarked = {"isClient": False, "isVendor": False, "isActive": True}
    wire.on(TYPES, ok([{"id": 1, "name": "Client", **unmarked}, {"id": 2, "name": "Prospect", **unmarked}]))
    which = filter_from(await wire.psa.tables(), {})
    assert which.types is not None
    assert [row.name for row in which.types] == ["Client"]


async def test_types_that_are_refused_or_not_offered_say_so(wire: Wired) -> None:
    wire.on(TYPES, Say(status=403))
    assert (await wire.psa.tables()).types.because is Because.PERMISSION
    wire.on(TYPES, Say(status=404))
    assert (await wire.psa.tables()).types.because is Because.NOT_EXPOSED
    wire.on(TYPES, Say(status=503))
    with pytest.raises(PsaDown):
        await wire.psa.tables()


async def test_an_account_whose_type_was_not_told_is_pulled_and_one_without_any_is_not(wire: Wired) -> None:
    rows = [
        {"id": 1, "accountName": "A", "isActive": True},
        {"id": 2, "accountName": "B", "accountTypeId": None, "accountType": None},
        {"id": 3, "accountName": "C", "accountTypeId": None, "accountType": "Client"},
    ]
    wire.on(ACCOUNTS, ok(rows, total=3))
    wire.on(TYPES, ok([{"id": 9, "name": "Client", "isClient": True}]))
    which = filter_from(await wire.psa.tables(), {})
    assert await ids(wire.psa, which) == ["1", "3"]


async def test_accounts_contracts_and_counts_side_by_side_read_every_account_once() -> None:
    async with SIMULATORS["kaseya-bms"](SEVERAL_PAGES) as simulated:
        connector = simulated.connect()
        which = filter_from(await connector.tables(), {})

        async def contracts() -> int:
            return sum([len(page) async for page in connector.agreements()])

        found, agreements, counts = await asyncio.gather(ids(connector, which), contracts(), connector.counts(which))
        await connector.aclose()
        psa = simulated.psa
        calls = [call.path for call in psa.calls]
    rows = psa.tenant.accounts_at(psa.clock.now())
    halves = [sum(row["isActive"] is active for row in rows) for active in (True, False)]
    assert calls.count(ACCOUNTS) == sum(-(-half // 100) for half in halves)
    assert calls.count("/v2/finance/contracts/summary") == -(-agreements // 100)
    assert counts.in_psa == len(rows)
    assert len(found) == len(rows) - sum(number or 0 for number in counts.left_out.values())


async def test_a_later_read_never_gets_what_an_earlier_one_got(simulated: Simulated, connector: Connector) -> None:
    before = await ids(connector)
    added = simulated.psa.tenant.builder.account(77, "New here", created=simulated.psa.clock.now())
    simulated.psa.tenant.accounts.put(Row(data=added))
    assert set(await ids(connector)) - set(before) == {"77"}


async def test_whoever_leaves_early_stops_the_reading_and_spoils_it_for_nobody(wire: Wired) -> None:
    def page(asked: Asked) -> Say:
        number = int(asked.query["PageNumber"])
        return ok([{"id": number * 1000 + one, "accountName": "x"} for one in range(100)], total=5000)

    wire.on(ACCOUNTS, page)
    wire.server.delay = 0.005
    whole = asyncio.create_task(ids(wire.psa))
    leaving = wire.psa.accounts(EVERYTHING)
    async for _ in leaving:
        break
    await leaving.aclose()  # type: ignore[attr-defined] # an async generator, typed as an iterator
    assert len(await whole) == 5000
    alone = asyncio.create_task(ids(wire.psa))
    await asyncio.sleep(0.02)
    alone.cancel()
    await asyncio.gather(alone, return_exceptions=True)
    calls = len(wire.server.asked)
    await asyncio.sleep(0.05)
    assert len(wire.server.asked) - calls <= wire.psa.spec.parallel_calls


async def test_an_error_reaches_all_who_read_together(wire: Wired) -> None:
    wire.on(ACCOUNTS, Say(status=403))
    told = await asyncio.gather(ids(wire.psa), wire.psa.counts(EVERYTHING), return_exceptions=True)
    assert [type(one) for one in told] == [PermissionDenied] * 2


async def test_a_list_has_no_links_to_follow(wire: Wired) -> None:

    with pytest.raises(NotFound, match="no links"):
        await Records(wire.psa._api, "one", ACCOUNTS, {}).follow("https://elsewhere")
