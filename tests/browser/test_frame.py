"""The frame of the page: appearance, narrow screens, keyboard, and what is read aloud."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, READY, OpenPage
from tests.browser.workspace import FakeWorkspace

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

TABLET: Any = {"width": 900, "height": 1100}
WIDTHS = "[document.documentElement.scrollWidth, innerWidth]"
# The least contrast of any text with what stands behind it, for what is on the screen now.
CONTRAST = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const paint = (colour, under = [255, 255, 255]) => {
    canvas.fillStyle = `rgb(${under})`; canvas.fillRect(0, 0, 1, 1);
    canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  };
  const light = (rgb) => rgb.map((part) => part / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const behind = (node) => {
    const own = getComputedStyle(node).backgroundColor;
    const under = node.parentElement ? behind(node.parentElement) : [255, 255, 255];
    return paint(own, under);
  };
  let worst = { ratio: 21, text: "" };
  for (const node of document.querySelectorAll("body *")) {
    const words = [...node.childNodes].filter((one) => one.nodeType === 3).map((one) => one.data.trim()).join("");
    const box = node.getBoundingClientRect();
    if (!words || !box.width || node.closest(".unseen, [inert], noscript, script, option")) continue;
    const back = behind(node);
    const [one, two] = [light(paint(getComputedStyle(node).color, back)), light(back)].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (two + 0.05);
    if (ratio < worst.ratio) worst = { ratio, text: words };
  }
  return worst;
}"""


@pytest.mark.parametrize("viewport", [DESKTOP, TABLET, PHONE], ids=["desktop", "tablet", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_page_loads_legibly_and_fits(open_page: OpenPage, viewport: Any, scheme: str) -> None:
    page = await open_page(viewport=viewport, scheme=scheme)
    await expect(page.get_by_test_id("room-name")).to_have_text("#general")
    needed, given = await page.evaluate(WIDTHS)
    assert needed <= given
    worst = await page.evaluate(CONTRAST)
    assert worst["ratio"] >= 4.5, worst


async def test_the_appearance_can_be_chosen_and_is_kept(open_page: OpenPage) -> None:
    page = await open_page(scheme="light")
    light = await background(page)
    await page.get_by_test_id("themes").get_by_label("Dark").check(force=True)
    assert await background(page) != light
    await page.reload()
    await page.wait_for_selector(READY, state="attached")
    assert await background(page) != light
    await page.get_by_test_id("themes").get_by_label("As the system").check(force=True)
    assert await background(page) == light


async def background(page: Page) -> str:
    return str(await page.get_by_test_id("app").locator("main").evaluate("n => getComputedStyle(n).backgroundColor"))


async def test_on_a_phone_the_channels_and_the_stories_are_drawers(open_page: OpenPage) -> None:
    page = await open_page(viewport=PHONE)
    sidebar, panel = page.get_by_test_id("sidebar"), page.get_by_test_id("panel")
    await expect(sidebar).to_be_hidden()
    await page.get_by_test_id("open-sidebar").click()
    await expect(sidebar).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(sidebar).to_be_hidden()
    await expect(page.get_by_test_id("open-sidebar")).to_be_focused()
    await page.get_by_test_id("toggle-panel").click()
    await expect(panel).to_be_visible()
    await page.get_by_test_id("ask-acme").click()
    await expect(panel).to_be_hidden()
    await expect(page.get_by_test_id("command")).to_have_value("/psa missing Acme Ltd")


async def test_choosing_a_channel_closes_the_drawer(open_page: OpenPage) -> None:
    page = await open_page(viewport=PHONE)
    await page.get_by_test_id("open-sidebar").click()
    await page.get_by_test_id("room-billing").click()
    await expect(page.get_by_test_id("sidebar")).to_be_hidden()
    await expect(page.get_by_test_id("room-name")).to_have_text("#billing")


async def test_on_a_desktop_the_story_panel_folds_away(open_page: OpenPage) -> None:
    page = await open_page()
    toggle = page.get_by_test_id("toggle-panel")
    await expect(toggle).to_have_attribute("aria-expanded", "true")
    await toggle.click()
    await expect(page.get_by_test_id("panel")).to_be_hidden()
    await expect(toggle).to_have_attribute("aria-expanded", "false")


async def test_the_focus_goes_from_the_skip_link_through_the_page_in_reading_order(open_page: OpenPage) -> None:
    page = await open_page("#billing")
    await page.evaluate("document.activeElement.blur()")
    order = []
    for _ in range(14):
        await page.keyboard.press("Tab")
        order.append(await page.evaluate("(document.activeElement.dataset.testid || document.activeElement.className)"))
    assert order[:5] == ["skip", "room-general", "room-psa-alerts", "room-billing", "room-app"]
    assert order[5] == "person"
    assert order.index("toggle-panel") < order.index("messages") < order.index("chip") < len(order)


async def test_the_skip_link_leads_to_the_command_box(open_page: OpenPage) -> None:
    page = await open_page()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("command")).to_be_focused()


async def test_a_slash_anywhere_begins_a_command(open_page: OpenPage) -> None:
    page = await open_page()
    await page.get_by_test_id("messages").focus()
    await page.keyboard.press("/")
    await expect(page.get_by_test_id("command")).to_be_focused()
    await expect(page.get_by_test_id("command")).to_have_value("/")


async def test_what_the_bot_says_is_read_aloud(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page("#billing")
    workspace.say({**workspace.messages[0], "channel": "C0BILLING", "ts": "1763719400.000001", "text": "All is well"})
    await expect(page.get_by_test_id("live")).to_have_text("psa-bot: All is well")


async def test_a_lost_stream_is_said_and_what_was_missed_is_read(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    page = await open_page("#billing")
    workspace.messages.append({**workspace.messages[0], "channel": "C0BILLING", "text": "said meanwhile"})
    workspace.hang_up()
    await expect(page.locator("#banner")).to_be_visible()
    await expect(page.get_by_test_id("message").filter(has_text="said meanwhile")).to_be_visible(timeout=8000)
    await expect(page.locator("#banner")).to_be_hidden()
