"""The tables of a settings sync, out of answers that hold several of them."""

import pytest

from connectors.errors import SignInFailed, WebPage
from connectors.records import Because, Ref, SettingsKind, SettingsRow
from tests.connectors.answerer import HTML, Say
from tests.connectors.syncro.connecting import API, IT_IS_ME, LACKS, ME, Wired
from tests.connectors.telling import names, rows, settings_of

K = SettingsKind
DEVICE = {
    "id": 1,
    "name": "Device Type",
    "field_type": "select_box",
    "required": None,
    "ticket_type_id": 1,
    "hidden": False,
}
TICKETS = {
    "ticket_status_list": ["New", "Waiting for Parts"],
    "ticket_types": [{"id": 1, "name": "Service"}, {"id": 2, "name": "Project", "disabled": True}],
    "ticket_type_fields": [DEVICE, {"id": 2, "name": "Maker", "field_type": "text_field", "hidden": True}],
    "ticket_type_field_answers": [{"id": 9, "ticket_field_id": 1, "content": "Hard Drive"}],
    "worksheet_templates": [{"id": 1, "name": "New PC"}],
    "users": [{"id": 1, "name": "Bat Man"}],
}
ACCOUNT = {
    "customers": {"customer_fields": [{"id": 1, "name": "Tier", "answers": [{"id": 4, "content": "Gold"}]}]},
    "ticket": {"problem_types": ["Virus"], "priorities": ["", "0 Urgent", "1 High"]},
}
FORMS = {"new_ticket_forms": [{"id": 1, "name": "Phone Repair", "default": False, "disabled": True, "data": {"a": 1}}]}
RESPONSES = {"canned_responses": [{"id": 1, "title": "Thanks", "body": "Dear customer", "category_name": "Polite"}]}


def account(wire: Wired) -> None:
    wire.server.on(f"{API}/tickets/settings", Say(body=TICKETS))
    wire.server.on(f"{API}/settings", Say(body=ACCOUNT))
    wire.server.on(f"{API}/users", Say(body={"users": [[101, "Sam Hill"], [102, "Ada Poe"]]}))
    wire.server.on(f"{API}/new_ticket_forms", Say(body=FORMS))
    wire.server.on(f"{API}/canned_responses", Say(body=RESPONSES))
    wire.server.on(ME, Say(body={"user_token": "THEIRcanary", "locations_allowed": [{"id": 3, "name": "Leeds"}]}))


@pytest.mark.requirement("R159", "R160", "R161", "R162", "R165")
async def test_texts_pairs_and_objects_all_become_rows_in_six_calls(wire: Wired) -> None:
    account(wire)
    tables = await settings_of(wire.syncro)
    assert rows(tables, K.STATUSES)[1] == SettingsRow(id="Waiting for Parts", name="Waiting for Parts")
    assert names(tables, K.PRIORITIES) == ["0 Urgent", "1 High"]
    assert names(tables, K.CATEGORIES) == ["Virus"]
    assert [(row.id, row.name, row.properties) for row in rows(tables, K.MEMBERS)] == [
        ("101", "Sam Hill", {}),
        ("102", "Ada Poe", {}),
    ]
    assert [(row.name, row.active) for row in rows(tables, K.TICKET_TYPES)] == [("Service", None), ("Project", False)]
    assert names(tables, K.LOCATIONS) == ["Leeds"]
    assert len(wire.server.asked) == 6
    assert "canary" not in repr(tables)


@pytest.mark.requirement("R168")
async def test_custom_fields_of_tickets_and_customers_come_with_what_they_offer(wire: Wired) -> None:
    account(wire)
    device, maker, tier = rows(await settings_of(wire.syncro), K.CUSTOM_FIELDS)
    assert (device.id, device.options) == ("ticket-1", (Ref(id="9", name="Hard Drive"),))
    assert (maker.id, maker.options, maker.active) == ("ticket-2", None, False)
    assert (tier.id, tier.options) == ("customer-1", (Ref(id="4", name="Gold"),))


@pytest.mark.requirement("R169", "R248")
async def test_templates_are_told_by_their_names_and_not_by_what_they_say(wire: Wired) -> None:
    account(wire)
    templates = rows(await settings_of(wire.syncro), K.TEMPLATES)
    assert [(row.id, row.name, row.active) for row in templates] == [
        ("worksheet-1", "New PC", None),
        ("form-1", "Phone Repair", False),
        ("response-1", "Thanks", None),
    ]
    assert "Dear" not in repr(templates)


@pytest.mark.requirement("R221")
async def test_the_401_of_a_missing_permission_refuses_the_table_alone_and_the_token_is_proven_once(
    wire: Wired,
) -> None:
    account(wire)
    wire.server.on(f"{API}/canned_responses", LACKS)
    wire.server.on(f"{API}/new_ticket_forms", LACKS)
    tables = await settings_of(wire.syncro)
    assert {kind for kind, table in tables.items() if table.because is Because.PERMISSION} == {K.TEMPLATES}
    assert names(tables, K.MEMBERS) == ["Sam Hill", "Ada Poe"]


async def test_an_answer_that_does_not_hold_a_list_does_not_expose_that_table(wire: Wired) -> None:
    account(wire)
    wire.server.on(f"{API}/settings", Say(body={"ticket": "odd"}))
    tables = await settings_of(wire.syncro)
    assert {tables[kind].because for kind in (K.PRIORITIES, K.CATEGORIES)} == {Because.NOT_EXPOSED}
    assert [row.id for row in rows(tables, K.CUSTOM_FIELDS)] == ["ticket-1", "ticket-2"]


async def test_a_token_that_is_refused_and_a_login_page_are_errors_and_no_tables(wire: Wired) -> None:
    account(wire)
    wire.server.on(f"{API}/settings", HTML)
    with pytest.raises(WebPage):
        await settings_of(wire.syncro)
    account(wire)
    for path in ("users", "me"):
        wire.server.on(f"{API}/{path}", LACKS)
    with pytest.raises(SignInFailed):
        await settings_of(wire.syncro)
    wire.server.on(ME, IT_IS_ME)
