"""The simulated account's stories, seen through the connector; and the two servers that the sheet cannot tell apart."""

from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.contract import Connector, filter_from
from connectors.errors import PermissionDenied, RateLimited
from connectors.records import Account, Agreement
from sandbox.psa.records import Row
from sandbox.psa.syncro.building import PORTAL_KEY, customer
from sandbox.psa.syncro.endpoints import CUSTOMERS, SCHEDULES
from sandbox.psa.syncro.tokens import USER_TOKEN
from tests.connectors.simulators import Simulated


async def the_customer(connector: Connector, name: str) -> Account:
    return next(one for one in await connector.find_accounts(name) if one.name == name)


async def the_invoice(connector: Connector, name: str) -> Agreement:
    (only,) = await connector.agreements_of((await the_customer(connector, name)).id)
    return only


async def test_bluth_has_no_recurring_invoice_until_someone_makes_one(
    simulated: Simulated, connector: Connector
) -> None:
    bluth = await the_customer(connector, "Bluth Company")
    assert list(await connector.agreements_of(bluth.id)) == []
    simulated.psa.fix("bluth")
    assert [one.name for one in await connector.agreements_of(bluth.id)] == ["Bluth monthly services"]


@pytest.mark.requirement("R54")
async def test_dunders_recurring_invoice_has_no_line_until_someone_adds_one(
    simulated: Simulated, connector: Connector
) -> None:
    assert (await the_invoice(connector, "Dunder Mifflin")).lines == ()
    simulated.psa.fix("dunder")
    assert [line.quantity for line in (await the_invoice(connector, "Dunder Mifflin")).lines or ()] == [Decimal(5)]


async def test_pendant_is_disabled_and_yet_found_and_pulled(simulated: Simulated, connector: Connector) -> None:
    pendant = await the_customer(connector, "Pendant Publishing")
    assert pendant.disabled is True
    which = filter_from(await connector.tables(), {})
    pulled = {account.id: account.disabled async for page in connector.accounts(which) for account in page}
    assert pulled[pendant.id] is True
    simulated.psa.fix("pendant")
    again = await connector.account(pendant.id)
    assert again
    assert again.disabled is False
    assert again.changed_at
    assert pendant.changed_at
    assert again.changed_at > pendant.changed_at


async def test_kramerica_is_paused_and_vandelay_is_charged_once(simulated: Simulated, connector: Connector) -> None:
    assert (await the_invoice(connector, "Kramerica Industries")).paused is True
    assert [line.recurring for line in (await the_invoice(connector, "Vandelay Industries")).lines or ()] == [False]
    simulated.psa.fix("kramerica")
    simulated.psa.fix("vandelay")
    assert (await the_invoice(connector, "Kramerica Industries")).paused is False
    assert [line.recurring for line in (await the_invoice(connector, "Vandelay Industries")).lines or ()] == [True]


async def test_loblaws_quantity_is_zero_and_gekkos_cannot_be_known(connector: Connector) -> None:
    assert [line.quantity for line in (await the_invoice(connector, "Bob Loblaw Law")).lines or ()] == [Decimal(0)]
    assert [line.quantity for line in (await the_invoice(connector, "Gekko & Co")).lines or ()] == [None]


@pytest.mark.requirement("R55")
@pytest.mark.parametrize("same_words", [False, True])
async def test_sitwell_can_be_read_until_the_token_is_made_without_a_tick(
    simulated: Simulated, connector: Connector, same_words: bool
) -> None:
    simulated.psa.same_words_for_both_401s = same_words
    assert len((await the_invoice(connector, "Sitwell Enterprises")).lines or ()) == 1
    simulated.psa.unfix("sitwell")
    sitwell = await the_customer(connector, "Sitwell Enterprises")
    with pytest.raises(PermissionDenied, match="Recurring Invoices - List"):
        await connector.agreements_of(sitwell.id)


