from dataclasses import replace

import pytest

from sandbox.psa.connectwise.permissions import STATUS_TABLE, TABLES
from tests.sandbox.psa.calling import AGREEMENTS, COMPANIES, Caller

FORBIDDEN = {
    "code": "Security",
    "message": "You do not have security permission to perform this action.",
    "errors": None,
}
PROBES = {
    "/company/companies/count": 200,
    "/company/companies/statuses/count": 200,
    "/company/companies/types/count": 200,
    "/finance/agreements/count": 200,
    "/finance/agreements/types/count": 200,
    "/finance/billingCycles/count": 200,
    "/procurement/catalog/count": 200,
    "/service/boards/count": 200,
    "/service/tickets/count": 200,
    "/system/members/count": 403,
    "/system/info/members/count": 200,
}


@pytest.mark.requirement("R42", "R43", "R44")
@pytest.mark.parametrize(("path", "status"), PROBES.items())
async def test_the_bots_member_reads_what_the_bot_needs_and_no_more(api: Caller, path: str, status: int) -> None:
    assert (await api.get(path)).status == status


@pytest.mark.parametrize("path", PROBES)
async def test_an_administrator_reads_every_probe_path(api: Caller, path: str) -> None:
    reply = await api.get(path, member="admin")
    assert reply.json["count"] > 0


@pytest.mark.parametrize(
    ("member", "path"),
    [
        ("nofinance", AGREEMENTS),
        ("nofinance", f"{AGREEMENTS}/88"),
        ("nofinance", f"{AGREEMENTS}/88/additions"),
        ("nofinance", f"{AGREEMENTS}/types/info"),
        ("nocompanies", COMPANIES),
        ("nocompanies", f"{COMPANIES}/info/types"),
        ("notables", f"{COMPANIES}/statuses"),
        ("notables", "/finance/billingCycles"),
        ("nosecurity", "/system/mySecurity"),
        ("nosecurity", "/system/mySecurity/customizeItems/"),
        ("nothing", COMPANIES),
    ],
)
async def test_the_level_none_is_a_403_in_the_vendors_words(api: Caller, member: str, path: str) -> None:
    reply = await api.get(path, member=member)
    assert (reply.status, reply.json) == (403, FORBIDDEN)


async def test_a_member_without_any_right_may_still_ask_for_the_version(api: Caller) -> None:
    assert (await api.get("/system/info", member="nothing")).status == 200


async def test_one_setup_table_alone_can_be_missing_from_the_allow_list(api: Caller) -> None:
    bot = api.psa.members["psabot"]
    api.psa.members["psabot"] = replace(bot, role=replace(bot.role, tables=TABLES - {STATUS_TABLE}))
    assert (await api.get(f"{COMPANIES}/statuses")).status == 403
    assert (await api.get(f"{COMPANIES}/types")).status == 200


async def test_the_level_my_is_a_shorter_list_and_no_error(api: Caller) -> None:
    everyone = (await api.get(f"{COMPANIES}/count")).json["count"]
    mine = await api.get(COMPANIES, member="mine", pageSize=1000)
    assert mine.status == 200
    assert 0 < len(mine.json) < everyone / 2
    assert (await api.get(f"{COMPANIES}/count", member="mine")).json["count"] == len(mine.json)
    assert (await api.get(f"{AGREEMENTS}/count", member="mine")).json["count"] > 0


async def test_a_record_outside_my_own_looks_like_one_that_is_gone(api: Caller) -> None:
    reply = await api.get(f"{COMPANIES}/4711", member="mine")
    assert (reply.status, reply.json["code"]) == (404, "NotFound")


async def test_agreements_of_a_type_that_is_not_allowed_are_silently_missing(api: Caller) -> None:
    hooli = "company/id=6044"
    assert (await api.get(AGREEMENTS, conditions=hooli)).json == []
    assert (await api.get(AGREEMENTS, conditions=hooli, member="admin")).ids == [151]
    assert (await api.get(f"{AGREEMENTS}/151")).status == 404
    assert (await api.get(f"{AGREEMENTS}/151/additions")).status == 404
    assert (await api.get(f"{AGREEMENTS}/151/additions", member="admin")).status == 200


