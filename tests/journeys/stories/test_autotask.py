"""Datto Autotask: each of its rules shown by a story, and proven by the story's end (R16 to R33)."""

import pytest

from tests.journeys.stories.playing import Row, play
from tests.journeys.town import Town

KIND = "autotask"
pytestmark = pytest.mark.asyncio(loop_scope="module")

TO_SYNC = "Run a full sync, then check again."


@pytest.mark.requirement("X1", "X19")
@pytest.mark.parametrize(
    "row",
    [
        pytest.param(Row(story="wayne", says=("Wayne Enterprises is visible: it passes every rule in Autotask",))),
        pytest.param(
            Row(
                story="stay-puft",
                says=("is in Autotask, but not synced yet: created ", "days ago\nnot there"),
                fix=("Run a full sync, or sync only this account.",),
            ),
            marks=pytest.mark.requirement("R5", "R9"),
        ),
        pytest.param(
            Row(
                story="vandelay",
                says=(
                    "left out on purpose: its type is Prospect",
                    "Left out: Lead, Prospect, Dead, Cancelation, Vendor and Partner.",
                    "but Vandelay Industries 20",
                ),
                fix=(
                    "look at Account Type in its record",
                    "Change Account Type to Customer, if it is a paying customer (recommended).",
                    "Leave it as it is, if it is not a customer. It then stays out.",
                    TO_SYNC,
                ),
            ),
            marks=pytest.mark.requirement("R18", "R19", "R20", "R21", "R23"),
        ),
        pytest.param(
            Row(
                story="placeholder",
                says=(
                    "clientName is in Autotask but left out on purpose: its type is Partner",
                    "clientName 2025 is active",
                ),
                fix=("Change Account Type to Customer", TO_SYNC),
                renamed="Krusty Foods",
            ),
            marks=pytest.mark.requirement("R22", "R23"),
        ),
        pytest.param(
            Row(
                story="dunder",
                says=("hidden: it has no contract at all", "0 contracts"),
                fix=(
                    "Create a contract of the type Recurring Service for the account under Contracts in Autotask",
                    "Add at least one Recurring Service to it, with units above zero for today.",
                ),
            ),
            marks=pytest.mark.requirement("R24", "R25", "R26"),
        ),
        pytest.param(
            Row(
                story="piper",
                says=(
                    "hidden: no contract is of a recurring kind",
                    "Its type is Fixed Price, which does not recur.",
                    "Its type is Block Hours, which does not recur.",
                ),
                fix=("Create a contract of the type Recurring Service under Contracts in Autotask.",),
            ),
            marks=pytest.mark.requirement("R24", "R25"),
        ),
        pytest.param(
            Row(
                story="cyberdyne",
                says=(" is Inactive, not Active",),
                fix=("Open Contracts in Autotask and the contract.", "Set its status to Active."),
            ),
            marks=pytest.mark.requirement("R27"),
        ),
        pytest.param(
            Row(
                story="oscorp",
                says=("its contract Oscorp 20", " ended on ", "10 days ago"),
                fix=("Set its end date to today or later. The last day counts.",),
            ),
            marks=pytest.mark.requirement("R27", "R29"),
        ),
        pytest.param(
            Row(
                story="massive",
                says=("starts only on ", "in 10 days"),
                fix=("Set its start date to today or earlier, if it should bill already.",),
            ),
            marks=pytest.mark.requirement("R27", "R29"),
        ),
        pytest.param(
            Row(story="gekko", says=("starts only on 1 Jan ",), fix=("Wait for its first day, if the date is right.",)),
            marks=pytest.mark.requirement("R29"),
        ),
        pytest.param(Row(story="bluth", says=("Bluth Company is visible",)), marks=pytest.mark.requirement("R29")),
        pytest.param(
            Row(
                story="sterling",
                says=("no contract has an active line with a quantity above zero", "It has no line at all."),
                fix=("Add at least one Recurring Service or service bundle, with units above zero for today.",),
            ),
            marks=pytest.mark.requirement("R28"),
        ),
        pytest.param(
            Row(
                story="prestige",
                says=("No active line has a quantity above zero: Managed workstation.",),
                fix=("with units above zero for today",),
            ),
            marks=pytest.mark.requirement("R28", "X20"),
        ),
        pytest.param(Row(story="pollos", says=("is visible",)), marks=pytest.mark.requirement("R28")),
        pytest.param(
            Row(
                story="soap",
                says=(
                    "it has no contract of its own, its parent Paper Street Holding carries the billing",
                    "carries the billing with Paper Street Holding 20",
                ),
                fix=("Map the vendor account to Paper Street Holding, which holds the billing.",),
            ),
            marks=pytest.mark.requirement("X27", "R61", "R63"),
        ),
        pytest.param(
            Row(
                story="blockbuster",
                says=("left out on purpose: it is marked inactive",),
                fix=("Set it to active, if it is still a customer.",),
            )
        ),
        pytest.param(
            Row(
                story="aperture",
                says=("The API user may read only some accounts or none, so this one may be there and not be shown.",),
                fix=("Set CRM > Customer & Cancellation to All, not Mine",),
            ),
            marks=pytest.mark.requirement("R30", "R31", "R33", "X29"),
        ),
        pytest.param(
            Row(
                story="sunshine",
                says=("should be visible: the API user may not read the contracts",),
                fix=("Open Admin > Security Levels in Autotask", "Set Contracts to Full permission."),
            ),
            marks=pytest.mark.requirement("R30"),
        ),
    ],
    ids=str,
)
async def test_each_story_is_answered_with_evidence_and_a_fix_and_the_fix_is_proven(town: Town, row: Row) -> None:
    said = await play(town, row)
    assert [words for words in (*row.says, *row.fix) if words not in said] == []
