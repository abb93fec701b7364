"""ConnectWise PSA: each of its rules shown by a story, and proven by the story's end (R34 to R50)."""

import pytest

from tests.journeys.stories.playing import Row, play
from tests.journeys.town import Town

KIND = "connectwise"
pytestmark = pytest.mark.asyncio(loop_scope="module")

OPEN_ROLE = "Open System > Security Roles in ConnectWise and the role of the API member."
FOUR_CLICKS = (
    "Open Finance > Agreements in ConnectWise and the agreement.",
    "Set Billing Cycle to Monthly, Quarterly, Annual or whatever matches your billing cadence.",
    "Run a full sync, then check again.",
)


@pytest.mark.requirement("X19")
@pytest.mark.parametrize(
    "row",
    [
        pytest.param(Row(story="stark", says=("Stark Industries is visible: it passes every rule in ConnectWise",))),
        pytest.param(
            Row(
                story="acme",
                says=("is in ConnectWise, but not synced yet: created ", "days ago\nnot there"),
                fix=("Run a full sync, or sync only this company.",),
            ),
            marks=pytest.mark.requirement("R5", "R9"),
        ),
        pytest.param(
            Row(
                story="globex",
                says=("hidden: no agreement bills on a recurring cycle", "Its billing cycle is None."),
                fix=FOUR_CLICKS,
            ),
            marks=pytest.mark.requirement("R34", "R35", "R36"),
        ),
        pytest.param(
            Row(
                story="maclaren",
                says=(
                    "MacLaren's Pub is visible",
                    "1 of 2 agreements is not pulled; one that passes is enough",
                    "MacLaren's backup: Its billing cycle is None.",
                ),
            ),
            marks=pytest.mark.requirement("R35"),
        ),
        pytest.param(
            Row(
                story="initech",
                says=("left out on purpose: its type is Prospect", "Left out: Prospect, Vendor, Former Client, "),
                fix=("Add the type that your paying customers have, if this one pays.",),
            ),
            marks=pytest.mark.requirement("X4"),
        ),
        pytest.param(
            Row(story="goliath", says=("Goliath National Bank is visible", "type Client, Prospect")),
            marks=pytest.mark.requirement("R91", "X30"),
        ),
        pytest.param(
            Row(
                story="strickland",
                says=("its status is Not-Approved", "companies that are not approved are not offered for mapping"),
                fix=("Approve it by choosing the status that your active customers have.",),
            ),
            marks=pytest.mark.requirement("X5"),
        ),
        pytest.param(
            Row(
                story="umbrella",
                says=("map to RecId 5120", "RecId 2277", "in the recycle bin"),
                fix=("under System > Mass Maintenance > Company Recycle Bin",),
            ),
            marks=pytest.mark.requirement("R37", "R38", "R39", "X28"),
        ),
        pytest.param(
            Row(
                story="hooli",
                says=("the API user's role does not allow the type Legacy Hosting",),
                fix=(OPEN_ROLE, "Move every agreement type that you bill into the Allow list"),
            ),
            marks=pytest.mark.requirement("R42"),
        ),
        pytest.param(
            Row(
                story="soylent",
                says=("will vanish at the next sync", "It has expired.", "It is billed one time only."),
                fix=("Extend its end date, or mark it as having no ending date.",),
            ),
            marks=pytest.mark.requirement("R35"),
        ),
        pytest.param(
            Row(story="wonka", says=("is no longer in ConnectWise",), fix=("Check again that it is gone.",)),
        ),
        pytest.param(
            Row(
                story="tyrell",
                says=("Tyrell Corp is visible", "Its status Credit Hold is one of your own"),
                fix=("Send the company's name and the status table to support",),
            ),
            marks=pytest.mark.requirement("R48", "R49"),
        ),
        pytest.param(
            Row(
                story="chotchkies",
                says=(
                    "Cannot tell whether Chotchkie's is in ConnectWise: the right to read companies is not proven.",
                    "not shown to the API user",
                ),
                fix=(OPEN_ROLE, "Set Companies > Company Maintenance > Inquire to All, not My."),
            ),
            marks=pytest.mark.requirement("R41"),
        ),
        pytest.param(
            Row(
                story="sabre",
                says=("should be visible: the API user may not read the agreements",),
                fix=(OPEN_ROLE, "Set Finance > Agreements > Inquire to All."),
            ),
            marks=pytest.mark.requirement("R42"),
        ),
        pytest.param(
            Row(
                story="initrode",
                says=("The API user may not read the company statuses",),
                fix=("Set Table Setup to Inquire All and allow Company / Company Status under Customize.",),
            ),
            marks=pytest.mark.requirement("R44"),
        ),
    ],
    ids=str,
)
async def test_each_story_is_answered_with_evidence_and_a_fix_and_the_fix_is_proven(town: Town, row: Row) -> None:
    said = await play(town, row)
    assert [words for words in (*row.says, *row.fix) if words not in said] == []
