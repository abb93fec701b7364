"""What is asked of HaloPSA, to the letter, and what comes back."""

import pytest

from connectors.errors import BadRequest, InvalidData, NotFound, PermissionDenied
from connectors.halopsa.api import Records
from connectors.halopsa.auth import Signature
from connectors.halopsa.spec import SPEC
from connectors.records import AccountFilter, Option
from tests.connectors.answerer import Asked, Say
from tests.connectors.halopsa.connecting import CLIENTS, INVOICES, Wired, client, invoice, listed, wired

ME = "/api/Agent/me"
GONE = Say(body={"Message": "The requested item does not exist."}, status=404)
ACTIVE, INACTIVE = Option(id="active", name="Active"), Option(id="inactive", name="Inactive")
LINE = {"id": 1, "item_shortdescription": "Backup", "qty_order": 2, "isinactive": False}
PAGING = {"pageinate": "true", "page_no": "1", "page_size": "100", "order": "id"}
BOTH = {"includeactive": "true", "includeinactive": "true"}


def asked(wire: Wired, path: str) -> list[dict[str, str]]:
    return [dict(one.query) for one in wire.server.asked if one.path == path]


@pytest.mark.requirement("R37", "R78")
async def test_the_look_up_asks_by_name_for_active_and_inactive_customers(wire: Wired) -> None:
    wire.server.on(CLIENTS, listed(client(1), client(2, "Another")))
    found = await wire.halo.find_accounts(" acme ", limit=20)
    assert [account.id for account in found] == ["1"]
    assert asked(wire, CLIENTS) == [{**BOTH, **PAGING, "search": "acme"}]
    assert found[0].raw == client(1)


async def test_a_customer_is_read_by_its_id_with_all_of_it(wire: Wired) -> None:
    wire.server.on(f"{CLIENTS}/41", Say(body=client(41)))
    account = await wire.halo.account("41")
    assert account
    assert account.id == "41"
    assert asked(wire, f"{CLIENTS}/41") == [{"includedetails": "true"}]


@pytest.mark.parametrize("account_id", ["", "-1", "4 1", "٤١", "1" * 11, "41/../42"])
async def test_what_is_no_id_is_nobody_and_asks_nobody(wire: Wired, account_id: str) -> None:
    assert await wire.halo.account(account_id) is None
    assert list(await wire.halo.agreements_of(account_id)) == []
    assert wire.server.asked == []


@pytest.mark.parametrize("answer", [GONE, Say(body="null"), Say(body={})])
async def test_a_customer_that_is_not_there_is_none_where_the_agent_sees_all(wire: Wired, answer: Say) -> None:
    wire.server.on(f"{CLIENTS}/9", answer)
    wire.server.on(CLIENTS, listed(client(1), total=212))
    wire.server.on(ME, Say(body={"id": 7, "clients": [], "one_client": 0}))
    assert await wire.halo.account("9") is None


@pytest.mark.parametrize(
    ("me", "total"),
    [
        ({"clients": [{"client_id": 41, "client_name": "Acme"}]}, 1),
        ({"one_client": 41}, 1),
        ({"clients": [], "one_client": 0}, 0),
    ],
)
@pytest.mark.requirement("R53")
async def test_a_customer_that_a_limited_agent_does_not_see_is_not_called_gone(
    wire: Wired, me: dict[str, object], total: int
) -> None:
    wire.server.on(f"{CLIENTS}/9", GONE)
    wire.server.on(CLIENTS, listed(*[client(41)][:total], total=total))
    wire.server.on(ME, Say(body=me))
    with pytest.raises(PermissionDenied, match="Allow use of all Customers"):
        await wire.halo.account("9")


async def test_an_agent_that_does_not_show_itself_is_no_reason_to_doubt(wire: Wired) -> None:
    wire.server.on(f"{CLIENTS}/9", GONE)
    wire.server.on(CLIENTS, listed(client(1), total=212))
    wire.server.on(ME, Say(status=403))
    assert await wire.halo.account("9") is None


