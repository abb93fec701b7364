"""Typing commands, and what happens in the room."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.conftest import PHONE, OpenPage
from tests.browser.gallery import diagnosis, message, ts
from tests.browser.workspace import FakeWorkspace

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_typing_a_command_sends_it(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    await page.get_by_test_id("command").fill("/psa missing Acme")
    await page.keyboard.press("Enter")
    sent = await workspace.asked("command")
    assert sent == {"text": "/psa missing Acme", "channel": "C0GENERAL", "user": "agent"}
    await expect(page.get_by_test_id("ran")).to_contain_text("You ran")
    await expect(page.get_by_test_id("ran")).to_have_attribute("data-state", "done")
    await expect(page.get_by_test_id("command")).to_have_value("")
    await expect(page.get_by_test_id("chips")).to_be_hidden()


async def test_a_command_is_completed_with_the_keyboard(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    box = page.get_by_test_id("command")
    await box.press_sequentially("/psa ")
    await expect(page.get_by_test_id("completion")).to_have_count(5)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_test_id("completion").nth(1)).to_have_attribute("aria-selected", "true")
    await expect(box).to_have_attribute("aria-activedescendant", "completion-1")
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("Enter")
    await expect(box).to_have_value("/psa missing ")
    assert workspace.requests == []
    await box.press_sequentially("Acme")
    await expect(page.get_by_test_id("command-hint")).to_contain_text("Why is this customer not in the list?")
    await page.keyboard.press("Enter")
    assert (await workspace.asked("command"))["text"] == "/psa missing Acme"


async def test_tab_completes_and_escape_closes(open_page: OpenPage) -> None:
    page = await open_page()
    box = page.get_by_test_id("command")
    await box.press_sequentially("/psa st")
    await page.keyboard.press("Tab")
    await expect(box).to_have_value("/psa status")
    await box.fill("/psa ")
    await expect(page.get_by_test_id("completions")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("completions")).to_be_hidden()
    await expect(box).to_be_focused()


async def test_an_earlier_command_is_recalled(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    box = page.get_by_test_id("command")
    await box.fill("/psa status")
    await page.keyboard.press("Enter")
    await workspace.asked("command")
    await page.keyboard.press("ArrowUp")
    await expect(box).to_have_value("/psa status")


async def test_an_example_is_typed_but_not_sent(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page(viewport=PHONE)
    await page.get_by_test_id("chip").first.click()
    await expect(page.get_by_test_id("command")).to_have_value("/psa missing Acme")
    assert workspace.requests == []


async def test_a_command_that_nobody_acknowledged_is_said(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    workspace.answers["command"] = {"status": 0, "ack_ms": 3000, "error": "operation_timeout"}
    page = await open_page()
    await page.get_by_test_id("command").fill("/psa status")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("alert")).to_contain_text("did not acknowledge within three seconds: /psa status")
    await expect(page.get_by_test_id("ran")).to_have_attribute("data-state", "failed")


async def test_private_messages_are_marked_and_others_do_not_see_them(open_page: OpenPage) -> None:
    page = await open_page()
    private = page.get_by_test_id("message").filter(has=page.get_by_test_id("private-mark"))
    await expect(private).to_have_count(1)
    await expect(private).to_contain_text("Only visible to you")
    await expect(page.get_by_text("Only Robin sees this.")).to_have_count(0)
    await page.get_by_test_id("person").click()
    await page.get_by_test_id("person-admin").click()
    await expect(page.get_by_text("Only Robin sees this.")).to_be_visible()
    await expect(page.get_by_text("Acme Ltd is in ConnectWise, but not synced yet")).to_have_count(0)


async def test_the_person_menu_is_walked_with_arrow_keys(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    await page.get_by_test_id("person").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("person-agent")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.locator("#person-name")).to_have_text("Kim Finance")
    await page.get_by_test_id("command").fill("/psa status")
    await page.keyboard.press("Enter")
    assert (await workspace.asked("command"))["user"] == "finance"


async def test_an_edit_replaces_the_message_and_is_marked(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    looking = workspace.say(message(ts(0), text="Looking up Acme …", ephemeral_to="U0AGENT"))
    node = page.locator(f"[data-ts='{looking['ts']}']")
    await expect(node).to_contain_text("Looking up Acme")
    workspace.edit(looking, text="Acme Ltd is visible.")
    await expect(node).to_contain_text("Acme Ltd is visible.")
    await expect(node.get_by_test_id("edited")).to_be_visible()
    await expect(node).to_have_class("message private fresh")


async def test_the_focus_stays_on_a_button_whose_message_is_edited(
    open_page: OpenPage, workspace: FakeWorkspace
) -> None:
    page = await open_page()
    answer = next(one for one in workspace.messages if one["text"] == "Acme Ltd is not synced yet")
    await page.get_by_test_id("action-missing.check_again").focus()
    workspace.edit(answer, text="again")
    await expect(page.locator(f"[data-ts='{answer['ts']}']").get_by_test_id("edited")).to_be_visible()
    await expect(page.get_by_test_id("action-missing.check_again")).to_be_focused()


async def test_a_deleted_message_goes(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    gone = workspace.messages[0]
    workspace.push("delete", {"ts": gone["ts"], "channel": gone["channel"], "ephemeral_to": None})
    await expect(page.locator(f"[data-ts='{gone['ts']}']")).to_have_count(0)


async def test_threads_stand_under_their_message_and_fold(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    toggle = page.get_by_test_id("thread-toggle")
    await expect(toggle).to_have_text("2 replies")
    parent = next(one for one in workspace.messages if one["text"] == "Halo-UK failed")
    workspace.say(message(ts(0), text="Third reply", thread_ts=parent["ts"]))
    await expect(toggle).to_have_text("3 replies")
    await expect(page.get_by_test_id("messages").get_by_text("Third reply")).to_be_attached()
    await toggle.click()
    await expect(page.get_by_test_id("messages").get_by_text("Third reply")).to_be_hidden()


async def test_a_reply_mentions_the_app_in_its_thread(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    parent = page.get_by_test_id("message").filter(has_text="CW-Prod does not answer.")
    await parent.hover()
    await parent.get_by_test_id("reply").click()
    await expect(page.get_by_test_id("replying")).to_be_visible()
    box = page.get_by_test_id("command")
    await expect(box).to_have_value("@psa-bot ")
    await box.press_sequentially("missing Acme")
    await page.keyboard.press("Enter")
    sent = await workspace.asked("message")
    assert sent["text"] == "@psa-bot missing Acme"
    assert sent["thread_ts"] == ts(190)
    await expect(page.get_by_test_id("replying")).to_be_hidden()


async def test_a_command_in_a_thread_is_refused_as_in_slack(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    parent = page.get_by_test_id("message").filter(has_text="CW-Prod does not answer.")
    await parent.hover()
    await parent.get_by_test_id("reply").click()
    await page.get_by_test_id("command").fill("/psa status")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("toast")).to_contain_text("Commands do not work in threads")
    assert workspace.requests == []


async def test_messages_elsewhere_leave_a_dot_until_the_room_is_opened(
    open_page: OpenPage, workspace: FakeWorkspace
) -> None:
    page = await open_page()
    room = page.get_by_test_id("room-psa-alerts")
    workspace.say(message(ts(0), channel="C0ALERTS", text="CW-Prod failed"))
    await expect(room.locator(".dot")).to_be_visible()
    await expect(page).to_have_title("(1) #general · Local MSP")
    await room.click()
    await expect(room.locator(".dot")).to_be_hidden()
    await expect(page.get_by_text("CW-Prod failed")).to_be_visible()


async def test_days_are_named_by_the_sandbox_clock(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page()
    await expect(page.get_by_test_id("day")).to_have_text(["Yesterday", "Today"])
    workspace.push("clock", {"now": "2025-11-22T08:01:00+00:00"})
    await expect(page.get_by_test_id("day")).to_have_text(["Thursday 20 November", "Yesterday"])


async def test_an_answer_taller_than_the_room_is_read_from_its_beginning(
    open_page: OpenPage, workspace: FakeWorkspace
) -> None:
    page = await open_page("#billing", viewport=PHONE)
    looking = workspace.say(message(ts(0), channel="C0BILLING", text="Looking …", ephemeral_to="U0AGENT"))
    await expect(page.get_by_test_id("message")).to_have_text(re.compile("Looking"))
    workspace.edit(looking, blocks=[*diagnosis(), *diagnosis()])
    await expect(page.get_by_role("heading", name="Acme Ltd is in ConnectWise").first).to_be_in_viewport()
    await expect(page.get_by_role("button", name="New messages")).to_be_hidden()


async def test_new_messages_do_not_move_somebody_who_reads_further_up(
    open_page: OpenPage, workspace: FakeWorkspace
) -> None:
    page = await open_page()
    await page.get_by_test_id("messages").evaluate("n => { n.scrollTop = 0; }")
    await page.wait_for_function("document.getElementById('messages').scrollTop === 0")
    workspace.say(message(ts(0), text="News"))
    await page.get_by_role("button", name="New messages").click()
    await expect(page.get_by_text("News", exact=True)).to_be_in_viewport()
