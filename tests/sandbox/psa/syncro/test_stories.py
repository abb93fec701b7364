from datetime import timedelta
from typing import Any

import pytest

from sandbox.clock import SandboxClock
from sandbox.psa.contract import SimulatedPsa
from sandbox.psa.crowd import Size
from sandbox.psa.records import Row
from sandbox.psa.syncro.generator import made_up
from sandbox.psa.syncro.server import SimulatedSyncro
from sandbox.psa.syncro.stories import syncro_world
from sandbox.psa.syncro.tales import PLOTS
from tests.sandbox.psa.syncro.calling import Caller
from tests.sandbox.psa.syncro.conftest import TODAY

EXPECTED = {plot.story.id: plot.expected for plot in PLOTS}
IDS = sorted(EXPECTED)


def test_the_simulated_syncro_is_a_simulated_psa(psa: SimulatedSyncro) -> None:
    offered: SimulatedPsa = psa
    assert (offered.kind, offered.title, offered.connection_name) == ("syncro", "Syncro", "syncro-prod")
    connection = offered.connection("http://127.0.0.1:1")
    assert connection["settings"] == {"subdomain": "examplemsp", "base_url": "http://127.0.0.1:1/api/v1"}
    assert set(connection["secrets"]) == {"api_token"}


def test_every_story_is_told_in_whole_sentences_and_has_a_verdict(psa: SimulatedSyncro) -> None:
    assert len(set(IDS)) == len(PLOTS) == 12
    for story in psa.stories:
        assert story.text.endswith(".")
        assert story.fix_label[0].isupper()
        assert story.fixed == (story.id == "sitwell")
    assert psa.expected == EXPECTED
    assert {"BLOCKED", "VISIBLE", "CANNOT_TELL", "NOT_SYNCED_YET", "EXCLUDED_BY_DESIGN"} < set(EXPECTED.values())


@pytest.mark.parametrize("story_id", IDS)
def test_a_story_can_be_fixed_and_broken_again(psa: SimulatedSyncro, story_id: str) -> None:
    psa.unfix(story_id)
    before = without_change(psa.records(story_id))
    psa.fix(story_id)
    assert story_id in {story.id for story in psa.stories if story.fixed}
    psa.unfix(story_id)
    assert story_id not in {story.id for story in psa.stories if story.fixed}
    assert without_change(psa.records(story_id)) == before
    for change in (psa.fix, psa.unfix):
        with pytest.raises(KeyError):
            change("pied-piper")


def without_change(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in one.items() if name != "last_updated"} for one in records]


async def schedules(api: Caller, customer_id: int) -> list[dict[str, Any]]:
    return list((await api.get("/schedules", customer_id=customer_id)).json["schedules"])


async def test_bluth_gets_a_recurring_invoice_and_loses_it_again(api: Caller) -> None:
    assert await schedules(api, 30411) == []
    api.psa.fix("bluth")
    assert [len(row["lines"]) for row in await schedules(api, 30411)] == [1]
    api.psa.unfix("bluth")
    assert await schedules(api, 30411) == []


@pytest.mark.parametrize(
    ("story_id", "customer_id", "field", "broken", "mended"),
    [
        ("kramerica", 30414, "paused", True, False),
        ("vandelay", 30415, "one_time_charge", True, False),
        ("loblaw", 30416, "quantity", "0.0", "12.0"),
        ("gekko", 30421, "asset_type_id", 3, None),
    ],
)
async def test_a_fix_changes_what_the_api_says(
    api: Caller, story_id: str, customer_id: int, field: str, broken: Any, mended: Any
) -> None:
    for change, expected in ((api.psa.unfix, broken), (api.psa.fix, mended)):
        change(story_id)
        (row,) = await schedules(api, customer_id)
        assert {**row["lines"][0], **row}[field] == expected


async def test_pendant_is_enabled_with_a_new_date_of_change(api: Caller) -> None:
    before = (await api.get("/customers/30413")).json["customer"]
    api.psa.fix("pendant")
    after = (await api.get("/customers/30413")).json["customer"]
    assert (before["disabled"], after["disabled"]) == (True, False)
    assert after["updated_at"] > before["updated_at"]


