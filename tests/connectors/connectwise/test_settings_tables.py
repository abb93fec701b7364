"""The tables of a settings sync: what is asked for, what each becomes, and what a missing right costs."""

import asyncio

import pytest

from connectors.connectwise.configuration import OF_BOARD
from connectors.errors import ConnectorError, NotFound
from connectors.records import Because, Ref, SettingsKind, SettingsRow
from tests.connectors.answerer import NOT_TOLD, SECURITY, Asked, Say
from tests.connectors.connectwise.connecting import API, Wired
from tests.connectors.telling import names, rows, settings_of

BOARDS = f"{API}/service/boards"
K = SettingsKind
DESK = {"id": 1, "name": "Help Desk", "inactiveFlag": False, "projectFlag": False, "location": {"name": "Leeds"}}
ONSITE = {"id": 4, "name": "Onsite (old)", "inactiveFlag": True}


def boards(wire: Wired, *found: dict[str, object]) -> None:
    wire.server.on(BOARDS, Say(body=list(found)))
    for board in found:
        for listed in OF_BOARD.values():
            wire.server.on(f"{BOARDS}/{board['id']}{listed.path}", Say(body=[]))


@pytest.mark.requirement("R158", "R159", "R180", "C5")
async def test_statuses_hang_under_the_boards_in_use_and_three_flags_say_which_rows_are(wire: Wired) -> None:
    boards(wire, DESK, ONSITE)
    statuses = [
        {"id": 16, "name": "New", "inactive": False, "closedStatus": False, "timeEntryNotAllowed": True},
        {"id": 17, "name": "Waiting parts", "inactive": True, "closedStatus": False},
    ]
    wire.server.on(f"{BOARDS}/1/statuses", Say(body=statuses))
    wire.server.on(f"{API}/service/priorities", Say(body=[{"id": 5, "name": "P1", "level": "Critical"}]))
    tables = await settings_of(wire.cw)
    assert rows(tables, K.BOARDS)[0] == SettingsRow(
        id="1", name="Help Desk", active=True, properties={"projectFlag": False, "location": "Leeds"}
    )
    desk = Ref(id="1", name="Help Desk")
    assert [(row.name, row.active, row.parent) for row in rows(tables, K.STATUSES)] == [
        ("New", True, desk),
        ("Waiting parts", False, desk),
    ]
    assert rows(tables, K.STATUSES)[0].properties == {"closedStatus": False}
    assert [(row.active, row.properties) for row in rows(tables, K.PRIORITIES)] == [(None, {"level": "Critical"})]
    assert f"{BOARDS}/4/statuses" not in wire.server.paths()


async def test_only_the_fields_that_are_kept_are_asked_for(wire: Wired) -> None:
    boards(wire, DESK)
    await settings_of(wire.cw)
    asked = {one.path: one.query for one in wire.server.asked}
    assert asked[f"{BOARDS}/1/statuses"]["fields"] == (
        "id,name,inactive,sortOrder,defaultFlag,closedStatus,displayOnBoard,escalationStatus"
    )
    assert asked[f"{API}/system/members"] == {
        "fields": "id,firstName,lastName,inactiveFlag,securityRole/name",
        "orderBy": "id asc",
        "page": "1",
        "pageSize": "1000",
    }


@pytest.mark.requirement("R149", "R165", "C6")
async def test_members_come_from_a_smaller_list_where_the_full_one_is_refused(wire: Wired) -> None:
    boards(wire, DESK)
    wire.server.on(f"{API}/system/members", SECURITY)
    row = {"id": 150, "firstName": "Robin", "lastName": "Admin", "inactiveFlag": True, "primaryEmail": "r@example.test"}
    wire.server.on(f"{API}/system/info/members", Say(body=[row]))
    tables = await settings_of(wire.cw)
    assert rows(tables, K.MEMBERS) == (SettingsRow(id="150", name="Robin Admin", active=False),)


async def test_a_smaller_list_of_statuses_calls_its_flags_otherwise(wire: Wired) -> None:
    boards(wire, DESK)
    wire.server.on(f"{BOARDS}/1/statuses", SECURITY)
    status = {"id": 16, "name": "Closed", "inactiveFlag": True, "closedFlag": True}
    wire.server.on(f"{BOARDS}/1/statuses/info", Say(body=[status]))
    (row,) = rows(await settings_of(wire.cw), K.STATUSES)
    assert (row.active, row.properties) == (False, {"closedStatus": True})


