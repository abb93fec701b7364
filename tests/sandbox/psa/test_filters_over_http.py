import pytest

from tests.sandbox.psa.calling import AGREEMENTS, COMPANIES, Caller


async def test_a_plus_sign_and_an_ampersand_arrive_as_they_were_meant(api: Caller) -> None:
    assert await api.names('name = "A+ Plumbing"') == ["A+ Plumbing"]
    assert await api.names('name contains "#Hashtag & <b>"') == ["#Hashtag & <b>Bold</b>"]


async def test_a_condition_on_an_array_names_the_token_in_a_400(api: Caller) -> None:
    message = await api.refusal(conditions="types/id = 4")
    assert message.startswith("conditions is invalid")
    assert "childConditions" in message
    assert "'types/id' at position 0" in message


async def test_a_refusal_says_which_parameter_was_wrong(api: Caller) -> None:
    assert (await api.refusal(childConditions="types/id in (1)")).startswith("childConditions is invalid")
    assert (await api.refusal(customFieldConditions="x=1")).startswith("customFieldConditions is invalid")
    assert (await api.refusal(f"{COMPANIES}/count", conditions="x=1")).startswith("conditions is invalid")


async def test_the_three_filters_hold_together(api: Caller) -> None:
    everyone = (await api.get(COMPANIES, childConditions="types/id=1", pageSize=1000)).json
    gold = (await api.get(COMPANIES, customFieldConditions='caption="Tier" AND value="Gold"', pageSize=1000)).json
    both = await api.get(
        COMPANIES,
        conditions="deletedFlag=False",
        childConditions="types/id=1",
        customFieldConditions='caption="Tier" AND value="Gold"',
        pageSize=1000,
    )
    expected = {row["id"] for row in everyone} & {row["id"] for row in gold if not row["deletedFlag"]}
    assert expected
    assert set(both.ids) == expected


async def test_agreements_are_found_by_their_company_and_cycle(api: Caller) -> None:
    conditions = 'company/id = 4802 and billingCycle/name = "None"'
    assert (await api.get(AGREEMENTS, conditions=conditions)).ids == [88]
    assert (await api.get(AGREEMENTS, conditions='company/identifier="AcmeLtd"')).ids == [171]


async def test_an_agreement_without_a_cycle_is_found_by_null(api: Caller) -> None:
    snapshot = api.psa.tenant.agreements.at(api.psa.clock.now())
    without = [row.data["id"] for row in snapshot.rows if row.data["billingCycle"] is None]
    reply = await api.get(AGREEMENTS, conditions="billingCycle/id = null", pageSize=1000, orderBy="id")
    assert reply.ids == without


async def test_backslash_escapes_are_a_switch_of_the_server(api: Caller) -> None:
    condition = r'name = "The \"Quoted\" Company"'
    assert "not an escape" in await api.refusal(conditions=condition)
    api.psa.backslash_escapes = True
    assert await api.names(condition) == ['The "Quoted" Company']


@pytest.mark.parametrize("path", [f"{COMPANIES}/statuses", "/finance/billingCycles", "/procurement/catalog"])
async def test_every_table_takes_conditions(api: Caller, path: str) -> None:
    assert len((await api.get(path, conditions="id > 0", pageSize=2)).json) == 2
    assert "'nothing'" in await api.refusal(path, conditions="nothing = 1")