async def test_entertainment_is_gone_and_saul_is_found_by_his_own_name(connector: Connector) -> None:
    assert list(await connector.find_accounts("Entertainment 720")) == []
    assert await connector.account("30420") is None
    assert (await the_customer(connector, "Saul Goodman")).disabled is False


async def test_a_single_customer_user_cannot_say_that_a_customer_is_gone(simulated: Simulated) -> None:
    connector = simulated.connect(secrets=simulated.psa.credentials("single"))
    assert await connector.account("30418")
    with pytest.raises(PermissionDenied, match="Single-Customer"):
        await connector.account("30420")
    await connector.aclose()


async def test_a_token_without_details_gives_the_same_records(simulated: Simulated, connector: Connector) -> None:
    other = simulated.connect(secrets=simulated.psa.credentials("nodetails"))
    assert await other.account("30413") == await connector.account("30413")
    assert await other.account("30420") is None
    await other.aclose()


@pytest.mark.parametrize("meta", [(), ("total_pages", "page"), ("total_pages", "total_entries", "per_page", "page")])
async def test_recurring_invoices_are_all_read_whether_or_not_their_list_has_a_meta(
    simulated: Simulated, connector: Connector, meta: tuple[str, ...]
) -> None:
    simulated.psa.schedule_list = replace(SCHEDULES, meta=meta)
    found = [one.id async for page in connector.agreements() for one in page]
    everything = simulated.psa.schedules.at(simulated.psa.clock.now())
    assert sorted(found) == sorted(str(row["id"]) for row in everything)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("size", [10, 100])
async def test_customers_are_all_read_whatever_the_page_size(
    simulated: Simulated, connector: Connector, size: int
) -> None:
    simulated.psa.customer_list = replace(CUSTOMERS, page_size=size)
    which = filter_from(await connector.tables(), {})
    found = [one.id async for page in connector.accounts(which) for one in page]
    assert len(set(found)) == len(found) == len(simulated.psa.customers.at(simulated.psa.clock.now()))


async def test_lines_are_known_even_where_the_list_does_not_bring_them(
    simulated: Simulated, connector: Connector
) -> None:
    simulated.psa.lists_have_lines = False
    assert len((await the_invoice(connector, "Wernham Hogg")).lines or ()) == 2
    assert {one.lines is None async for page in connector.agreements() for one in page} == {False}


@pytest.mark.parametrize("searches_words", [False, True])
@pytest.mark.parametrize(
    "name",
    ["6\" O'Brien Pipes", "back\\slash \\", "100% * A+ #1", "Zażółć 🚀", "<@U1>", "x" * 156, "a\tb\x00c", "&=?/"],
)
async def test_a_customer_of_any_name_is_found_whatever_the_search_makes_of_its_signs(
    simulated: Simulated, connector: Connector, name: str, searches_words: bool
) -> None:
    simulated.psa.searches_words = searches_words
    odd = customer(77, name, person=("Odd", "One"), created=simulated.time.now())
    simulated.psa.customers.put(Row(data=odd))
    found = await connector.find_accounts(name)
    assert [(account.id, account.name) for account in found] == [("77", name.replace("\x00", "\ufffd"))]


async def test_the_servers_limit_is_never_met_by_one_process_however_many_ask(
    simulated: Simulated, connector: Connector
) -> None:
    for _ in range(200):
        await connector.check()
    assert {call.status for call in simulated.psa.calls} == {200}


async def test_a_429_without_a_word_on_how_long_ends_well(simulated: Simulated, connector: Connector) -> None:
    simulated.psa.break_with("rate-limited-silently", times=1)
    assert await connector.check()
    simulated.psa.break_with("rate-limited-silently")
    with pytest.raises(RateLimited):
        await connector.check()


async def test_neither_a_login_link_nor_their_token_is_in_any_record(connector: Connector) -> None:
    found = await connector.find_accounts("e")
    told = [repr(dict(one.raw)) for one in found] + [repr(found), repr(await connector.check())]
    assert len(found) > 10
    assert not [text for text in told if PORTAL_KEY in text or USER_TOKEN in text]
