"""Block Kit's blocks, and which of them a message, a modal and a home tab take."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.slack.blockkit.checks import (
    Check,
    Problem,
    Shape,
    array,
    at_least_one,
    boolean,
    by_type,
    exactly_one,
    one_of,
    only_with,
    string,
    url,
)
from sandbox.slack.blockkit.elements import ELEMENTS, IN_ACTIONS, IN_INPUT, IN_SECTION_TOO
from sandbox.slack.blockkit.objects import BLOCK_ID, SLACK_FILE, plain, text
from sandbox.slack.blockkit.rich_text import RICH_TEXT
from sandbox.slack.blockkit.tables import DATA_TABLE, TABLE

NAMED: dict[str, Check] = {"block_id": BLOCK_ID}
IMAGE = by_type(ELEMENTS, "image")
TASK_STATES = ("pending", "in_progress", "complete", "error")
SOURCE = by_type({"url": Shape({"url": url(), "text": string(255, 1)})})
ONLY_RICH_TEXT = by_type({"rich_text": RICH_TEXT})


def _task(*states: str) -> Shape:
    return Shape(
        {"task_id": string(255, 1), "title": string(255, 1), "status": one_of(*states)},
        {**NAMED, "details": ONLY_RICH_TEXT, "output": ONLY_RICH_TEXT, "sources": array(SOURCE, 50, 0)},
    )


def dispatching_inputs_only(value: Mapping[str, Any], at: str) -> Iterator[Problem]:
    element = value.get("element")
    if value.get("dispatch_action") and isinstance(element, dict) and element.get("type") == "file_input":
        yield Problem(f"{at}/dispatch_action", "is not allowed with file_input")


def divider_or_collapsible(value: Mapping[str, Any], at: str) -> Iterator[Problem]:
    if value.get("is_collapsible") is True and value.get("has_header_divider") is True:
        yield Problem(f"{at}/has_header_divider", "is not allowed with is_collapsible")


def titled_chart(value: Any, at: str) -> Iterator[Problem]:
    """Of a chart only the title is checked: no source of ours gives the shape of the rest."""
    if "title" not in value:
        yield Problem(at, "missing required field: title")
    yield from string(50, 1)(value.get("title", "?"), f"{at}/title")


def _child(value: Any, at: str) -> Iterator[Problem]:
    """A container holds anything but containers."""
    yield from by_type(BLOCKS, *(kind for kind in BLOCKS if kind not in {"container", "carousel"}))(value, at)


PLAIN_BLOCKS: dict[str, Check] = {
    "section": Shape(
        {},
        {
            **NAMED,
            "text": text(3000),
            "fields": array(text(2000), 10),
            "accessory": by_type(ELEMENTS, *IN_SECTION_TOO),
            "expand": boolean,
        },
        (at_least_one("text", "fields"),),
    ),
    "divider": Shape({}, NAMED),
    "header": Shape({"text": plain(150)}, NAMED),
    "context": Shape(
        {"elements": array(by_type({"image": ELEMENTS["image"], "plain_text": text(3000), "mrkdwn": text(3000)}), 10)},
        NAMED,
    ),
    "actions": Shape({"elements": array(by_type(ELEMENTS, *IN_ACTIONS), 25)}, NAMED),
    "image": Shape(
        {"alt_text": string(2000, 1)},
        {**NAMED, "image_url": url(), "slack_file": SLACK_FILE, "title": plain(2000)},
        (exactly_one("image_url", "slack_file"),),
    ),
    "input": Shape(
        {"label": plain(2000), "element": by_type(ELEMENTS, *IN_INPUT)},
        {**NAMED, "hint": plain(2000), "optional": boolean, "dispatch_action": boolean},
        (dispatching_inputs_only,),
    ),
    "rich_text": RICH_TEXT,
    "video": Shape(
        {"alt_text": string(2000, 1), "title": plain(199), "video_url": url(), "thumbnail_url": url()},
        {
            **NAMED,
            "title_url": url(),
            "description": plain(200),
            "author_name": string(49),
            "provider_name": string(255),
            "provider_icon_url": url(),
        },
    ),
    "file": Shape({"external_id": string(255, 1), "source": one_of("remote")}, NAMED),
}

CARD = Shape(
    {},
    {
        **NAMED,
        "hero_image": IMAGE,
        "icon": IMAGE,
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "subtext": text(200),
        "actions": array(by_type(ELEMENTS, "button", "icon_button"), 3),
    },
    (at_least_one("hero_image", "title", "actions", "body"),),
)

NEWER_BLOCKS: dict[str, Check] = {
    "markdown": Shape({"text": string(12_000, 1)}, NAMED),
    "table": TABLE,
    "data_table": DATA_TABLE,
    "alert": Shape({"text": text(200)}, {**NAMED, "level": one_of("default", "info", "warning", "error", "success")}),
    "card": CARD,
    "carousel": Shape({"elements": array(by_type({"card": CARD}), 10)}, NAMED),
    "context_actions": Shape({"elements": array(by_type(ELEMENTS, "feedback_buttons", "icon_button"), 5)}, NAMED),
    "task_card": _task(*TASK_STATES[1:]),  # "pending" only inside a plan
    "plan": Shape(
        {"title": string(255, 1)}, {**NAMED, "tasks": array(by_type({"task_card": _task(*TASK_STATES)}), 50)}
    ),
    "container": Shape(
        {"child_blocks": array(_child, 10)},
        {
            **NAMED,
            "title": plain(150),
            "rich_text_title": ONLY_RICH_TEXT,
            "subtitle": text(150),
            "width": one_of("narrow", "standard", "wide", "full"),
            "icon": IMAGE,
            "is_collapsible": boolean,
            "default_collapsed": boolean,
            "has_header_divider": boolean,
        },
        (
            at_least_one("title", "rich_text_title"),
            only_with("default_collapsed", "is_collapsible"),
            divider_or_collapsible,
        ),
    ),
    "data_visualization": titled_chart,
}

BLOCKS: dict[str, Check] = {**PLAIN_BLOCKS, **NEWER_BLOCKS}

_NOT_IN_MODAL = {"table", "data_table", "markdown", "carousel", "container", "plan", "task_card", "file"}
_MESSAGE_ONLY = {*_NOT_IN_MODAL, "context_actions", "data_visualization", "card"}

SURFACES: dict[str, tuple[str, ...]] = {
    "message": tuple(kind for kind in BLOCKS if kind != "alert"),
    "modal": tuple(kind for kind in BLOCKS if kind not in _MESSAGE_ONLY),
    "home": tuple(kind for kind in BLOCKS if kind not in {*_MESSAGE_ONLY, "alert"}),
}
