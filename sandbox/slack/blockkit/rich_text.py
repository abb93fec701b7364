"""Block Kit's rich_text: sections, lists, quotes and preformatted text, and the parts they consist of."""

import re
from collections.abc import Iterator
from typing import Any

from sandbox.slack.blockkit.checks import Check, Problem, Shape, array, boolean, by_type, integer, one_of, string, url
from sandbox.slack.blockkit.objects import BLOCK_ID

MANY = 10_000  # Slack names no number; the whole message's budget ends it

STYLE = Shape({}, {"bold": boolean, "italic": boolean, "strike": boolean, "underline": boolean, "code": boolean})
MENTION_STYLE = Shape(
    {},
    {
        "bold": boolean,
        "italic": boolean,
        "strike": boolean,
        "highlight": boolean,
        "client_highlight": boolean,
        "unlink": boolean,
    },
)


DATE_TOKENS = frozenset(
    {
        "ago",
        "date",
        "date_long",
        "date_long_pretty",
        "date_num",
        "date_pretty",
        "date_short",
        "date_short_pretty",
        "date_slash",
        "day_divider_pretty",
        "time",
        "time_secs",
    }
)


def date_format(value: Any, at: str) -> Iterator[Problem]:
    """At least one token, and only those that Slack knows."""
    yield from string(255, 1)(value, at)
    tokens = re.findall(r"\{([^}]*)\}", value) if isinstance(value, str) else ["?"]
    if not tokens or not DATE_TOKENS.issuperset(tokens):
        yield Problem(at, "must hold tokens such as {date_short} and {time}")


def _part(required: dict[str, Check], optional: dict[str, Check] | None = None, style: Check = STYLE) -> Shape:
    return Shape(required, {**(optional or {}), "style": style})


PARTS: dict[str, Check] = {
    "text": _part({"text": string(MANY, 1)}),
    "link": _part({"url": url()}, {"text": string(MANY), "unsafe": boolean}),
    "emoji": _part({"name": string(255, 1)}, {"unicode": string(255), "skin_tone": integer(1, 6)}),
    "user": _part({"user_id": string(255, 1)}, style=MENTION_STYLE),
    "usergroup": _part({"usergroup_id": string(255, 1)}, style=MENTION_STYLE),
    "channel": _part({"channel_id": string(255, 1)}, style=MENTION_STYLE),
    "team": _part({"team_id": string(255, 1)}),
    "broadcast": _part({"range": one_of("here", "channel", "everyone")}),
    "color": _part({"value": string(255, 1)}),
    "date": _part({"timestamp": integer(0, 10**11), "format": date_format}, {"url": url(), "fallback": string(255, 1)}),
}

PART = by_type(PARTS)
BORDER: dict[str, Check] = {"border": integer(0, 1)}
SECTION = Shape({"elements": array(PART, MANY, 0)})


def _section(value: Any, at: str) -> Iterator[Problem]:
    yield from by_type({"rich_text_section": SECTION})(value, at)


PIECES: dict[str, Check] = {
    "rich_text_section": SECTION,
    "rich_text_preformatted": Shape(
        {"elements": array(by_type(PARTS, "text", "link"), MANY, 0)}, {**BORDER, "language": string(255)}
    ),
    "rich_text_quote": Shape({"elements": array(PART, MANY, 0)}, BORDER),
    "rich_text_list": Shape(
        {"elements": array(_section, MANY), "style": one_of("bullet", "ordered")},
        {**BORDER, "indent": integer(0, 8), "offset": integer(0, MANY)},
    ),
}

RICH_TEXT = Shape({"elements": array(by_type(PIECES), MANY)}, {"block_id": BLOCK_ID})
