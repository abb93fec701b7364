"""What comes back from every connector: each record once, no more and no less than its Spec promises."""

import re
from datetime import timedelta

import pytest

from connectors.contract import Connector, filter_from
from connectors.records import Account, AccountFilter, Agreement, Capability, ConnectionCheck, LineItem
from connectors.registry import specs
from tests.connectors.contract.reading import bulk, every_read
from tests.connectors.simulators import EDITED, SEVERAL_PAGES, SIMULATORS, Simulated


@pytest.mark.requirement("R74", "R78")
async def test_every_record_comes_once_over_all_pages(kind: str) -> None:
    async with SIMULATORS[kind](SEVERAL_PAGES) as simulated:
        connector = simulated.connect()
        which = filter_from(await connector.tables(), {})
        counts = await connector.counts(which)
        accounts = [account.id async for page in connector.accounts(which) for account in page]
        agreements = [agreement.id async for page in connector.agreements() for agreement in page]
        await connector.aclose()
    assert counts.in_psa is not None
    assert len(accounts) == len(set(accounts)) > connector.spec.page_size
    assert len(accounts) == counts.in_psa - sum(number or 0 for number in counts.left_out.values())
    assert len(agreements) == len(set(agreements)) > connector.spec.page_size


@pytest.mark.requirement("R73", "R88", "R89")
async def test_what_the_filter_leaves_out_is_counted_by_class(connector: Connector) -> None:
    """The classes do not overlap, and a PSA without one of them does not claim it."""
    which = filter_from(await connector.tables(), {})
    counts = await connector.counts(which)
    left_out = {name: number for name, number in counts.left_out.items() if number}
    recycles = Capability.DELETED_FLAG in connector.spec.gives
    classes = {"inactive": which.left_out_statuses, "prospect": which.left_out_types, "recycled": recycles}
    assert set(left_out) == {name for name, has in classes.items() if has}
    pulled = [one async for page in connector.accounts(which) for one in page]
    assert counts.in_psa == len(pulled) + sum(left_out.values())


async def test_ids_are_stable_strings(simulated: Simulated, connector: Connector) -> None:
    which = filter_from(await connector.tables(), {})
    first = [account.id async for page in connector.accounts(which) for account in page]
    again = simulated.connect()
    second = [account.id async for page in again.accounts(which) for account in page]
    await again.aclose()
    assert first == second
    assert all(type(identity) is str and identity for identity in first)


def test_a_quick_sync_says_in_words_what_it_does_not_see_or_why_there_is_none(kind: str) -> None:
    quick = specs()[kind].quick
    assert quick.is_offered is (kind in EDITED)
    assert quick.why.endswith(".")
    assert "full sync" in quick.why if quick.is_offered else "every sync reads all" in quick.why


@pytest.mark.requirement("X10")
async def test_what_changed_comes_whether_the_filter_lets_it_through_or_not_and_nothing_else_does(
    simulated: Simulated, connector: Connector
) -> None:
    if not connector.spec.quick.is_offered:
        assert await bulk(connector, simulated.time.now()) == await bulk(connector, None)
        return
    all_of_them = len((await bulk(connector, None))[1])
    since = simulated.psa.clock.now() - timedelta(seconds=1)
    before, agreements = await bulk(connector, since)
    assert (before, len(agreements)) == ([], 0 if connector.spec.quick.agreements else all_of_them)
    for turn in (simulated.psa.fix, simulated.psa.unfix):  # first let through by the filter, then left out
        turn(EDITED[connector.spec.kind])
        assert len((await bulk(connector, since))[0]) == 1


Told = Account | Agreement | LineItem | ConnectionCheck


FACTS: dict[Capability, tuple[type[Told], str]] = {
    Capability.ACCOUNT_TYPES: (Account, "types"),
    Capability.ACCOUNT_STATUS: (Account, "status"),
    Capability.DELETED_FLAG: (Account, "deleted"),
    Capability.PARENT_ACCOUNT: (Account, "parent"),
    Capability.CHANGED_AT: (Account, "changed_at"),
    Capability.AGREEMENT_STATUS: (Agreement, "status"),
    Capability.AGREEMENT_DATES: (Agreement, "starts_on"),
    Capability.AGREEMENT_TYPE: (Agreement, "type"),
    Capability.BILLING_CYCLE: (Agreement, "billing_cycle"),
    Capability.ONE_TIME_FLAG: (Agreement, "one_time"),
    Capability.LINE_QUANTITY: (LineItem, "quantity"),
    Capability.AGREEMENT_LINES: (Agreement, "lines"),
    Capability.RECURRING_KIND: (Agreement, "recurring"),
    Capability.VERSION: (ConnectionCheck, "version"),
}


async def test_what_the_spec_says_it_gives_is_what_the_records_hold(connector: Connector) -> None:
    records: list[Told] = [await connector.check()]
    async for accounts in connector.accounts(AccountFilter(statuses=None, types=None)):
        records += accounts
    async for agreements in connector.agreements():
        records += agreements
    records += await connector.lines(agreements[0].id)
    told = {
        capability
        for capability, (kind_of_record, fact) in FACTS.items()
        if any(isinstance(one, kind_of_record) and getattr(one, fact) is not None for one in records)
    }
    assert set(FACTS) == set(Capability)
    assert told == connector.spec.gives


def reads_of(connector: Connector) -> list[str]:
    return [pattern for patterns in connector.spec.reads.values() for pattern in patterns]


@pytest.mark.requirement("R72", "R87", "R240", "R247")
async def test_nothing_but_reads_is_ever_sent(simulated: Simulated, connector: Connector) -> None:
    await every_read(connector)
    questions = [one.removeprefix("POST ") for one in reads_of(connector) if one.startswith("POST ")]
    for call in simulated.psa.calls:
        named = call.method == "POST" and any(re.search(f"{question}$", call.path) for question in questions)
        assert call.method == "GET" or named, call
    assert connector.usage.calls == len(simulated.psa.calls)
    assert connector.usage.bytes > 1000
