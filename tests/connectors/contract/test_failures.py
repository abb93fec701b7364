"""What every connector says and does when its PSA fails."""

import asyncio
import logging

import pytest

from connectors.contract import Connector
from connectors.errors import ConnectorError, ErrorKind, WhoMustAct
from tests.connectors.simulators import Simulated


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