async def test_recurring_invoices_are_asked_for_with_their_lines(wire: Wired) -> None:
    wire.server.on(INVOICES, listed(invoice(lines=[LINE]), key="invoices"))
    (told,) = await wire.halo.agreements_of("41")
    assert told.lines
    assert (told.account_id, told.lines[0].name) == ("41", "Backup")
    assert asked(wire, INVOICES) == [{"client_id": "41", "includelines": "true", **PAGING}]


async def test_a_server_that_ignores_whose_invoices_were_asked_for_is_seen_through(wire: Wired) -> None:
    wire.server.on(INVOICES, listed(invoice(1), invoice(2, client_id=58), key="invoices"))
    assert [one.id for one in await wire.halo.agreements_of("41")] == ["1"]


@pytest.mark.parametrize("left_out", ["lines", "disabled"])
async def test_what_a_list_leaves_out_is_read_from_the_invoice_itself(wire: Wired, left_out: str) -> None:
    lean = {name: value for name, value in invoice().items() if name != left_out}
    wire.server.on(INVOICES, listed(lean, key="invoices"))
    wire.server.on(f"{INVOICES}/903", Say(body=invoice(lines=[LINE], disabled=True)))
    (told,) = await wire.halo.agreements_of("41")
    assert told.status == "Inactive"
    assert told.lines
    assert asked(wire, f"{INVOICES}/903") == [{"includedetails": "true"}]


async def test_no_more_than_twenty_invoices_are_read_one_by_one(wire: Wired) -> None:
    lean = [{"id": number, "client_id": 41} for number in range(1, 26)]
    wire.server.on(INVOICES, listed(*lean, key="invoices"))
    for number in range(1, 26):
        wire.server.on(f"{INVOICES}/{number}", Say(body=invoice(number)))
    told = await wire.halo.agreements_of("41")
    assert [one.lines is None for one in told] == [False] * 20 + [True] * 5


async def test_lines_of_one_invoice_and_of_an_id_below_zero(wire: Wired) -> None:
    wire.server.on(f"{INVOICES}/-15", Say(body=invoice(-15, lines=[LINE])))
    assert [one.agreement_id for one in await wire.halo.lines("-15")] == ["-15"]
    wire.server.on(f"{INVOICES}/7", Say(body={"id": 7}))
    assert list(await wire.halo.lines("7")) == []


async def test_a_bulk_read_of_lists_without_lines_leaves_the_lines_unknown(wire: Wired) -> None:
    wire.server.on(INVOICES, listed({"id": 1, "client_id": 41}, key="invoices"))
    (page,) = [page async for page in wire.halo.agreements()]
    assert [(one.lines, one.raw) for one in page] == [(None, {})]
    assert wire.count(INVOICES) == 1


def by_query(request: Asked) -> Say:
    """212 customers: 12 inactive; of the others 150 in group 12."""
    total = {"true": 200, "false": 0}[request.query["includeactive"]]
    total += {"true": 12, "false": 0}[request.query["includeinactive"]]
    return listed(total=150 if "toplevel_id" in request.query else total)


@pytest.mark.requirement("R73", "R88", "R89")
async def test_customers_are_counted_by_class_with_one_row_each(wire: Wired) -> None:
    wire.server.on(CLIENTS, by_query)
    chosen = AccountFilter(
        statuses=(ACTIVE,), types=(Option(id="12", name="Customers"),), left_out_types=(Option(id="14", name="Leads"),)
    )
    counts = await wire.halo.counts(chosen)
    assert (counts.in_psa, counts.left_out) == (212, {"inactive": 12, "prospect": 50})
    assert {one["page_size"] for one in asked(wire, CLIENTS)} == {"1"}


async def test_counts_that_halo_cannot_give_stay_unknown(wire: Wired) -> None:
    wire.server.on(CLIENTS, Say(body=[client(1)]))
    counts = await wire.halo.counts(AccountFilter(statuses=None, types=None))
    assert (counts.in_psa, counts.left_out) == (None, {"inactive": None, "prospect": None})
    wire.server.on(CLIENTS, by_query)
    groups = tuple(Option(id=str(number), name=str(number)) for number in range(12))
    many = AccountFilter(statuses=(ACTIVE, INACTIVE), types=groups[:11], left_out_types=groups[11:])
    assert (await wire.halo.counts(many)).left_out == {"inactive": 0, "prospect": None}


