from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from sandbox.clock import SandboxClock
from sandbox.psa.autotask import cast
from sandbox.psa.autotask.picklists import Picklists
from sandbox.psa.autotask.server import SimulatedAutotask
from sandbox.psa.autotask.stories import autotask_world
from sandbox.psa.contract import SimulatedPsa
from tests.sandbox.psa.autotask.calling import Caller

VERDICTS = {"VISIBLE", "BLOCKED", "EXCLUDED_BY_DESIGN", "CANNOT_TELL", "NOT_SYNCED_YET"}


async def units(api: Caller, line: int) -> Sequence[Any]:
    rows = await api.query({"op": "eq", "field": "contractServiceID", "value": line}, entity="ContractServiceUnits")
    return [(row["startDate"][:10], row["endDate"][:10], row["units"]) for row in rows.json["items"]]


def test_it_is_what_the_world_expects(psa: SimulatedAutotask) -> None:
    one: SimulatedPsa = psa
    assert (one.kind, one.title, one.connection_name) == ("autotask", "Datto Autotask", "at-east")
    assert set(one.connection("http://x")) == {"settings", "secrets"}


def test_every_story_has_an_expected_verdict_and_says_what_to_do(psa: SimulatedAutotask) -> None:
    assert set(psa.expected) == {story.id for story in psa.stories}
    assert set(psa.expected.values()) == VERDICTS
    assert len({story.company for story in psa.stories}) == len(psa.stories) == 18
    assert all(story.text.endswith(".") and story.fix_label and story.title for story in psa.stories)


def test_every_repair_changes_the_records_of_its_story_and_can_be_undone(psa: SimulatedAutotask) -> None:
    for story in psa.stories:
        psa.unfix(story.id)
        before = psa.records(story.id)
        psa.fix(story.id)
        assert next(one for one in psa.stories if one.id == story.id).fixed
        changed = [_undated(row) for row in psa.records(story.id)] != [_undated(row) for row in before]
        assert changed is not (story.fix_label.startswith("Nothing"))
        psa.unfix(story.id)
        assert [_undated(row) for row in psa.records(story.id)] == [_undated(row) for row in before]
        assert not next(one for one in psa.stories if one.id == story.id).fixed
        if story.fixed:
            psa.fix(story.id)


def test_the_panel_shows_the_security_level_where_a_story_is_about_it(psa: SimulatedAutotask) -> None:
    psa.unfix("aperture")
    level, account, *_ = psa.records("aperture")
    assert (level["kind"], level["CRM > Customer & Cancellation"]) == ("security level", "Mine + My Territories")
    assert (level["contracts"], account["territory"]) == (True, "West")


def _undated(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "last_updated"}


def test_an_unknown_story_is_refused(psa: SimulatedAutotask) -> None:
    with pytest.raises(KeyError):
        psa.fix("nobody")


def test_the_panel_shows_what_matters(psa: SimulatedAutotask) -> None:
    account, contract, line, parent, *_ = [*psa.records("pollos"), *psa.records("soap")]
    assert (account["kind"], account["account_type"], account["active"]) == ("account", "Customer", True)
    assert (contract["type"], contract["status"], contract["exists"]) == ("Recurring Service", "Active", True)
    assert (line["kind"], line["units_today"]) == ("service bundle", 14)
    assert parent["parent"] == "Paper Street Holding"


async def test_units_come_month_by_month_inside_the_term_of_the_contract(api: Caller) -> None:
    line = cast.line_of(cast.BLUTH)
    assert await units(api, line) == [("2026-10-01", "2026-10-31", 12), ("2026-11-01", "2026-11-21", 12)]
    assert [start for start, _, _ in await units(api, cast.line_of(cast.WAYNE))] == [
        "2026-10-01",
        "2026-11-01",
        "2026-12-01",
    ]


async def test_units_move_with_the_clock_and_with_edits(api: Caller, clock: SandboxClock) -> None:
    line = cast.line_of(cast.WAYNE)
    clock.advance(timedelta(days=45).total_seconds())
    assert (await units(api, line))[1] == ("2027-01-01", "2027-01-31", 24)
    api.psa.fix("prestige")
    assert {number for _, _, number in await units(api, cast.line_of(cast.PRESTIGE))} == {12}


async def test_a_record_exists_from_the_moment_of_its_creation(api: Caller, clock: SandboxClock) -> None:
    clock.advance(-timedelta(days=600).total_seconds())
    assert (await api.get(f"/Companies/{cast.WAYNE}")).json == {"item": None}


@pytest.mark.parametrize(
    ("query", "status", "text"),
    [
        (f"Code=OpenAccount&AccountID={cast.PLACEHOLDER}", 200, "clientName"),
        (f"Code=OpenContract&ContractID={cast.contract_of(cast.WAYNE)}", 200, "Wayne Enterprises 2025"),
        ("Code=OpenAccount&AccountID=1", 404, "no such record"),
        ("Code=Nothing", 404, "no such record"),
    ],
)
async def test_a_deep_link_opens_a_page(api: Caller, query: str, status: int, text: str) -> None:
    reply = await api.raw(f"/Autotask/AutotaskExtend/ExecuteCommand.aspx?{query}")
    assert (reply.status, text in reply.text) == (status, True)


def test_the_same_seed_makes_the_same_tenant(clock: SandboxClock) -> None:
    def rows(seed: int) -> list[Any]:
        today = clock.now().replace(microsecond=0)
        world = autotask_world(clock, accounts=40, seed=seed, today=today)
        return [row.data for kept in (world.tenant.companies, world.tenant.contracts) for row in kept.rows()]

    assert rows(1) == rows(1) != rows(2)


def test_as_many_are_made_up_as_are_asked_for(clock: SandboxClock) -> None:
    world = autotask_world(clock, accounts=100, active=40, agreements=70)
    made_up = [row.data for row in world.tenant.companies.rows() if row.data["id"] > 29690000]
    assert len(made_up) == 100
    assert sum(row["companyType"] == 1 and row["isActive"] for row in made_up) == 40
    assert sum(row.data["id"] > 100_000 for row in world.tenant.contracts.rows()) == 70
    nobody = autotask_world(clock, accounts=10, active=0, agreements=5)
    assert not [row for row in nobody.tenant.contracts.rows() if row.data["id"] > 100_000]


def test_records_follow_the_tenants_own_numbers(clock: SandboxClock) -> None:
    world = autotask_world(clock, accounts=10, picklists=Picklists.with_other_numbers())
    assert world.tenant.companies.row(cast.WAYNE).data["companyType"] == 101
    assert world.records("wayne")[0]["account_type"] == "Customer"
    with pytest.raises(KeyError):
        world.tenant.picklists.value("Companies", "companyType", "Client")