async def test_sitwell_is_only_broken_by_the_token_and_then_for_everybody(api: Caller) -> None:
    assert len(await schedules(api, 30417)) == 1
    api.psa.unfix("sitwell")
    assert (await api.get("/schedules", customer_id=30418)).status == 401
    assert "Recurring Invoices - List" not in api.psa.records("sitwell")[0]["permissions"]
    api.psa.fix("sitwell")
    assert len(await schedules(api, 30417)) == 1


async def test_the_world_follows_the_clock(api: Caller) -> None:
    assert (await api.get("/customers/30419")).status == 200
    assert (await api.get("/customers/30420")).json == {"message": "Not found"}
    api.psa.clock.move_to(TODAY - timedelta(days=4))
    assert (await api.get("/customers/30419")).status == 404
    assert await schedules(api, 30419) == []
    assert (await api.get("/customers/30420")).json["customer"]["business_name"] == "Entertainment 720"
    assert len(await schedules(api, 30420)) == 1


async def test_entertainment_comes_back_with_its_recurring_invoice(api: Caller) -> None:
    api.psa.fix("entertainment")
    assert (await api.get("/customers/30420")).status == 200
    assert len(await schedules(api, 30420)) == 1


def test_the_panel_shows_what_matters_of_a_story(psa: SimulatedSyncro) -> None:
    customer, invoice = psa.records("vandelay")
    assert (customer["kind"], customer["id"], customer["disabled"]) == ("customer", "30415", False)
    assert invoice["lines"] == ["Managed server x 1.0 (one time)"]
    assert psa.records("sitwell")[0]["name"] == "psabot"
    assert psa.records("gekko")[1]["lines"] == ["Managed workstation x 0.0 (by assets)"]
    assert psa.records("wernham")[1]["lines"][1] == "Backup x 5.0"
    assert psa.records("goodman")[0]["name"] == "Saul Goodman"
    assert [one["exists"] for one in psa.records("entertainment")] == [False, False]


def test_the_same_seed_makes_the_same_customers_and_another_one_others() -> None:
    size = Size(accounts=60)
    first, second, third = (made_up(size, seed=seed, today=TODAY) for seed in (1, 1, 2))
    assert first == second
    assert first != third


def test_a_size_is_kept_to_the_letter() -> None:
    customers, invoices = made_up(Size(accounts=300, active=100, agreements=250), seed=3, today=TODAY)
    owners = {row.data["customer_id"] for row in invoices}
    assert (len(customers), len(invoices), len(owners)) == (300, 250, 100)
    assert not [row for row in customers if row.data["id"] in owners and row.data["disabled"]]
    assert made_up(Size(accounts=3, active=0, agreements=9), seed=3, today=TODAY)[1] == []


def test_made_up_invoices_hold_some_of_every_trouble() -> None:
    customers, invoices = made_up(Size(accounts=2000), seed=1, today=TODAY)
    lines = [row.data["lines"] for row in invoices]
    assert [one for one in lines if not one]
    assert [one for one in lines if one and all(line["one_time_charge"] for line in one)]
    assert [one for one in lines if one and all(line["quantity"] == "0.0" for line in one)]
    assert [row for row in invoices if row.data["paused"]]
    assert [row for row in customers if row.data["business_name"] is None]
    assert [row for row in customers if row.data["disabled"]]
    newest = max(row.data["updated_at"] for row in customers)
    assert newest < (TODAY - timedelta(days=9)).isoformat()


def test_a_row_exists_from_its_creation_until_it_is_gone() -> None:
    row = Row(data={"id": 1}, created=TODAY, gone=TODAY + timedelta(days=1))
    moments = [TODAY - timedelta(seconds=1), TODAY, TODAY + timedelta(days=1)]
    assert [row.exists_at(moment) for moment in moments] == [False, True, False]


def test_a_world_is_dated_from_the_day_it_is_told() -> None:
    psa = syncro_world(SandboxClock(), accounts=0, today=TODAY)
    created = {row.data["id"]: row.created for row in psa.customers.rows()}
    assert created[30419] == TODAY - timedelta(days=1)
