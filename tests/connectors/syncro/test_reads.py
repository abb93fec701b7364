"""What is asked of Syncro, to the letter, and what comes back."""

import pytest

from connectors.errors import InvalidData, PermissionDenied
from connectors.records import AccountFilter
from tests.connectors.answerer import Asked, Say
from tests.connectors.syncro.connecting import (
    CUSTOMERS,
    GONE,
    IT_IS_ME,
    LACKS,
    ME,
    SCHEDULES,
    TOKEN,
    Wired,
    customers,
    invoice,
    schedules,
)

EVERYBODY = AccountFilter(statuses=None, types=None)


@pytest.mark.requirement("R37", "R240")
async def test_the_look_up_asks_narrowly_and_for_disabled_customers_too(wire: Wired) -> None:
    wire.server.on(CUSTOMERS, customers(1, 2))
    assert [account.id for account in await wire.syncro.find_accounts(" acme ")] == ["1", "2"]
    (asked,) = wire.server.asked
    assert dict(asked.query) == {"query": "acme", "include_disabled": "true", "sort": "id ASC", "page": "1"}


@pytest.mark.requirement("R250")
async def test_the_token_travels_in_the_header_and_never_in_the_address(wire: Wired) -> None:
    wire.server.on(CUSTOMERS, customers(1))
    await wire.syncro.find_accounts("acme")
    (asked,) = wire.server.asked
    assert asked.headers["Authorization"] == f"Bearer {TOKEN}"
    assert TOKEN not in repr(asked.query)


async def test_what_the_search_does_not_find_is_asked_for_in_two_other_ways(wire: Wired) -> None:
    def answer(asked: Asked) -> Say:
        rows = [{"id": 9, "business_name": "6\" O'Brien Pipes", "disabled": False}]
        return Say(body={"customers": rows if asked.query.get("query") == "Brien" else [], "meta": {"total_pages": 1}})

    wire.server.on(CUSTOMERS, answer)
    assert [account.id for account in await wire.syncro.find_accounts("O'Brien P")] == ["9"]
    asked = [{name: one.query[name] for name in one.query if name != "page"} for one in wire.server.asked]
    assert [one.get("query") or one.get("business_name") for one in asked] == ["O'Brien P", "O'Brien P", "Brien"]
    assert [one["include_disabled"] for one in asked] == ["true"] * 3


async def test_what_the_server_found_too_much_is_dropped_by_our_own_comparison(wire: Wired) -> None:
    wire.server.on(CUSTOMERS, customers(1, 2, 12))
    assert [account.id for account in await wire.syncro.find_accounts("ACME 1")] == ["1", "12"]


async def test_a_private_person_is_found_by_name(wire: Wired) -> None:
    row = {"id": 3, "business_name": None, "business_then_name": "Saul Goodman", "fullname": "Saul Goodman"}
    wire.server.on(CUSTOMERS, Say(body={"customers": [row]}), Say(body={"customers": []}))
    assert [account.name for account in await wire.syncro.find_accounts("goodman")] == ["Saul Goodman"]


async def test_where_too_many_customers_fit_those_of_exactly_this_name_come_first(wire: Wired) -> None:
    def answer(asked: Asked) -> Say:
        exactly = {"id": 99, "business_name": "ACME", "disabled": True}
        many = [{"id": number, "business_name": f"Acme {number}"} for number in (1, 2, 3)]
        rows = [exactly] if "business_name" in asked.query else many
        return Say(body={"customers": rows, "meta": {"total_pages": 1}})

    wire.server.on(CUSTOMERS, answer)
    assert [account.id for account in await wire.syncro.find_accounts("acme", limit=3)] == ["99", "1", "2"]


async def test_one_customer_is_read_by_its_number(wire: Wired) -> None:
    wire.server.on(f"{CUSTOMERS}/30411", Say(body={"customer": {"id": 30411, "business_name": "Acme"}}))
    account = await wire.syncro.account("30411")
    assert account
    assert (account.name, account.url) == ("Acme", f"{wire.server.url}/customers/30411")


@pytest.mark.parametrize("account_id", ["", "Acme", "1.5", "-1", "٣", "1/../2", "0", "9" * 19, "9" * 5000, "1&id[]=2"])
async def test_what_cannot_be_an_id_is_no_record_and_no_call(wire: Wired, account_id: str) -> None:
    assert await wire.syncro.account(account_id) is None
    assert list(await wire.syncro.agreements_of(account_id)) == []
    assert wire.server.asked == []


@pytest.mark.parametrize("gone", [GONE, Say(body={"error": "Customer not found"}, status=404), Say(body=None)])
async def test_a_customer_is_gone_only_when_the_token_sees_the_others(wire: Wired, gone: Say) -> None:
    wire.server.on(f"{CUSTOMERS}/5", gone)
    wire.server.on(CUSTOMERS, customers(1, 2))
    assert await wire.syncro.account("5") is None


