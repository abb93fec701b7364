from datetime import UTC, datetime, timedelta

import pytest

from sandbox.clock import SandboxClock
from sandbox.psa.connectwise.records import REMEMBERED
from tests.sandbox.psa.calling import AGREEMENTS, COMPANIES, Caller
from tests.sandbox.psa.conftest import TODAY


def test_the_clock_moves_when_it_is_told_and_runs_on() -> None:
    clock = SandboxClock()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    clock.move_to(TODAY)
    assert timedelta() <= clock.now() - TODAY < timedelta(seconds=5)
    clock.advance(3600)
    assert clock.now() - TODAY >= timedelta(hours=1)


def test_the_clock_refuses_a_time_without_a_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        SandboxClock().move_to(datetime(2026, 11, 21))  # noqa: DTZ001 - that is the point


async def test_a_company_appears_when_it_was_created_and_not_before(api: Caller) -> None:
    assert (await api.get(f"{COMPANIES}/4711")).status == 200
    api.psa.clock.move_to(TODAY - timedelta(days=4))
    assert (await api.get(f"{COMPANIES}/4711")).status == 404
    assert (await api.get(AGREEMENTS, conditions="company/id=4711")).json == []


@pytest.mark.requirement("R37")
async def test_a_recycled_company_is_returned_unless_it_is_filtered_out(api: Caller) -> None:
    name = 'name = "Umbrella Inc"'
    assert (await api.get(COMPANIES, conditions=name)).ids == [2277, 5120]
    assert (await api.get(COMPANIES, conditions=f"{name} and deletedFlag=False")).ids == [5120]


async def test_a_merge_leaves_the_status_and_the_date_of_the_last_change(api: Caller) -> None:
    merged = (await api.get(f"{COMPANIES}/2277")).json
    assert merged["deletedFlag"] is True
    assert merged["status"]["name"] == "Active"
    assert merged["_info"]["lastUpdated"] < merged["dateDeleted"]


async def test_a_company_that_was_deleted_for_good_is_a_404_that_names_it(api: Caller) -> None:
    reply = await api.get(f"{COMPANIES}/1971")
    assert (reply.status, reply.json) == (
        404,
        {"code": "NotFound", "message": "Company 1971 not found", "errors": None},
    )
    api.psa.clock.move_to(TODAY - timedelta(days=4))
    assert (await api.get(f"{COMPANIES}/1971")).json["name"] == "Wonka Candy"


@pytest.mark.parametrize(("days", "status"), [(-4, "Active"), (-1, "Active"), (0, "Expired"), (400, "Expired")])
async def test_the_status_of_an_agreement_follows_the_clock_and_its_last_day_counts(
    api: Caller, days: int, status: str
) -> None:
    api.psa.clock.move_to(TODAY + timedelta(days=days))
    assert (await api.get(f"{AGREEMENTS}/131")).json["agreementStatus"] == status
    found = await api.get(AGREEMENTS, conditions=f'id = 131 and agreementStatus = "{status}"')
    assert found.ids == [131]


async def test_a_future_agreement_is_inactive_and_a_cancelled_one_is_cancelled(api: Caller) -> None:
    agreements, now = api.psa.tenant.agreements, api.psa.clock.now()
    agreements.change(88, now, startDate="2027-01-01T00:00:00Z")
    agreements.change(101, now, cancelledFlag=True)
    assert (await api.get(f"{AGREEMENTS}/88")).json["agreementStatus"] == "Inactive"
    assert (await api.get(f"{AGREEMENTS}/101")).json["agreementStatus"] == "Cancelled"


async def test_an_agreement_without_an_end_has_no_end_date(api: Caller) -> None:
    agreement = (await api.get(f"{AGREEMENTS}/101")).json
    assert agreement["noEndingDateFlag"] is True
    assert "endDate" not in agreement


async def test_additions_are_the_same_on_each_call_and_can_be_spelled_out(api: Caller) -> None:
    first, again = await api.get(f"{AGREEMENTS}/101/additions"), await api.get(f"{AGREEMENTS}/101/additions")
    assert first.text == again.text
    assert first.json[0]["agreementId"] == 101
    assert first.json[0]["agreementStatus"] == "Active"
    assert (await api.get(f"{AGREEMENTS}/101/additions/count")).json["count"] == len(first.json)
    one = first.json[0]["id"]
    assert (await api.get(f"{AGREEMENTS}/101/additions/{one}")).json == first.json[0]
    api.psa.tenant.lines[101] = []
    assert (await api.get(f"{AGREEMENTS}/101/additions")).json == []
    assert (await api.get(f"{AGREEMENTS}/9/additions")).status == 404


async def test_a_changed_record_is_found_by_its_last_change(api: Caller) -> None:
    since = (api.psa.clock.now() - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert await api.names(f"lastUpdated > [{since}]") == []
    api.psa.tenant.companies.change(1963, api.psa.clock.now(), name="Stark Industries Inc")
    assert await api.names(f"lastUpdated > [{since}]") == ["Stark Industries Inc"]


async def test_answers_are_forgotten_rather_than_piled_up(api: Caller) -> None:
    for number in range(REMEMBERED + 2):
        assert (await api.get(f"{COMPANIES}/count", conditions=f"id = {number}")).json == {"count": 0}
    assert (await api.get(f"{COMPANIES}/count", conditions="id = 4711")).json == {"count": 1}


async def test_the_tables_carry_the_flags_of_the_vendor(api: Caller) -> None:
    statuses = {row["name"]: row for row in (await api.get(f"{COMPANIES}/statuses")).json}
    assert statuses["Active"]["defaultFlag"] is True
    assert statuses["Inactive"]["inactiveFlag"] is True
    assert statuses["Credit Hold"]["disallowSavingFlag"] is True
    types = {row["name"]: row for row in (await api.get(f"{COMPANIES}/types")).json}
    assert types["Vendor"]["vendorFlag"] is True
    cycles = {row["name"]: row["billingOptions"] for row in (await api.get("/finance/billingCycles")).json}
    assert cycles["None"] == "NotRecurring"
    assert cycles["Every 28 days"] is None
    assert (await api.get(f"{AGREEMENTS}/types", conditions="inactiveFlag=True")).json[0]["name"] == "Break/Fix"
