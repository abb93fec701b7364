"""Messages as Block Kit: within every limit, literal, and never cut in silence."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block as SdkBlock

from bot.messages import (
    Block,
    Bullets,
    Button,
    Choice,
    Columns,
    Confirm,
    Divider,
    Heading,
    Message,
    Note,
    Paragraph,
    Picker,
    Row,
    Span,
    Verbatim,
)
from bot.slack.blocks import notification, plain_text, to_blocks
from bot.slack.buttons import action_of
from bot.slack.limits import problems
from sandbox.slack.blockkit.surfaces import MESSAGE_BUDGET, message_cost, message_problems

HOSTILE = (
    "*_~`<>&|",
    "<!channel>",
    "<@U0AGENT>",
    "<https://evil.example|Acme>",
    ":smile: :wave:",
    "x" * 5000,
    "👩\u200d💻 株式会社",
    "شركة \u05d0\u05d1",
    'O\'Brien & "Sons"',
)
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)


def everything(name: str, rows: int) -> Message:
    span = Span(text=name)
    blocks: tuple[Block, ...] = (
        Heading(text=name),
        Verbatim(text=name),
        Paragraph(spans=(Span(text=name, bold=True), Span(text=" is hidden since "), Span(text="then", at=NOW))),
        Bullets(items=((span, Span(text="a", code=True)),) * rows),
        Bullets(items=((span,),) * min(rows, 3), ordered=True),
        Columns(pairs=((name, name),) * min(rows, 23)),
        Divider(),
        Row(actions=(Button(action="row", label=name, value="1"), Button(action="row", label="b", value="2"))),
        Row(actions=()),
        Note(spans=(span, Span(text="then", at=NOW))),
        Note(spans=(span, Span(text="PSA", link="https://psa.example/1"))),
    )
    actions = (
        Button(action="a", label=name, value="q:1", style="primary", confirm=Confirm(title=name, text=name, yes=name)),
        Button(action="a", label="again", url="https://psa.example"),
        Picker(action="p", placeholder=name, choices=tuple(_choice(name, n) for n in range(rows))),
    )
    return Message(summary=name, blocks=blocks, actions=actions, mentions=("U0AGENT",))


def _choice(name: str, number: int) -> Choice:
    return Choice(label=name, value=f"q:1:{number}", detail=name)


def texts(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every text object and rich text element."""
    if isinstance(value, Mapping):
        if "text" in value or "url" in value or value.get("type") in {"user", "link", "emoji", "broadcast"}:
            yield value
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def assert_sound(message: Message) -> list[dict[str, Any]]:
    blocks = to_blocks(message)
    assert problems(blocks) == []
    assert message_problems(blocks) == []  # the sandbox's own, independent check
    assert message_cost(blocks) <= MESSAGE_BUDGET
    for text in texts(blocks):
        assert text.get("type") != "mrkdwn"
        assert text.get("emoji", False) is False
        if text.get("type") == "user":
            assert text["user_id"] == "U0AGENT"
        if "url" in text:
            assert str(text["url"]).startswith("https://psa.example")
    return blocks


@pytest.mark.parametrize("rows", [0, 1, 49, 50, 51, 10_000])
@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_every_size_of_every_hostile_name_passes(name: str, rows: int) -> None:
    blocks = assert_sound(everything(name, rows))
    if rows == 10_000:
        assert re.search(r"… and [\d,]+ more", json.dumps(blocks, ensure_ascii=False))


