"""Buttons and pickers become actions blocks."""

import json
from collections.abc import Sequence
from itertools import accumulate
from typing import Any, Final

from bot.messages import Button, Choice, Confirm, Picker

Json = dict[str, Any]

_LABEL: Final = 75
_PLACEHOLDER: Final = 150
_CHOICES: Final = 100
_PICKER_ROOM: Final = 6_000  # a hundred long choices would fill the message's whole budget
_ELEMENTS: Final = 25
_APART: Final = "#"


def action_blocks(actions: Sequence[Button | Picker]) -> list[Json]:
    """An action id may occur once in an actions block: a second button of one action is told apart by a number."""
    blocks: list[list[Json]] = []
    for action in actions:
        if isinstance(action, Picker) and not action.choices:
            continue  # Slack refuses an empty menu
        element = _button(action) if isinstance(action, Button) else _picker(action)
        if not blocks or len(blocks[-1]) == _ELEMENTS:
            blocks.append([])
        blocks[-1].append({**element, "action_id": _told_apart(action.action, blocks[-1])})
    made: list[Json] = [{"type": "actions", "elements": elements} for elements in blocks]
    return made + [note for action in actions if isinstance(action, Picker) for note in _left_out(action)]


def short(text: str, most: int) -> str:
    """A label that is too long ends in "…": Slack refuses it otherwise."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def action_of(action_id: str) -> str:
    """The action that an id stands for: ``missing.details#2`` is missing.details."""
    return action_id.partition(_APART)[0]


def _told_apart(action: str, elements: Sequence[Json]) -> str:
    same = sum(action_of(element["action_id"]) == action for element in elements)
    return f"{action}{_APART}{same + 1}" if same else action


def _button(button: Button) -> Json:
    made: Json = {"type": "button", "action_id": button.action, "text": plain_of(button.label, _LABEL)}
    if button.value:
        made["value"] = button.value
    if button.style:
        made["style"] = button.style
    if button.url:
        made["url"] = button.url
    if button.confirm:
        made["confirm"] = _confirm(button.confirm, button.style)
    return made


def _confirm(confirm: Confirm, style: str) -> Json:
    made: Json = {
        "title": plain_of(confirm.title, 100),
        "text": plain_of(confirm.text, 300),
        "confirm": plain_of(confirm.yes, 30),
        "deny": plain_of(confirm.no, 30),
    }
    return {**made, "style": style} if style else made


def _picker(picker: Picker) -> Json:
    return {
        "type": "static_select",
        "action_id": picker.action,
        "placeholder": plain_of(picker.placeholder, _PLACEHOLDER),
        "options": _options(picker),
    }


def _options(picker: Picker) -> list[Json]:
    """As many as Slack takes and as have room."""
    options = [option_of(choice) for choice in picker.choices[:_CHOICES]]
    lengths = accumulate(len(json.dumps(option, ensure_ascii=False)) for option in options)
    return [option for option, length in zip(options, lengths, strict=True) if length <= _PICKER_ROOM]


def option_of(choice: Choice) -> Json:
    made: Json = {"text": plain_of(choice.label or choice.value, _LABEL), "value": choice.value}
    return {**made, "description": plain_of(choice.detail, _LABEL)} if choice.detail else made


def _left_out(picker: Picker) -> list[Json]:
    left = len(picker.choices) - len(_options(picker))
    more = f"… and {left:,} more: type more of the name"
    return [{"type": "context", "elements": [{"type": "plain_text", "text": more, "emoji": False}]}] if left else []


def plain_of(text: str, most: int) -> Json:
    return {"type": "plain_text", "text": short(text, most), "emoji": False}
