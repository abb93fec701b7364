"""Block Kit's composition objects: text, option, confirmation and their like."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.slack.blockkit.checks import (
    Check,
    Problem,
    Shape,
    array,
    boolean,
    by_type,
    exactly_one,
    listed,
    one_of,
    string,
    url,
)


def text(maximum: int, *kinds: str, minimum: int = 1) -> Check:
    """A text object; ``kinds`` narrows plain_text and mrkdwn to one of them."""
    words = string(maximum, minimum)
    shapes = {
        "plain_text": Shape({"text": words}, {"emoji": boolean}),
        "mrkdwn": Shape({"text": words}, {"verbatim": boolean}),
    }
    return by_type(shapes, *kinds)


def plain(maximum: int) -> Check:
    return text(maximum, "plain_text")


ACTION_ID = string(255, 1)
BLOCK_ID = string(255, 1)

CONFIRM = Shape(
    {"title": plain(100), "text": text(300), "confirm": plain(30), "deny": plain(30)},
    {"style": one_of("primary", "danger")},
)

# Options of checkboxes and radio buttons may be mrkdwn, those of menus may not.
MENU_OPTION = Shape({"text": plain(75), "value": string(150, 1)}, {"description": plain(75)})
OVERFLOW_OPTION = Shape({"text": plain(75), "value": string(150, 1)}, {"description": plain(75), "url": url()})
CHOICE_OPTION = Shape({"text": text(75), "value": string(150, 1)}, {"description": text(75)})
OPTION_GROUP = Shape({"label": plain(75), "options": array(MENU_OPTION, 100)})

FILTER = Shape(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
)
DISPATCH = Shape({}, {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 2)})
SLACK_FILE = Shape({}, {"id": string(255, 1), "url": url()}, (exactly_one("id", "url"),))


def values_are_unique(value: Mapping[str, Any], at: str) -> Iterator[Problem]:
    """Two options with one value could not be told apart in a payload."""
    seen: set[str] = set()
    for index, option in enumerate(listed(value, "options")):
        chosen = option.get("value") if isinstance(option, dict) else None
        if isinstance(chosen, str) and chosen in seen:
            yield Problem(f"{at}/options/{index}/value", f"the value {chosen} is already used")
        seen.add(str(chosen))
