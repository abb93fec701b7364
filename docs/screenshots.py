"""Types the journeys into the sandbox's page with headless Chromium, and saves what a person sees into docs/images/.

``python docs/screenshots.py`` starts the demo itself; ``--page http://127.0.0.1:3200`` uses one that runs.
"""

import argparse
import asyncio
import shutil
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from playwright.async_api import Browser, Page, async_playwright

ROOT = Path(__file__).parent.parent
IMAGES = ROOT / "docs" / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_SECONDS = 120.0
STILL_SECONDS = 1.5
ANSWER_SECONDS = 30.0

DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """``steps`` are typed commands, or ``press TESTID``. People and rooms differ, so that no shot shows another's."""

    name: str
    steps: tuple[str, ...]
    person: str = "agent"
    room: str = "general"
    screen: str = "desktop"
    scheme: Literal["light", "dark"] = "light"


SHOTS = (
    Shot(name="missing-light", steps=("/psa missing Acme",)),
    Shot(name="blocked-dark", steps=("/psa missing Globex",), person="finance", room="billing", scheme="dark"),
    Shot(name="duplicate-light", steps=("/psa missing Umbrella",), person="admin", room="billing"),
    Shot(
        name="halopsa-dark",
        steps=("press psa-halopsa", "press records-bubba", "/psa missing Bubba Gump"),
        person="finance",
        scheme="dark",
    ),
    Shot(name="status-dark", steps=("/psa status",), person="admin", scheme="dark"),
    Shot(name="missing-phone", steps=("/psa missing Initech",), person="finance", screen="phone"),
    Shot(name="missing-phone-dark", steps=("/psa missing Soylent",), person="admin", screen="phone", scheme="dark"),
    Shot(name="stories-phone", steps=("press toggle-panel",), screen="phone"),
)


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--page", default="", help="the address of a sandbox that runs with its bot")
    parser.add_argument("--only", default="", help="take only the shots whose name contains this")
    return parser.parse_args()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def demo() -> AsyncIterator[str]:
    """Starts the demo on a free port, in a folder of its own, and stops it with the signal that ends it well."""
    port = free_port()
    command = [sys.executable, "-m", "bot", "demo", "--port", str(port), "--no-open"]
    with TemporaryDirectory() as folder:
        process = await asyncio.create_subprocess_exec(*command, cwd=folder, stdout=asyncio.subprocess.PIPE)
        try:
            yield await announced(f"http://127.0.0.1:{port}", process)
        finally:
            if process.returncode is None:
                process.send_signal(signal.SIGINT)
            await process.communicate()


async def announced(url: str, process: asyncio.subprocess.Process) -> str:
    """The demo prints the page's address when everything is ready."""
    if process.stdout is None:
        raise SystemExit("The demo has no output to read.")
    async with asyncio.timeout(START_SECONDS):
        async for line in process.stdout:
            if url in line.decode():
                return url
    raise SystemExit("The demo ended before its page was ready.")


async def still(page: Page) -> None:
    """Waits until the room has not changed for a while: the bot has said its last word."""
    waited, before = 0.0, ""
    while waited < ANSWER_SECONDS:
        await asyncio.sleep(STILL_SECONDS)
        waited += STILL_SECONDS
        now = await page.get_by_test_id("messages").inner_text()
        if now == before:
            return
        before = now


async def take(browser: Browser, address: str, shot: Shot) -> Path:
    screen = PHONE if shot.screen == "phone" else DESKTOP
    context = await browser.new_context(
        **screen, color_scheme=shot.scheme, locale="en-GB", timezone_id="Europe/London", reduced_motion="reduce"
    )
    page = await context.new_page()
    await page.add_init_script(f"localStorage.setItem('acting', '{shot.person}')")
    await page.goto(f"{address}/#{shot.room}")
    await page.wait_for_selector("html[data-ready=true]", state="attached")
    for step in shot.steps:
        await play(page, step)
    await still(page)
    path = IMAGES / f"{shot.name}.png"
    await page.screenshot(path=path)
    await context.close()
    return path


async def play(page: Page, step: str) -> None:
    verb, _, target = step.partition(" ")
    if verb == "press":
        await page.get_by_test_id(target).click()
        return
    await page.get_by_test_id("command").fill(step)
    await page.get_by_test_id("send").click()
    await page.get_by_test_id("message").last.wait_for(timeout=ANSWER_SECONDS * 1000)


async def take_all(address: str, only: str) -> None:
    path = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if path is None:
        raise SystemExit(f"No browser in PATH: looked for {', '.join(BROWSERS)}.")
    IMAGES.mkdir(parents=True, exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=list(QUIET))
        for shot in SHOTS:
            if only in shot.name:
                print((await take(browser, address, shot)).relative_to(ROOT))
        await browser.close()


async def main() -> None:
    asked = options()
    if asked.page:
        await take_all(asked.page.rstrip("/"), asked.only)
        return
    async with demo() as address:
        await take_all(address, asked.only)


if __name__ == "__main__":
    asyncio.run(main())
