"""The tables of a settings sync: HaloPSA sends whole records, of which only what is declared is kept."""

from typing import Any

import pytest

from connectors.errors import PsaDown
from connectors.halopsa.configuration import TABLES
from connectors.records import Because, Ref, SettingsKind, SettingsRow
from tests.connectors.answerer import Answer, Asked, Say
from tests.connectors.halopsa.connecting import Wired, listed
from tests.connectors.telling import names, rows, settings_of

K = SettingsKind
REFUSED = Say(status=403)
ABSENT = Say(body={"Message": "No."}, status=404)
LOOKUPS = {"11": [{"id": 22, "name": "Ticket Sources"}, {"id": 5, "name": "Contract Types"}]}
SOURCES = [{"id": 1, "name": "Phone", "inactive": False}, {"id": 2, "name": "Fax", "inactive": True}]


def lookup(asked: Asked) -> Say:
    return Say(body={**LOOKUPS, "22": SOURCES, "5": [{"id": 1, "name": "Managed"}]}[asked.query["lookupid"]])


def tenant(wire: Wired, **answers: Answer) -> None:
    """``answers``: by the path's name; any other list is empty."""
    paths = {listed.path.strip("/") for listed in TABLES.values()}
    for path in paths | {"TicketArea", "Team", "Organisation", "SLA", "Priority", "Category"}:
        wire.server.on(f"/api/{path}", answers.get(path, Say(body=[])))
    wire.server.on("/api/Lookup", answers.get("Lookup", lookup))


@pytest.mark.requirement("R158", "R180", "C5")
async def test_areas_and_teams_are_the_boards_and_a_team_may_be_inactive(wire: Wired) -> None:
    team = {"id": 1, "name": "Support", "inactive": True, "department_name": "Desk", "emailaddress": "x@example.test"}
    tenant(wire, TicketArea=Say(body=[{"id": 1, "name": "Tickets", "sequence": 2}]), Team=Say(body=[team]))
    assert rows(await settings_of(wire.halo), K.BOARDS) == (
        SettingsRow(id="area-1", name="Tickets", properties={"sequence": 2}),
        SettingsRow(id="1", name="Support", active=False, properties={"department_name": "Desk"}),
    )


@pytest.mark.requirement("R160", "R170")
async def test_priorities_hang_under_their_slas(wire: Wired) -> None:
    priorities = [
        {"id": "a1", "slaid": 3, "name": "P1", "ishidden": False, "fixtime": 4.0},
        {"id": "b2", "slaid": 9, "name": "P0", "ishidden": True},
    ]
    tenant(wire, SLA=Say(body=[{"id": 3, "name": "Standard"}]), Priority=Say(body=priorities))
    first, second = rows(await settings_of(wire.halo), K.PRIORITIES)
    assert (first.parent, first.active, first.properties) == (Ref(id="3", name="Standard"), True, {"fixtime": 4})
    assert (second.parent, second.active) == (Ref(id="9", name=""), False)
    tenant(wire, SLA=REFUSED, Priority=Say(body=priorities))
    tables = await settings_of(wire.halo)
    assert tables[K.SLAS].because is Because.PERMISSION
    assert rows(tables, K.PRIORITIES)[0].parent == Ref(id="3", name="")


@pytest.mark.requirement("R162")
async def test_categories_of_the_first_level_and_the_finer_ones_are_told_apart(wire: Wired) -> None:
    categories = [
        {"id": 1, "category_name": "Hardware", "value": "Hardware", "type_id": 1},
        {"id": 2, "category_name": "", "value": "Hardware>Printer", "type_id": 2},
    ]
    tenant(wire, Category=Say(body=categories))
    tables = await settings_of(wire.halo)
    assert names(tables, K.CATEGORIES) == ["Hardware"]
    assert names(tables, K.SUBCATEGORIES) == ["Hardware>Printer"]
    assert wire.count("/api/Category") == 1


@pytest.mark.requirement("R164", "R171")
async def test_lookups_are_found_by_their_names_because_their_numbers_are_not_documented(wire: Wired) -> None:
    tenant(wire)
    tables = await settings_of(wire.halo)
    assert [(row.name, row.active) for row in rows(tables, K.SOURCES)] == [("Phone", True), ("Fax", False)]
    assert names(tables, K.AGREEMENT_TYPES) == ["Managed"]
    assert tables[K.CONTACT_TYPES].because is Because.NOT_EXPOSED
    assert next(one.query["lookupid"] for one in wire.server.asked if one.path == "/api/Lookup") == "11"


DESK: dict[str, Any] = {"id": 7, "name": "Desk", "kashflowpassword": "hunter2"}


@pytest.mark.requirement("R166")
@pytest.mark.parametrize(
    "organisations",
    [Say(body=[{"id": 1, "name": "Example MSP", "departments": [DESK]}]), Say(body=[{"id": 1}]), REFUSED],
)
async def test_departments_are_those_of_the_organisation_or_those_that_teams_name(
    wire: Wired, organisations: Answer
) -> None:
    teams = [{"id": 1, "name": "Support", "department_id": 7, "department_name": "Desk"}, {"id": 2, "name": "None"}]
    tenant(wire, Organisation=organisations, Team=Say(body=teams))
    assert rows(await settings_of(wire.halo), K.DEPARTMENTS) == (SettingsRow(id="7", name="Desk"),)


@pytest.mark.requirement("R149", "R165", "R192", "C6")
async def test_agents_are_told_by_name_and_role_alone(wire: Wired) -> None:
    agent = {"id": 7, "name": "Ada Poe", "isdisabled": True, "email": "ada@example.test", "password": "hunter2"}
    tenant(wire, Agent=Say(body=[{**agent, "role_list": "Technician"}]))
    assert rows(await settings_of(wire.halo), K.MEMBERS) == (
        SettingsRow(id="7", name="Ada Poe", active=False, properties={"role": "Technician"}),
    )


@pytest.mark.requirement("R221")
async def test_one_refused_table_spoils_no_other(wire: Wired) -> None:
    tenant(wire, TicketType=REFUSED, FieldInfo=ABSENT, Lookup=REFUSED)
    tables = await settings_of(wire.halo)
    because = {kind: table.because for kind, table in tables.items() if table.rows is None}
    assert because == {
        K.TICKET_TYPES: Because.PERMISSION,
        K.CUSTOM_FIELDS: Because.NOT_EXPOSED,
        **dict.fromkeys((K.SOURCES, K.CONTACT_TYPES, K.AGREEMENT_TYPES), Because.PERMISSION),
    }


async def test_a_list_that_says_it_goes_on_is_read_page_by_page_and_a_row_that_vanishes_hides_no_other(
    wire: Wired,
) -> None:
    agents = [{"id": number, "name": f"Agent {number}"} for number in range(1, 151)]

    def answer(asked: Asked) -> Say:
        number = int(asked.query.get("page_no", 1))
        page = listed(*agents[(number - 1) * 100 : number * 100], total=len(agents), key="agents")
        if asked.query.get("page_no") == "1" and len(agents) == 150:
            del agents[0]
        return page

    tenant(wire, Agent=answer)
    found = {row.id for row in rows(await settings_of(wire.halo), K.MEMBERS)}
    assert found >= {str(number) for number in range(2, 151)}


async def test_a_halo_that_is_down_is_an_error(wire: Wired) -> None:
    tenant(wire, Agent=Say(status=503, body="<html>"))
    with pytest.raises(PsaDown):
        await settings_of(wire.halo)