@pytest.mark.requirement("R221")
async def test_refused_boards_refuse_what_hangs_under_them_and_nothing_else(wire: Wired) -> None:
    wire.server.on(BOARDS, SECURITY)
    wire.server.on(f"{API}/service/info/boards", NOT_TOLD)
    wire.server.on(f"{API}/service/sources", Say(body=[{"id": 3, "name": "Phone"}]))
    tables = await settings_of(wire.cw)
    refused = {kind for kind, table in tables.items() if table.because is Because.PERMISSION}
    assert refused == {K.BOARDS, *OF_BOARD}
    assert names(tables, K.SOURCES) == ["Phone"]
    assert tables[K.SLAS].because is Because.NOT_EXPOSED


@pytest.mark.requirement("R167")
async def test_both_kinds_of_locations_are_one_table_with_ids_that_do_not_collide(wire: Wired) -> None:
    boards(wire, DESK)
    wire.server.on(f"{API}/system/locations", Say(body=[{"id": 2, "name": "Head Office"}]))
    wire.server.on(f"{API}/service/locations", Say(body=[{"id": 2, "name": "On-site", "where": "OnSite"}]))
    tables = await settings_of(wire.cw)
    assert [(row.id, row.name) for row in rows(tables, K.LOCATIONS)] == [("2", "Head Office"), ("service-2", "On-site")]


async def test_a_tenant_without_boards_has_no_statuses(wire: Wired) -> None:
    boards(wire)
    tables = await settings_of(wire.cw)
    assert tables[K.STATUSES].rows == ()


async def test_a_board_that_vanishes_meanwhile_takes_only_its_own_statuses_away(wire: Wired) -> None:
    boards(wire, DESK, {"id": 3, "name": "Monitoring", "inactiveFlag": False})
    gone = Say(body={"code": "NotFound", "message": "Board 3 not found"}, status=404)
    wire.server.on(f"{BOARDS}/1/statuses", Say(body=[{"id": 16, "name": "New"}]))
    wire.server.on(f"{BOARDS}/3/statuses", gone)
    assert names(await settings_of(wire.cw), K.STATUSES) == ["New"]


async def test_a_row_that_vanishes_between_two_pages_moves_no_other_out_of_sight(wire: Wired) -> None:
    boards(wire, DESK)
    members = [{"id": number, "firstName": f"M{number}"} for number in range(1, 1003)]

    def answer(asked: Asked) -> Say:
        conditions = asked.query.get("conditions", "")
        after = int(conditions.removeprefix("id > ") or 0)
        page = [row for row in members if int(str(row["id"])) > after][:1000]
        members[:] = members[1:]  # somebody deletes the first one
        more = {"Link": f'<{asked.path}?page=2>; rel="next"'} if len(page) == 1000 else {}
        return Say(body=page, headers=more)

    wire.server.on(f"{API}/system/members", answer)
    found = [row.id for row in rows(await settings_of(wire.cw), K.MEMBERS)]
    assert found == [str(number) for number in range(1, 1003)]
    assert wire.server.paths().count(f"{API}/system/members") == 2


async def test_the_boards_are_asked_for_first_and_every_list_once(wire: Wired) -> None:
    boards(wire, DESK)
    await settings_of(wire.cw)
    asked = wire.server.paths()
    assert asked[0] == BOARDS
    assert len(asked) == len(set(asked))


async def test_an_address_that_is_wrong_is_an_error_and_no_news_about_tables(wire: Wired) -> None:
    with pytest.raises(NotFound):
        await settings_of(wire.cw)


async def test_a_server_that_breaks_ends_the_read_and_stops_all_calls(wire: Wired) -> None:
    boards(wire, DESK)
    wire.server.on(f"{API}/system/members", Say(body="["))
    with pytest.raises(ConnectorError):
        await settings_of(wire.cw)
    asked = len(wire.server.asked)
    await asyncio.sleep(0)
    assert len(wire.server.asked) == asked
