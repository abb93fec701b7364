from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sync.reading import Shelf, attach, check_plausible, keep
from connectors.errors import InvalidData
from connectors.records import Account, AccountCounts, Ref
from tests.bot.sync.fakes import NOON, FakeConnector, account, agreement

IDS = st.sampled_from([str(number) for number in range(12)])


def kept(*records: Account) -> list[Account]:
    shelf: dict[str, Account] = {}
    for record in records:
        keep(shelf, record, "company")
    return list(shelf.values())


@pytest.mark.requirement("R248")
def test_the_raw_answer_is_never_kept() -> None:
    shelf = Shelf()
    assert dict(shelf.account(account(1)).raw) == {}
    assert dict(shelf.agreement(agreement(1, 1)).raw) == {}


def test_rows_of_the_tenants_tables_are_shared_by_all_records() -> None:
    shelf = Shelf()
    one = shelf.account(account(1, types=(Ref(id="10", name="Client"),)))
    other = shelf.account(account(2, types=(Ref(id="10", name="Client"),)))
    assert one.types is not None
    assert other.types is not None
    assert one.types[0] is other.types[0]
    assert one.status is other.status


def test_what_the_psa_did_not_say_stays_unsaid() -> None:
    silent = Shelf().account(account(1, types=None, status=None))
    assert silent.types is None
    assert silent.status is None


def test_the_same_record_twice_is_kept_once() -> None:
    assert kept(account(1), account(2), account(1)) == [account(1), account(2)]


@pytest.mark.requirement("R184", "R223")
def test_two_different_records_with_one_id_are_not_believed() -> None:
    with pytest.raises(InvalidData, match="Two different company records came with the id 1"):
        kept(account(1), account(1, name="Somebody else"))


@pytest.mark.requirement("R184")
def test_a_record_without_an_id_is_not_believed() -> None:
    with pytest.raises(InvalidData, match="without an id"):
        kept(account(""))


@pytest.mark.parametrize("newer_first", [True, False])
def test_of_a_record_that_was_edited_between_two_pages_the_newer_version_counts(newer_first: bool) -> None:
    old = account(1)
    new = replace(old, name="Renamed", changed_at=NOON)
    assert kept(*((new, old) if newer_first else (old, new))) == [new]


def test_a_version_that_tells_its_age_counts_more_than_one_that_does_not() -> None:
    dated, undated = account(1), account(1, name="Renamed", changed_at=None)
    assert kept(undated, dated) == [dated]
    assert kept(dated, undated) == [dated]


@pytest.mark.requirement("R184")
def test_more_accounts_than_the_psa_counts_make_no_sense() -> None:
    counts = AccountCounts(in_psa=100, left_out={})
    check_plausible(105, counts, FakeConnector())
    with pytest.raises(InvalidData, match="returned 200 companies but counts only 100"):
        check_plausible(200, counts, FakeConnector())


def test_what_was_not_counted_proves_nothing() -> None:
    check_plausible(10_000, AccountCounts(in_psa=None, left_out={}), FakeConnector())


@pytest.mark.requirement("R77", "R74")
@settings(max_examples=100, deadline=None)
@given(owners=st.lists(st.none() | IDS), accounts=st.lists(IDS, unique=True))
def test_every_agreement_is_either_with_its_account_or_an_orphan(
    owners: Sequence[str | None], accounts: list[str]
) -> None:
    agreements = [agreement(number, owner) for number, owner in enumerate(owners)]
    by_account, orphans = attach(agreements, {number: account(number) for number in accounts})
    attached = [one for group in by_account.values() for one in group]
    assert {one.id for one in attached} | {one.id for one in orphans} == {one.id for one in agreements}
    assert len(attached) + len(orphans) == len(agreements)
    assert set(by_account) <= set(accounts)
    assert all(one.account_id not in accounts for one in orphans)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(IDS, st.integers(min_value=0, max_value=5)), unique_by=lambda pair: pair))
def test_the_newest_version_of_each_record_survives_in_any_order(versions: list[tuple[str, int]]) -> None:
    records = [
        account(number, name=f"Version {age}", changed_at=NOON + timedelta(days=age)) for number, age in versions
    ]
    newest = {number: max(age for other, age in versions if other == number) for number, _ in versions}
    assert {one.id: one.name for one in kept(*records)} == {number: f"Version {age}" for number, age in newest.items()}
