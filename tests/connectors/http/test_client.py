import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from connectors.errors import ConnectorError, InvalidData, PsaDown, RateLimited, TimedOut, Unreachable
from connectors.http import Budget, Http, Pace, Timing, at_once
from connectors.http import client as client_module
from connectors.records import Usage
from tests.connectors.answerer import Answerer, Say, answering
from tests.connectors.faketime import FakeTime

CALL = "GET /thing"
DOWN = Say(body="<html>maintenance</html>", status=503, headers={"Content-Type": "text/html"})
BUSY = Say(body={"error": "ConnectWiseAPI", "message": "Too many requests."}, status=429)


@pytest.fixture
async def answerer() -> AsyncIterator[Answerer]:
    async with answering() as one:
        yield one


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def usage() -> Usage:
    return Usage()


@pytest.fixture
async def http(time: FakeTime, usage: Usage) -> AsyncIterator[Http]:
    timing = Timing.of(time.now, time.sleep)
    budget = Budget.alone(pace=Pace(calls=1000), parallel_calls=4, timing=timing)
    one = Http(
        psa="ConnectWise",
        budget=budget,
        usage=usage,
        timing=timing,
        timeout_seconds=5.0,
        through_proxies=False,
        chance=lambda: 1.0,
    )
    yield one
    await one.aclose()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 415, 418, 302])
async def test_a_refusal_is_never_tried_again(http: Http, answerer: Answerer, status: int) -> None:
    answerer.on("/thing", Say(body="no", status=status, headers={"Location": "https://login.example.com/"}))
    reply = await http.get(f"{answerer.url}/thing", call=CALL)
    assert reply.status == status
    assert len(answerer.asked) == 1


@pytest.mark.requirement("R222")
async def test_five_tries_with_growing_rests_and_then_an_error(http: Http, answerer: Answerer, time: FakeTime) -> None:
    answerer.on("/thing", DOWN)
    with pytest.raises(PsaDown) as raised:
        await http.get(f"{answerer.url}/thing", call=CALL)
    assert len(answerer.asked) == 5
    assert time.slept == [1, 2, 4, 8]
    assert raised.value.status == 503
    assert raised.value.call == CALL
    assert "maintenance" in raised.value.detail


async def test_the_rest_is_random_from_nothing_up(answerer: Answerer, time: FakeTime) -> None:
    timing = Timing.of(time.now, time.sleep)
    budget = Budget.alone(pace=Pace(calls=1000), parallel_calls=4, timing=timing)
    answerer.on("/thing", DOWN)

    async def rests() -> list[float]:
        time.slept.clear()
        http = Http(psa="X", budget=budget, usage=Usage(), timing=timing, through_proxies=False)
        with pytest.raises(PsaDown):
            await http.get(f"{answerer.url}/thing", call=CALL)
        await http.aclose()
        return list(time.slept)

    first, second = await rests(), await rests()
    assert first != second
    assert all(0 <= rest <= most for rest, most in zip(first, (1, 2, 4, 8), strict=True))


async def test_a_psa_that_recovers_is_not_an_error(http: Http, answerer: Answerer, usage: Usage) -> None:
    answerer.on("/thing", DOWN, BUSY, Say(body=[1]))
    assert (await http.get(f"{answerer.url}/thing", call=CALL)).body == b"[1]"
    assert usage.calls == 3
    assert (
        usage.bytes
        == len("<html>maintenance</html>") + len('{"error": "ConnectWiseAPI", "message": "Too many requests."}') + 3
    )


@pytest.mark.parametrize(
    ("header", "date", "waits"),
    [
        ("20", "", 20.0),
        ("Sat, 21 Nov 2026 10:00:40 GMT", "Sat, 21 Nov 2026 10:00:00 GMT", 40.0),
        ("Sat, 21 Nov 2026 10:00:40 GMT", "Sat, 21 Nov 2026 10:00:10 GMT", 30.0),  # by its clock, which is ahead
        ("Sat, 21 Nov 2026 10:00:40 GMT", "yesterday", 40.0),  # it does not say what its clock says
        ("Sat, 21 Nov 2026 09:00:40 GMT", "Sat, 21 Nov 2026 09:00:00 GMT", 40.0),
    ],
)
async def test_retry_after_sets_the_rest(
    http: Http, answerer: Answerer, time: FakeTime, header: str, date: str, waits: float
) -> None:
    headers = {"Retry-After": header, "Date": date} if date else {"Retry-After": header}
    answerer.on("/thing", Say(body={}, status=429, headers=headers), Say(body=[]))
    await http.get(f"{answerer.url}/thing", call=CALL)
    assert time.slept == [waits]


async def test_a_wait_that_is_too_long_is_an_error_at_once(http: Http, answerer: Answerer, time: FakeTime) -> None:
    answerer.on("/thing", Say(body={}, status=429, headers={"Retry-After": "3600"}))
    with pytest.raises(RateLimited):
        await http.get(f"{answerer.url}/thing", call=CALL)
    assert time.slept == []
    assert len(answerer.asked) == 1


