from collections.abc import Sequence

import pytest

from connectors.connectwise.tables import with_allowed
from connectors.errors import InvalidData, RateLimited, SignInFailed
from connectors.records import Because, Option, Table
from tests.connectors.answerer import NOT_TOLD, SECURITY, Answerer, Say
from tests.connectors.connectwise.connecting import AGREEMENTS, API, COMPANIES, Wired

STATUSES = [{"id": 1, "name": "Active", "inactiveFlag": False}, {"id": 2, "name": "Inactive", "inactiveFlag": True}]
CYCLES = [
    {"id": 2, "name": "Monthly", "billingOptions": "Monthly"},
    {"id": 6, "name": "None", "billingOptions": "NotRecurring"},
]
AGREEMENT = {"id": 71, "name": "MSP", "billingCycle": {"id": 6, "name": "None"}}


def server_with_tables(server: Answerer) -> None:
    server.on(f"{COMPANIES}/statuses", Say(body=STATUSES))
    server.on(f"{COMPANIES}/types", Say(body=[{"id": 1, "name": "Client", "vendorFlag": False}]))
    server.on(f"{COMPANIES}/info/types", Say(body=[{"id": 1, "name": "Client", "isVendor": False}]))
    server.on(f"{AGREEMENTS}/types", Say(body=[{"id": 5, "name": "MSP", "billOneTimeFlag": False}]))
    server.on(f"{AGREEMENTS}/types/info", Say(body=[{"id": 5, "name": "MSP"}, {"id": 9, "name": "Legacy Hosting"}]))
    server.on(f"{API}/finance/billingCycles", Say(body=CYCLES))
    server.on(f"{API}/finance/billingCycles/info", Say(body=[{"id": 2, "name": "Monthly", "defaultFlag": True}]))
    server.on(f"{API}/system/mySecurity/customizeItems/", SECURITY)


def names(table: Table) -> list[str]:
    return [row.name for row in table.rows or ()]


@pytest.mark.requirement("R95", "R96")
async def test_all_tables_are_read_with_the_fields_that_are_used(wire: Wired) -> None:
    server_with_tables(wire.server)
    tables = await wire.cw.tables()
    assert names(tables.statuses) == ["Active", "Inactive"]
    assert tables.statuses.rows == (
        Option(id="1", name="Active", flags={"inactiveFlag": False}),
        Option(id="2", name="Inactive", flags={"inactiveFlag": True}),
    )
    assert names(tables.billing_cycles) == ["Monthly", "None"]
    assert all(one.query["pageSize"] == "1000" for one in wire.server.asked)


async def test_a_type_that_only_the_smaller_list_shows_is_not_lost(wire: Wired) -> None:
    server_with_tables(wire.server)
    rows = (await wire.cw.tables()).agreement_types.rows
    assert rows == (
        Option(id="5", name="MSP", flags={"billOneTimeFlag": False}),
        Option(id="9", name="Legacy Hosting"),
    )


@pytest.mark.requirement("R44")
async def test_a_refused_table_of_types_has_a_smaller_sibling(wire: Wired) -> None:
    server_with_tables(wire.server)
    for path in (f"{COMPANIES}/types", f"{AGREEMENTS}/types", f"{API}/finance/billingCycles"):
        wire.server.on(path, SECURITY)
    tables = await wire.cw.tables()
    assert tables.types.rows == (Option(id="1", name="Client", flags={"vendorFlag": False}),)
    assert names(tables.agreement_types) == ["MSP", "Legacy Hosting"]
    assert tables.billing_cycles.rows == (Option(id="2", name="Monthly", flags={"defaultFlag": True}),)


@pytest.mark.requirement("R44")
async def test_a_table_that_is_refused_everywhere_says_why(wire: Wired) -> None:
    server_with_tables(wire.server)
    for path in (f"{COMPANIES}/statuses", f"{AGREEMENTS}/types", f"{AGREEMENTS}/types/info"):
        wire.server.on(path, SECURITY)
    for path in (f"{API}/finance/billingCycles", f"{API}/finance/billingCycles/info"):
        wire.server.on(path, SECURITY)
    tables = await wire.cw.tables()
    for table in (tables.statuses, tables.agreement_types, tables.billing_cycles):
        assert (table.rows, table.because) == (None, Because.PERMISSION)


