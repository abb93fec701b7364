"""HaloPSA: each of its rules shown by a story, and proven by the story's end (R51 to R53)."""

import pytest

from tests.journeys.stories.playing import Row, play
from tests.journeys.town import Town

KIND = "halopsa"
pytestmark = pytest.mark.asyncio(loop_scope="module")

NO_LINE = "no recurring invoice has an active line with a quantity above zero"
ADD_LINE = "Add a recurring service, or activate a line, with a quantity above zero."


@pytest.mark.requirement("X19")
@pytest.mark.parametrize(
    "row",
    [
        pytest.param(Row(story="oceanic", says=("Oceanic Airlines is visible: it passes every rule in HaloPSA",))),
        pytest.param(
            Row(
                story="hibbert",
                says=("is in HaloPSA, but not synced yet: created ", "days ago\nnot there"),
                fix=("Run a full sync, or sync only this customer.",),
            ),
            marks=pytest.mark.requirement("R5", "R9"),
        ),
        pytest.param(
            Row(
                story="monsters",
                says=("hidden: it has no recurring invoice at all", "0 recurring invoices"),
                fix=("Create a recurring invoice for the customer in HaloPSA", "Add at least one line that is active."),
            ),
            marks=pytest.mark.requirement("R52"),
        ),
        pytest.param(
            Row(
                story="gringotts",
                says=(NO_LINE, "None of its 2 lines is active: Managed workstation and Managed server."),
                fix=("Open the customer in HaloPSA, its Recurring Invoices", ADD_LINE),
            ),
            marks=pytest.mark.requirement("R52"),
        ),
        pytest.param(
            Row(story="ollivander", says=(NO_LINE, "It has no line at all."), fix=(ADD_LINE,)),
            marks=pytest.mark.requirement("R52"),
        ),
        pytest.param(
            Row(
                story="cheers",
                says=("No active line has a quantity above zero: Managed",),
                fix=(ADD_LINE,),
            ),
            marks=pytest.mark.requirement("R52", "X20"),
        ),
        pytest.param(
            Row(
                story="duff",
                says=("its recurring invoice Managed services 948 is Inactive, not Active",),
                fix=("Disabled ones stand in the view Inactive Recurring Invoices.", "Clear its disabled mark."),
            ),
            marks=pytest.mark.requirement("R52"),
        ),
        pytest.param(
            Row(
                story="nakatomi",
                says=("its recurring invoice Managed services 949 ended on ", "30 days ago"),
                fix=("Set its end date to today or later. The last day counts.",),
            ),
            marks=pytest.mark.requirement("R52"),
        ),
        pytest.param(
            Row(
                story="lumon",
                says=("left out on purpose: it is marked inactive",),
                fix=("Open the customer in HaloPSA (Customers).", "Set it to active, if it is still a customer."),
            )
        ),
        pytest.param(
            Row(
                story="bubba",
                says=("it has no recurring invoice of its own, its parent Gump Holding carries the billing",),
                fix=("Map the vendor account to Gump Holding, which holds the billing.",),
            ),
            marks=pytest.mark.requirement("R61", "R63", "X27"),
        ),
        pytest.param(
            Row(
                story="halcyon",
                says=("the lines of its recurring invoices could not be read", "It could not be told whether"),
                fix=("Open the customer in HaloPSA, its Recurring Invoices",),
            ),
            marks=pytest.mark.requirement("R52"),
        ),
        pytest.param(
            Row(
                story="spectre",
                says=("The API user may read only some customers or none",),
                fix=("Allow use of all Customers to Yes for the agent",),
            ),
            marks=pytest.mark.requirement("R53", "X29"),
        ),
        pytest.param(
            Row(
                story="dharma",
                says=("should be visible: the API user may not read the recurring invoices",),
                fix=("Tick read:invoices, read:contracts and read:items for the application",),
            ),
            marks=pytest.mark.requirement("R53"),
        ),
        pytest.param(
            Row(
                story="zorin",
                says=("Zorin Industries is visible", "HaloPSA 2.99 is older than 2.146."),
                fix=("Upgrade HaloPSA to the latest stable version.",),
            ),
            marks=pytest.mark.requirement("R51"),
        ),
    ],
    ids=str,
)
async def test_each_story_is_answered_with_evidence_and_a_fix_and_the_fix_is_proven(town: Town, row: Row) -> None:
    said = await play(town, row)
    assert [words for words in (*row.says, *row.fix) if words not in said] == []
