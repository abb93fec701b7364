from datetime import timedelta

import pytest

from sandbox.clock import SandboxClock
from sandbox.psa.contract import SimulatedPsa
from sandbox.psa.kaseya_bms.stories import kaseya_bms_world
from sandbox.psa.kaseya_family import cast
from sandbox.psa.kaseya_family.generator import FIRST_ACCOUNT, FIRST_CONTRACT
from sandbox.psa.kaseya_family.server import SimulatedKaseya
from sandbox.psa.script import NOTHING_TO_FIX
from tests.sandbox.psa.kaseya_family.calling import ACCOUNTS, CONTRACTS, Caller

VERDICTS = {
    "VISIBLE",
    "NOT_SYNCED_YET",
    "EXCLUDED_BY_DESIGN",
    "BLOCKED",
    "CANNOT_TELL",
    "AMBIGUOUS",
}
WHOLE_TENANT = {"unseen", "locked-out"}


def test_it_is_a_simulated_psa_like_the_others(psa: SimulatedKaseya) -> None:
    one: SimulatedPsa = psa
    connection = one.connection("http://127.0.0.1:1")
    assert set(connection) == {"settings", "secrets"}
    assert set(connection["secrets"]) == {"username", "password"}
    assert one.connection_name in {"bms-main", "pulseway-main"}
    assert one.title in {"Kaseya BMS", "Pulseway PSA"}


def test_every_verdict_has_a_story(psa: SimulatedKaseya) -> None:
    assert set(psa.expected.values()) == VERDICTS
    assert list(psa.expected) == [story.id for story in psa.stories]
    assert {story.id for story in psa.stories if story.fixed} == WHOLE_TENANT


def test_the_two_products_differ_in_name_and_tenant(clock: SandboxClock, psa: SimulatedKaseya) -> None:
    types = [row["name"] for row in psa.tenant.builder.types()]
    assert types[0] == {"kaseya-bms": "Client", "pulseway": "Customer"}[psa.kind]


def test_fixing_and_undoing_leaves_everything_as_it_was(psa: SimulatedKaseya, clock: SandboxClock) -> None:
    def state() -> dict[str, object]:
        clock.move_to(moment)
        records = {story.id: psa.records(story.id) for story in psa.stories}
        for rows in records.values():
            for row in rows:
                row.pop("modified", None)
        return {"records": records, "hidden": set(psa.tenant.hidden), "users": repr(psa.security.users)}

    moment = clock.now()
    before = state()
    for story in psa.stories:
        psa.fix(story.id)
        assert next(one.fixed for one in psa.stories if one.id == story.id)
        told = state() != before
        assert told is not story.fix_label.startswith(NOTHING_TO_FIX) or story.id in WHOLE_TENANT
        psa.unfix(story.id)
        assert (state() != before) is (story.id in WHOLE_TENANT)
        if story.fixed:
            psa.fix(story.id)
    assert state() == before


def test_there_is_no_other_story(psa: SimulatedKaseya) -> None:
    for change in (psa.fix, psa.unfix, psa.records):
        with pytest.raises(KeyError):
            change("nobody")


async def test_a_repaired_account_was_changed_just_now(api: Caller, clock: SandboxClock) -> None:
    api.psa.fix("prospect")
    row = (await api.get(f"{ACCOUNTS}/{cast.PROSPECT}")).json
    assert row["modifiedOn"] == f"{clock.now():%Y-%m-%dT%H:%M:%S}"


async def test_the_new_one_and_its_contract_appear_a_day_before_the_stories(api: Caller, clock: SandboxClock) -> None:
    moment, name = clock.now(), api.psa.names[cast.NEW]
    assert (await api.get(CONTRACTS, Filter_AccountName=name)).rows
    clock.move_to(moment - timedelta(days=4))
    await api.sign_in()
    assert (await api.get(f"{ACCOUNTS}/{cast.NEW}")).status == 404
    assert (await api.get(CONTRACTS, Filter_AccountName=name)).rows == []
    clock.move_to(moment)


def test_the_panel_shows_accounts_with_their_contracts(psa: SimulatedKaseya) -> None:
    kinds = [(row["kind"], row["id"]) for row in psa.records("twice")]
    assert kinds == [("account", "514"), ("contract", "51400"), ("account", "515"), ("contract", "51500")]
    psa.unfix("unseen")
    role, account, *_ = psa.records("unseen")
    assert (role["has_api_access"], role["a_scope_leaves_accounts_out"], account["in_scope"]) == (True, True, False)
    assert psa.records("ended")[1]["status"] == "Expired"
    assert psa.records("switched-off")[1]["status"] == "Inactive"


async def test_deep_links_open_a_page_and_everything_else_the_front_page(api: Caller) -> None:
    settings = api.psa.connection(api.url)["settings"]
    shown = await api.raw(settings["account_url"].replace("{id}", "501").removeprefix(api.url))
    assert f"<h1>{api.psa.names[cast.WELL]}</h1>" in shown.text
    shown = await api.raw(settings["contract_url"].replace("{id}", "50100").removeprefix(api.url))
    assert "<h1>Managed services</h1>" in shown.text
    for path in ("/", "/react/crm/accounts/1", "/x"):
        assert "Welcome" in (await api.raw(path)).text


def test_the_same_seed_makes_the_same_tenant(clock: SandboxClock) -> None:
    today = clock.now()
    first, again, other = (kaseya_bms_world(clock, accounts=120, seed=seed, today=today) for seed in (1, 1, 2))
    names = [[row["accountName"] for row in one.tenant.accounts_at(today)] for one in (first, again, other)]
    assert names[0] == names[1] != names[2]


def test_as_many_are_made_up_as_were_asked_for(clock: SandboxClock) -> None:
    psa = kaseya_bms_world(clock, accounts=100, active=70, agreements=150)
    rows = [row for row in psa.tenant.accounts_at(clock.now()) if row["id"] >= FIRST_ACCOUNT]
    clients = [row for row in rows if row["accountType"] == "Client" and row["isActive"]]
    contracts = [row for row in psa.tenant.contracts_at(clock.now()) if row["id"] >= FIRST_CONTRACT]
    assert (len(rows), len(clients), len(contracts)) == (100, 70, 150)
    empty = kaseya_bms_world(clock, accounts=0, agreements=5)
    assert [row for row in empty.tenant.contracts_at(clock.now()) if row["id"] >= FIRST_CONTRACT] == []
