"""The simulated tenants' stories, seen through the connectors (R56, R57)."""

import pytest

from connectors.contract import Connector, filter_from
from connectors.errors import PermissionDenied
from connectors.records import Account, Agreement
from sandbox.psa.kaseya_family import cast
from tests.connectors.simulators import Simulated

TODAY_STORIES = (
    "well",
    "new",
    "prospect",
    "vendor",
    "inactive",
    "no-contract",
    "ended",
    "later",
    "switched-off",
    "one-time",
    "on-retainer",
    "branch",
    "unseen",
    "twice",
    "locked-out",
)


async def told(connector: Connector, name: str) -> tuple[Account, list[Agreement]]:
    account = next(one for one in await connector.find_accounts(name) if one.name == name)
    return account, list(await connector.agreements_of(account.id))


async def is_pulled(connector: Connector, account: Account) -> bool:
    which = filter_from(await connector.tables(), {})
    return account.id in [one.id async for page in connector.accounts(which) for one in page]


def bills(simulated: Simulated, agreements: list[Agreement]) -> bool | None:
    """As the rules will see it: one contract that is active, runs today and recurs."""
    today = simulated.psa.clock.now().date()
    seen = [
        one.recurring
        for one in agreements
        if one.status == "Active" and one.starts_on and one.ends_on and one.starts_on <= today <= one.ends_on
    ]
    return True if True in seen else None if None in seen else False


@pytest.mark.requirement("R56")
async def test_every_story_is_what_it_says_and_ends_well(simulated: Simulated, connector: Connector) -> None:
    assert tuple(simulated.psa.expected) == TODAY_STORIES
    for story in simulated.psa.stories:
        verdict = simulated.psa.expected[story.id]
        simulated.psa.unfix(story.id)
        if story.id in {"unseen", "locked-out"}:
            with pytest.raises(PermissionDenied):
                await connector.find_accounts(story.company)
        else:
            account, agreements = await told(connector, story.company)
            pulled, billed = await is_pulled(connector, account), bills(simulated, agreements)
            assert pulled is (verdict != "EXCLUDED_BY_DESIGN"), story.id
            assert verdict not in {"BLOCKED", "CANNOT_TELL"} or billed is (None if story.id == "on-retainer" else False)
        simulated.psa.fix(story.id)
        account, agreements = await told(connector, story.company)
        assert await is_pulled(connector, account), story.id
        assert bills(simulated, agreements) is True, story.id
        if not story.fixed:
            simulated.psa.unfix(story.id)


@pytest.mark.requirement("R56")
async def test_a_role_that_lost_api_access_reads_nothing_and_gets_it_back(
    simulated: Simulated, connector: Connector
) -> None:
    simulated.psa.unfix("locked-out")
    with pytest.raises(PermissionDenied, match="Has API Access"):
        await connector.find_accounts(simulated.psa.names[cast.LOCKED_OUT])
    simulated.psa.fix("locked-out")
    account, _ = await told(connector, simulated.psa.names[cast.LOCKED_OUT])
    assert account.active is True


@pytest.mark.requirement("X19")
def test_x19_both_products_speak_of_accounts_and_contracts(simulated: Simulated) -> None:
    nouns = simulated.connect().spec.nouns
    assert (nouns.account, nouns.accounts, nouns.agreement, nouns.agreements) == (
        "account",
        "accounts",
        "contract",
        "contracts",
    )


async def test_twins_are_both_shown_and_only_one_of_them_is_pulled(simulated: Simulated, connector: Connector) -> None:
    found = await connector.find_accounts(simulated.psa.names[cast.TWICE])
    assert {one.id: one.active for one in found} == {"514": True, "515": False}
    assert [await is_pulled(connector, one) for one in found] == [True, False]


async def test_the_deep_link_opens_the_record(simulated: Simulated, connector: Connector) -> None:
    account, agreements = await told(connector, simulated.psa.names[cast.WELL])
    assert account.url is not None
    assert account.url.endswith("/react/crm/accounts/501")
    assert agreements[0].url is not None
    assert agreements[0].url.endswith("/react/finance/contracts/50100")
