"""Block Kit and Slack's text, as a person sees them."""

from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser import gallery
from tests.browser.conftest import OpenPage
from tests.browser.gallery import HOSTILE, message, mrkdwn, ts
from tests.browser.workspace import FakeWorkspace

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def holding(page: Page, text: str) -> Locator:
    return page.get_by_test_id("message").filter(has_text=text).last


async def drawn(open_page: OpenPage, workspace: FakeWorkspace, *blocks: Any, text: str = "shown") -> Locator:
    workspace.messages[:] = [message(ts(1), text=text, blocks=list(blocks))]
    page = await open_page()
    return page.get_by_test_id("message")


async def test_hostile_names_are_text_everywhere(open_page: OpenPage) -> None:
    page = await open_page()
    shown = page.get_by_test_id("message").filter(has_text="onerror")
    assert await page.evaluate("window.hacked") is None
    await expect(shown.locator("img, .mention, a")).to_have_count(0)
    await expect(shown.locator(".block-header")).to_have_text(HOSTILE[:150])
    await expect(shown.locator(".fields .rich")).to_have_text(HOSTILE)
    await expect(shown.locator(".rich-section strong")).to_have_text(HOSTILE)


async def test_mrkdwn_shows_styles_and_unescapes_exactly_three_entities(open_page: OpenPage) -> None:
    page = await open_page()
    shown = holding(page, "stays")
    for tag, words in [("strong", "bold"), ("em", "italic"), ("s", "strike"), ("code", "code")]:
        await expect(shown.locator(f"p > {tag}").first).to_have_text(words)
    await expect(shown.locator("strong > em")).to_have_text("both")
    await expect(shown.locator("p").first).to_contain_text("a*b*c stays. & < > but &#39;")
    await expect(shown.locator("pre").first).to_have_text("GET /company/companies\n  id = 4711")


async def test_mrkdwn_shows_links_mentions_and_moments_in_a_quote(open_page: OpenPage) -> None:
    page = await open_page()
    quote = holding(page, "stays").locator("blockquote").first
    await expect(quote.locator("a")).to_have_attribute("href", "https://example.com/a?b=1&c=2")
    await expect(quote.locator("a")).to_have_attribute("rel", "noopener noreferrer")
    await expect(quote.locator(".mention")).to_have_text(["@Dana Agent", "#psa-alerts", "@billing-team"])
    await expect(quote.locator(".mention.me")).to_have_text("@Dana Agent")
    await expect(holding(page, "stays").locator("time.moment")).to_have_text("2025-11-21 11:02:00")


async def test_rich_text_shows_every_kind_of_piece_and_never_a_script_link(open_page: OpenPage) -> None:
    page = await open_page()
    shown = holding(page, "no script link")
    await expect(shown.locator("blockquote").last).to_have_text("Merging leaves the status Active.")
    await expect(shown.get_by_role("img", name="white check mark")).to_have_text("✅")
    await expect(shown.get_by_role("link", name="the guide")).to_have_attribute("href", "https://example.com/")
    await expect(shown.get_by_role("link", name="no script link")).to_have_count(0)


async def test_the_answer_has_lists_columns_and_the_readers_own_time(open_page: OpenPage) -> None:
    page = await open_page()
    shown = holding(page, "Acme Ltd is in ConnectWise")
    await expect(shown.locator("ul > li")).to_have_count(3)
    await expect(shown.locator("ol > li")).to_have_count(2)
    await expect(shown.locator(".fields > *")).to_have_count(4)
    await expect(shown.locator("time.moment").first).to_have_text("Yesterday 9:02")
    columns = await shown.locator(".fields").evaluate("n => getComputedStyle(n).gridTemplateColumns.split(' ').length")
    assert columns == 2


async def test_a_table_has_column_heads_and_scrolls_in_its_own_box(open_page: OpenPage) -> None:
    page = await open_page()
    table = page.get_by_role("table")
    await expect(table.get_by_role("columnheader")).to_have_text(["", "RecId 5120", "RecId 2277"])
    await expect(table.locator("td").nth(4)).to_have_css("text-align", "right")


async def test_an_unknown_block_says_so(open_page: OpenPage) -> None:
    page = await open_page()
    await expect(page.get_by_text("This block is not shown here: sparkline")).to_be_attached()


async def test_an_image_has_its_words(open_page: OpenPage) -> None:
    page = await open_page()
    await expect(page.locator("figure img")).to_have_attribute("alt", "A")


async def test_emoji_names_become_emoji_only_where_slack_does_so(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    shown = await drawn(
        open_page,
        workspace,
        {"type": "section", "text": mrkdwn(":warning: watch :no_such_name:")},
        {"type": "context", "elements": [gallery.plain(":bell: on", emoji=True), gallery.plain(":lock: off")]},
    )
    await expect(shown.locator("p").nth(0)).to_have_text("⚠️ watch :no_such_name:")
    await expect(shown.locator(".context")).to_have_text("🔔 on:lock: off")


TEXTS = [
    ("2 * 3 * 4", "2 * 3 * 4"),
    ("snake_case_name", "snake_case_name"),
    ("<unknown>", "<unknown>"),
    ("&amp;lt;", "&lt;"),
    ("<javascript:alert(1)|x>", "<javascript:alert(1)|x>"),
    ("<!date^x^{date}|then>", "then"),
    ("<!date^0^{no_token}|then>", "then"),
    ("a *b", "a *b"),
    ("`*not bold*`", "*not bold*"),
    ("<mailto:kim@local-msp.example>", "kim@local-msp.example"),
    ("<!here> <#C0BILLING> <@U9>", "@here #billing @U9"),
]


async def test_text_is_shown_as_slack_shows_it(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    workspace.messages[:] = [message(ts(1, number), text=text) for number, (text, _) in enumerate(TEXTS)]
    page = await open_page()
    await expect(page.get_by_test_id("text")).to_have_text([expected for _, expected in TEXTS])


async def test_files_and_reactions_are_shown(open_page: OpenPage, workspace: FakeWorkspace) -> None:
    file = {"title": "hidden.csv", "url_private": "http://127.0.0.1:9/_files/F1"}
    reactions = [{"name": "eyes", "user": "U1"}, {"name": "eyes", "user": "U2"}]
    workspace.messages[:] = [message(ts(1), text="done", files=[file], reactions=reactions)]
    page = await open_page()
    await expect(page.get_by_role("link", name="hidden.csv")).to_have_attribute("href", file["url_private"])
    await expect(page.locator(".reaction")).to_have_text("👀 2")