@pytest.mark.parametrize("answer", [customers(), customers(1)])
async def test_a_customer_that_the_token_may_hide_is_not_gone(wire: Wired, answer: Say) -> None:
    wire.server.on(f"{CUSTOMERS}/5", GONE)
    wire.server.on(CUSTOMERS, answer)
    with pytest.raises(PermissionDenied, match="one customer at most") as raised:
        await wire.syncro.account("5")
    assert raised.value.right == "Customers - List/Search"


async def test_an_administrator_with_a_single_customer_sees_all_there_is(wire: Wired) -> None:
    wire.server.on(f"{CUSTOMERS}/5", GONE)
    wire.server.on(CUSTOMERS, customers(1))
    wire.server.on(ME, Say(body={"admin": True}))
    assert await wire.syncro.account("5") is None


async def test_without_the_right_to_details_the_list_shows_the_customer(wire: Wired) -> None:
    wire.server.on(f"{CUSTOMERS}/5", LACKS)
    wire.server.on(CUSTOMERS, customers(5))
    account = await wire.syncro.account("5")
    assert account
    assert account.name == "Acme 5"
    assert dict(wire.server.asked[-1].query) == {"include_disabled": "true", "id[]": "5", "page": "1"}


async def test_without_the_right_to_details_a_customer_that_the_list_lacks_is_gone(wire: Wired) -> None:
    wire.server.on(f"{CUSTOMERS}/5", LACKS)
    wire.server.on(CUSTOMERS, lambda asked: customers() if "id[]" in asked.query else customers(1, 2))
    assert await wire.syncro.account("5") is None


async def test_disabled_customers_are_pulled_so_that_they_do_not_look_deleted(wire: Wired) -> None:
    wire.server.on(CUSTOMERS, customers(1, disabled=True))
    found = [account async for page in wire.syncro.accounts(EVERYBODY) for account in page]
    assert [account.disabled for account in found] == [True]
    counts = await wire.syncro.counts(EVERYBODY)
    assert (counts.in_psa, dict(counts.left_out)) == (1, {})
    assert {one.query["include_disabled"] for one in wire.server.asked} == {"true"}


async def test_a_list_without_a_total_leaves_the_count_unknown(wire: Wired) -> None:
    wire.server.on(CUSTOMERS, customers(1, meta={}))
    assert (await wire.syncro.counts(EVERYBODY)).in_psa is None


async def test_recurring_invoices_of_others_are_dropped_where_the_server_ignores_the_filter(wire: Wired) -> None:
    wire.server.on(SCHEDULES, schedules(invoice(7), invoice(8, 6, lines=None)), schedules())
    assert [one.id for one in await wire.syncro.agreements_of("5")] == ["7"]
    assert dict(wire.server.asked[0].query) == {"customer_id": "5", "page": "1"}
    assert wire.server.paths() == [SCHEDULES] * 2


@pytest.mark.requirement("R54")
async def test_the_lines_of_one_recurring_invoice(wire: Wired) -> None:
    line = {"id": 1, "name": "Backup", "quantity": "2.0"}
    wire.server.on(f"{SCHEDULES}/7", Say(body={"schedule": invoice(7, lines=[line])}))
    assert [one.name for one in await wire.syncro.lines("7")] == ["Backup"]


async def test_a_single_recurring_invoice_without_lines_is_not_an_empty_one(wire: Wired) -> None:
    wire.server.on(f"{SCHEDULES}/7", Say(body={"schedule": invoice(7, lines=None)}))
    with pytest.raises(InvalidData, match="without its lines"):
        await wire.syncro.lines("7")


async def test_the_test_of_a_connection_keeps_nothing_of_me_but_the_accounts_name(wire: Wired) -> None:
    checked = await wire.syncro.check()
    assert (checked.version, checked.detail) == (None, "")
    assert checked.host == wire.server.url.removeprefix("http://")
    wire.server.on(ME, Say(body={"subdomain": "othermsp", "user_token": "THEIRcanary", "user_name": "Sam Hill"}))
    other = await wire.syncro.check()
    assert other.detail == "The API token belongs to the Syncro account othermsp, not to examplemsp."
    assert "canary" not in repr(other)
    assert IT_IS_ME.body["user_token"] not in repr(vars(wire.syncro))


async def test_a_path_that_is_not_on_the_list_of_a_purpose_is_never_called(wire: Wired) -> None:
    with pytest.raises(Exception, match="may not read /invoices"):
        await wire.syncro._api.get("one", "/invoices")
    assert wire.server.asked == []