async def test_a_table_that_this_version_does_not_have_is_not_exposed(wire: Wired) -> None:
    server_with_tables(wire.server)
    wire.server.on(f"{COMPANIES}/statuses", NOT_TOLD)
    assert (await wire.cw.tables()).statuses == Table(name="statuses", rows=None, because=Because.NOT_EXPOSED)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Say(status=401), SignInFailed),
        (Say(body="["), InvalidData),
        (Say(status=429, headers={"Retry-After": "900"}), RateLimited),
    ],
)
async def test_any_other_failure_is_not_taken_for_an_unreadable_table(
    wire: Wired, answer: Say, error: type[Exception]
) -> None:
    server_with_tables(wire.server)
    wire.server.on(f"{COMPANIES}/types", answer)
    with pytest.raises(error):
        await wire.cw.tables()


TYPES = (Option(id="5", name="MSP"), Option(id="9", name="Legacy Hosting"))


@pytest.mark.requirement("R42")
@pytest.mark.parametrize(
    ("allowed", "flags"),
    [
        (frozenset({"msp"}), [True, False]),
        (frozenset({"5", "9"}), [True, True]),
        (frozenset({"something else"}), [None, None]),
        (frozenset[str](), [None, None]),
        (None, [None, None]),
    ],
)
def test_whether_a_type_is_allowed_is_told_only_where_it_is_known(
    allowed: frozenset[str] | None, flags: Sequence[bool | None]
) -> None:
    assert [row.flags.get("allowed") for row in with_allowed(TYPES, allowed)] == list(flags)


@pytest.mark.requirement("R42")
async def test_the_allow_list_of_the_role_becomes_a_flag_of_each_type(wire: Wired) -> None:
    server_with_tables(wire.server)
    items = [
        {"id": 1, "customizeIdentifier": "FinanceAgreements", "itemIdentifier": " msp "},
        {"id": 2, "customizeIdentifier": "SystemTableSetup", "itemIdentifier": "Legacy Hosting"},
    ]
    wire.server.on(f"{API}/system/mySecurity/customizeItems/", Say(body=items))
    rows = (await wire.cw.tables()).agreement_types.rows or ()
    assert {row.name: row.flags["allowed"] for row in rows} == {"MSP": True, "Legacy Hosting": False}


@pytest.mark.requirement("R34", "R78")
async def test_the_options_of_billing_cycles_are_joined_and_remembered_for_a_while(wire: Wired) -> None:
    wire.server.on(AGREEMENTS, Say(body=[AGREEMENT]))
    wire.server.on(f"{API}/finance/billingCycles", Say(body=CYCLES))
    for _ in range(3):
        assert [one.billing_option for one in await wire.cw.agreements_of("250")] == ["NotRecurring"]
    assert wire.server.paths().count(f"{API}/finance/billingCycles") == 1
    wire.time.advance(301)
    await wire.cw.agreements_of("250")
    assert wire.server.paths().count(f"{API}/finance/billingCycles") == 2


async def test_a_read_of_the_tables_refreshes_the_options(wire: Wired) -> None:
    server_with_tables(wire.server)
    wire.server.on(AGREEMENTS, Say(body=[AGREEMENT]))
    await wire.cw.agreements_of("250")
    changed = [{"id": 6, "name": "None", "billingOptions": "Monthly"}]
    wire.server.on(f"{API}/finance/billingCycles", Say(body=changed))
    await wire.cw.tables()
    assert [one.billing_option for one in await wire.cw.agreements_of("250")] == ["Monthly"]


async def test_unreadable_billing_cycles_leave_the_option_unknown(wire: Wired) -> None:
    wire.server.on(AGREEMENTS, Say(body=[AGREEMENT]))
    wire.server.on(f"{API}/finance/billingCycles", SECURITY)
    wire.server.on(f"{API}/finance/billingCycles/info", SECURITY)
    assert [one.billing_option for one in await wire.cw.agreements_of("250")] == [None]
