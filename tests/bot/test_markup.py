"""Templates' text to blocks: what a PSA wrote stays literal, whatever it contains."""

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import markup
from bot.messages import Block, Bullets, Columns, Divider, Heading, Note, Paragraph, Span, Verbatim

HOSTILE = (
    "<!channel>",
    "<!here>",
    "<!subteam^S1>",
    "<@U1>",
    "<#C1>",
    "<https://evil.example|Acme>",
    "*bold* _it_ `code` ~s~",
    "# heading",
    "- bullet",
    "1. step",
    "> note",
    "---",
    "|a|b",
    ":smile:",
    "\ue000user\ue002U1\ue002x\ue001",
    "line\nbreak",
    "\U000f0000",
)
names = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60))


def span_texts(blocks: tuple[Block, ...]) -> list[Span]:
    found: list[Span] = []
    for block in blocks:
        match block:
            case Paragraph(spans=spans) | Note(spans=spans):
                found += spans
            case Bullets(items=items):
                found += [span for item in items for span in item]
            case _:
                pass
    return found


@given(names)
@settings(max_examples=200, deadline=None)
def test_a_value_is_one_literal_span_whatever_it_contains(name: str) -> None:
    value = markup.literal(name)
    (paragraph,) = markup.read(f"before {value} after")
    assert isinstance(paragraph, Paragraph)
    (span,) = paragraph.spans
    assert span.text == f"before {markup.clean(name)} after"
    assert span == Span(text=span.text)


@given(names, names)
@settings(max_examples=100, deadline=None)
def test_a_value_at_the_start_of_a_line_never_makes_a_heading_or_a_list(one: str, other: str) -> None:
    blocks = markup.read(f"{markup.literal(one)}\n\n- {markup.literal(other)}\n\n|{markup.literal(one)}|x")
    assert {type(block) for block in blocks} <= {Paragraph, Bullets, Columns}
    assert all(span.user is None and span.link is None and span.at is None for span in span_texts(blocks))
    assert not any(span.bold or span.italic or span.code for span in span_texts(blocks))


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_a_cleaned_name_is_one_line_without_private_control_or_reordering_characters(text: str) -> None:
    cleaned = markup.clean(text)
    assert not {unicodedata.category(character) for character in cleaned} & {"Co", "Cc", "Cs"}
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\n\r\t")
    assert cleaned.encode().decode() == cleaned


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_no_text_at_all_makes_the_reader_fail(text: str) -> None:
    markup.read(text)


def test_letters_of_every_script_and_joined_emoji_survive() -> None:
    text = "Łódź Ωmega شركة 株式会社 👩\u200d💻"
    assert markup.clean(text) == text


def test_each_kind_of_line_becomes_its_block() -> None:
    blocks = markup.read(
        "# Head\none\ntwo\n\nthree\n- a\n- b\n1. c\n2. d\n---\n> small\n|Status|Active|\n|Type|Client\n"
    )
    assert blocks == (
        Heading(text="Head"),
        Paragraph(spans=(Span(text="one\ntwo"),)),
        Paragraph(spans=(Span(text="three"),)),
        Bullets(items=((Span(text="a"),), (Span(text="b"),))),
        Bullets(items=((Span(text="c"),), (Span(text="d"),)), ordered=True),
        Divider(),
        Note(spans=(Span(text="small"),)),
        Columns(pairs=(("Status", "Active"), ("Type", "Client"))),
    )


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("a *b* c", (Span(text="a "), Span(text="b", bold=True), Span(text=" c"))),
        ("_i_", (Span(text="i", italic=True),)),
        ("`c*d*`", (Span(text="c*d*", code=True),)),
        ("*b _bi_*", (Span(text="b ", bold=True), Span(text="bi", bold=True, italic=True))),
        ("snake_case_name 2*3*4", (Span(text="snake_case_name 2*3*4"),)),
        ("* lonely", (Span(text="* lonely"),)),
    ],
)
def test_marks_inside_a_line(text: str, spans: tuple[Span, ...]) -> None:
    assert markup.read(text) == (Paragraph(spans=spans),)


def test_a_marked_value_keeps_its_text_and_takes_the_style() -> None:
    (paragraph,) = markup.read(f"*{markup.literal('a*b_c')}* x")
    assert paragraph == Paragraph(spans=(Span(text="a*b_c", bold=True), Span(text=" x")))


def test_links_mentions_and_moments_become_living_spans() -> None:
    at = datetime(2026, 11, 21, 10, tzinfo=UTC)
    text = f"{markup.link('https://psa.example/1', 'Acme')} {markup.mention('U0AGENT')} {markup.moment(at, 'then')}"
    (paragraph,) = markup.read(text)
    assert paragraph == Paragraph(
        spans=(
            Span(text="Acme", link="https://psa.example/1"),
            Span(text=" "),
            Span(text="@U0AGENT", user="U0AGENT"),
            Span(text=" "),
            Span(text="then", at=at),
        )
    )


@pytest.mark.parametrize(
    "url",
    [
        "http://evil.example",
        "javascript:alert(1)",
        "https://",
        "https://a b",
        "https://a|b",
        "https://[",
        "",
        None,
        "x",
    ],
)
def test_what_is_no_safe_address_is_only_its_label(url: str | None) -> None:
    assert markup.read(markup.link(url, "Acme")) == (Paragraph(spans=(Span(text="Acme"),)),)


def test_the_demo_may_link_to_loopback() -> None:
    assert markup.is_safe_link("http://127.0.0.1:8080/x")


@pytest.mark.parametrize("user", ["here", "!channel", "U1>", "u0agent", ""])
def test_what_is_no_user_is_no_mention(user: str) -> None:
    assert all(span.user is None for span in span_texts(markup.read(f"x {markup.mention(user)}")))


def test_a_message_of_too_many_values_is_refused() -> None:
    with pytest.raises(ValueError, match="65,533"):
        markup.read(markup.literal("x") * 65_534)


def test_what_stands_between_fences_is_kept_line_by_line_with_nothing_read_as_markup() -> None:
    text = "Send *this*:\n```\nHello,\n\n- *one*\n  two\n# three\n```\n- a bullet"
    before, kept, after = markup.read(text)
    assert isinstance(before, Paragraph)
    assert kept == Verbatim(text="Hello,\n\n- *one*\n  two\n# three")
    assert isinstance(after, Bullets)


@pytest.mark.parametrize("text", ["```\n```", "```\n\n  \n```", "```"])
def test_nothing_between_fences_is_nothing(text: str) -> None:
    assert markup.read(text) == ()


@given(names)
@settings(max_examples=200)
def test_a_value_cannot_leave_its_fence(name: str) -> None:
    blocks = markup.read(f"```\n- {markup.literal(name)}\n{markup.literal(name)}\n```\nAfter.")
    kept = [block for block in blocks if isinstance(block, Verbatim)]
    clean = markup.clean(name)
    assert kept == [Verbatim(text=f"- {clean}\n{clean}")]
    assert blocks[1:] == (Paragraph(spans=(Span(text="After."),)),)


@pytest.mark.parametrize("name", ["```", " ``` ", "```\n```"])
def test_three_backticks_in_a_value_are_no_fence(name: str) -> None:
    assert not any(isinstance(block, Verbatim) for block in markup.read(f"{markup.literal(name)}\nMore."))
