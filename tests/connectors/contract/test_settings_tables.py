"""The configuration tables of every PSA, proven on its simulated server: whole, cut to what is allowed, and quick."""

import asyncio
import math
import re
from collections.abc import Mapping
from contextlib import aclosing
from typing import Any, Final

import pytest

from connectors.contract import Connector
from connectors.errors import ConnectorError, ErrorKind
from connectors.records import Because, SettingsKind, SettingsTable
from connectors.registry import specs
from tests.connectors.rounds import in_rounds
from tests.connectors.simulators import LONG_TABLE, Simulated
from tests.connectors.telling import rows, settings_of

K = SettingsKind
HOSTILE: Final = ("Waiting \x00 parts", "x" * 500, "<@U1>", "<!channel> @here", "P0' OR '1'='1", "Zażółć 🚀 名前")
NAMES: Final = ("name", "label", "caption", "description", "title", "category_name", "valueForDisplay", "firstName")
# What no settings sync may read, whatever a PSA calls it (R190 to R195, C6, C8).
FORBIDDEN_PATHS: Final = (
    *("/service/tickets", "/service/tickets/1", "/service/templates", "/time/entries", "/expense/entries"),
    *("/finance/invoices", "/finance/agreements", "/company/companies", "/company/contacts", "/system/documents"),
    *("/system/members/1/tokens", "/procurement/catalog", "POST /service/tickets/search"),
    *("POST /Tickets/query", "POST /TicketNotes/query", "POST /TicketAttachments/query", "POST /TimeEntries/query"),
    *("POST /Companies/query", "POST /Contacts/query", "POST /Contracts/query", "POST /Invoices/query"),
    *("POST /BillingItems/query", "/Tickets/1", "/Resources/1"),
    *("/Tickets", "/Actions", "/Attachment", "/Client", "/Site", "/Users", "/Invoice", "/RecurringInvoice"),
    *("/ClientContract", "/TimesheetEvent", "/Item", "/Currency", "/BillingTemplate"),
    *("/tickets", "/tickets/1", "/ticket_timers", "/invoices", "/payments", "/customers", "/contacts", "/portal_users"),
    *("/schedules", "/line_items", "/products"),
    *("/v2/servicedesk/tickets", "/v2/servicedesk/timelogs", "/v2/crm/contacts/summary", "/v2/crm/accounts/summary"),
    *("/v2/finance/invoices/summary", "/v2/finance/contracts/summary", "/v2/hr/assignees/lookup"),
    *("/v2/system/attachments/1", "POST /v2/servicedesk/tickets/search"),
)
FORBIDDEN_FIELDS: Final = re.compile(
    r"mail|password|secret|token|phone|mobile|address|invoice|attachment|document|time.?entr|timelog|hourly|cost|price"
    r"|amount|rate$|signature|summary|problem|body|licen[cs]e|identifier$|username",
    re.IGNORECASE,
)
ALLOWED_FIELDS: Final = {"fieldTypeIdentifier", "entryTypeIdentifier"}  # kinds of custom fields


@pytest.mark.requirement("R142", "R143", "R144", "R145", "R146", "R147", "R148", "R149", "R178", "R179")
@pytest.mark.requirement("R158", "R159", "R160", "R161", "R162", "R163", "R164", "R165", "R166", "R167", "R168")
@pytest.mark.requirement("R169", "R170", "R171", "C7")
async def test_each_table_that_the_spec_names_comes_exactly_once_and_has_rows(all_read: Connector) -> None:
    found = [table async for table in all_read.settings_tables()]
    assert sorted(table.kind for table in found) == sorted(all_read.spec.settings_tables)
    assert {table.kind: table.name for table in found} == dict(all_read.spec.settings_tables)
    assert not [table for table in found if not table.rows or table.because]


async def test_ids_are_unique_and_nothing_is_without_a_name(all_read: Connector) -> None:
    for kind, table in (await settings_of(all_read)).items():
        ids = [row.id for row in table.rows or ()]
        assert len(ids) == len(set(ids)), kind
        assert all(ids), kind
        assert all(row.name for row in table.rows or ()), kind


