from collections.abc import Callable
from typing import Any

import pytest

from sandbox.psa.connectwise.server import SimulatedConnectWise
from sandbox.psa.connectwise.tales import TALES, TENANT_TALES
from sandbox.psa.contract import SimulatedPsa
from tests.sandbox.psa.calling import AGREEMENTS, COMPANIES, Caller

IDS = [tale[0] for tale in (*TALES, *TENANT_TALES)]
WHOLE_TENANT = {tale[0] for tale in TENANT_TALES}


def test_the_simulated_connectwise_is_a_simulated_psa(psa: SimulatedConnectWise) -> None:
    offered: SimulatedPsa = psa
    assert (offered.kind, offered.title) == ("connectwise", "ConnectWise PSA")


def test_every_story_is_told_in_whole_sentences(psa: SimulatedConnectWise) -> None:
    assert [story.id for story in psa.stories] == IDS
    for story in psa.stories:
        assert story.text.endswith(".")
        assert story.fix_label[0].isupper()
        assert story.fixed is (story.id in WHOLE_TENANT)


@pytest.mark.parametrize("story_id", IDS)
async def test_a_story_can_be_fixed_and_broken_again(api: Caller, story_id: str) -> None:
    api.psa.unfix(story_id)
    before = api.psa.records(story_id)
    api.psa.fix(story_id)
    assert {story.id for story in api.psa.stories if story.fixed} == WHOLE_TENANT | {story_id}
    api.psa.unfix(story_id)
    assert {story.id for story in api.psa.stories if story.fixed} == WHOLE_TENANT - {story_id}
    assert without_change(api.psa.records(story_id)) == without_change(before)


def without_change(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in one.items() if name != "last_updated"} for one in records]


@pytest.mark.parametrize("action", [SimulatedConnectWise.fix, SimulatedConnectWise.unfix])
def test_a_story_that_does_not_exist_is_refused(
    psa: SimulatedConnectWise, action: Callable[[SimulatedConnectWise, str], None]
) -> None:
    with pytest.raises(KeyError):
        action(psa, "pied-piper")


async def test_globex_gets_a_monthly_cycle_and_a_new_date_of_change(api: Caller) -> None:
    (agreement,) = (await api.get(AGREEMENTS, conditions="company/id=4802")).json
    assert agreement["billingCycle"]["name"] == "None"
    api.psa.fix("globex")
    fixed = (await api.get(f"{AGREEMENTS}/88")).json
    assert fixed["billingCycle"]["name"] == "Monthly"
    assert fixed["_info"]["lastUpdated"] > agreement["_info"]["lastUpdated"]


async def test_initech_turns_from_prospect_to_client(api: Caller) -> None:
    assert await type_names(api, 3920) == ["Prospect"]
    api.psa.fix("initech")
    assert await type_names(api, 3920) == ["Client"]


async def type_names(api: Caller, company_id: int) -> list[str]:
    return [one["name"] for one in (await api.get(f"{COMPANIES}/{company_id}")).json["types"]]


async def test_umbrellas_twin_leaves_with_the_recycle_bin(api: Caller) -> None:
    api.psa.fix("umbrella")
    assert (await api.get(f"{COMPANIES}/2277")).status == 404
    assert len((await api.get(AGREEMENTS, conditions='company/id=5120 and billingCycle/name="Monthly"')).json) == 3


async def test_hoolis_agreement_is_returned_once_its_type_is_allowed(api: Caller) -> None:
    api.psa.fix("hooli")
    assert (await api.get(AGREEMENTS, conditions="company/id=6044")).ids == [151]
    api.psa.unfix("hooli")
    assert (await api.get(AGREEMENTS, conditions="company/id=6044")).json == []


async def test_soylent_has_no_agreement_that_is_both_active_and_recurring_until_one_is_extended(api: Caller) -> None:
    rows = (await api.get(AGREEMENTS, conditions="company/id=2022", orderBy="id asc")).json
    assert [(row["agreementStatus"], row["billOneTimeFlag"]) for row in rows] == [("Expired", False), ("Active", True)]
    api.psa.fix("soylent")
    extended = (await api.get(f"{AGREEMENTS}/131")).json
    assert extended["agreementStatus"] == "Active"
    assert extended["endDate"] == "2027-11-21T00:00:00Z"


async def test_wonka_comes_back_with_its_agreement(api: Caller) -> None:
    assert (await api.get(f"{COMPANIES}/1971")).status == 404
    api.psa.fix("wonka")
    assert (await api.get(f"{COMPANIES}/1971")).status == 200
    assert (await api.get(AGREEMENTS, conditions="company/id=1971")).ids == [161]


async def test_tyrells_status_is_one_of_the_tenants_own(api: Caller) -> None:
    assert (await api.get(f"{COMPANIES}/2019")).json["status"]["name"] == "Credit Hold"
    api.psa.fix("tyrell")
    assert (await api.get(f"{COMPANIES}/2019")).json["status"]["name"] == "Active"


async def test_acme_and_stark_need_nothing(api: Caller) -> None:
    for story_id, company_id in (("acme", 4711), ("stark", 1963)):
        before = (await api.get(f"{COMPANIES}/{company_id}")).text
        api.psa.fix(story_id)
        assert (await api.get(f"{COMPANIES}/{company_id}")).text == before


def test_the_panel_shows_what_matters_of_a_story(psa: SimulatedConnectWise) -> None:
    psa.unfix("chotchkies")
    role, company, _ = psa.records("chotchkies")
    assert (role["kind"], company["name"]) == ("security role", "Chotchkie's")
    assert "Company Maintenance: My" in role["inquire"]
    company, agreement = psa.records("hooli")
    assert company == {
        "kind": "company",
        "id": "6044",
        "name": "Hooli",
        "exists": True,
        "status": "Active",
        "types": ["Client"],
        "in_recycle_bin": False,
        "last_updated": company["last_updated"],
    }
    assert (agreement["type"], agreement["type_allowed"]) == ("Legacy Hosting", False)
    assert [one["in_recycle_bin"] for one in psa.records("umbrella") if one["kind"] == "company"] == [False, True]
    assert [one["exists"] for one in psa.records("wonka")] == [False, False]
    assert psa.records("soylent")[1]["ends"] == "2026-11-20"


def test_an_agreement_without_a_cycle_is_shown_as_such(psa: SimulatedConnectWise) -> None:
    psa.tenant.agreements.change(88, psa.clock.now(), billingCycle=None)
    assert psa.records("globex")[1]["billing_cycle"] is None
