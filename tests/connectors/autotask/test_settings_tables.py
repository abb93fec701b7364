"""The tables of a settings sync: picklists and entities become rows, in eleven calls."""

from typing import Any

import pytest

from connectors.errors import PsaDown
from connectors.records import Because, Ref, SettingsKind
from tests.connectors.answerer import Say
from tests.connectors.autotask.connecting import NO_RIGHT, Wired, field_list, page
from tests.connectors.telling import names, rows, settings_of

K = SettingsKind


def value(number: int, label: str, **more: Any) -> dict[str, Any]:
    return {"value": str(number), "label": label, "isActive": True, "parentValue": "", **more}


TICKETS: dict[str, list[dict[str, Any]]] = {
    "queueID": [value(8, "Service Desk"), value(9, "Old queue", isActive=False)],
    "status": [value(1, "New", isSystem=True, sortOrder=1)],
    "issueType": [value(10, "Hardware"), value(11, "Software")],
    "subIssueType": [value(20, "Printer", parentValue="10"), value(21, "Lost", parentValue="99")],
}
EMPTY = {"Resources", "Roles", "Departments", "InternalLocations", "ContactGroups"}


def fields(lists: dict[str, list[dict[str, Any]]]) -> Say:
    listed = [{"name": name, "isPickList": True, "picklistValues": values} for name, values in lists.items()]
    return Say(body={"fields": [*listed, {"name": "title", "isPickList": False, "picklistValues": None}]})


def tenant(wire: Wired) -> None:
    wire.knows()
    wire.on("/Tickets/entityInformation/fields", fields(TICKETS))
    kinds = {"1": "Ticket"}
    definitions = {"udfType": kinds, "dataType": {"1": "Text (Single Line)", "4": "List (Single Select)"}}
    wire.on("/UserDefinedFieldDefinitions/entityInformation/fields", Say(body={"fields": field_list(definitions)}))
    for entity in (*EMPTY, "UserDefinedFieldDefinitions", "UserDefinedFieldListItems"):
        wire.on(f"/{entity}/query", page())


@pytest.mark.requirement("R158", "R159", "R162", "R180", "C5")
async def test_one_call_of_ticket_fields_brings_queues_statuses_and_issue_types(wire: Wired) -> None:
    tenant(wire)
    tables = await settings_of(wire.at)
    assert [(row.id, row.name, row.active) for row in rows(tables, K.BOARDS)] == [
        ("8", "Service Desk", True),
        ("9", "Old queue", False),
    ]
    assert rows(tables, K.STATUSES)[0].properties == {"isSystem": True, "sortOrder": 1}
    assert [row.parent for row in rows(tables, K.SUBCATEGORIES)] == [
        Ref(id="10", name="Hardware"),
        Ref(id="99", name=""),
    ]
    assert {row.parent for row in rows(tables, K.CATEGORIES)} == {None}
    assert tables[K.PRIORITIES].because is Because.NOT_EXPOSED
    assert names(tables, K.COMPANY_TYPES) == ["Customer", "Prospect"]
    assert names(tables, K.BILLING_CYCLES) == ["Monthly"]
    assert len(wire.server.asked) == 11


@pytest.mark.requirement("R149", "R165", "C6")
async def test_resources_are_told_by_name_and_role_alone(wire: Wired) -> None:
    tenant(wire)
    person = {"id": 4, "firstName": "Ada", "lastName": "Poe", "isActive": True, "email": "ada@example.test"}
    wire.on(
        "/Resources/query",
        page({**person, "defaultServiceDeskRoleID": 7}, {"id": 5, "firstName": "Bo", "defaultServiceDeskRoleID": 9}),
    )
    wire.on("/Roles/query", page({"id": 7, "name": "Technician", "isActive": True, "hourlyRate": 120}))
    tables = await settings_of(wire.at)
    assert [(row.name, row.properties) for row in rows(tables, K.MEMBERS)] == [
        ("Ada Poe", {"role": "Technician"}),
        ("Bo", {"role": 9}),
    ]
    assert rows(tables, K.MEMBER_ROLES)[0].properties == {}
    asked = next(one for one in wire.server.asked if one.path.endswith("/Resources/query"))
    assert asked.json["IncludeFields"] == ["id", "firstName", "lastName", "isActive", "defaultServiceDeskRoleID"]


@pytest.mark.requirement("R168")
async def test_custom_fields_come_with_their_options_and_the_words_of_their_kinds(wire: Wired) -> None:
    tenant(wire)
    definitions = [
        {"id": 1, "name": "Tier", "udfType": 1, "dataType": 4, "isActive": True},
        {"id": 2, "name": "Note", "udfType": 1, "dataType": 1, "isActive": False},
        {"id": 3, "name": "Region", "udfType": 5, "dataType": 4, "isActive": True},
    ]
    wire.on("/UserDefinedFieldDefinitions/query", page(*definitions))
    items = (
        {"id": 70, "udfFieldId": 1, "valueForDisplay": "Gold"},
        {"id": 71, "udfFieldId": 1, "valueForDisplay": "Tin"},
    )
    wire.on("/UserDefinedFieldListItems/query", page(*items))
    tier, note, region = rows(await settings_of(wire.at), K.CUSTOM_FIELDS)
    assert tier.options == (Ref(id="70", name="Gold"), Ref(id="71", name="Tin"))
    assert (tier.properties["udfType"], tier.properties["dataType"]) == ("Ticket", "List (Single Select)")
    assert (note.options, note.active) == (None, False)
    assert (region.options, region.properties["udfType"]) == ((), 5)


@pytest.mark.requirement("R221")
async def test_the_500_of_a_missing_right_is_a_refusal_of_that_table_alone(wire: Wired) -> None:
    tenant(wire)
    wire.on("/Roles/query", NO_RIGHT)
    wire.on("/UserDefinedFieldListItems/query", NO_RIGHT)
    wire.on("/Departments/query", Say(body={"errors": ["Not here."]}, status=404))
    wire.on("/Resources/query", page({"id": 4, "firstName": "Ada", "defaultServiceDeskRoleID": 7}))
    tables = await settings_of(wire.at)
    assert {
        kind: table.because
        for kind, table in tables.items()
        if kind in {K.MEMBER_ROLES, K.CUSTOM_FIELDS, K.DEPARTMENTS}
    } == {
        K.MEMBER_ROLES: Because.PERMISSION,
        K.CUSTOM_FIELDS: Because.PERMISSION,
        K.DEPARTMENTS: Because.NOT_EXPOSED,
    }
    assert rows(tables, K.MEMBERS)[0].properties == {"role": 7}


async def test_ticket_fields_that_are_refused_refuse_all_nine_tables_of_theirs(wire: Wired) -> None:
    tenant(wire)
    wire.on("/Tickets/entityInformation/fields", NO_RIGHT)
    refused = {kind for kind, table in (await settings_of(wire.at)).items() if table.because is Because.PERMISSION}
    assert refused == {
        K.BOARDS,
        K.STATUSES,
        K.PRIORITIES,
        K.TICKET_TYPES,
        K.CATEGORIES,
        K.SUBCATEGORIES,
        K.SOURCES,
        K.SLAS,
        K.TEMPLATES,
    }


async def test_an_autotask_that_is_down_is_an_error(wire: Wired) -> None:
    tenant(wire)
    wire.on("/Roles/query", Say(status=503, body="<html>"))
    with pytest.raises(PsaDown):
        await settings_of(wire.at)