async def test_the_allow_list_is_told_by_customize_items(api: Caller) -> None:
    reply = await api.get("/system/mySecurity/customizeItems/", pageSize=1000)
    allowed = {row["itemIdentifier"] for row in reply.json if row["customizeIdentifier"] == "FinanceAgreements"}
    types = {row["name"] for row in (await api.get(f"{AGREEMENTS}/types/info")).json}
    assert types - allowed == {"Legacy Hosting"}
    setup = {row["itemIdentifier"] for row in reply.json if row["customizeIdentifier"] == "SystemTableSetup"}
    assert setup == TABLES


async def test_the_levels_are_told_by_my_security(api: Caller) -> None:
    rows = {row["moduleFunctionName"]: row for row in (await api.get("/system/mySecurity", pageSize=1000)).json}
    assert rows["Agreements"]["inquireLevel"] == "All"
    assert rows["Agreements"]["addLevel"] == "None"
    assert rows["Agreements"]["customFlag"] is True
    assert rows["Member Maintenance"]["inquireLevel"] == "None"
    assert rows["Table Setup"]["moduleName"] == "System"
    mine = (await api.get("/system/mySecurity", member="mine", conditions='inquireLevel="My"')).json
    assert {row["moduleFunctionName"] for row in mine} == {"Company Maintenance", "Agreements"}


async def test_info_siblings_need_no_right_to_the_setup_tables(api: Caller) -> None:
    types = await api.get(f"{COMPANIES}/info/types", member="notables")
    assert {"isVendor", "name"} <= set(types.json[0])
    assert "vendorFlag" not in types.json[0]
    cycles = await api.get("/finance/billingCycles/info", member="notables")
    assert "billingOptions" not in cycles.json[0]
    assert (await api.get(f"{AGREEMENTS}/types/info/count", member="notables")).json["count"] == 9
    active = await api.get("/service/info/boards/active", member="notables")
    assert len(active.json) == 6
    assert len((await api.get("/service/info/boards")).json) == 8
    people = await api.get("/system/info/members", member="nothing", conditions='licenseClass="A"')
    assert people.json[0]["fullName"] == "PSA Bot"
    assert (await api.get("/system/info/locations/count")).json["count"] == 3
    assert (await api.get("/system/info/departments/11")).json["name"] == "Service Desk"


@pytest.mark.parametrize(
    ("path", "psabot", "notables"),
    [
        ("/service/boards/1/statuses", 200, 403),
        ("/service/boards/1/statuses/info", 200, 200),
        ("/service/boards/1/types", 200, 403),
        ("/service/boards/1/subtypes", 200, 403),
        ("/service/boards/1/items", 200, 403),
        ("/service/boards/99/statuses", 404, 403),
        ("/service/priorities", 200, 403),
        ("/service/priority/info", 200, 200),
        ("/service/sources/info", 200, 200),
        ("/service/slainfo/info", 200, 200),
        ("/service/templates/info", 200, 200),
        ("/service/templates", 404, 404),
        ("/service/locations", 200, 403),
        ("/company/contacts/types", 200, 403),
        ("/company/contacts/types/info", 403, 403),
        ("/company/contacts/departments", 200, 403),
        ("/system/userDefinedFields", 200, 403),
        ("/system/userDefinedFields/info", 200, 200),
        ("/system/securityroles", 403, 403),
        ("/system/departments", 403, 403),
        ("/system/info/departments", 200, 200),
        ("/system/locations", 403, 403),
    ],
)
async def test_setup_lists_need_their_row_in_the_allow_list_and_their_siblings_less(
    api: Caller, path: str, psabot: int, notables: int
) -> None:
    assert (await api.get(path)).status == psabot
    assert (await api.get(path, member="notables")).status == notables


async def test_statuses_of_a_board_are_those_of_that_board_and_their_sibling_names_its_flags_otherwise(
    api: Caller,
) -> None:
    full = (await api.get("/service/boards/3/statuses", pageSize=1000)).json
    less = (await api.get("/service/boards/3/statuses/info", pageSize=1000)).json
    assert {row["board"]["id"] for row in full} == {3}
    assert [(row["inactive"], row["closedStatus"]) for row in full] == [
        (row["inactiveFlag"], row["closedFlag"]) for row in less
    ]
    assert any(row["inactive"] for row in full)
    assert "inactiveFlag" not in full[0]
    assert (await api.get("/service/boards/3/statuses/count", conditions="inactive=true")).json == {"count": 1}
