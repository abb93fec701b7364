"""The Jinja environment: nothing is missing, nothing is alive that a PSA wrote."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError

from bot.markup import read
from bot.messages import Button, Heading, Paragraph, Span, plain
from bot.render.words import Words, ago, at, number, plural

NOW = datetime(2026, 11, 21, 10, 2, tzinfo=UTC)


def rendered(folder: Path, template: str, **values: Any) -> str:
    (folder / "t.md.j2").write_text(template, encoding="utf-8")
    return plain(Words(folder).blocks("t", **values))


def test_a_value_stays_as_it_is_in_names_loops_macros_and_set_blocks(tmp_path: Path) -> None:
    template = (
        "{% macro row(name) %}<{{ name }}>{% endmacro %}"
        "{% set block %}[{{ name }}]{% endset %}"
        "{{ row(name) }} {{ block }} {% for one in [name] %}{{ one }}{% endfor %} {{ name ~ '!' }}"
    )
    assert rendered(tmp_path, template, name="*A* & 'B'") == "<*A* & 'B'> [*A* & 'B'] *A* & 'B' *A* & 'B'!"


def test_a_missing_value_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UndefinedError):
        rendered(tmp_path, "{{ nothing }}")


def test_none_is_never_printed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="None"):
        rendered(tmp_path, "{{ value }}", value=None)


def test_a_value_may_be_called_name_or_words(tmp_path: Path) -> None:
    assert rendered(tmp_path, "{{ name }} {{ words }}", name="a", words="b") == "a b"


def test_filters_make_links_mentions_and_moments(tmp_path: Path) -> None:
    (tmp_path / "t.md.j2").write_text("{{ url | link('PSA') }}{{ who | mention }}{{ when | at }}", encoding="utf-8")
    (paragraph,) = Words(tmp_path).blocks("t", url="https://psa.example", who="U0AGENT", when=NOW)
    assert isinstance(paragraph, Paragraph)
    assert [(span.link, span.user, span.at) for span in paragraph.spans] == [
        ("https://psa.example", None, None),
        (None, "U0AGENT", None),
        (None, None, NOW),
    ]


def test_the_fallback_of_a_moment_is_in_utc() -> None:
    elsewhere = NOW.astimezone(tz=None)
    (paragraph,) = read(at(elsewhere))
    assert plain([paragraph]) == "Sat 21 Nov 2026 10:02 UTC"


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (plural(1, "agreement"), "1 agreement"),
        (plural(0, "agreement"), "0 agreements"),
        (plural(2000, "company", "companies"), "2,000 companies"),
        (number(52310), "52,310"),
        (number(Decimal("1234.50")), "1,234.50"),
        (ago(NOW - timedelta(days=4, hours=3), NOW), "4 days ago"),
        (ago(NOW - timedelta(hours=1), NOW), "1 hour ago"),
        (ago(NOW - timedelta(minutes=2), NOW), "2 minutes ago"),
        (ago(NOW - timedelta(seconds=30), NOW), "just now"),
    ],
)
def test_numbers_and_ages_in_words(made: str, text: str) -> None:
    assert made == text


def test_a_moment_that_is_still_to_come_is_not_negative() -> None:
    assert ago(NOW + timedelta(days=1), NOW) == "just now"


def test_a_message_is_summarized_by_its_heading_or_its_first_paragraph(tmp_path: Path) -> None:
    (tmp_path / "h.md.j2").write_text("> note\n# Head\ntext", encoding="utf-8")
    (tmp_path / "n.md.j2").write_text("> only a note", encoding="utf-8")
    words = Words(tmp_path)
    assert words.message("h").summary == "Head"
    assert words.message("n").summary == "only a note"
    message = words.message("h", summary="said", actions=[Button(action="a", label="b")], mentions=["U1"])
    assert (message.summary, len(message.actions), message.mentions) == ("said", 1, ("U1",))
    assert message.blocks[1:] == (Heading(text="Head"), Paragraph(spans=(Span(text="text"),)))


def test_a_template_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "good.md.j2").write_text("{{ name }}", encoding="utf-8")
    (tmp_path / "bad.md.j2").write_text("{% if %}", encoding="utf-8")
    (problem,) = Words(tmp_path).problems()
    assert problem.startswith("bad.md.j2: ")
    assert Words().problems() == []
