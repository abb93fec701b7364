"""The story panel plays the demo through the control API."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PHONE, OpenPage
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
    await expect(card.get_by_role("button", name="Fix")).to_have_count(0)
    await expect(card).to_contain_text("Nothing to fix in the PSA: sync it")


async def test_the_psa_is_broken_from_a_menu(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    await page.get_by_test_id("fault-connectwise").select_option("down")
    assert await workspace.asked("psa/connectwise/fault") == {"fault": "down"}
    await expect(page.locator(".fault[data-broken]")).to_be_visible()


async def test_one_psa_is_shown_at_a_time_with_its_connection_its_stories_and_its_calls(open_page: OpenPage) -> None:
    page = await open_page()
    await page.get_by_test_id("calls").locator("summary").click()
    await page.get_by_test_id("psa-halopsa").click()
    await expect(page.get_by_role("tabpanel", name="HaloPSA")).to_contain_text("halo-uk")
    await expect(page.get_by_test_id("story-duff")).to_be_visible()
    await expect(page.get_by_test_id("story-acme")).to_have_count(0)
    await expect(page.get_by_test_id("call").first).to_contain_text("GET /api/RecurringInvoice")


async def test_the_psas_are_switched_by_keyboard(open_page: OpenPage) -> None:
    page = await open_page()
    connectwise, halo = page.get_by_test_id("psa-connectwise"), page.get_by_test_id("psa-halopsa")
    await connectwise.focus()
    for key, chosen in (("ArrowRight", halo), ("ArrowDown", connectwise), ("ArrowUp", halo), ("Home", connectwise)):
        await page.keyboard.press(key)
        await expect(chosen).to_be_focused()
        await expect(chosen).to_have_attribute("aria-selected", "true")
    await expect(halo).to_have_attribute("tabindex", "-1")
    await page.keyboard.press("a")
    await expect(connectwise).to_be_focused()


async def test_a_broken_psa_is_marked_also_while_another_is_shown(open_page: OpenPage) -> None:
    page = await open_page()
    await page.get_by_test_id("fault-connectwise").select_option("down")
    await page.get_by_test_id("psa-halopsa").click()
    await expect(page.get_by_role("tab", name="ConnectWise, broken")).to_be_visible()
    await expect(page.get_by_test_id("fault-halopsa")).to_have_value("none")


async def test_a_story_about_the_whole_psa_says_how_it_is_seen(open_page: OpenPage) -> None:
    page = await open_page()
    await page.get_by_test_id("psa-halopsa").click()
    await expect(page.get_by_test_id("story-zorin")).to_contain_text("press Check again")
    await expect(page.get_by_test_id("story-duff")).not_to_contain_text("Check again")


async def test_a_single_psa_needs_no_switch(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    workspace.faults = {"connectwise": "none"}
    page = await open_page()
    await expect(page.get_by_test_id("story-acme")).to_be_visible()
    await expect(page.get_by_role("tab", name="ConnectWise")).to_have_count(0)


@pytest.mark.parametrize(("psas", "said"), [({}, "No simulated PSA is running."), ({"halopsa": "none"}, "no story")])
async def test_where_there_is_nothing_to_play_it_says_so(
    open_page: OpenPage, workspace: FakeWorkspace, psas: dict[str, str], said: str
) -> None:
    workspace.faults, workspace.stories = psas, []
    page = await open_page()
    await expect(page.get_by_test_id("stories")).to_contain_text(said)


async def test_the_records_of_a_story_are_shown_and_follow_its_fix(open_page: OpenPage) -> None:
    page = await open_page()
    await page.get_by_test_id("psa-halopsa").click()
    opener = page.get_by_role("button", name="Records of Duff Brewing")
    await opener.click()
    records = page.get_by_test_id("records-of-duff").get_by_role("listitem")
    await expect(records.first).to_contain_text("Customer Duff Brewing 48", use_inner_text=True)
    await expect(records.first).to_contain_text("Gold, East")
    invoice = records.last
    await expect(invoice).to_contain_text("not returned")
    await expect(invoice.locator("dd")).to_have_text(["yes", "none", "Fri, 21 Nov 2025, 10:30"])
    await page.get_by_test_id("fix-duff").click()
    await expect(invoice.locator("dd").first).to_have_text("no")
    await opener.click()
    await expect(records).to_have_count(0)
    await expect(opener).to_be_focused()


async def test_the_panel_fits_a_phone(open_page: OpenPage) -> None:
    page = await open_page(viewport=PHONE)
    await page.get_by_test_id("toggle-panel").click()
    await page.get_by_test_id("psa-halopsa").click()
    await page.get_by_test_id("records-duff").click()
    await expect(page.get_by_test_id("records-of-duff")).to_be_visible()
    body = page.locator(".panel-body")
    assert await body.evaluate("body => body.scrollWidth <= body.clientWidth")


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
