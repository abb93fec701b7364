import random
from collections import Counter
from datetime import timedelta

import pytest

from sandbox.clock import SandboxClock
from sandbox.psa.connectwise.building import identifier
from sandbox.psa.connectwise.cast import Cast
from sandbox.psa.connectwise.generator import made_up
from sandbox.psa.connectwise.records import stamp
from sandbox.psa.connectwise.stories import connectwise_world
from sandbox.psa.crowd import Size
from sandbox.psa.names import real_names
from sandbox.psa.records import Row
from sandbox.psas import SIMULATIONS
from tests.sandbox.psa.conftest import TODAY

LEFT_OUT_STATUSES = {"Inactive", "Not-Approved"}
LEFT_OUT_TYPES = {"Prospect", "Lead", "Vendor", "Competitor", "Former Client"}


def is_pulled(row: Row) -> bool:
    """The default filter of a sync (interface: statuses and types that are left out)."""
    types = {one["name"] for one in row.data["types"]}
    return (
        not row.data["deletedFlag"]
        and row.data["status"]["name"] not in LEFT_OUT_STATUSES
        and bool(types - LEFT_OUT_TYPES)
    )


@pytest.fixture(scope="module")
def rows() -> tuple[list[Row], list[Row]]:
    return made_up(Size(accounts=2000), seed=1, today=TODAY)


def test_the_same_seed_makes_the_same_tenant_and_another_one_does_not() -> None:
    size = Size(accounts=40)
    first, again = made_up(size, seed=7, today=TODAY), made_up(size, seed=7, today=TODAY + timedelta(hours=3))
    assert first == again
    assert made_up(size, seed=8, today=TODAY) != first


def test_three_of_five_companies_are_active_clients(rows: tuple[list[Row], list[Row]]) -> None:
    companies, agreements = rows
    assert len(companies) == 2000
    assert sum(map(is_pulled, companies)) == 1200
    per_company = Counter(row.data["company"]["id"] for row in agreements)
    assert set(per_company.values()) == {1, 2, 3, 4, 5}


def test_the_others_are_of_every_kind(rows: tuple[list[Row], list[Row]]) -> None:
    companies, agreements = rows
    types = Counter(one["name"] for row in companies for one in row.data["types"])
    assert min(types[name] for name in ("Prospect", "Lead", "Former Client", "Vendor", "Partner")) > 10
    statuses = Counter(row.data["status"]["name"] for row in companies)
    assert min(statuses[name] for name in ("Inactive", "Not-Approved", "Delinquent", "Credit Hold")) > 10
    recycled = [row for row in companies if row.data["deletedFlag"]]
    living_names = {row.data["name"] for row in companies if not row.data["deletedFlag"]}
    twins = [row for row in recycled if row.data["name"] in living_names]
    assert 5 < len(twins) < len(recycled)
    assert sum(row.data["parentCompany"] is not None for row in companies) > 10
    kinds = {(row.data["billingCycle"] or {}).get("name") for row in agreements}
    assert kinds == {"Monthly", "Quarterly", "Annual", "None", "Every 28 days", None}


def test_ids_and_identifiers_are_unique_and_names_fit(rows: tuple[list[Row], list[Row]]) -> None:
    for records in rows:
        assert len({row.data["id"] for row in records}) == len(records)
    companies, _ = rows
    assert len({row.data["identifier"] for row in companies}) == len(companies)
    assert all(0 < len(row.data["name"]) <= 156 for row in companies)


def test_nothing_made_up_is_news(rows: tuple[list[Row], list[Row]]) -> None:
    edge = TODAY - timedelta(days=9)
    for records in rows:
        assert all(row.data["_info"]["lastUpdated"] < stamp(edge) for row in records)
        assert all(row.created < edge for row in records)


def test_names_are_different_and_never_those_of_a_story() -> None:
    names = real_names(random.Random(3), 5000)  # noqa: S311 - a repeatable draw
    assert len(set(names)) == 5000
    stories = [story.company for each in SIMULATIONS.values() for story in each.build(SandboxClock(), 0).stories]
    assert len(stories) > 80
    # A customer may be called clientName in earnest; Autotask's crowd leaves that one to its story.
    assert {told for told in stories for name in names if told.casefold() in name.casefold()} == {"clientName"}


def test_a_name_without_latin_letters_gets_a_plain_identifier() -> None:
    assert identifier("東京電機", 10_007) == "C10007"
    assert identifier("Müller & Sons", 10_008) == "MullerSons10008"


def test_the_size_of_a_benchmark_is_met_exactly() -> None:
    companies, agreements = made_up(Size(accounts=3000, active=90, agreements=318), seed=1, today=TODAY)
    assert (len(companies), sum(map(is_pulled, companies)), len(agreements)) == (3000, 90, 318)


def test_a_world_may_be_as_small_as_its_stories() -> None:
    clock = SandboxClock()
    clock.move_to(TODAY)
    psa = connectwise_world(clock, accounts=0, agreements=5)
    assert len(psa.tenant.companies) == len(Cast(TODAY).companies)
    assert connectwise_world(clock, accounts=5, today=TODAY).tenant.companies.row(10_001).data["id"] == 10_001
