"""A wire to a simulated PSA that a test can cut: what it carries is not its matter."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

CHUNK = 65_536


class Relay:
    """``open``: connections that somebody holds. ``answers``: bytes that each may still bring back; None: all of them.

    ``silent``: from now on nothing comes back, and nothing is cut.
    """

    def __init__(self, port: int) -> None:
        self.url = ""
        self.open = 0
        self.silent = False
        self.asked = asyncio.Event()  # somebody asked since the wire fell silent
        self.answers: int | None = None
        self._port = port

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.open += 1
        there, back = await asyncio.open_connection("127.0.0.1", self._port)
        answering = asyncio.create_task(self._answer(there, writer))
        try:
            await self._ask(reader, back)
        finally:
            self.open -= 1
            answering.cancel()
            with suppress(asyncio.CancelledError):
                await answering
            back.close()
            writer.close()

    async def _ask(self, reader: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """Until the caller hangs up."""
        with suppress(ConnectionError):
            while chunk := await reader.read(CHUNK):
                if self.silent:
                    self.asked.set()
                    continue
                back.write(chunk)
                await back.drain()

    async def _answer(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        brought = 0
        with suppress(ConnectionError):
            while chunk := await there.read(CHUNK):
                if self.answers is not None:
                    chunk = chunk[: self.answers - brought]
                    brought += len(chunk)
                writer.write(chunk)
                await writer.drain()
                if self.answers is not None and brought >= self.answers:
                    writer.transport.abort()
                    return


@asynccontextmanager
async def relaying(url: str) -> AsyncIterator[Relay]:
    relay = Relay(urlsplit(url).port or 0)
    async with await asyncio.start_server(relay.take, "127.0.0.1", 0) as server:
        relay.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        yield relay
