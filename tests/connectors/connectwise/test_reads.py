"""What is asked of ConnectWise, to the letter, and what comes back."""

from collections.abc import Callable

import pytest

from connectors.connectwise import normalize
from connectors.errors import NotFound, PermissionDenied
from connectors.records import AccountFilter, Option
from tests.connectors.answerer import SECURITY, Asked, Say
from tests.connectors.connectwise.connecting import AGREEMENTS, API, COMPANIES, Wired

ACTIVE, HOLD, INACTIVE = (Option(id=str(number), name=name) for number, name in enumerate(("A", "H", "I"), start=1))
CLIENT = Option(id="1", name="Client")
GONE = Say(body={"code": "NotFound", "message": "Company 5 not found", "errors": None}, status=404)
PAGE = normalize.ACCOUNT_FIELDS


def companies(*ids: int) -> list[dict[str, object]]:
    return [{"id": number, "name": f"Acme {number}"} for number in ids]


def counts_by_conditions(**counts: int) -> Callable[[Asked], Say]:
    """``everything``, ``recycled``, ``kept``, ``pulled``: which one a query asks for shows in its conditions."""

    def answer(asked: Asked) -> Say:
        query = asked.query
        if "childConditions" in query:
            return Say(body={"count": counts["pulled"]})
        if "conditions" not in query:
            return Say(body={"count": counts["everything"]})
        return Say(body={"count": counts["recycled" if "deletedFlag=true" in query["conditions"] else "kept"]})

    return answer


@pytest.mark.requirement("R37", "R78", "R248")
async def test_the_look_up_asks_narrowly_without_any_filter_for_only_the_fields_that_are_used(wire: Wired) -> None:
    wire.server.on(COMPANIES, Say(body=companies(1, 2)))
    found = await wire.cw.find_accounts(" acme ", limit=20)
    assert [account.id for account in found] == ["1", "2"]
    assert dict(wire.server.asked[0].query) == {
        "conditions": 'name contains "acme" OR identifier contains "acme"',
        "fields": PAGE,
        "orderBy": "id asc",
        "pageSize": "20",
    }
    assert "deletedFlag=" not in wire.server.asked[0].query["conditions"]


@pytest.mark.requirement("R248")
def test_no_field_with_personal_data_is_ever_asked_for() -> None:
    asked = f"{PAGE},{normalize.AGREEMENT_FIELDS},{normalize.LINE_FIELDS}".lower()
    for word in ("phone", "email", "address", "contact", "note", "tax", "price", "cost", "amount", "customfields"):
        assert word not in asked


async def test_where_too_many_companies_fit_those_of_exactly_this_name_come_first(wire: Wired) -> None:
    def answer(asked: Asked) -> Say:
        exact = asked.query["conditions"] == 'name = "acme" OR identifier = "acme"'
        return Say(body=[{"id": 99, "name": "ACME"}] if exact else companies(1, 2, 3))

    wire.server.on(COMPANIES, answer)
    assert [account.id for account in await wire.cw.find_accounts("acme", limit=3)] == ["99", "1", "2"]
    assert len(wire.server.asked) == 2


async def test_a_name_that_cannot_be_sent_whole_is_not_asked_for_exactly(wire: Wired) -> None:
    wire.server.on(COMPANIES, Say(body=[{"id": 1, "name": "A\\cme"}]))
    assert [account.id for account in await wire.cw.find_accounts("a\\CME", limit=1)] == ["1"]
    assert len(wire.server.asked) == 1


async def test_what_the_server_found_too_much_is_dropped_by_our_own_comparison(wire: Wired) -> None:
    rows = [*companies(1), {"id": 2, "name": "The Brien Pipe Co", "identifier": "brien"}]
    wire.server.on(COMPANIES, Say(body=rows))
    assert [account.id for account in await wire.cw.find_accounts("Acme 1")] == ["1"]
    assert list(await wire.cw.find_accounts("6\" O'Brien")) == []


