"""Syncro: each of its rules shown by a story, and proven by the story's end (R54, R55)."""

import pytest

from tests.journeys.stories.playing import Row, play
from tests.journeys.town import Town

KIND = "syncro"
pytestmark = pytest.mark.asyncio(loop_scope="module")

NO_LINE = "no recurring invoice has an active line with a quantity above zero"
ADD_LINE = "Add at least one recurring line, with a quantity above zero."


@pytest.mark.requirement("X19")
@pytest.mark.parametrize(
    "row",
    [
        pytest.param(Row(story="wernham", says=("Wernham Hogg is visible: it passes every rule in Syncro",))),
        pytest.param(Row(story="goodman", says=("Saul Goodman is visible",))),
        pytest.param(
            Row(
                story="prestige",
                says=("is in Syncro, but not synced yet: created ", "days ago\nnot there"),
                fix=("Run a full sync, or sync only this customer.",),
            ),
            marks=pytest.mark.requirement("R5", "R9"),
        ),
        pytest.param(
            Row(
                story="bluth",
                says=("hidden: it has no recurring invoice at all", "0 recurring invoices"),
                fix=("Create a recurring invoice for the customer in Syncro under Invoices > Recurring Invoices.",),
            ),
            marks=pytest.mark.requirement("R54"),
        ),
        pytest.param(
            Row(
                story="dunder",
                says=(NO_LINE, "It has no line at all."),
                fix=("Open Invoices > Recurring Invoices in Syncro and the recurring invoice.", ADD_LINE),
            ),
            marks=pytest.mark.requirement("R54"),
        ),
        pytest.param(
            Row(
                story="loblaw",
                says=("No active line has a quantity above zero: Managed",),
                fix=(ADD_LINE,),
            ),
            marks=pytest.mark.requirement("R54", "X20"),
        ),
        pytest.param(
            Row(
                story="gekko",
                says=("the lines of its recurring invoices could not be read",),
                fix=("the recurring invoice, and look at its lines",),
            ),
            marks=pytest.mark.requirement("R54"),
        ),
        pytest.param(
            Row(
                story="kramerica",
                says=("Kramerica Industries is visible", "It is paused, so it bills nothing for now."),
                fix=("Resume it, if the customer is still billed.",),
            ),
            marks=pytest.mark.requirement("R54"),
        ),
        pytest.param(
            Row(
                story="vandelay",
                says=("Vandelay Industries is visible", "All its active lines are charged once only."),
                fix=("Add a line that is billed again and again and runs today",),
            ),
            marks=pytest.mark.requirement("R54"),
        ),
        pytest.param(
            Row(
                story="pendant",
                says=("left out on purpose: it is disabled",),
                fix=("Enable it again, if it is still a customer.",),
            )
        ),
        pytest.param(
            Row(
                story="sitwell",
                says=("should be visible: the API user may not read the recurring invoices",),
                fix=(
                    "Open Admin > API Tokens > New Token > Custom Permissions in Syncro.",
                    "Re-create the token with Recurring Invoices - List",
                ),
            ),
            marks=pytest.mark.requirement("R55"),
        ),
        pytest.param(
            Row(
                story="entertainment",
                says=("is no longer in Syncro: only the copy of ",),
                fix=("Run a full sync, which removes it here as well.",),
            )
        ),
    ],
    ids=str,
)
async def test_each_story_is_answered_with_evidence_and_a_fix_and_the_fix_is_proven(town: Town, row: Row) -> None:
    said = await play(town, row)
    assert [words for words in (*row.says, *row.fix) if words not in said] == []
