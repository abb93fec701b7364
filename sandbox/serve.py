"""Serves an aiohttp application on loopback for as long as a block runs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

GRACE_SECONDS = 1.0  # an open event stream must not hold up the end of a demo or of a test


@asynccontextmanager
async def serving(app: web.Application, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Yields the address, such as ``http://127.0.0.1:43211``; port 0 lets the system choose."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE_SECONDS)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        await site.start()
        chosen = runner.addresses[0][1]
        yield f"http://{host}:{chosen}"
    finally:
        await runner.cleanup()
