"""Interactive elements of messages: what a person does, and what the bot is told."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.gallery import message, option, plain, ts
from tests.browser.workspace import FakeWorkspace

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_button_tells_its_value(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    await page.get_by_test_id("action-missing.sync_one").click()
    told = await workspace.asked("click")
    assert told["action_id"] == "missing.sync_one"
    assert told["block_id"] == "answer"
    assert told["value"] == "q:17"
    assert told["ts"] == ts(1)
    assert told["user"] == "U0AGENT"


async def test_a_click_that_is_not_acknowledged_is_said(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    workspace.answers["click"] = {"status": 500, "ack_ms": 3, "error": "dispatch_failed"}
    page = await open_page()
    await page.get_by_test_id("action-missing.check_again").click()
    await expect(page.get_by_role("alert")).to_have_text("psa-bot answered with status 500: “Check again”.")


async def test_a_confirm_dialog_stands_before_the_action(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    button, dialog = page.get_by_test_id("action-missing.sync_full"), page.get_by_test_id("confirm")
    await button.click()
    await expect(dialog).to_contain_text("Start a full sync?")
    await expect(page.get_by_test_id("confirm-no")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(dialog).to_be_hidden()
    assert workspace.requests == []
    await button.click()
    await page.get_by_test_id("confirm-yes").click()
    assert (await workspace.asked("click"))["action_id"] == "missing.sync_full"


async def test_a_link_button_opens_elsewhere(open_page: OpenPage) -> None:
    page = await open_page()
    link = page.get_by_role("link", name="Open in ConnectWise")
    await expect(link).to_have_attribute("href", "https://cw.example/4711")
    await expect(link).to_have_attribute("target", "_blank")


async def test_a_select_is_chosen_with_the_keyboard(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    box = page.get_by_test_id("action-missing.pick")
    await box.focus()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_test_id("listbox").get_by_role("option")).to_have_count(2)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    told = await workspace.asked("click")
    assert told["value"]["selected_option"]["value"] == "q:17:8120"
    await expect(box).to_have_value("Acme Capital")
    await expect(box).to_have_attribute("aria-expanded", "false")


async def test_a_select_filters_and_says_when_nothing_matches(open_page: OpenPage) -> None:
    page = await open_page()
    box = page.get_by_test_id("action-missing.pick")
    await box.click()
    await box.press_sequentially("capi")
    await expect(page.get_by_test_id("listbox").get_by_role("option")).to_have_text("Acme CapitalProspect")
    await box.fill("zzz")
    await expect(page.get_by_test_id("listbox").get_by_role("option")).to_have_text("Nothing matches.")
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("listbox").first).to_be_hidden()
    await expect(box).to_have_value("")


async def test_an_external_select_asks_the_bot_while_one_types(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    groups = [{"label": plain("CW-Prod"), "options": [option("Acme Ltd", "q:18:4711"), option("Acme Capital", "x")]}]
    workspace.answers["suggest"] = {"status": 200, "ack_ms": 4, "option_groups": groups}
    page = await open_page()
    box = page.get_by_test_id("action-missing.search")
    await box.click()
    await expect(page.get_by_text("Type at least 2 characters.")).to_be_visible()
    await box.press_sequentially("acme")
    asked = await workspace.asked("suggest")
    assert asked["value"] == "acme"
    assert asked["action_id"] == "missing.search"
    assert [path for path, _ in workspace.requests] == ["suggest"]
    await expect(page.get_by_role("group", name="CW-Prod").get_by_role("option")).to_have_count(2)
    await page.get_by_test_id("listbox").get_by_role("option", name="Acme Ltd").click()
    assert (await workspace.asked("click"))["value"]["selected_option"]["value"] == "q:18:4711"


async def test_an_overflow_menu_is_used_with_the_keyboard(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    await page.get_by_test_id("action-more").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem", name="Mute for a day")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    assert (await workspace.asked("click"))["value"]["selected_option"]["value"] == "rules"


async def test_ticks_dates_and_times_tell_what_was_chosen(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    await page.get_by_label("Daily digest").check()
    told = await workspace.asked("click")
    assert [one["value"] for one in told["value"]["selected_options"]] == ["failures", "digest"]
    workspace.requests.clear()
    await page.get_by_label("Monthly").check()
    assert (await workspace.asked("click"))["value"]["selected_option"]["value"] == "monthly"
    workspace.requests.clear()
    await page.get_by_test_id("action-until").fill("2025-12-01")
    await page.get_by_test_id("action-until").blur()
    assert (await workspace.asked("click"))["value"] == {"selected_date": "2025-12-01"}


async def test_people_and_channels_can_be_chosen(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    pickers = [
        {"type": "users_select", "action_id": "who", "initial_user": "U0FINANCE"},
        {"type": "multi_channels_select", "action_id": "where"},
    ]
    workspace.messages[:] = [message(ts(1), blocks=[{"type": "actions", "block_id": "b", "elements": pickers}])]
    page = await open_page()
    await expect(page.get_by_test_id("action-who")).to_have_value("@Kim Finance")
    await page.get_by_test_id("action-where").click()
    await page.get_by_test_id("listbox").get_by_role("option", name="#billing").click()
    assert (await workspace.asked("click"))["value"] == {"selected_channels": ["C0BILLING"]}
    await page.get_by_role("button", name="Remove #billing").click()
    await expect(page.locator(".token")).to_have_count(0)
