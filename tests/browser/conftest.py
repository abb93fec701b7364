"""One Chromium per test process, one context and one stand-in workspace per test."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, Page, ViewportSize, async_playwright, expect

from tests.browser.workspace import FakeWorkspace

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
DESKTOP: ViewportSize = {"width": 1440, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}

PATIENCE = 10_000  # milliseconds; only a loaded machine needs them
READY = "html[data-ready=true][data-stream=open]"

OpenPage = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no Chromium in PATH: the page's browser tests need chromium, chromium-browser or google-chrome")
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def workspace() -> AsyncIterator[FakeWorkspace]:
    fake = FakeWorkspace()
    runner = web.AppRunner(fake.app(), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    yield fake
    fake.hang_up()
    await runner.cleanup()


@pytest_asyncio.fixture(loop_scope="session")
async def open_page(browser: Browser, workspace: FakeWorkspace) -> AsyncIterator[OpenPage]:
    """Opens the page and waits until it is ready; fails the test for anything on the console afterwards."""
    contexts: list[Any] = []
    troubles: list[str] = []

    async def opened(
        fragment: str = "", *, address: str = "", viewport: ViewportSize = DESKTOP, scheme: Any = "light"
    ) -> Page:
        context = await browser.new_context(
            viewport=viewport,
            color_scheme=scheme,
            reduced_motion="reduce",
            locale="en-GB",
            timezone_id="Europe/Berlin",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        page.on("console", lambda said: troubles.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        await page.goto((address or workspace.url) + fragment)
        await page.wait_for_selector(READY, state="attached")
        return page

    yield opened
    for context in contexts:
        await context.close()
    # Chromium itself reports each answer of 4xx; a test that asks for one expects it.
    assert [said for said in troubles if not (workspace.refused and "409 (Conflict)" in said)] == []