async def test_a_sync_keeps_what_the_filter_pulls_even_where_halo_filters_nothing(wire: Wired) -> None:
    rows = (client(1, toplevel_id=12), client(2, toplevel_id=14), client(3, toplevel_id=12, inactive=True))
    wire.server.on(CLIENTS, listed(*rows))
    chosen = AccountFilter(
        statuses=(ACTIVE,), types=(Option(id="12", name="Customers"),), left_out_types=(Option(id="14", name="Leads"),)
    )
    assert [one.id async for page in wire.halo.accounts(chosen) for one in page] == ["1"]
    assert asked(wire, CLIENTS)[0]["toplevel_id"] == "12"


@pytest.mark.parametrize(
    ("told", "version"),
    [
        ({"app_version": "2.99"}, "2.99"),
        ({"app_version": "v2.126.32"}, "v2.126.32"),
        ({"app_version": " "}, None),
        ({"app_version": 2}, None),
        ({}, None),
    ],
)
@pytest.mark.requirement("R51")
async def test_the_version_is_what_the_api_says(wire: Wired, told: dict[str, object], version: str | None) -> None:
    wire.server.on("/api/InstanceInfo", Say(body=told))
    check = await wire.halo.check()
    assert (check.version, check.host) == (version, wire.server.url.removeprefix("http://"))


@pytest.mark.parametrize("status", [403, 404])
@pytest.mark.requirement("R51")
async def test_a_version_that_may_not_be_read_is_unknown_and_not_too_old(wire: Wired, status: int) -> None:
    wire.server.on("/api/InstanceInfo", Say(body={"Message": "No."}, status=status))
    check = await wire.halo.check()
    assert check.version is None
    assert check.detail.startswith("The version could not be read")


@pytest.mark.parametrize(
    ("agent_url", "web"),
    [
        ("http://127.0.0.1:9/agent/", "http://127.0.0.1:9/agent"),
        ("http://psa.example.com", None),
        ("", None),
        (None, None),
        ("javascript:alert(1)", None),
    ],
)
async def test_links_lead_to_where_people_click(wire: Wired, agent_url: object, web: str | None) -> None:
    wire.server.on("/api/InstanceInfo", Say(body={"agent_url": agent_url}))
    wire.server.on(CLIENTS, listed(client(41)))
    await wire.halo.check()
    (found,) = await wire.halo.find_accounts("Acme")
    assert found.url == f"{web or wire.server.url}/customers?clientid=41"


async def test_a_connector_says_which_psa_it_is_for_without_showing_a_secret(wire: Wired) -> None:
    assert wire.halo.spec.kind == "halopsa"
    assert repr(Signature(wire.halo._api._sign_in)) == "Signature(…)"
    assert repr(wire.halo._api._sign_in) == "SignIn(…)"
    assert await wire.halo.find_accounts("  ") == []


async def test_there_are_no_links_to_next_pages() -> None:
    async with wired(site="acme.halopsa.com") as wire:
        records = Records(api=wire.halo._api, purpose="full", path="/Client", params={})
        with pytest.raises(NotFound):
            await records.follow("/api/Client?page_no=2")


@pytest.mark.requirement("R247")
async def test_what_is_not_on_the_list_of_reads_is_never_called(wire: Wired) -> None:
    api = wire.halo._api
    for purpose, path in (("check", "/Client"), ("full", "/Client/41"), ("one", "/Client/41/Delete")):
        with pytest.raises(BadRequest, match="may not read"):
            await api.get(purpose, path)
    assert wire.server.asked == []
    assert set(SPEC.reads) == {"check", "settings", "full", "one", "permissions"}


@pytest.mark.parametrize("body", ["[]", '"text"', "7"])
async def test_an_answer_that_is_no_record_makes_no_sense(wire: Wired, body: str) -> None:
    wire.server.on(f"{CLIENTS}/41", Say(body=body, headers={"Content-Type": "application/json"}))
    with pytest.raises(InvalidData, match="not the record"):
        await wire.halo.account("41")
