import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sync.guard import Cause, Clues, Limits, Loss, likely_cause, refusal, too_much
from tests.bot.sync.fakes import NOUNS

LIMITS = Limits()
COUNTS = st.integers(min_value=0, max_value=100_000)


def lost(before: int | None, gone: int, *, new: int = 0, accounts: bool = True) -> Loss:
    return Loss(accounts=accounts, before=before, after=max(0, (before or 0) - gone) + new, lost=gone)


@pytest.mark.parametrize(
    ("before", "gone", "refused"),
    [(1000, 200, False), (1000, 201, True), (20, 4, False), (24, 5, True), (25, 5, False), (4, 3, False)],
)
def test_more_than_a_fifth_and_at_least_five_is_too_much(before: int, gone: int, refused: bool) -> None:
    assert too_much(lost(before, gone), LIMITS) is refused


@pytest.mark.requirement("R184")
@pytest.mark.parametrize("before", [1, 3, 50_000])
def test_nothing_where_there_was_something_is_too_much_however_little_it_was(before: int) -> None:
    assert too_much(lost(before, before), LIMITS)


def test_an_empty_first_answer_is_not_believed() -> None:
    assert too_much(lost(None, 0), LIMITS)


def test_nothing_after_nothing_that_was_believed_is_fine() -> None:
    assert not too_much(lost(0, 0), LIMITS)


def test_new_accounts_do_not_make_up_for_lost_ones() -> None:
    assert too_much(lost(100, 30, new=30), LIMITS)


def test_the_limits_are_settings() -> None:
    generous = Limits(share=0.5, at_least=100)
    assert not too_much(lost(1000, 400), generous)
    assert not too_much(lost(150, 99), generous)
    assert too_much(lost(1000, 501), generous)


@settings(max_examples=200, deadline=None)
@given(before=COUNTS, gone=COUNTS, new=COUNTS)
def test_losing_more_never_makes_a_snapshot_more_believable(before: int, gone: int, new: int) -> None:
    gone = min(gone, before)
    less = lost(before, gone, new=new)
    more = lost(before, min(before, gone + 1), new=new)
    assert too_much(more, LIMITS) or not too_much(less, LIMITS)


@settings(max_examples=200, deadline=None)
@given(before=COUNTS.filter(bool), new=COUNTS)
def test_a_snapshot_that_loses_nothing_is_always_believed(before: int, new: int) -> None:
    assert refusal([lost(before, 0, new=new)], LIMITS, Clues(), NOUNS) is None


@settings(max_examples=200, deadline=None)
@given(before=COUNTS.filter(bool), share=st.floats(min_value=0.0, max_value=1.0), at_least=COUNTS)
def test_losing_everything_is_never_believed_whatever_the_limits(before: int, share: float, at_least: int) -> None:
    assert too_much(lost(before, before), Limits(share=share, at_least=at_least))


@pytest.mark.parametrize(
    ("clues", "cause"),
    [
        (Clues(refused=("Companies",), unreadable=("types",), filter_changed=True), Cause.PERMISSION),
        (Clues(unreadable=("types",), filter_changed=True, credentials_changed=True), Cause.TABLE),
        (Clues(filter_changed=True, credentials_changed=True), Cause.FILTER),
        (Clues(credentials_changed=True), Cause.CREDENTIALS),
        (Clues(), Cause.NOT_KNOWN),
    ],
)
def test_the_most_telling_clue_is_the_likely_cause(clues: Clues, cause: Cause) -> None:
    assert likely_cause(clues) is cause


def test_a_refusal_says_what_was_lost_and_what_probably_happened() -> None:
    clues = Clues(refused=("Finance > Agreements: Inquire All",))
    found = refusal([lost(430, 412), lost(5300, 0, accounts=False)], LIMITS, clues, NOUNS)
    assert found is not None
    assert found.message == (
        "412 of 430 companies did not come back from ConnectWise. "
        "The API user probably lost a right: Finance > Agreements: Inquire All."
    )
    assert [loss.accounts for loss in found.losses] == [True]


@pytest.mark.requirement("R31")
def test_a_lost_right_after_new_credentials_names_both() -> None:
    clues = Clues(refused=("Companies > Company Maintenance: Inquire (All)",), credentials_changed=True)
    found = refusal([lost(430, 412)], LIMITS, clues, NOUNS)
    assert found is not None
    assert found.message.endswith(
        "The API user probably lost a right: Companies > Company Maintenance: Inquire (All). "
        "Its credentials were changed since the last sync."
    )


@pytest.mark.parametrize(
    ("loss", "clues", "words"),
    [
        (lost(None, 0), Clues(), "ConnectWise returned no companies at all. Either the API user lost a right"),
        (lost(1500, 1500), Clues(filter_changed=True), "no companies at all, where there were 1,500. The filter"),
        (
            lost(5, 5, accounts=False),
            Clues(credentials_changed=True),
            "no agreements at all, where there were 5. The cred",
        ),
        (lost(90, 80), Clues(unreadable=("a", "b", "c", "d")), "A table could not be read: a, b, c and 1 more."),
    ],
)
def test_each_cause_has_its_own_words(loss: Loss, clues: Clues, words: str) -> None:
    found = refusal([loss], LIMITS, clues, NOUNS)
    assert found is not None
    assert words in found.message