async def test_patience_is_for_the_whole_call(http: Http, answerer: Answerer, time: FakeTime) -> None:
    answerer.on("/thing", Say(body={}, status=429, headers={"Retry-After": "25"}))
    with pytest.raises(RateLimited):
        await http.get(f"{answerer.url}/thing", call=CALL)
    assert time.slept == [25, 25]


async def test_a_500_that_speaks_of_a_timeout_is_one(http: Http, answerer: Answerer) -> None:
    answerer.on("/thing", Say(body={"message": "Execution Timeout expired."}, status=500))
    with pytest.raises(TimedOut):
        await http.get(f"{answerer.url}/thing", call=CALL)


async def test_an_answer_that_never_comes_times_out(http: Http, answerer: Answerer) -> None:
    answerer.delay = 30
    http._timeout = 0.02
    with pytest.raises(TimedOut) as raised:
        await http.get(f"{answerer.url}/thing", call=CALL)
    assert "0.02 seconds" in raised.value.message


async def dripping(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.readuntil(b"\r\n\r\n")
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    try:
        while not writer.is_closing():
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0.01)
    finally:
        writer.close()


async def test_a_server_that_drips_times_out_as_a_whole(http: Http) -> None:
    http._timeout = 0.05
    async with await asyncio.start_server(dripping, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(TimedOut):
            await http.get(f"http://127.0.0.1:{port}/thing", call=CALL)


async def test_a_port_where_nobody_listens_is_unreachable(http: Http, answerer: Answerer) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(Unreachable, match="takes no connection"):
        await http.get(f"http://127.0.0.1:{port}/thing", call=CALL)


def caused_by(cause: BaseException, outer: type[httpx.TransportError] = httpx.ConnectError) -> httpx.TransportError:
    error = outer("Illegal header value b'secret'")
    error.__cause__ = cause
    return error


@pytest.mark.requirement("R217")
@pytest.mark.parametrize(
    ("error", "says"),
    [
        (caused_by(ssl.SSLCertVerificationError(1, "self-signed")), "full-chain"),
        (caused_by(ssl.SSLError(1, "wrong version")), "no TLS connection"),
        (caused_by(socket.gaierror(-2, "Name or service not known")), "host name"),
        (caused_by(ConnectionRefusedError()), "takes no connection"),
        (caused_by(OSError(), httpx.RemoteProtocolError), "broke off"),
    ],
)
def test_connection_failures_are_told_apart_and_quote_nothing(
    http: Http, error: httpx.TransportError, says: str
) -> None:
    told = http._unreachable(error, CALL)
    assert says in told.message
    assert "secret" not in told.message + told.detail


async def test_an_answer_that_cannot_be_unpacked_is_invalid(http: Http, answerer: Answerer) -> None:
    answerer.on("/thing", Say(body="not gzip", headers={"Content-Encoding": "gzip"}))
    with pytest.raises(InvalidData, match="unpacked"):
        await http.get(f"{answerer.url}/thing", call=CALL)


async def test_an_answer_without_end_is_given_up(
    http: Http, answerer: Answerer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "MAX_BODY", 1000)
    answerer.on("/thing", Say(body="x" * 5000))
    with pytest.raises(InvalidData, match="too large"):
        await http.get(f"{answerer.url}/thing", call=CALL)


async def test_a_query_in_the_address_survives(http: Http, answerer: Answerer) -> None:
    answerer.on("/thing", Say(body=[]))
    await http.get(f"{answerer.url}/thing?page=2&conditions=a%2Bb", call=CALL)
    assert answerer.asked[0].query == {"page": "2", "conditions": "a+b"}


async def test_connections_are_used_again(http: Http, answerer: Answerer) -> None:
    answerer.on("/thing", Say(body=[]))
    for _ in range(5):
        await http.get(f"{answerer.url}/thing", call=CALL)
    pool: Callable[[], int] = lambda: len(http._client._transport._pool.connections)  # type: ignore[attr-defined] # noqa: E731 - private parts of httpx
    assert pool() == 1


async def test_a_retry_is_logged_without_the_query(
    http: Http, answerer: Answerer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="connectors")
    answerer.on("/thing", BUSY, Say(body=[]))
    await http.get(f"{answerer.url}/thing", call=CALL, params={"conditions": "name contains 'Acme'"})
    ours = [record for record in caplog.records if record.name.startswith("connectors")]
    assert [(record.__dict__["action"], record.__dict__["call"]) for record in ours] == [("psa.retry", CALL)]


async def test_of_reads_side_by_side_the_first_failure_comes_out_and_stops_the_rest() -> None:
    stopped = asyncio.Event()

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    async def fails() -> None:
        raise PsaDown("down")

    async def both() -> None:
        async with at_once() as group:
            group.create_task(waits())
            group.create_task(fails())

    with pytest.raises(PsaDown):
        await both()
    assert stopped.is_set()


async def test_a_bug_among_reads_side_by_side_stays_what_it_is() -> None:
    async def fails() -> None:
        raise KeyError("bug")

    with pytest.raises(ExceptionGroup) as raised:
        async with at_once() as group:
            group.create_task(fails())
    assert not isinstance(raised.value, ConnectorError)