@given(st.text(min_size=1, max_size=400), st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_any_name_in_any_number_passes(name: str, rows: int) -> None:
    assert_sound(everything(name, rows))


def test_what_does_not_fit_is_counted_exactly() -> None:
    items = tuple((Span(text=f"Customer {number}"),) for number in range(1_000))
    blocks = to_blocks(Message(summary="s", blocks=(Bullets(items=items), Paragraph(spans=(Span(text="after"),)))))
    shown = len(blocks[0]["elements"][0]["elements"])
    assert blocks[-1]["elements"][0]["text"] == f"… and {1_000 - shown + 1:,} more"


def test_fifty_one_dividers_lose_one_and_say_nothing_about_lines() -> None:
    many = tuple(Paragraph(spans=(Span(text=f"p{number}"),)) for number in range(51))
    blocks = assert_sound(Message(summary="s", blocks=many))
    assert len(blocks) == 50
    assert blocks[-1]["elements"][0]["text"] == "… and 2 more"


def test_columns_of_more_than_ten_become_two_sections() -> None:
    blocks = to_blocks(Message(summary="s", blocks=(Columns(pairs=(("a", "b"),) * 12),)))
    assert [len(block["fields"]) for block in blocks] == [10, 2]


def test_a_long_heading_is_shortened_and_shown_in_full_below() -> None:
    header, full = to_blocks(Message(summary="s", blocks=(Heading(text="h" * 151),)))
    assert header["text"]["text"].endswith("…")
    assert full["elements"][0]["elements"][0]["text"] == "h" * 151


def test_a_long_value_says_how_much_is_left_out() -> None:
    (block,) = to_blocks(Message(summary="s", blocks=(Paragraph(spans=(Span(text="x" * 5000),)),)))
    assert block["elements"][0]["elements"][0]["text"].endswith("… (4,040 more characters)")


def test_a_picker_of_too_many_says_how_many_are_left_out() -> None:
    choices = tuple(_choice("Acme", number) for number in range(150))
    actions, note = to_blocks(Message(summary="s", blocks=(Divider(),), actions=(_picker(choices),)))[1:]
    shown = len(actions["elements"][0]["options"])
    assert note["elements"][0]["text"].startswith(f"… and {150 - shown} more")


def _picker(choices: tuple[Choice, ...]) -> Picker:
    return Picker(action="p", placeholder="Which?", choices=choices)


def test_buttons_in_a_row_stand_where_they_belong_and_those_of_one_action_are_told_apart() -> None:
    row = Row(actions=(Button(action="a.b", label="1", value="1"), Button(action="a.b", label="2", value="2")))
    words = Paragraph(spans=(Span(text="p"),))
    first, buttons, last = to_blocks(Message(summary="s", blocks=(words, row, words)))
    assert (first["type"], buttons["type"], last["type"]) == ("rich_text", "actions", "rich_text")
    assert [each["action_id"] for each in buttons["elements"]] == ["a.b", "a.b#2"]
    assert [action_of(each["action_id"]) for each in buttons["elements"]] == ["a.b", "a.b"]


def test_more_buttons_than_a_block_takes_go_on_in_the_next() -> None:
    many = tuple(Button(action="a", label=str(n), value=str(n)) for n in range(30))
    assert [len(block["elements"]) for block in assert_sound(Message(summary="s", actions=many))[1:]] == [25, 5]


def test_empty_things_leave_nothing_behind() -> None:
    empty = (Heading(text=""), Paragraph(spans=()), Bullets(items=((),)), Note(spans=()))
    assert to_blocks(Message(summary="s", blocks=empty, actions=(_picker(()),))) == []


def test_bullets_join_the_paragraph_before_them() -> None:
    (block,) = to_blocks(
        Message(summary="s", blocks=(Paragraph(spans=(Span(text="Why:"),)), Bullets(items=((Span(text="a"),),))))
    )
    assert [piece["type"] for piece in block["elements"]] == ["rich_text_section", "rich_text_list"]


def test_people_are_called_in_the_first_paragraph_once() -> None:
    named = Paragraph(spans=(Span(text="@U1AA", user="U1AA"),))
    (block,) = to_blocks(Message(summary="s", blocks=(named,), mentions=("U1AA", "U2BB")))
    users = [piece["user_id"] for piece in block["elements"][0]["elements"] if piece["type"] == "user"]
    assert users == ["U2BB", "U1AA"]
    only_heading = to_blocks(Message(summary="s", blocks=(Heading(text="h"),), mentions=("U1AA",)))
    assert only_heading[-1]["elements"][0]["elements"][0]["user_id"] == "U1AA"


def test_a_message_without_blocks_shows_its_summary() -> None:
    (block,) = to_blocks(Message(summary="Done."))
    assert block["elements"][0]["elements"][0]["text"] == "Done."


def test_a_moment_is_shown_in_each_readers_own_time_with_a_fallback() -> None:
    (block,) = to_blocks(Message(summary="s", blocks=(Paragraph(spans=(Span(text="then", at=NOW),)),)))
    date = block["elements"][0]["elements"][0]
    assert (date["type"], date["timestamp"], date["fallback"]) == ("date", int(NOW.timestamp()), "then")


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_the_plain_twin_has_no_live_markup_either(name: str) -> None:
    text = plain_text(everything(name, 5)).replace("<@U0AGENT>", "", 1)
    assert not re.search(r"<[@#!h]|(?<!\w)_\w|:\w+:|[*~`]", text)
    assert len(text) <= 4_000
    assert "(Its buttons could not be shown.)" in text


@given(st.text(max_size=5_000))
@settings(max_examples=100, deadline=None)
def test_the_notification_is_escaped_and_short_enough(text: str) -> None:
    shown = notification(Message(summary=text))
    assert not set("<>") & set(shown)
    assert len(shown) <= 4_000


def test_the_sdk_agrees_that_our_blocks_are_well_formed() -> None:
    blocks = to_blocks(everything("Acme *Ltd*", 5))
    assert [block.to_dict()["type"] for block in SdkBlock.parse_all(blocks)] == [block["type"] for block in blocks]


def test_a_text_to_copy_is_preformatted_whole_and_never_empty() -> None:
    text = "Hello,\n- one <!channel>\n  two"
    [block] = to_blocks(Message(summary="x", blocks=(Verbatim(text=text),)))
    assert block["elements"] == [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}]
    assert problems(to_blocks(Message(summary="x", blocks=(Verbatim(text=""), Divider())))) == []


def test_a_text_to_copy_that_is_far_too_long_says_what_was_left_out() -> None:
    made = to_blocks(Message(summary="x", blocks=(Verbatim(text="x" * 20_000),)))
    assert problems(made) == []
    assert "more characters" in json.dumps(made)
