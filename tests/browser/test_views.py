"""Modals and App Home."""

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.gallery import JSON
from tests.browser.views import details, schedule
from tests.browser.workspace import FakeWorkspace

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def shown(workspace: FakeWorkspace, action: str, view: JSON) -> None:
    workspace.push("view", {"action": action, "user": "U0AGENT", "view": view})


async def opened(open_page: OpenPage, workspace: FakeWorkspace, **settings: object) -> Page:
    page = await open_page(**settings)
    shown(workspace, "open", schedule())
    await expect(page.get_by_test_id("view")).to_be_visible()
    return page


async def test_a_modal_is_filled_in_and_submitted(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await opened(open_page, workspace, viewport=PHONE)
    await expect(page.get_by_test_id("view-title")).to_have_text("Alerts in #psa-alerts")
    await expect(page.get_by_label("Name")).to_be_focused()
    await page.keyboard.type("Weekdays")
    await page.get_by_test_id("view").get_by_label("Daily digest").check()
    await page.get_by_test_id("action-statuses").click()
    await page.get_by_test_id("listbox").get_by_role("option", name="Credit Hold").click()
    await page.get_by_test_id("view-submit").click()
    sent = await workspace.asked("submit")
    values = sent["values"]
    assert sent["view_id"] == "V000001LOCAL"
    assert values["name"]["name"] == {"type": "plain_text_input", "value": "Weekdays"}
    assert [one["value"] for one in values["kinds"]["kinds"]["selected_options"]] == ["failures", "digest"]
    assert [one["value"] for one in values["statuses"]["statuses"]["selected_options"]] == ["3"]
    assert values["at"]["at"] == {"type": "timepicker", "selected_time": "08:00"}
    shown(workspace, "close", schedule())
    await expect(page.get_by_test_id("view")).to_be_hidden()


async def test_a_required_input_is_asked_for_before_anything_is_sent(
    open_page: OpenPage, workspace: FakeWorkspace
) -> None:
    page = await opened(open_page, workspace)
    await page.get_by_test_id("view-submit").click()
    await expect(page.locator("[data-block=name] .problem")).to_have_text("Please fill this in.")
    await expect(page.get_by_label("Name")).to_be_focused()
    await expect(page.get_by_label("Name")).to_have_attribute("aria-invalid", "true")
    assert workspace.requests == []


async def test_the_bots_errors_stand_at_their_fields(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    workspace.answers["submit"] = {"status": 200, "ack_ms": 5, "errors": {"name": "This name is taken."}}
    page = await opened(open_page, workspace)
    await page.get_by_label("Name").fill("Weekdays")
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-block=name] .problem")).to_have_text("This name is taken.")
    await expect(page.get_by_label("Name")).to_have_accessible_description(
        "Shown under each alert. This name is taken."
    )


async def test_an_update_keeps_what_was_typed(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await opened(open_page, workspace)
    await page.get_by_label("Name").fill("Weekdays")
    changed = schedule()
    changed["title"]["text"] = "Alerts, checked"
    shown(workspace, "update", changed)
    await expect(page.get_by_test_id("view-title")).to_have_text("Alerts, checked")
    await expect(page.get_by_label("Name")).to_have_value("Weekdays")
    await expect(page.get_by_label("Name")).to_be_focused()


async def test_a_pushed_view_can_be_left_with_escape(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await opened(open_page, workspace)
    shown(workspace, "push", details())
    await expect(page.get_by_test_id("view-title")).to_have_text("Why this rule")
    await expect(page.get_by_test_id("view-submit")).to_be_hidden()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("view-title")).to_have_text("Alerts in #psa-alerts")
    assert await workspace.asked("close") == {"view_id": "V000002LOCAL", "user": "U0AGENT"}


async def test_escape_closes_an_open_list_before_the_modal(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await opened(open_page, workspace)
    await page.get_by_test_id("action-statuses").click()
    await expect(page.get_by_test_id("listbox").get_by_role("option")).to_have_count(3)
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("listbox").get_by_role("option")).to_have_count(0)
    await expect(page.get_by_test_id("view")).to_be_visible()


async def test_somebody_elses_modal_does_not_open_here(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    workspace.push("view", {"action": "open", "user": "U0ADMIN", "view": schedule()})
    workspace.push("clock", {"now": "2025-11-21T12:00:00+00:00"})
    await expect(page.get_by_test_id("clock")).to_contain_text("13:00")
    await expect(page.get_by_test_id("view")).to_be_hidden()


async def test_an_open_modal_stands_again_after_a_reload(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    workspace.modals = [schedule()]
    page = await open_page()
    await expect(page.get_by_test_id("view-title")).to_have_text("Alerts in #psa-alerts")


async def test_app_home_is_asked_for_and_shown(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    await page.get_by_test_id("room-app").click()
    assert await workspace.asked("home") == {"user": "agent"}
    await expect(page.get_by_test_id("home")).to_contain_text("Good morning, Dana")
    await page.get_by_test_id("action-home.sync").click()
    told = await workspace.asked("click")
    assert told["view_id"] == "V000009LOCAL"


async def test_the_app_has_a_tab_for_its_messages(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    workspace.messages[0]["channel"] = "D0AGENT"
    page = await open_page("#app")
    await page.get_by_test_id("tab-home").focus()
    await page.keyboard.press("ArrowRight")
    await expect(page.get_by_test_id("tab-messages")).to_be_focused()
    await expect(page.get_by_text("No sync failed")).to_be_visible()
    await expect(page.get_by_test_id("command")).to_be_visible()
