"""Lists as the API sends them: capped, counted, filtered, and never in an order that nobody asked for."""

import pytest

from sandbox.psa.halopsa.query import like
from sandbox.psa.halopsa.reading import Manners
from tests.sandbox.psa.halopsa.calling import EVERYBODY, Caller, paged

ALL = 255  # 15 of the stories and 240 others


async def test_a_page_holds_a_hundred_rows_whatever_is_asked_for(api: Caller) -> None:
    told = (await api.get("/Client", **EVERYBODY, **paged(1, 1000, order="id"))).json
    assert (told["record_count"], len(told["clients"]), told["page_size"]) == (ALL, 100, 100)
    last = (await api.get("/Client", **EVERYBODY, **paged(3, 100, order="id"))).json
    assert (len(last["clients"]), last["page_no"]) == (55, 3)
    assert (await api.get("/Client", **EVERYBODY, **paged(4, 100, order="id"))).json["clients"] == []


async def test_without_pageinate_fifty_rows_come_or_as_many_as_counted(api: Caller) -> None:
    assert len(await api.ids()) == 50
    assert len(await api.ids(count="7")) == 7
    assert len(await api.ids(page_size="100", page_no="2")) == 50


async def test_rows_move_between_pages_unless_an_order_is_asked_for(api: Caller) -> None:
    ordered = [one for page in (1, 2, 3) for one in await api.ids(**EVERYBODY, **paged(page, order="id"))]
    moving = [one for page in (1, 2, 3) for one in await api.ids(**EVERYBODY, **paged(page))]
    assert ordered == sorted(set(ordered))
    assert len(set(moving)) < len(moving) == ALL
    downwards = await api.ids(**EVERYBODY, **paged(order="id", orderdesc="true"))
    assert downwards == sorted(ordered, reverse=True)[:100]


async def test_active_and_inactive_customers_are_asked_for_by_their_marks(api: Caller) -> None:
    counts = {}
    for active in ("true", "false"):
        for inactive in ("true", "false"):
            reply = await api.get("/Client", includeactive=active, includeinactive=inactive, **paged(1, 1))
            counts[active, inactive] = reply.json["record_count"]
    assert counts["true", "true"] == counts["true", "false"] + counts["false", "true"] == ALL
    assert counts["false", "false"] == 0
    assert (await api.get("/Client", **paged(1, 1))).json["record_count"] == counts["true", "false"]


async def test_groups_owners_and_lines_are_asked_for(api: Caller) -> None:
    groups = {row["toplevel_id"] for row in (await api.get("/Client", toplevel_id="14", count="500")).json["clients"]}
    assert groups == {14}
    told = (await api.get("/RecurringInvoice", client_id="41", includelines="true")).json["invoices"]
    assert [len(one["lines"]) for one in told] == [2]
    bare = (await api.get("/RecurringInvoice", client_id="41")).json["invoices"]
    assert "lines" not in bare[0]
    assert "lines" in (await api.get("/RecurringInvoice/941", includedetails="true")).json
    assert "lines" not in (await api.get("/RecurringInvoice/941")).json


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("oceanic", [41]),
        ("OCEANIC AIR", [41]),
        ("C00041", [41]),
        ("Oce_nic", [41]),
        ("Oceanic%lines", [41]),
        ("[Xo]ceanic", [41]),
    ],
)
async def test_a_search_is_a_pattern_over_several_columns(api: Caller, search: str, found: list[int]) -> None:
    assert await api.ids(search=search) == found


async def test_a_server_that_escapes_takes_wildcards_for_themselves(api: Caller) -> None:
    api.psa.manners = Manners(literal_search=True)
    assert await api.ids(search="Oce_nic") == []
    assert await api.ids(search="Oceanic") == [41]


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [("a[^x]c", "abc", True), ("a[^x]c", "axc", False), ("a[", "a[", True), ("[]", "[]", True), ("a.c", "abc", False)],
)
def test_patterns_are_those_of_the_database(pattern: str, text: str, fits: bool) -> None:
    assert bool(like(pattern, literal=False).search(text)) is fits


@pytest.mark.parametrize(
    ("path", "query", "named"),
    [
        ("/Client", {"paginate": "true"}, "paginate"),
        ("/Client", {"pageinate": "yes"}, "pageinate"),
        ("/Client", {"pageinate": "true", "page_no": "two"}, "page_no"),
        ("/Client", {"pageinate": "true", "idonly": "true"}, "idonly"),
        ("/Client", {"order": "nam"}, "order"),
        ("/RecurringInvoice", {"toplevel_id": "12"}, "toplevel_id"),
        ("/TicketArea", {"pageinate": "true"}, "pageinate"),
        ("/Client/41", {"includelines": "true"}, "includelines"),
    ],
)
async def test_a_query_that_makes_no_sense_is_refused_by_field(
    api: Caller, path: str, query: dict[str, str], named: str
) -> None:
    reply = await api.get(path, **query)
    assert reply.status == 400
    assert list(reply.json) == [f"[0].{named}"]


async def test_bare_lists_have_no_envelope_and_a_lean_one_shows_little(api: Caller) -> None:
    assert [row["name"] for row in (await api.get("/TicketArea")).json] == [
        "Service Desk",
        "Project Work",
        "Opportunities",
    ]
    api.psa.manners = Manners(bare_lists=True, lean_lists=True)
    rows = (await api.get("/Client", **EVERYBODY)).json
    assert len(rows) == ALL
    assert "inactive" not in rows[0]


async def test_a_customers_site_comes_with_it(api: Caller) -> None:
    told = (await api.get("/Site", client_id="41")).json["sites"]
    assert [(one["client_name"], one["name"]) for one in told] == [("Oceanic Airlines", "Main")]


async def test_a_lookup_is_chosen_by_its_number_and_one_lists_the_others(api: Caller) -> None:
    kinds = {row["name"]: row["id"] for row in (await api.get("/Lookup", lookupid="11")).json}
    sources = (await api.get("/Lookup", lookupid=str(kinds["Ticket Source"]))).json
    assert {row["name"] for row in sources if row["inactive"]} == {"Fax (old)"}
    assert (await api.get("/Lookup", lookupid="404")).json == []
