"""The story panel plays the demo through the control API."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.workspace import FakeWorkspace

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_ask_types_the_question(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    await page.get_by_test_id("ask-globex").click()
    await expect(page.get_by_test_id("command")).to_have_value("/psa missing Globex Corporation")
    await expect(page.get_by_test_id("command")).to_be_focused()
    assert workspace.requests == []


async def test_ask_leaves_app_home_for_a_channel(open_page: OpenPage) -> None:
    page = await open_page("#app")
    await page.get_by_test_id("ask-acme").click()
    await expect(page.get_by_test_id("room-name")).to_have_text("#general")
    await expect(page.get_by_test_id("command")).to_have_value("/psa missing Acme Ltd")


async def test_a_story_is_fixed_and_undone(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    card = page.get_by_test_id("story-globex")
    await expect(card).to_contain_text("Open")
    await card.get_by_role("button", name="Fix in ConnectWise: Globex Corporation").click()
    assert await workspace.asked("stories/connectwise/globex/fix") == {}
    await expect(card).to_contain_text("Fixed")
    await expect(page.get_by_test_id("undo-globex")).to_be_focused()
    await page.keyboard.press("Enter")
    assert await workspace.asked("stories/connectwise/globex/unfix") == {}
    await expect(card).to_contain_text("Open")


async def test_a_story_without_a_fault_offers_no_fix(open_page: OpenPage) -> None:
    page = await open_page()
    card = page.get_by_test_id("story-acme")
    await expect(card.get_by_role("button")).to_have_count(1)
    await expect(card).to_contain_text("Nothing to fix in the PSA: sync it")


async def test_the_psa_is_broken_from_a_menu(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    await page.get_by_test_id("fault-connectwise").select_option("down")
    assert await workspace.asked("psa/connectwise/fault") == {"fault": "down"}
    await expect(page.locator(".fault[data-broken]")).to_be_visible()


async def test_the_clock_shows_sandbox_time_and_moves(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    await expect(page.get_by_test_id("clock")).to_contain_text("11:02")
    await expect(page.get_by_test_id("clock")).to_contain_text("Fri, 21 Nov 2025")
    workspace.answers["clock"] = {"now": "2025-11-22T08:01:00+00:00"}
    await page.get_by_test_id("clock-tomorrow").click()
    assert await workspace.asked("clock") == {"to": "tomorrow-morning"}
    await expect(page.get_by_test_id("clock")).to_contain_text("9:01")
    workspace.requests.clear()
    await page.get_by_test_id("clock-hour").click()
    assert await workspace.asked("clock") == {"advance_seconds": 3600}


async def test_the_calls_of_the_bot_are_listed(open_page: OpenPage) -> None:
    page = await open_page()
    await page.get_by_test_id("calls").locator("summary").click()
    rows = page.get_by_test_id("call")
    await expect(rows).to_have_count(2)
    await expect(rows.first).to_contain_text("GET /company/companies?conditions=id=4711")
    await expect(rows.last).to_contain_text("chat.postEphemeral")


async def test_stories_that_change_elsewhere_are_drawn_again(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    workspace.stories[1]["fixed"] = True
    workspace.push("stories", {})
    await expect(page.get_by_test_id("undo-globex")).to_be_visible()


async def test_a_control_that_fails_says_why(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    workspace.answers["clock"] = {"error": "The clock is stuck."}
    workspace.refused.add("clock")
    await page.get_by_test_id("clock-hour").click()
    await expect(page.get_by_role("alert")).to_have_text("The clock is stuck.")