@pytest.mark.requirement("R159", "R162", "R184")
async def test_parents_are_in_the_table_that_the_spec_names(all_read: Connector) -> None:
    tables, above = await settings_of(all_read), all_read.spec.settings_parents
    for kind in tables:
        told = {row.parent for row in rows(tables, kind) if row.parent}
        known = {(row.id, row.name) for row in rows(tables, above[kind])} if kind in above else set()
        assert {(parent.id, parent.name) for parent in told} <= known, kind
        assert bool(told) is (kind in above), kind


@pytest.mark.requirement("R180", "C5")
async def test_inactive_rows_are_remembered_and_told_from_those_in_use(all_read: Connector) -> None:
    found = [row for table in (await settings_of(all_read)).values() for row in table.rows or ()]
    assert [row for row in found if row.active is False]
    assert [row for row in found if row.active is True]
    assert [row for row in found if row.active is None]


@pytest.mark.requirement("R168", "R180", "C5")
async def test_custom_fields_with_options_are_told_from_those_without(all_read: Connector) -> None:
    fields = rows(await settings_of(all_read), K.CUSTOM_FIELDS)
    assert [row for row in fields if row.options and all(option.id and option.name for option in row.options)]
    assert [row for row in fields if row.options is None]


@pytest.mark.requirement("R221")
async def test_a_refused_table_says_permission_and_the_others_still_come(
    simulated: Simulated, all_read: Connector
) -> None:
    before = await settings_of(all_read)
    simulated.psa.break_with("forbidden-tables")
    after = await settings_of(all_read)
    refused = {kind for kind, table in after.items() if table.because is Because.PERMISSION}
    assert refused
    assert after.keys() == before.keys()
    assert all(after[kind].rows is None for kind in refused)
    assert all(after[kind].rows for kind in after.keys() - refused)


@pytest.mark.parametrize(
    ("fault", "kind_of_error"),
    [
        ("down", ErrorKind.PSA_DOWN),
        ("unauthorized", ErrorKind.API_ERROR),
        ("truncated", ErrorKind.INVALID_DATA),
        ("server-error", ErrorKind.TIMEOUT),
    ],
)
async def test_a_psa_that_is_down_or_lets_nobody_in_is_an_error_and_no_table(
    simulated: Simulated, all_read: Connector, fault: str, kind_of_error: ErrorKind
) -> None:
    simulated.psa.break_with(fault)
    with pytest.raises(ConnectorError) as raised:
        await settings_of(all_read)
    assert raised.value.kind is kind_of_error


@pytest.mark.requirement("R190", "R191", "R192", "R193", "R194", "R195", "R247", "C6", "C8")
def test_no_path_of_a_ticket_a_person_a_bill_a_document_or_a_time_entry_is_on_the_list(kind: str) -> None:
    allowed = specs()[kind].reads["settings"]
    assert not [path for path in FORBIDDEN_PATHS for pattern in allowed if re.fullmatch(pattern, path)]


@pytest.mark.requirement("R192", "R193", "R194", "R195", "R248", "C6")
def test_no_field_of_an_address_a_secret_a_price_or_a_time_entry_is_on_the_list(kind: str) -> None:
    fields = specs()[kind].settings_fields
    assert fields.keys() == specs()[kind].settings_tables.keys()
    named = {name for names in fields.values() for name in names}
    assert {name for name in named if FORBIDDEN_FIELDS.search(name)} <= ALLOWED_FIELDS


@pytest.mark.requirement("R190", "R191", "R247")
async def test_only_paths_on_the_list_are_asked_for_and_nothing_but_reads(
    simulated: Simulated, all_read: Connector
) -> None:
    await all_read.check()
    asked_before = len(simulated.psa.calls)
    await settings_of(all_read)
    spec = all_read.spec
    allowed = [*spec.reads["settings"], *spec.reads.get("sign-in", ())]
    for call in simulated.psa.calls[asked_before:]:
        assert call.method in {"GET", "POST"}
        assert any(_ends_with(pattern, call.method, call.path) for pattern in allowed), call


def _ends_with(pattern: str, method: str, path: str) -> bool:
    """What stands before the API's own path counts for nothing; a POST is named as one."""
    marked = "" if method == "GET" else f"{method} "
    return any(re.fullmatch(pattern, f"{marked}{path[one.start() :]}") for one in re.finditer("/", path))


