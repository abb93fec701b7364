"""What the server sends for the page; needs no browser."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from aiohttp import ClientSession, web

from sandbox.serve import serving
from sandbox.slack import page
from tests.browser.workspace import WORKSPACE


@pytest_asyncio.fixture
async def address() -> AsyncIterator[str]:
    hostile = {**WORKSPACE, "team": {"id": "T1", "name": "</script><b>'\"&MSP"}}
    app = web.Application()
    app.add_routes(page.routes(lambda: hostile))
    async with serving(app) as url:
        yield url


async def fetched(url: str) -> tuple[int, str, dict[str, str]]:
    async with ClientSession() as session, session.get(url) as response:
        return response.status, await response.text(), dict(response.headers)


async def test_the_frame_holds_the_workspace_as_text(address: str) -> None:
    status, html, _ = await fetched(address + "/")
    assert status == 200
    assert "</script><b>" not in html
    assert "&lt;/script&gt;&lt;b&gt;" in html


async def test_nothing_comes_from_elsewhere(address: str) -> None:
    _, html, headers = await fetched(address + "/")
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert "http" not in html.replace("http://www.w3.org", "")


@pytest.mark.parametrize("name", ["page.js", "tokens.css", "blocks.js", "theme.js", "icon.svg"])
async def test_static_files_are_served_fresh(address: str, name: str) -> None:
    status, _, headers = await fetched(f"{address}/static/{name}")
    assert status == 200
    assert headers["Cache-Control"] == "no-cache"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("name", ["nothing.js", "..%2Fpage.py", "%2Fetc%2Fpasswd"])
async def test_only_the_pages_own_files_are_served(address: str, name: str) -> None:
    status, _, _ = await fetched(f"{address}/static/{name}")
    assert status == 404


def test_no_script_ever_makes_markup_of_a_string() -> None:
    forbidden = ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function")
    for script in (page.HERE / "static").glob("*.js"):
        text = script.read_text(encoding="utf-8")
        assert [name for name in forbidden if name in text] == [], script.name