async def test_a_plus_a_percent_and_a_hash_arrive_as_they_are(wire: Wired) -> None:
    wire.server.on(COMPANIES, Say(body=[]))
    await wire.cw.find_accounts("A+ 50% #1 & Co*")
    assert '"A+ 50% #1 & Co*"' in wire.server.asked[0].query["conditions"]


async def test_one_company_is_read_by_its_number(wire: Wired) -> None:
    wire.server.on(f"{COMPANIES}/4711", Say(body={"id": 4711, "name": "Acme Ltd"}))
    account = await wire.cw.account("4711")
    assert account
    assert account.name == "Acme Ltd"
    assert dict(wire.server.asked[0].query) == {"fields": PAGE}


@pytest.mark.parametrize("account_id", ["", "Acme", "1.5", "-1", "٣", "4711/../1", "99999999999", "1 OR 1=1"])
async def test_what_cannot_be_a_recid_is_no_record_and_no_call(wire: Wired, account_id: str) -> None:
    assert await wire.cw.account(account_id) is None
    assert wire.server.asked == []


async def test_a_company_is_gone_only_when_companies_can_be_seen_at_all(wire: Wired) -> None:
    wire.server.on(f"{COMPANIES}/5", GONE)
    wire.server.on(f"{COMPANIES}/count", Say(body={"count": 3}))
    assert await wire.cw.account("5") is None


async def test_a_company_that_the_role_may_hide_is_not_gone(wire: Wired) -> None:
    wire.server.on(f"{COMPANIES}/5", GONE)
    wire.server.on(f"{COMPANIES}/count", Say(body={"count": 0}))
    with pytest.raises(PermissionDenied, match="no company at all") as raised:
        await wire.cw.account("5")
    assert raised.value.right == "Companies > Company Maintenance: Inquire (All)"
    wire.server.on(f"{COMPANIES}/count", SECURITY)
    with pytest.raises(PermissionDenied):
        await wire.cw.account("5")


@pytest.mark.parametrize(
    "answer",
    [
        Say(body="<html>Not Found</html>", status=404),
        Say(status=404),
        Say(body={"code": "ConnectWiseApi", "message": "The endpoint does not exist."}, status=404),
    ],
)
async def test_a_404_that_speaks_of_no_record_proves_nothing(wire: Wired, answer: Say) -> None:
    wire.server.on(f"{COMPANIES}/5", answer)
    with pytest.raises(NotFound):
        await wire.cw.account("5")


@pytest.mark.requirement("R73", "R91", "X30")
async def test_the_bulk_read_lets_the_server_filter(wire: Wired) -> None:
    wire.server.on(COMPANIES, Say(body=companies(1, 2)))
    wire.server.on(f"{COMPANIES}/count", Say(body={"count": 2}))
    which = AccountFilter(statuses=(ACTIVE, HOLD), types=(CLIENT,))
    pages = [page async for page in wire.cw.accounts(which)]
    assert [[account.id for account in page] for page in pages] == [["1", "2"]]
    query = next(one.query for one in wire.server.asked if one.path == COMPANIES)
    assert dict(query) == {
        "conditions": "deletedFlag=false AND status/id in (1,2)",
        "childConditions": "types/id=1",
        "fields": PAGE,
        "orderBy": "id asc",
        "pageSize": "1000",
        "page": "1",
    }


async def test_a_company_that_fits_two_queries_comes_once(wire: Wired) -> None:
    wire.server.on(COMPANIES, Say(body=companies(1, 2)))
    wire.server.on(f"{COMPANIES}/count", Say(body={"count": 2}))
    many = tuple(Option(id=str(number), name="x") for number in range(1, 60))
    pages = [page async for page in wire.cw.accounts(AccountFilter(statuses=None, types=many))]
    assert [account.id for page in pages for account in page] == ["1", "2"]


async def test_a_next_link_on_another_host_is_not_followed_and_pages_are_counted(wire: Wired) -> None:
    foreign = {"Link": '<https://evil.example.com/x?page=2>; rel="next"'}

    def answer(asked: Asked) -> Say:
        full = asked.query["page"] == "1"
        return Say(body=companies(*range(1000)) if full else companies(1000), headers=foreign if full else {})

    wire.server.on(f"{AGREEMENTS}/71/additions", answer)
    assert len(await wire.cw.lines("71")) == 1001


