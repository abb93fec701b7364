"""What every connector owes to the bot, proven on each registered one against its simulated PSA."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

import pytest

import connectors
from connectors.contract import Connector, filter_from
from connectors.errors import BadSettings, ConnectorError, ErrorKind, WhoMustAct
from connectors.records import Account, AccountFilter, Agreement, Capability, ConnectionCheck, LineItem
from connectors.registry import specs
from rules.facts import SIGHT
from tests.connectors.answerer import answering
from tests.connectors.simulators import SEVERAL_PAGES, SIMULATORS, SMALL, Simulated

KINDS = sorted(specs())
HOSTILE = (
    "Acme \x00 Ltd",
    "x" * 500,
    "<@U1>",
    "@here <!channel>",
    '6" Pipes',
    "O'Brien",
    '"Quote" O\'Brien',
    "Acme [old]",
    "50% *off* #1 A+ & Co?",
    "C:\\Temp\\",
    "Zażółć 🚀 名前",
    "' OR '1'='1",
    '" OR id > 0 OR name contains "',
)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def simulated(kind: str) -> AsyncIterator[Simulated]:
    async with SIMULATORS[kind](SMALL) as one:
        yield one


@pytest.fixture
async def connector(simulated: Simulated) -> AsyncIterator[Connector]:
    connector = simulated.connect()
    yield connector
    await connector.aclose()


@pytest.fixture(autouse=True)
def exemption(request: pytest.FixtureRequest, kind: str) -> None:
    reason = specs()[kind].exempt.get(request.node.originalname) if "kind" in request.fixturenames else None
    if reason:
        pytest.skip(f"{kind} is exempt: {reason}")


async def every_read(connector: Connector) -> list[Account]:
    await connector.check()
    which = filter_from(await connector.tables(), {})
    found = list(await connector.find_accounts("a"))
    assert await connector.account(found[0].id) == found[0]
    await connector.counts(which)
    async for _ in connector.accounts(which):
        pass
    async for page in connector.agreements():
        await connector.lines(page[0].id)
    await connector.agreements_of(found[0].id)
    await connector.probe()
    await connector.surplus()
    return found


@pytest.mark.requirement("R97")
def test_every_folder_is_registered_and_has_a_simulator(kind: str) -> None:
    root = Path(connectors.__file__).parent
    folders = {path.parent.name.replace("_", "-") for path in root.glob("*/connector.py")}
    assert folders == set(specs()) == set(SIMULATORS)


def test_exemptions_have_reasons_and_are_printed(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    for name, reason in specs()[kind].exempt.items():
        print(f"{kind} is exempt from {name}: {reason}")  # noqa: T201 - the page of exemptions is the test's output
        assert name.startswith("test_")
        assert len(reason.split()) > 3
    assert len(capsys.readouterr().out.splitlines()) == len(specs()[kind].exempt)


@pytest.mark.requirement("R32", "R40", "R53", "R55", "R56", "C9")
def test_every_right_says_why_for_whom_and_where_it_is_asked_for_or_that_nobody_asks(kind: str) -> None:
    rights = specs()[kind].rights
    assert len({right.id for right in rights}) == len(rights)
    assert {user for right in rights for user in right.used_by} <= {"bot", "billing tool", "settings sync"}
    for right in rights:
        assert right.right
        assert right.area
        assert right.why.endswith(".")
        assert right.used_by
        assert right.path or right.not_probeable_because.endswith(".")
        assert right.source
        assert (right.guide_url is None) is (right.read_on is None)
        assert right.guide_url or right.unsure.endswith(".")  # nothing that no page asks for is said as if it were sure


@pytest.mark.requirement("R33", "R45", "R57")
def test_some_rights_are_known_to_be_missed_often_and_the_guide_that_asks_for_them_is_linked(kind: str) -> None:
    spec = specs()[kind]
    often = [right for right in spec.rights if right.often_missed]
    assert any("bot" in right.used_by for right in often)
    assert spec.guide_url.startswith("https://support.meetgradient.com/")
    assert spec.guide_url in {right.guide_url for right in spec.rights}


@pytest.mark.requirement("R127", "R249", "C9")
def test_whatever_writes_is_the_billing_tools_business_and_never_asked_for_this_bot(kind: str) -> None:
    writes = re.compile(r"\b(Add|Edit|Modify|Create|New|Delete)\b")
    for right in specs()[kind].rights:
        if writes.search(right.right.partition(":")[2] or right.right) and right.path is None:
            assert right.used_by == ("billing tool",), right.id


def test_each_limit_of_the_vendor_is_kept_to(kind: str) -> None:
    spec = specs()[kind]
    assert spec.limits
    for limit in spec.limits:
        assert 0 < limit.ours < limit.calls
        assert limit.of
        assert limit.past_it
    assert all(note.endswith(".") for note in spec.limit_notes)
    assert all(other.says.endswith(".") and "/" in other.source for other in spec.other_lists)


@pytest.mark.requirement("R127", "R249")
async def test_what_a_role_holds_beyond_what_is_needed_is_told_or_said_to_be_untold(
    simulated: Simulated, connector: Connector
) -> None:
    assert await connector.surplus() in (None, [])  # the simulated API users hold no more than they need
    simulated.psa.break_with("down")
    assert await connector.surplus() is None


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
    counts = await connector.counts(filter_from(await connector.tables(), {}))
    recycled = {"recycled"} if Capability.DELETED_FLAG in connector.spec.gives else set()
    assert set(counts.left_out) == {"prospect", "inactive"} | recycled
    assert all(number and number > 0 for number in counts.left_out.values())


async def test_ids_are_stable_strings(simulated: Simulated, connector: Connector) -> None:
    which = filter_from(await connector.tables(), {})
    first = [account.id async for page in connector.accounts(which) for account in page]
    again = simulated.connect()
    second = [account.id async for page in again.accounts(which) for account in page]
    await again.aclose()
    assert first == second
    assert all(type(identity) is str and identity for identity in first)


# A story whose repair edits one account that the filter had left out, where changes can be asked for.
EDITED: Final = {"connectwise": "initech", "autotask": "vandelay"}


async def bulk(connector: Connector, since: datetime | None) -> tuple[list[Account], list[Agreement]]:
    which = filter_from(await connector.tables(), {})
    accounts = [one async for page in connector.accounts(which, changed_since=since) for one in page]
    return accounts, [one async for page in connector.agreements(changed_since=since) for one in page]


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


@pytest.mark.requirement("R72", "R240", "R247")
async def test_nothing_but_reads_is_ever_sent(simulated: Simulated, connector: Connector) -> None:
    await every_read(connector)
    questions = [one.removeprefix("POST ") for one in reads_of(connector) if one.startswith("POST ")]
    for call in simulated.psa.calls:
        named = call.method == "POST" and any(re.search(f"{question}$", call.path) for question in questions)
        assert call.method == "GET" or named, call
    assert connector.usage.calls == len(simulated.psa.calls)
    assert connector.usage.bytes > 1000


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        pytest.param("unauthorized", ErrorKind.API_ERROR, marks=pytest.mark.requirement("R220")),
        pytest.param("forbidden-companies", ErrorKind.PERMISSION_DENIED, marks=pytest.mark.requirement("R221")),
        pytest.param("rate-limited", ErrorKind.RATE_LIMITED),
        pytest.param("down", ErrorKind.PSA_DOWN),
        pytest.param("server-error", ErrorKind.TIMEOUT),
        pytest.param("html", ErrorKind.INVALID_DATA, marks=pytest.mark.requirement("R223")),
        pytest.param("truncated", ErrorKind.INVALID_DATA, marks=pytest.mark.requirement("R223")),
        pytest.param("hang", ErrorKind.TIMEOUT, marks=pytest.mark.requirement("R222")),
    ],
)
async def test_a_failure_is_told_by_its_kind(simulated: Simulated, fault: str, expected: ErrorKind) -> None:
    connector = simulated.connect(timeout_seconds=0.2)
    await connector.find_accounts("Acme")
    simulated.psa.break_with(fault)
    with pytest.raises(ConnectorError) as raised:
        await connector.find_accounts("Acme")
    await connector.aclose()
    assert raised.value.kind is expected
    assert raised.value.call.startswith(("GET /", "POST /"))
    assert "?" not in raised.value.call
    assert raised.value.message.endswith((".", "back."))


async def test_a_refused_table_says_so_and_a_psa_that_is_down_is_an_error(
    simulated: Simulated, connector: Connector
) -> None:
    simulated.psa.break_with("forbidden-tables")
    tables = await connector.tables()
    assert tables.statuses.rows is None
    assert tables.statuses.because == "permission"
    simulated.psa.break_with("down")
    with pytest.raises(ConnectorError) as raised:
        await connector.tables()
    assert raised.value.who_must_act is WhoMustAct.PSA


async def test_probes_come_back_for_every_right_and_do_not_raise_for_refused_ones(
    simulated: Simulated, connector: Connector
) -> None:
    simulated.psa.break_with("forbidden-agreements")
    probes = await connector.probe()
    assert [probe.id for probe in probes] == [right.id for right in connector.spec.rights]
    assert {probe.id for probe in probes if probe.access == "refused" and probe.rows is None} >= {"agreements"}


@pytest.mark.parametrize("only", [None, SIGHT])
async def test_a_probe_of_a_psa_that_lets_nobody_in_is_an_error(
    simulated: Simulated, connector: Connector, only: frozenset[str] | None
) -> None:
    simulated.psa.break_with("unauthorized")
    with pytest.raises(ConnectorError) as raised:
        await connector.probe(only)
    assert raised.value.kind is ErrorKind.API_ERROR


@pytest.mark.parametrize("fault", ["none", "forbidden-companies", "forbidden-agreements"])
async def test_a_narrow_probe_says_the_same_as_the_whole_one_in_far_fewer_calls(
    simulated: Simulated, connector: Connector, fault: str
) -> None:
    simulated.psa.break_with(fault)
    whole = {probe.id: probe for probe in await connector.probe()}
    calls = connector.usage.calls
    for only in (SIGHT, {"agreements"}):
        before = connector.usage.calls
        narrow = await connector.probe(only)
        assert list(narrow) == [whole[right.id] for right in connector.spec.rights if right.id in only]
        assert connector.usage.calls - before <= min(4, calls / 2)


async def test_a_probe_of_no_right_of_this_psa_asks_nobody(connector: Connector) -> None:
    assert list(await connector.probe({"of another PSA"})) == []
    assert connector.usage.calls == 0


@pytest.mark.requirement("R222")
async def test_retry_after_is_honoured_on_the_clock_that_is_handed_in(
    simulated: Simulated, connector: Connector
) -> None:
    await connector.check()
    simulated.psa.break_with("rate-limited", times=1)
    before = simulated.time.now()
    await connector.check()
    assert (simulated.time.now() - before).total_seconds() == 30
    assert [call.status for call in simulated.psa.calls][-2:] == [429, 200]


async def test_secrets_appear_in_no_log_repr_or_error(simulated: Simulated, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told = [repr(simulated.setup)]
    for fault in ("none", "unauthorized", "html", "down", "rate-limited", "forbidden-companies"):
        connector = simulated.connect()
        simulated.psa.break_with(fault)
        try:
            await connector.find_accounts("Acme")
        except ConnectorError as error:
            told += [repr(error), str(error), error.detail, error.call]
        told += [repr(connector), repr(vars(connector)), repr(connector.usage)]
        await connector.aclose()
    told += [record.getMessage() + repr(record.__dict__) for record in caplog.records]
    text = "\n".join(told)
    assert not [secret for secret in simulated.setup.secrets.values() if secret in text]
    assert "Basic " not in text


@pytest.mark.parametrize("name", HOSTILE)
async def test_any_name_can_be_asked_for(connector: Connector, name: str) -> None:
    for account in await connector.find_accounts(name):
        assert name.casefold() in account.name.casefold()


async def test_a_name_that_no_query_can_hold_is_refused_not_answered_with_nothing(connector: Connector) -> None:
    with pytest.raises(ConnectorError, match="RecId"):
        await connector.find_accounts("\\'\"")
    assert connector.usage.calls == 0


async def test_a_blank_name_finds_nothing_and_asks_nobody(connector: Connector) -> None:
    assert list(await connector.find_accounts("  ")) == []
    assert connector.usage.calls == 0


async def test_the_look_up_also_shows_deleted_and_inactive_accounts(connector: Connector) -> None:
    found = [account for account in await connector.find_accounts("umbrella INC") if account.name == "Umbrella Inc"]
    assert [(account.id, account.deleted) for account in found] == [("2277", True), ("5120", False)]


async def test_the_call_budget_holds_under_sixteen_callers(simulated: Simulated, connector: Connector) -> None:
    spec, calls = connector.spec, 0
    moments: list[float] = []

    async def caller() -> None:
        nonlocal calls
        while calls < spec.calls_per_minute + 40:
            calls += 1
            await connector.check()
            moments.append(simulated.time.now().timestamp())

    await asyncio.gather(*(caller() for _ in range(16)))
    moments.sort()
    late = [b - a for a, b in pairwise(moments) if b - a > 1]
    assert len(late) == 1
    assert len([moment for moment in moments if moment < moments[0] + 59]) <= spec.calls_per_minute


async def test_no_more_calls_run_at_once_than_the_spec_says(kind: str) -> None:
    async with answering() as answerer:
        answerer.delay = 0.01
        async with SIMULATORS[kind](SMALL) as simulated:
            settings = {**simulated.setup.settings, "base_url": f"{answerer.url}/apis/3.0"}
            connector = simulated.connect(settings=settings)
            await asyncio.gather(*(connector.check() for _ in range(16)), return_exceptions=True)
            await connector.aclose()
        assert len(answerer.asked) == 16
        assert answerer.most_at_once == specs()[kind].parallel_calls


async def half_an_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n[{")
    await writer.drain()
    writer.close()


async def test_a_server_that_stops_half_way_is_unreachable_not_empty(simulated: Simulated) -> None:
    async with await asyncio.start_server(half_an_answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        settings = {**simulated.setup.settings, "base_url": f"http://127.0.0.1:{port}/apis/3.0"}
        connector = simulated.connect(settings=settings)
        with pytest.raises(ConnectorError) as raised:
            await connector.find_accounts("Acme")
        await connector.aclose()
    assert raised.value.kind is ErrorKind.UNREACHABLE
    assert raised.value.transient
    assert len(simulated.time.slept) >= 4  # for each call that was under way


async def test_cancellation_leaves_no_open_connection(simulated: Simulated) -> None:
    arrived, left = asyncio.Event(), asyncio.Event()

    async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        arrived.set()
        await reader.read()
        left.set()
        writer.close()

    async with await asyncio.start_server(never_answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        settings = {**simulated.setup.settings, "base_url": f"http://127.0.0.1:{port}/apis/3.0"}
        connector = simulated.connect(settings=settings)
        reading = asyncio.create_task(connector.find_accounts("Acme"))
        await asyncio.wait_for(arrived.wait(), 5)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await asyncio.wait_for(left.wait(), 5)  # the connection was closed at once, not with the connector
        await connector.aclose()


@pytest.mark.requirement("R250")
@pytest.mark.parametrize(("address", "allowed"), [("http://psa.example.com", True), ("http://127.0.0.1:1", False)])
async def test_plain_http_is_refused_before_any_call(simulated: Simulated, address: str, allowed: bool) -> None:
    settings = {**simulated.setup.settings, "base_url": address}
    with pytest.raises(BadSettings, match="plain http"):
        simulated.connect(settings=settings, allow_insecure_loopback=allowed)


async def test_missing_blank_and_unknown_settings_are_named(simulated: Simulated) -> None:
    secret = simulated.connect().spec.secrets[0]
    broken = (
        ({"secrets": {**simulated.setup.secrets, secret: " "}}, secret),
        ({"secrets": {**simulated.setup.secrets, "pasword": "x"}}, "pasword"),
        ({"settings": {**simulated.setup.settings, "colour": "red"}}, "colour"),
    )
    for changes, named in broken:
        with pytest.raises(BadSettings, match=named):
            simulated.connect(**changes)
