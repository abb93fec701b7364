"""Kaseya BMS and Pulseway PSA: each of their rules shown by a story of each, and proven by its end (R56, R57)."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from rules.engine import Engine
from tests.journeys.stories.playing import Row, play
from tests.journeys.town import Town, a_town

pytestmark = pytest.mark.asyncio(loop_scope="module")

HIDDEN_BY_A_SCOPE = "The API user may read only some accounts or none, so this one may be there and not be shown."
TO_A_CLIENT = "Change it to a type that is marked as client, if it is a paying customer."


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["kaseya-bms", "pulseway"])
async def town(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, engine: Engine
) -> AsyncIterator[Town]:
    async with a_town(tmp_path_factory.mktemp("town"), engine, (request.param,), leaps=True) as built:
        yield built


@pytest.mark.requirement("R56", "R57", "X19")
@pytest.mark.parametrize(
    "row",
    [
        pytest.param(Row(story="well", says=("is visible: it passes every rule in {psa}",))),
        pytest.param(
            Row(
                story="new",
                says=("is in {psa}, but not synced yet: created ", "days ago\nnot there"),
                fix=("Run a full sync, or sync only this account.",),
            ),
            marks=pytest.mark.requirement("R5", "R9"),
        ),
        pytest.param(
            Row(
                story="prospect",
                says=("left out on purpose: its type is Prospect", "Left out: Prospect, Lead, Vendor, Former Client"),
                fix=("Open the account in {psa} (CRM > Accounts) and look at its account type.", TO_A_CLIENT),
            )
        ),
        pytest.param(Row(story="vendor", says=("left out on purpose: its type is Vendor",), fix=(TO_A_CLIENT,))),
        pytest.param(
            Row(
                story="inactive",
                says=("left out on purpose: it is marked inactive",),
                fix=("Set it to active, if it is still a customer.",),
            )
        ),
        pytest.param(
            Row(
                story="no-contract",
                says=("hidden: it has no contract at all", "0 contracts"),
                fix=(
                    "Create a contract of the type Recurring Services for the account under Finance > Contracts in ",
                    "Activate it, with a start date of today or earlier.",
                ),
            )
        ),
        pytest.param(
            Row(
                story="ended",
                says=("its contract Managed services has expired", "30 days ago"),
                fix=("Open Finance > Contracts in {psa} and the contract.", "Set its end date to today or later."),
            )
        ),
        pytest.param(
            Row(
                story="later",
                says=("its contract Managed services starts only on ", "in 10 days"),
                fix=("Set its start date to today or earlier, if it should bill already.",),
            )
        ),
        pytest.param(
            Row(story="switched-off", says=("Its status is Inactive, not Active.",), fix=("Set its status to Active.",))
        ),
        pytest.param(
            Row(
                story="one-time",
                says=("no contract is of a recurring kind", "Its type is Fixed Price, which does not recur."),
                fix=("Create one of a recurring kind, such as Recurring Services",),
            )
        ),
        pytest.param(
            Row(
                story="on-retainer",
                says=("It could not be told whether its type Retainer by Hours counts as recurring.",),
            )
        ),
        pytest.param(
            Row(
                story="branch",
                says=(
                    "it has no contract of its own, its parent {parent} carries",
                    "the billing with Managed services",
                ),
                fix=("Map the vendor account to {parent}, which holds the billing.",),
            ),
            marks=pytest.mark.requirement("R61", "R63", "X27"),
        ),
        pytest.param(
            Row(
                story="unseen",
                says=(HIDDEN_BY_A_SCOPE,),
                fix=("look under Admin > CRM > Scopes whether a scope leaves accounts out",),
            ),
            marks=pytest.mark.requirement("X29"),
        ),
        pytest.param(
            Row(story="locked-out", says=("The API user may not read accounts.",), fix=("tick Has API Access",)),
        ),
        pytest.param(Row(story="twice", says=("2 accounts match “{company}” on {connection}.",))),
    ],
    ids=str,
)
async def test_each_story_is_answered_with_evidence_and_a_fix_and_the_fix_is_proven(town: Town, row: Row) -> None:
    said = await play(town, row)
    [psa] = town.psas.values()
    company = next(story.company for story in psa.stories if story.id == row.story)
    known = {"psa": psa.title, "parent": psa.names[501], "company": company, "connection": psa.connection_name}
    wanted = [words.format(**known) for words in (*row.says, *row.fix)]
    assert [words for words in wanted if words not in said] == []
