"""The stories of the simulated tenant, and the customers that are made up around them."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox.clock import SandboxClock
from sandbox.psa.contract import SimulatedPsa
from sandbox.psa.halopsa import cast
from sandbox.psa.halopsa.server import SimulatedHaloPsa
from sandbox.psa.halopsa.stories import halopsa_world
from sandbox.psa.halopsa.tales import TALES, TENANT_TALES
from tests.sandbox.psa.halopsa.calling import Caller
from tests.sandbox.psa.halopsa.conftest import TODAY

IDS = sorted(tale[0] for tale in (*TALES, *TENANT_TALES))


def test_the_simulated_halopsa_is_a_simulated_psa(psa: SimulatedHaloPsa) -> None:
    offered: SimulatedPsa = psa
    assert (offered.kind, offered.title, offered.connection_name) == ("halopsa", "HaloPSA", "halo-uk")
    assert offered.connection("http://127.0.0.1:1")["settings"] == {
        "site": "http://127.0.0.1:1",
        "tenant": "examplemsp",
    }


def test_every_story_is_told_in_whole_sentences_and_has_a_verdict(psa: SimulatedHaloPsa) -> None:
    assert sorted(story.id for story in psa.stories) == IDS == sorted(psa.expected)
    assert {story.id for story in psa.stories if story.fixed} == {"spectre", "dharma", "zorin"}
    assert psa.expected["dharma"] == "CANNOT_TELL"
    for story in psa.stories:
        assert story.text.endswith(".")
        assert story.fix_label[0].isupper()


def without_change(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in one.items() if name != "last_updated"} for one in records]


@pytest.mark.parametrize("story_id", IDS)
def test_a_story_can_be_fixed_and_broken_again(psa: SimulatedHaloPsa, story_id: str) -> None:
    psa.unfix(story_id)
    before = psa.records(story_id)
    psa.fix(story_id)
    assert story_id in {story.id for story in psa.stories if story.fixed}
    psa.unfix(story_id)
    assert story_id not in {story.id for story in psa.stories if story.fixed}
    assert without_change(psa.records(story_id)) == without_change(before)


def test_a_story_that_does_not_exist_is_refused(psa: SimulatedHaloPsa) -> None:
    for change in (psa.fix, psa.unfix, psa.records):
        with pytest.raises(KeyError):
            change("pied-piper")


async def test_hibbert_is_a_day_old_and_its_invoice_as_well(api: Caller) -> None:
    assert (await api.get("/Client/42")).status == 200
    api.psa.clock.move_to(TODAY - timedelta(days=2))
    assert (await api.get("/Client/42")).status == 404
    assert (await api.get("/RecurringInvoice", client_id="42")).json["record_count"] == 0


async def test_nakatomis_contract_ended_with_its_invoice(api: Caller) -> None:
    (contract,) = (await api.get("/ClientContract", client_id=str(cast.NAKATOMI))).json["contracts"]
    assert (contract["expired"], contract["end_date"]) == (True, "2026-10-22T00:00:00")
    api.psa.fix("nakatomi")
    (contract,) = (await api.get("/ClientContract", client_id=str(cast.NAKATOMI))).json["contracts"]
    assert (contract["expired"], contract["active"]) == (False, True)


async def test_a_fix_is_news_to_whoever_looks_at_the_date_of_the_last_change(api: Caller) -> None:
    before = (await api.get(f"/RecurringInvoice/{cast.invoice_of(cast.CHEERS)}")).json["last_modified"]
    api.psa.fix("cheers")
    assert (await api.get(f"/RecurringInvoice/{cast.invoice_of(cast.CHEERS)}")).json["last_modified"] > before


def test_the_panel_shows_what_matters_of_a_story(psa: SimulatedHaloPsa) -> None:
    customer, invoice, line, contract = psa.records("halcyon")
    assert (customer["kind"], customer["name"], customer["agent_may_see_it"]) == ("customer", "Halcyon Power", True)
    assert (invoice["kind"], line["quantity"], contract["status"]) == ("recurring invoice", "counted later", "Active")
    psa.unfix("spectre")
    server, application, customer, *_ = psa.records("spectre")
    assert (server["version"], application["all_customers"]) == ("2.206.1", False)
    assert customer["agent_may_see_it"] is False
    assert [one["name"] for one in psa.records("bubba") if one["kind"] == "customer"] == [
        "Bubba Gump Shrimp",
        "Gump Holding",
    ]
    assert psa.records("bubba")[0]["billed_through"] == "Gump Holding"
    assert psa.records("ollivander")[2]["kind"] == "heading"
    assert psa.records("nakatomi")[1]["ends"] == "2026-10-22"


def test_the_same_seed_makes_the_same_tenant_and_another_seed_another() -> None:
    first, again, other = (
        [row.data for row in halopsa_world(SandboxClock(), accounts=30, seed=seed, today=TODAY).tenant.clients.rows()]
        for seed in (1, 1, 2)
    )
    assert first == again != other


@pytest.mark.parametrize(("active", "agreements"), [(20, 50), (0, 10), (5, 3)])
def test_a_tenant_is_as_large_as_asked_for(active: int, agreements: int) -> None:
    psa = halopsa_world(SandboxClock(), accounts=60, active=active, agreements=agreements, today=TODAY)
    rows = [row.data for row in psa.tenant.invoices.rows() if row.data["id"] >= 200_001]
    assert len(psa.tenant.clients.rows()) == 60 + 15
    assert len(rows) == (agreements if active else 0)
    assert len({row["client_id"] for row in rows}) == min(active, agreements)


def test_nothing_that_is_made_up_is_news(psa: SimulatedHaloPsa) -> None:
    made_up = [row.data for row in psa.tenant.clients.rows() if row.data["id"] > 10_000]
    assert max(row["alastupdate"] for row in made_up) < "2026-11-12"
