"""What every connector says and does when its PSA fails."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final

import pytest

from connectors.contract import Connector, filter_from
from connectors.errors import ConnectorError, ErrorKind, WhoMustAct
from connectors.records import AccountFilter
from sandbox.clock import SandboxClock
from sandbox.psa.faults import NONE
from sandbox.psas import SIMULATIONS
from tests.connectors.contract.reading import every_read
from tests.connectors.relay import relaying
from tests.connectors.simulators import SEVERAL_PAGES, SIMULATORS, Simulated


async def look_up(connector: Connector) -> None:
    await connector.find_accounts("Acme")


async def contracts(connector: Connector) -> None:
    async for _ in connector.agreements():
        pass


async def customers(connector: Connector) -> None:
    async for _ in connector.accounts(AccountFilter(statuses=None, types=None)):
        pass


Read = Callable[[Connector], Coroutine[Any, Any, None]]
# What a read comes to while its PSA has each of the faults that any simulated one can have; None: it goes well.
TOLD: Final[Mapping[str, tuple[Read, ErrorKind | None]]] = {
    "unauthorized": (look_up, ErrorKind.API_ERROR),
    "forbidden-companies": (look_up, ErrorKind.PERMISSION_DENIED),
    "forbidden-agreements": (contracts, ErrorKind.PERMISSION_DENIED),
    "denied-agreements": (contracts, ErrorKind.PERMISSION_DENIED),
    "forbidden-details": (look_up, None),
    "forbidden-tables": (look_up, None),
    "no-api-access": (look_up, ErrorKind.PERMISSION_DENIED),
    "rate-limited": (look_up, ErrorKind.RATE_LIMITED),
    "rate-limited-silently": (look_up, ErrorKind.RATE_LIMITED),
    "window-full": (look_up, ErrorKind.RATE_LIMITED),
    "threads": (look_up, ErrorKind.RATE_LIMITED),
    "busy": (look_up, ErrorKind.RATE_LIMITED),
    "busy-hour": (customers, ErrorKind.RATE_LIMITED),
    "down": (look_up, ErrorKind.PSA_DOWN),
    "sign-in-down": (look_up, None),  # until the token ends
    "server-error": (look_up, ErrorKind.TIMEOUT),
    "failure": (look_up, ErrorKind.API_ERROR),
    "html": (look_up, ErrorKind.INVALID_DATA),
    "text": (look_up, ErrorKind.INVALID_DATA),
    "null": (look_up, ErrorKind.INVALID_DATA),
    "truncated": (look_up, ErrorKind.INVALID_DATA),
    "slow": (look_up, ErrorKind.TIMEOUT),
    "hang": (look_up, ErrorKind.TIMEOUT),
}
PROVES: Final = {
    "unauthorized": "R220",
    "forbidden-companies": "R221",
    "hang": "R222",
    "html": "R223",
    "truncated": "R223",
}


def each_fault_of_each_psa() -> list[Any]:
    return [
        pytest.param(kind, fault, marks=[pytest.mark.requirement(PROVES[fault])] if fault in PROVES else [])
        for kind, simulation in SIMULATIONS.items()
        for fault in simulation.build(SandboxClock(), 0).faults
        if fault != NONE
    ]


@pytest.mark.parametrize(("kind", "fault"), each_fault_of_each_psa(), indirect=["kind"])
async def test_a_failure_is_told_by_its_kind(simulated: Simulated, fault: str) -> None:
    read, expected = TOLD[fault]
    connector = simulated.connect(timeout_seconds=0.2)
    await look_up(connector)
    simulated.psa.break_with(fault)
    if expected is None:
        await read(connector)
        await connector.aclose()
        return
    with pytest.raises(ConnectorError) as raised:
        await read(connector)
    await connector.aclose()
    assert raised.value.kind is expected
    assert raised.value.call.startswith(("GET /", "POST /"))
    assert "?" not in raised.value.call
    assert raised.value.message.endswith((".", "back.", "later."))


async def test_a_refused_table_says_so_and_a_psa_that_is_down_is_an_error(
    simulated: Simulated, connector: Connector
) -> None:
    simulated.psa.break_with("forbidden-tables")
    tables = await connector.tables()
    assert [table.because for table in (tables.statuses, tables.types) if table.rows is None][:1] == ["permission"]
    simulated.psa.break_with("down")
    with pytest.raises(ConnectorError) as raised:
        await connector.tables()
    assert raised.value.who_must_act is WhoMustAct.PSA


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
    told, simulated.psa.slow_seconds = [repr(simulated.setup)], 0.01
    for fault in set(simulated.psa.faults) - {"hang"}:
        connector = simulated.connect()
        simulated.psa.break_with(fault)
        for read in (every_read, look_up, contracts):
            try:
                await read(connector)
            except ConnectorError as error:
                told += [repr(error), str(error), error.detail, error.call]
        told += [repr(connector), repr(vars(connector)), repr(connector.usage)]
        await connector.aclose()
    told += [record.getMessage() + repr(record.__dict__) for record in caplog.records]
    text = "\n".join(told)
    secrets = {*simulated.setup.secrets.values(), *simulated.psa.credentials_seen}
    assert not [secret for secret in secrets if secret in text]
    assert "Basic " not in text


async def test_an_answer_that_breaks_off_is_unreachable_not_empty(simulated: Simulated) -> None:
    async with relaying(simulated.url) as relay:
        connector = simulated.connect(settings=simulated.through(relay.url))
        whole = await connector.find_accounts("a")
        relay.answers = 300  # most of the headers, or a little of the body
        with pytest.raises(ConnectorError) as raised:
            await connector.find_accounts("a")
        tries = simulated.time.slept
        relay.answers = None
        assert await connector.find_accounts("a") == whole
        await connector.aclose()
    assert raised.value.kind is ErrorKind.UNREACHABLE
    assert raised.value.transient
    assert len(tries) >= 4  # for each call that was under way


@pytest.mark.parametrize("fault", ["down", "hang", "truncated", "html", "forbidden-companies", "unauthorized"])
async def test_a_list_that_ends_half_way_is_an_error_and_never_a_short_list(kind: str, fault: str) -> None:
    async with SIMULATORS[kind](SEVERAL_PAGES) as simulated:
        connector = simulated.connect(timeout_seconds=0.5)
        which = filter_from(await connector.tables(), {})
        whole = [account.id async for page in connector.accounts(which) for account in page]
        simulated.psa.break_with(fault, after=2)
        pages, found = connector.accounts(which), list[str]()
        with pytest.raises(ConnectorError):
            found += [account.id async for page in pages for account in page]
        await connector.aclose()
    assert len(found) < len(whole)


@pytest.mark.parametrize("read", [look_up, contracts, customers])
async def test_cancellation_leaves_no_open_connection(simulated: Simulated, read: Read) -> None:
    async with relaying(simulated.url) as relay:
        connector = simulated.connect(settings=simulated.through(relay.url))
        await read(connector)
        held, relay.silent = relay.open, True
        reading = asyncio.create_task(read(connector))
        await asyncio.wait_for(relay.asked.wait(), 5)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        async with asyncio.timeout(5):  # those that were asked are closed at once, not with the connector
            while relay.open >= held:
                await asyncio.sleep(0.001)
        await connector.aclose()
        async with asyncio.timeout(5):
            while relay.open:
                await asyncio.sleep(0.001)
