"""The limits of Block Kit (slack.md §2.5) as data: what each kind of block needs, may have, and how long."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True, slots=True)
class Text:
    low: int
    high: int
    shape: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Number:
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Flag:
    pass


@dataclass(frozen=True, slots=True)
class OneOf:
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Each:
    """A list of things of one rule."""

    rule: "Rule"
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Keys:
    """An object: what it needs, what it may have, and of which keys it needs at least one."""

    needs: Mapping[str, "Rule"]
    may: Mapping[str, "Rule"] = field(default_factory=dict)
    one_of: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Kinds:
    """An object whose ``type`` says which rule holds for it."""

    by_type: Mapping[str, "Rule"]


Rule = Text | Number | Flag | OneOf | Each | Keys | Kinds

_MANY: Final = 100_000  # where Slack names no limit of its own
_URL: Final = re.compile(r"https?://\S+")
_USER: Final = re.compile(r"[UW][A-Z0-9]+")
_FLAG: Final = Flag()
_ID: Final = Text(1, 255)


def _plain(high: int) -> Kinds:
    return Kinds({"plain_text": Keys({"text": Text(1, high)}, {"emoji": _FLAG})})


def _either(high: int) -> Kinds:
    mrkdwn = Keys({"text": Text(1, high)}, {"verbatim": _FLAG})
    return Kinds({**_plain(high).by_type, "mrkdwn": mrkdwn})


_CONFIRM: Final = Keys(
    {"title": _plain(100), "text": _either(300), "confirm": _plain(30), "deny": _plain(30)},
    {"style": OneOf(frozenset({"primary", "danger"}))},
)
_BUTTON: Final = Keys(
    {"text": _plain(75), "action_id": _ID},
    {
        "value": Text(1, 2000),
        "url": Text(1, 3000, _URL),
        "style": OneOf(frozenset({"primary", "danger"})),
        "confirm": _CONFIRM,
        "accessibility_label": Text(1, 75),
    },
)
_OPTION: Final = Keys({"text": _plain(75), "value": Text(1, 150)}, {"description": _plain(75)})
_OPTIONS: Final = Each(_OPTION, 1, 100)
_GROUP: Final = Keys({"label": _plain(75), "options": _OPTIONS})
_SELECT_MAY: Final[Mapping[str, Rule]] = {"placeholder": _plain(150), "confirm": _CONFIRM, "focus_on_load": _FLAG}
_STATIC_SELECT: Final = Keys(
    {"action_id": _ID},
    {**_SELECT_MAY, "options": _OPTIONS, "option_groups": Each(_GROUP, 1, 100), "initial_option": _OPTION},
    frozenset({"options", "option_groups"}),
)
_EXTERNAL_SELECT: Final = Keys(
    {"action_id": _ID}, {**_SELECT_MAY, "min_query_length": Number(0, 100), "initial_option": _OPTION}
)
_CHOICES: Final = Each(_OPTION, 1, 10)
_IN_INPUT: Final[Mapping[str, Rule]] = {
    "static_select": _STATIC_SELECT,
    "checkboxes": Keys({"action_id": _ID, "options": _CHOICES}, {"initial_options": _CHOICES}),
    "radio_buttons": Keys({"action_id": _ID, "options": _CHOICES}, {"initial_option": _OPTION}),
    "timepicker": Keys({"action_id": _ID}, {"initial_time": Text(5, 5), "placeholder": _plain(150)}),
    "plain_text_input": Keys(
        {"action_id": _ID},
        {"initial_value": Text(1, 3000), "max_length": Number(1, 3000), "placeholder": _plain(150)},
    ),
}
_INTERACTIVE: Final[Mapping[str, Rule]] = {
    "button": _BUTTON,
    "static_select": _STATIC_SELECT,
    "external_select": _EXTERNAL_SELECT,
    "overflow": Keys({"action_id": _ID, "options": Each(_OPTION, 1, 5)}, {"confirm": _CONFIRM}),
}
_IMAGE_MAY: Final[Mapping[str, Rule]] = {"title": _plain(2000), "block_id": _ID}
_IMAGE: Final = Keys({"image_url": Text(1, 3000, _URL), "alt_text": Text(1, 2000)})

_STYLE: Final = Keys({}, {"bold": _FLAG, "italic": _FLAG, "strike": _FLAG, "code": _FLAG})
_RICH_ELEMENTS: Final = Kinds(
    {
        "text": Keys({"text": Text(1, _MANY)}, {"style": _STYLE}),
        "link": Keys({"url": Text(1, 3000, _URL)}, {"text": Text(1, _MANY), "style": _STYLE}),
        "user": Keys({"user_id": Text(2, 30, _USER)}, {"style": _STYLE}),
        "channel": Keys({"channel_id": Text(2, 30)}, {"style": _STYLE}),
        "emoji": Keys({"name": Text(1, 100)}),
        "date": Keys(
            {"timestamp": Number(0, 253_402_300_799), "format": Text(1, 200), "fallback": Text(1, 200)},
            {"url": Text(1, 3000, _URL)},
        ),
    }
)
_SECTION: Final = Keys({"elements": Each(_RICH_ELEMENTS, 1, _MANY)})
_LIST: Final = Keys(
    {
        "style": OneOf(frozenset({"bullet", "ordered"})),
        "elements": Each(Kinds({"rich_text_section": _SECTION}), 1, _MANY),
    },
    {"indent": Number(0, 8), "offset": Number(0, _MANY), "border": Number(0, 1)},
)
_RICH_TEXT: Final = Keys(
    {
        "elements": Each(
            Kinds(
                {
                    "rich_text_section": _SECTION,
                    "rich_text_list": _LIST,
                    "rich_text_quote": _SECTION,
                    "rich_text_preformatted": _SECTION,
                }
            ),
            1,
            _MANY,
        )
    },
    {"block_id": _ID},
)

BLOCKS: Final = Kinds(
    {
        "header": Keys({"text": _plain(150)}, {"block_id": _ID}),
        "divider": Keys({}, {"block_id": _ID}),
        "section": Keys(
            {},
            {
                "text": _either(3000),
                "fields": Each(_either(2000), 1, 10),
                "accessory": Kinds({**_INTERACTIVE, "image": _IMAGE}),
                "block_id": _ID,
                "expand": _FLAG,
            },
            frozenset({"text", "fields"}),
        ),
        "context": Keys(
            {"elements": Each(Kinds({**_either(3000).by_type, "image": _IMAGE}), 1, 10)}, {"block_id": _ID}
        ),
        "actions": Keys({"elements": Each(Kinds(_INTERACTIVE), 1, 25)}, {"block_id": _ID}),
        "image": Keys(_IMAGE.needs, _IMAGE_MAY),
        "rich_text": _RICH_TEXT,
        "input": Keys(
            {"label": _plain(2000), "element": Kinds(_IN_INPUT)},
            {"block_id": _ID, "hint": _plain(2000), "optional": _FLAG, "dispatch_action": _FLAG},
        ),
    }
)
