"""What differs between the stored and the incoming."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.store.diff import Freshness, Known, Ledger, differences, has_changed, split
from bot.store.record import write_agreement
from bot.store.snapshot import Change, What

from .records import NOW, agreement

THIS = Freshness(read_after=NOW, run_id=5)
IDS = st.sampled_from("abcdef")
HASHES = st.sampled_from("12")
AGES = st.integers(-1, 1).map(lambda hours: NOW + timedelta(hours=hours))
KNOWN = st.builds(
    Known,
    hash=HASHES,
    gone=st.booleans(),
    read_after=AGES,
    run_id=st.integers(1, 9),
    last_seen_at=st.just(NOW),
)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(IDS, KNOWN), st.dictionaries(IDS, HASHES))
def test_after_writing_a_split_the_store_holds_what_came_in_except_where_it_knew_better(
    known: dict[str, Known], incoming: dict[str, str]
) -> None:
    found = split(known, incoming, THIS)
    newer = {key for key in known if known[key].is_newer_than(THIS)}
    present = {key: stored.hash for key, stored in known.items() if not stored.gone}
    for key in (*found.new, *found.back, *found.changed):
        present[key] = incoming[key]
    for key in found.gone:
        del present[key]
    unchanged = {key: value for key, value in present.items() if key not in newer}
    assert unchanged == {key: value for key, value in incoming.items() if key not in newer}
    assert {key: present.get(key) for key in newer} == {
        key: None if known[key].gone else known[key].hash for key in newer
    }


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(IDS, KNOWN), st.dictionaries(IDS, HASHES))
def test_every_id_is_in_one_part_of_the_split_at_most(known: dict[str, Known], incoming: dict[str, str]) -> None:
    found = split(known, incoming, THIS)
    everything = [*found.new, *found.back, *found.changed, *found.same, *found.gone]
    assert len(everything) == len(set(everything))


@given(st.dictionaries(IDS, HASHES), st.dictionaries(IDS, HASHES))
def test_differences_turn_one_record_into_the_other(before: dict[str, str], after: dict[str, str]) -> None:
    changed = {name: new for name, (_, new) in differences(before, after).items()}
    assert {name: value for name, value in (before | changed).items() if value is not None} == after


def test_of_two_runs_with_the_same_start_the_later_one_is_newer() -> None:
    by_run = {run_id: Known(hash="1", gone=False, read_after=NOW, run_id=run_id, last_seen_at=NOW) for run_id in (5, 6)}
    assert by_run[6].is_newer_than(THIS)
    assert not by_run[5].is_newer_than(THIS)


def collected(ledger: Ledger) -> list[Change]:
    return ledger.changes({"1": "Acme", "2": "Globex"}, apart_from=["2"])


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
    found = ledger.changes({"1": "Acme", "3": "Initech"}, apart_from=[])
    assert [(change.account_id, change.after) for change in found] == [
        ("1", {"agreements.88": None}),
        ("3", {"agreements.88": "Managed"}),
    ]


def test_an_account_that_came_as_a_whole_is_not_told_field_by_field() -> None:
    ledger = Ledger()
    ledger.agreement_came(agreement("88", account_id="2"))
    ledger.agreement_came(agreement("89", account_id=None))
    assert collected(ledger) == []