@pytest.mark.requirement("R192", "R193", "R248", "C6")
async def test_nothing_else_of_a_row_is_kept(all_read: Connector) -> None:
    """The simulated rows hold addresses, telephone numbers, costs and secrets, as the real ones do."""
    tables = await settings_of(all_read)
    told = repr(tables)
    assert not re.search(r"@examplemsp|\.invalid|555-0|canary|hunter2|42\.0|95\.0", told)
    members = rows(tables, K.MEMBERS)
    assert {name for row in members for name in row.properties} <= {"role"}
    assert {row.options for row in members} == {None}
    for kind, table in tables.items():
        kept = {name for row in table.rows or () for name in row.properties}
        fields = all_read.spec.settings_fields[kind]
        known = {name.partition("/")[0] for name in fields} | {"inactiveOptions", "role"}
        assert kept <= known, kind


@pytest.mark.parametrize("text", HOSTILE)
async def test_any_name_survives_as_a_name(simulated: Simulated, all_read: Connector, text: str) -> None:
    setup = simulated.psa.configuration
    for table, found in setup.tables.items():
        setup.put(table, [_renamed(row, f"{text} {number}") for number, row in enumerate(found)])
    names = {row.name for table in (await settings_of(all_read)).values() for row in table.rows or ()}
    told = text.replace("\x00", "\ufffd")
    assert {name for name in names if name.startswith(told)}
    assert not [name for name in names if "\x00" in name]


def _renamed(row: Mapping[str, Any], text: str) -> dict[str, Any]:
    return {name: text if name in NAMES else value for name, value in row.items()}


async def test_a_long_table_that_changes_between_two_pages_loses_no_row(
    simulated: Simulated, all_read: Connector
) -> None:
    table, path = LONG_TABLE.get(simulated.kind, ("", ""))
    if not table:
        pytest.skip(f"{simulated.kind} sends each table of its configuration whole")
    setup, size = simulated.psa.configuration, all_read.spec.page_size + 10
    first, last = setup.rows(table)[0], setup.rows(table)[-1]
    many = [first, *({**last, "id": 10_000 + number} for number in range(size))]
    setup.put(table, many)

    async def meddle(_: float) -> None:
        """Somebody deletes the first row while the second page is asked for."""
        if any(call.path.endswith(path) for call in simulated.psa.calls):
            setup.put(table, many[1:])

    simulated.psa.latency_ms, simulated.psa.sleep = 1.0, meddle
    tables = await settings_of(all_read)
    ids = [row.id for found in tables.values() for row in found.rows or ()]
    assert len(setup.rows(table)) == size
    assert {str(10_000 + number) for number in range(size)} <= set(ids)


async def test_calls_wait_for_one_another_no_more_than_the_spec_says(simulated: Simulated, all_read: Connector) -> None:
    """Counted in rounds of as many calls as may run at once: of all tables together, and of each alone."""
    spec = all_read.spec
    await all_read.check()
    for only in (None, *({kind} for kind in spec.settings_tables)):
        before = all_read.usage.calls
        async with in_rounds(simulated.psa) as rounds:
            assert [table async for table in all_read.settings_tables(only=only)]
        calls = all_read.usage.calls - before
        assert rounds.count <= math.ceil(calls / spec.parallel_calls) + spec.settings_chain - 1, only
        assert rounds.most_at_once <= spec.parallel_calls
        assert only or rounds.most_at_once == spec.parallel_calls


async def test_who_stops_listening_stops_the_calls(simulated: Simulated, all_read: Connector) -> None:
    async with aclosing(all_read.settings_tables()) as arriving:  # type: ignore[type-var]
        await anext(aiter(arriving))
    made = all_read.usage.calls
    for _ in range(100):
        await asyncio.sleep(0)
    assert all_read.usage.calls == made


async def test_each_change_of_the_setup_is_seen_and_gone_when_it_is_taken_back(
    simulated: Simulated, all_read: Connector
) -> None:
    before = await settings_of(all_read)
    assert len(simulated.psa.changes) >= 5
    for change in simulated.psa.changes:
        simulated.psa.configure(change.id)
        assert _differing(before, await settings_of(all_read)), change.title
        simulated.psa.unconfigure(change.id)
    assert not _differing(before, await settings_of(all_read))


def _differing(
    before: Mapping[SettingsKind, SettingsTable], after: Mapping[SettingsKind, SettingsTable]
) -> set[SettingsKind]:
    return {kind for kind, table in before.items() if after[kind] != table}
