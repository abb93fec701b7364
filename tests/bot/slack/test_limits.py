"""The validator: every limit is known, and each mistake is found where it is (slack.md §6)."""

from typing import Any

import pytest

from bot.slack.limits import problems
from sandbox.slack.blockkit.surfaces import message_problems

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**keys: Any) -> Json:
    return {"type": "section", **keys}


def button(**keys: Any) -> Json:
    return {"type": "button", "action_id": "a", "text": plain("Press"), **keys}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def select(count: int = 1, **keys: Any) -> Json:
    options = [{"text": plain("x"), "value": str(number)} for number in range(count)]
    return {"type": "static_select", "action_id": "s", "options": options, **keys}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def confirm(**keys: Any) -> Json:
    return {"title": plain("t"), "text": plain("x"), "confirm": plain("y"), "deny": plain("n"), **keys}


DIVIDER: Json = {"type": "divider"}

BAD: dict[str, tuple[list[Any], str]] = {
    "51 blocks": ([DIVIDER] * 51, "/"),
    "section text 3001": ([section(text=plain("x" * 3001))], "/0/text/text"),
    "section without text and fields": ([section()], "/0"),
    "section with empty text": ([section(text=plain(""))], "/0/text/text"),
    "section with 11 fields": ([section(fields=[plain("x")] * 11)], "/0/fields"),
    "field 2001": ([section(fields=[plain("x" * 2001)])], "/0/fields/0/text"),
    "header 151": ([{"type": "header", "text": plain("x" * 151)}], "/0/text/text"),
    "header with mrkdwn": ([{"type": "header", "text": mrkdwn("x")}], "/0/text"),
    "button text 76": ([actions(button(text=plain("x" * 76)))], "/0/elements/0/text/text"),
    "button text 76 in an accessory": (
        [section(text=plain("x"), accessory=button(text=plain("x" * 76)))],
        "/0/accessory/text/text",
    ),
    "button value 2001": ([actions(button(value="x" * 2001))], "/0/elements/0/value"),
    "button of a bad style": ([actions(button(style="loud"))], "/0/elements/0/style"),
    "button with mrkdwn": ([actions(button(text=mrkdwn("x")))], "/0/elements/0/text"),
    "26 actions": ([actions(*(button(action_id=str(n)) for n in range(26)))], "/0/elements"),
    "empty actions": ([actions()], "/0/elements"),
    "11 in a context": ([{"type": "context", "elements": [plain("x")] * 11}], "/0/elements"),
    "block_id 256": ([{**DIVIDER, "block_id": "x" * 256}], "/0/block_id"),
    "101 options": ([actions(select(101))], "/0/elements/0/options"),
    "option text 76": (
        [actions(select(options=[{"text": plain("x" * 76), "value": "v"}]))],
        "/0/elements/0/options/0/text/text",
    ),
    "select without options": ([actions({"type": "static_select", "action_id": "s"})], "/0/elements/0"),
    "confirm title 101": (
        [actions(button(confirm=confirm(title=plain("x" * 101))))],
        "/0/elements/0/confirm/title/text",
    ),
    "image without alt text": ([{"type": "image", "image_url": "https://x.example/i.png"}], "/0"),
    "duplicate block_id": ([{**DIVIDER, "block_id": "b"}] * 2, "/1/block_id"),
    "duplicate action_id": ([actions(button(), button())], "/0/elements/1/action_id"),
    "unknown key": ([{**DIVIDER, "colour": "red"}], "/0/colour"),
    "unknown block": ([{"type": "marquee"}], "/0"),
    "no block at all": (["text"], "/0"),
    "rich text that is empty": ([{"type": "rich_text", "elements": []}], "/0/elements"),
    "empty text in rich text": ([rich({"type": "text", "text": ""})], "/0/elements/0/elements/0/text"),
    "a style that is no flag": (
        [rich({"type": "text", "text": "x", "style": {"bold": "yes"}})],
        "/0/elements/0/elements/0/style/bold",
    ),
    "a user that is none": ([rich({"type": "user", "user_id": "here"})], "/0/elements/0/elements/0/user_id"),
    "a link that is none": (
        [rich({"type": "link", "url": "javascript:x"})],
        "/0/elements/0/elements/0/url",
    ),
    "a date that is none": (
        [rich({"type": "date", "timestamp": "now", "format": "{date}", "fallback": "x"})],
        "/0/elements/0/elements/0/timestamp",
    ),
    "elements that are no list": ([{"type": "context", "elements": "text"}], "/0/elements"),
    "text that is no object": ([section(text="text")], "/0/text"),
    "text that is a number": ([section(text={"type": "plain_text", "text": 7})], "/0/text/text"),
    "confirm that is no object": ([actions(button(confirm="sure?"))], "/0/elements/0/confirm"),
    "more characters than Slack takes": ([section(text=plain("x" * 2900))] * 4, "/"),
}


@pytest.mark.parametrize("name", BAD)
def test_each_mistake_is_found_where_it_is(name: str) -> None:
    blocks, pointer = BAD[name]
    assert pointer in [str(problem).split(": ")[0] for problem in problems(blocks)]


GOOD: dict[str, list[Json]] = {
    "header": [{"type": "header", "text": plain("x" * 150)}],
    "section": [section(text=mrkdwn("x" * 3000), fields=[plain("x")] * 10, block_id="b")],
    "actions": [
        actions(button(confirm=confirm(style="danger"), style="primary", url="https://x.example"), select(100))
    ],
    "external": [
        actions({"type": "external_select", "action_id": "e", "min_query_length": 2, "placeholder": plain("x")})
    ],
    "image": [{"type": "image", "image_url": "https://x.example/i.png", "alt_text": "a", "title": plain("t")}],
    "rich": [rich({"type": "text", "text": "x", "style": {"bold": True}}, {"type": "user", "user_id": "U0AGENT"})],
    "context": [{"type": "context", "elements": [plain("x"), mrkdwn("x")]}],
    "many": [DIVIDER] * 50,
}


@pytest.mark.parametrize("name", GOOD)
def test_what_is_right_passes_here_and_in_the_sandboxs_own_check(name: str) -> None:
    assert problems(GOOD[name]) == []
    assert message_problems(GOOD[name]) == []


@pytest.mark.parametrize("name", [name for name in BAD if name != "more characters than Slack takes"])
def test_the_sandboxs_own_check_agrees(name: str) -> None:
    looser = {"a user that is none", "image without alt text", "empty text in rich text"}
    found = message_problems(BAD[name][0])
    assert found or name in looser


def test_a_modal_takes_a_hundred_blocks_and_has_no_budget_of_its_own() -> None:
    assert problems([DIVIDER] * 100, "modal") == []
    assert problems([DIVIDER] * 101, "modal") != []
    assert problems([section(text=plain("x" * 2900))] * 5, "modal") == []
