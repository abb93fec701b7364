"""The page against the real sandbox, so that the stand-in of the other tests cannot drift from it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from sandbox.clock import SandboxClock
from sandbox.psa.connectwise.stories import connectwise_world
from sandbox.serve import serving
from sandbox.slack.deliveries import Deliveries
from sandbox.slack.web import LocalSlack
from sandbox.slack.workspace import Workspace
from sandbox.world import World
from tests.browser.conftest import OpenPage
from tests.browser.stub_bot import StubBot

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


@pytest.fixture
def bot() -> StubBot:
    return StubBot()


@pytest_asyncio.fixture(loop_scope="session")
async def address(bot: StubBot) -> AsyncIterator[str]:
    clock = SandboxClock()
    async with serving(bot.app()) as bot_url:
        slack = LocalSlack(Workspace(clock=clock), Deliveries(bot_url=bot_url))
        async with World(clock, slack, [connectwise_world(clock, accounts=5)]).running() as addresses:
            bot.slack_url = addresses.page
            yield addresses.page


@pytest.fixture
def open_page(address: str, open_page: OpenPage) -> OpenPage:
    """What was opened is closed before the server goes: it would say that it cannot reach it any more."""
    return open_page


async def asked(open_page: OpenPage, address: str) -> Page:
    page = await open_page(address=address)
    await page.get_by_test_id("command").fill("/psa missing Acme")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("message")).to_contain_text("Acme Ltd is visible")
    return page


async def test_a_command_is_answered_privately_and_a_press_edits_the_answer(open_page: OpenPage, address: str) -> None:
    page = await asked(open_page, address)
    answer = page.get_by_test_id("message")
    await expect(answer.get_by_test_id("private-mark")).to_be_visible()
    await expect(page.get_by_test_id("ran")).to_have_attribute("data-state", "done")
    await page.get_by_test_id("action-again").click()
    await expect(answer).to_contain_text("You chose q:1")
    await expect(answer.get_by_test_id("edited")).to_be_visible()


async def test_a_reload_shows_the_same_room(open_page: OpenPage, address: str) -> None:
    page = await asked(open_page, address)
    await page.reload()
    await expect(page.get_by_test_id("message")).to_contain_text("Acme Ltd is visible")


async def test_options_come_from_the_bot(open_page: OpenPage, address: str) -> None:
    page = await asked(open_page, address)
    await page.get_by_test_id("action-search").click()
    await page.get_by_test_id("action-search").press_sequentially("Wayne")
    await page.get_by_test_id("listbox").get_by_role("option", name="Wayne Ltd").click()
    await expect(page.get_by_test_id("message")).to_contain_text("You chose q:1:4711")


async def test_a_modal_opens_says_its_errors_and_closes(open_page: OpenPage, address: str, bot: StubBot) -> None:
    page = await asked(open_page, address)
    await page.get_by_test_id("action-settings").click()
    await page.get_by_label("Name", exact=True).fill("taken")
    await page.get_by_test_id("view-submit").click()
    await expect(page.locator(".problem")).to_have_text("This name is taken.")
    await page.get_by_label("Name", exact=True).fill("free")
    await page.get_by_test_id("view-submit").click()
    await expect(page.get_by_test_id("view")).to_be_hidden()
    assert [values["name"]["name"]["value"] for values in bot.submitted] == ["taken", "free"]


async def test_stories_faults_and_the_clock_move_the_world(open_page: OpenPage, address: str) -> None:
    page = await open_page(address=address)
    await page.get_by_test_id("fix-globex").click()
    await expect(page.get_by_test_id("undo-globex")).to_be_visible()
    await page.get_by_test_id("fault-connectwise").select_option("down")
    await expect(page.locator(".fault[data-broken]")).to_be_visible()
    await page.get_by_test_id("clock-tomorrow").click()
    await expect(page.locator("#clock-time")).to_have_text("9:01")
    await expect(page.get_by_test_id("toast")).to_have_count(0)


async def test_the_home_tab_is_asked_for(open_page: OpenPage, address: str) -> None:
    page = await open_page("#app", address=address)
    await expect(page.get_by_test_id("room-name")).to_have_text("psa-bot")
    await page.get_by_test_id("tab-home").click()
    await expect(page.get_by_test_id("home")).to_contain_text("has not published its home tab yet")
