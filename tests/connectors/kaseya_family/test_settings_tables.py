"""The tables of a settings sync of both products of the family, out of their look-ups."""

import pytest

from connectors.errors import BadSettings, PermissionDenied, PsaDown
from connectors.kaseya_bms.connector import build
from connectors.kaseya_family.configuration import TABLES
from connectors.records import Because, Ref, SettingsKind, SettingsRow
from tests.connectors.answerer import Answer, Asked, Say
from tests.connectors.kaseya_family.connecting import SIGN_IN, Wired, failed, ok, setup, wired
from tests.connectors.telling import names, rows, settings_of

K = SettingsKind
ISSUES = "/v2/system/issuetypes/lookup"
FIELDS = "/v2/system/customFields/22"
REFUSED = failed("You do not have permission to do this.")


def tenant(wire: Wired, **answers: Answer) -> None:
    for kind, listed in TABLES.items():
        wire.on(listed.path, answers.get(kind.value, ok([])))
    wire.on(ISSUES, answers.get("categories", ok([])))
    wire.on(FIELDS, answers.get("custom_fields", ok([])))


@pytest.mark.requirement("R158", "R180", "C5")
async def test_queues_are_the_boards_and_an_inactive_one_is_remembered(wire: Wired) -> None:
    tenant(
        wire, boards=ok([{"id": 1, "name": "Help Desk", "isActive": True}, {"Id": 2, "Name": "Old", "IsActive": False}])
    )
    assert rows(await settings_of(wire.psa), K.BOARDS) == (
        SettingsRow(id="1", name="Help Desk", active=True),
        SettingsRow(id="2", name="Old", active=False),
    )


@pytest.mark.requirement("R162")
async def test_subtypes_hang_under_the_issue_types_in_use(wire: Wired) -> None:
    tenant(
        wire,
        categories=ok([{"id": 1, "name": "Hardware", "isActive": True}, {"id": 2, "name": "Old", "isActive": False}]),
    )
    wire.on("/v2/system/issuetypes/1/issuesubtypes/lookup", ok([{"id": 9, "name": "Printer"}]))
    tables = await settings_of(wire.psa)
    assert names(tables, K.CATEGORIES) == ["Hardware", "Old"]
    assert rows(tables, K.SUBCATEGORIES) == (SettingsRow(id="9", name="Printer", parent=Ref(id="1", name="Hardware")),)
    assert wire.paths("/v2/system/issuetypes/2") == []


@pytest.mark.requirement("R168")
async def test_custom_fields_come_with_their_options_and_the_retired_ones(wire: Wired) -> None:
    settings = [{"id": 1, "name": "Gold", "isActive": True}, {"id": 2, "name": "Tin", "isActive": False}]
    field = {"id": 5, "name": "Tier", "dataType": 4, "isRequired": True, "isActive": True, "settings": settings}
    tenant(wire, custom_fields=ok([{**field, "errorMessage": "Say which."}]))
    (row,) = rows(await settings_of(wire.psa), K.CUSTOM_FIELDS)
    assert row.options == (Ref(id="1", name="Gold"),)
    assert row.properties == {"dataType": 4, "isRequired": True, "inactiveOptions": "Tin"}
    (asked,) = (one for one in wire.server.asked if one.path == FIELDS)
    assert asked.query == {"withInactive": "true"}


@pytest.mark.requirement("R161", "R171")
async def test_enumerations_that_nobody_documents_are_read_by_the_names_that_an_operator_gives() -> None:
    async with wired(ticket_types_table="TicketType", sources_table="Misspelt") as wire:
        tenant(wire)
        wire.on("/v2/system/tenantlookup/TicketType", ok([{"id": 1, "name": "Incident", "isActive": True}]))
        wire.on("/v2/system/lookup/Misspelt", failed("The table name is odd."))
        wire.on("/v2/system/tenantlookup/Misspelt", failed("The table name is odd."))
        tables = await settings_of(wire.psa)
    assert names(tables, K.TICKET_TYPES) == ["Incident"]
    assert tables[K.SOURCES].because is Because.NOT_EXPOSED


async def test_without_such_a_name_the_table_is_not_exposed_and_nothing_is_asked(wire: Wired) -> None:
    tenant(wire)
    tables = await settings_of(wire.psa)
    assert {tables[kind].because for kind in (K.TICKET_TYPES, K.SOURCES)} == {Because.NOT_EXPOSED}
    assert wire.paths("/v2/system/lookup") == []


@pytest.mark.requirement("R221")
async def test_a_refusal_inside_of_a_200_refuses_that_table_alone(wire: Wired) -> None:
    tenant(wire, members=REFUSED, slas=Say(status=403), templates=Say(status=404))
    tables = await settings_of(wire.psa)
    assert {kind: table.because for kind, table in tables.items() if kind in {K.MEMBERS, K.SLAS, K.TEMPLATES}} == {
        K.MEMBERS: Because.PERMISSION,
        K.SLAS: Because.PERMISSION,
        K.TEMPLATES: Because.NOT_EXPOSED,
    }
    assert rows(tables, K.BOARDS) == ()


@pytest.mark.requirement("R149", "R165")
async def test_employees_are_read_over_all_pages(wire: Wired) -> None:
    people = [{"id": number, "name": f"Employee {number}"} for number in range(1, 131)]

    def answer(asked: Asked) -> Say:
        start = (int(asked.query["PageNumber"]) - 1) * 100
        return ok(people[start : start + 100])

    tenant(wire, members=answer)
    assert len(rows(await settings_of(wire.psa), K.MEMBERS)) == 130


async def test_who_has_no_api_access_at_all_is_told_so_and_not_that_each_table_is_refused(wire: Wired) -> None:
    tenant(wire)
    wire.on(SIGN_IN, failed("The user does not have API access."))
    with pytest.raises(PermissionDenied, match="Has API Access"):
        await settings_of(wire.psa)


async def test_a_psa_that_is_down_is_an_error(wire: Wired) -> None:
    tenant(wire, members=Say(status=503, body="<html>"))
    with pytest.raises(PsaDown):
        await settings_of(wire.psa)


@pytest.mark.parametrize(
    ("name", "text"), [("custom_field_modules", "22, x"), ("ticket_types_table", "../users"), ("sources_table", "a b")]
)
async def test_a_name_that_is_none_is_refused_before_any_call(name: str, text: str) -> None:
    with pytest.raises(BadSettings, match=name):
        build(setup(None, None, server="bms.kaseya.com", **{name: text}))


async def test_custom_fields_of_several_modules_are_one_table() -> None:
    async with wired(custom_field_modules="22, 7") as wire:
        tenant(wire, custom_fields=ok([{"id": 5, "name": "Tier"}]))
        wire.on("/v2/system/customFields/7", ok([{"id": 6, "name": "Region"}]))
        assert names(await settings_of(wire.psa), K.CUSTOM_FIELDS) == ["Tier", "Region"]