async def test_a_next_link_is_followed_as_it_is(wire: Wired) -> None:
    def answer(asked: Asked) -> Say:
        link = {"Link": f'<{wire.server.url}{asked.path}?page=2&odd=a%2Bb>; rel="next"'}
        return Say(body=companies(2)) if asked.query.get("odd") else Say(body=companies(1), headers=link)

    wire.server.on(f"{AGREEMENTS}/71/additions", answer)
    assert [line.id for line in await wire.cw.lines("71")] == ["1", "2"]
    assert dict(wire.server.asked[1].query) == {"page": "2", "odd": "a+b"}
    assert wire.server.asked[1].headers["clientId"] == "CLIENTcanary"


@pytest.mark.requirement("R88", "R89")
async def test_what_is_left_out_is_counted_in_classes_that_do_not_overlap(wire: Wired) -> None:
    counts = counts_by_conditions(everything=50_000, recycled=196, kept=32_500, pulled=1_500)
    wire.server.on(f"{COMPANIES}/count", counts)
    found = await wire.cw.counts(AccountFilter(statuses=(ACTIVE,), types=(CLIENT,)))
    assert found.in_psa == 50_000
    assert found.left_out == {"recycled": 196, "inactive": 17_304, "prospect": 31_000}
    assert len(wire.server.asked) == 4


async def test_types_that_need_several_queries_cannot_be_counted(wire: Wired) -> None:
    wire.server.on(f"{COMPANIES}/count", counts_by_conditions(everything=9, recycled=1, kept=6, pulled=4))
    many = tuple(Option(id=str(number), name="x") for number in range(1, 60))
    found = await wire.cw.counts(AccountFilter(statuses=(ACTIVE,), types=many))
    assert found.left_out == {"recycled": 1, "inactive": 2, "prospect": None}


async def test_a_filter_that_lets_nothing_through_is_counted_too(wire: Wired) -> None:
    wire.server.on(f"{COMPANIES}/count", counts_by_conditions(everything=9, recycled=1, kept=6, pulled=0))
    found = await wire.cw.counts(AccountFilter(statuses=(ACTIVE,), types=()))
    assert found.left_out == {"recycled": 1, "inactive": 2, "prospect": 6}


@pytest.mark.parametrize("count", [-1, None, True, "7", 1.5])
async def test_a_count_that_is_no_number_is_invalid(wire: Wired, count: object) -> None:
    wire.server.on(f"{COMPANIES}/count", Say(body={"count": count}))
    with pytest.raises(Exception, match="count is not a number"):
        await wire.cw.counts(AccountFilter(statuses=None, types=None))


@pytest.mark.requirement("R35", "R77")
async def test_agreements_of_a_company_are_asked_for_in_every_status(wire: Wired) -> None:
    wire.server.on(AGREEMENTS, Say(body=[{"id": 71, "name": "A", "company": {"id": 250, "name": "Acme"}}]))
    wire.server.on(f"{API}/finance/billingCycles", Say(body=[]))
    found = await wire.cw.agreements_of("250")
    assert [(one.id, one.account_id) for one in found] == [("71", "250")]
    query = next(one.query for one in wire.server.asked if one.path == AGREEMENTS)
    assert query["conditions"] == "company/id=250"
    assert query["fields"] == normalize.AGREEMENT_FIELDS


@pytest.mark.parametrize("hostile", ["x" * 500, "<@U1>", "a\x00b", "\"'[]*%+#\\\\", "🚀"])
async def test_a_hostile_name_in_the_psa_survives_the_bulk_read(wire: Wired, hostile: str) -> None:
    wire.server.on(COMPANIES, Say(body=[{"id": 1, "name": hostile}]))
    wire.server.on(f"{COMPANIES}/count", Say(body={"count": 1}))
    pages = [page async for page in wire.cw.accounts(AccountFilter(statuses=None, types=None))]
    assert pages[0][0].name == hostile.replace("\x00", "\ufffd")
