"""What differs between the stored and the incoming."""

from hypothesis import given
from hypothesis import strategies as st

from bot.store.diff import Ledger, differences, has_changed
from bot.store.record import write_agreement
from bot.store.snapshot import Change, What

from .records import agreement

IDS = st.sampled_from("abcdef")
HASHES = st.sampled_from("12")


@given(st.dictionaries(IDS, HASHES), st.dictionaries(IDS, HASHES))
def test_differences_turn_one_record_into_the_other(before: dict[str, str], after: dict[str, str]) -> None:
    changed = {name: new for name, (_, new) in differences(before, after).items()}
    assert {name: value for name, value in (before | changed).items() if value is not None} == after


def collected(ledger: Ledger) -> list[Change]:
    return ledger.changes({"1": "Acme"})


def test_an_account_that_became_hidden_says_so_and_names_what_differs() -> None:
    ledger = Ledger()
    ledger.account("1", {"name": "Acme", "visible": True}, {"name": "Acme Ltd", "visible": False})
    (change,) = collected(ledger)
    assert (change.what, change.fields) == (What.BECAME_HIDDEN, ("name", "visible"))
    assert (change.before, change.after) == (
        {"name": "Acme", "visible": True},
        {"name": "Acme Ltd", "visible": False},
    )
    assert has_changed(change)


def test_an_account_of_which_nothing_can_be_told_any_more_did_not_become_hidden() -> None:
    ledger = Ledger()
    ledger.account("1", {"visible": True}, {"visible": None})
    (change,) = collected(ledger)
    assert change.what is What.CHANGED
    assert not has_changed(change)


def test_other_reasons_alone_are_no_change() -> None:
    ledger = Ledger()
    ledger.account("1", {"reasons": ["a"]}, {"reasons": ["b"]})
    assert collected(ledger) == []


def test_an_agreement_that_came_went_or_changed_is_a_change_of_its_account() -> None:
    ledger = Ledger()
    ledger.agreement_came(agreement("87", account_id="1"))
    ledger.agreement_went(agreement("88", account_id="1"))
    before = write_agreement(agreement("89", account_id="1"))
    ledger.agreement_changed(before, agreement("89", "None", account_id="1"))
    (change,) = collected(ledger)
    assert change.fields == ("agreements.87", "agreements.88", "agreements.89.billing_cycle")
    assert change.before["agreements.87"] is None
    assert change.after["agreements.88"] is None
    assert change.after["agreements.89.billing_cycle"] == {"id": "None", "name": "None"}


def test_an_agreement_that_moved_went_from_one_account_and_came_to_the_other() -> None:
    ledger = Ledger()
    ledger.agreement_changed(write_agreement(agreement("88", account_id="1")), agreement("88", account_id="3"))
    found = ledger.changes({"1": "Acme", "3": "Initech"})
    assert [(change.account_id, change.after) for change in found] == [
        ("1", {"agreements.88": None}),
        ("3", {"agreements.88": "Managed"}),
    ]


def test_an_account_that_came_as_a_whole_is_not_told_field_by_field() -> None:
    ledger = Ledger()
    ledger.agreement_came(agreement("88", account_id="2"))
    ledger.agreement_came(agreement("89", account_id=None))
    assert collected(ledger) == []
