"""Interactive elements in blocks: finding one, and what it says when a person uses it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.slack.refusal import Refused

Blocks = Sequence[Mapping[str, Any]]

# Element type → the field that holds what was chosen; a type that is not here has no state (buttons, overflow).
CHOSEN = {
    "static_select": "selected_option",
    "external_select": "selected_option",
    "radio_buttons": "selected_option",
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "multi_static_select": "selected_options",
    "multi_external_select": "selected_options",
    "checkboxes": "selected_options",
    "multi_users_select": "selected_users",
    "multi_conversations_select": "selected_conversations",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "rich_text_input": "rich_text_value",
    "file_input": "files",
}

# The field of an element that holds what is chosen from the start.
INITIAL = {
    "selected_option": "initial_option",
    "selected_options": "initial_options",
    "selected_user": "initial_user",
    "selected_users": "initial_users",
    "selected_conversation": "initial_conversation",
    "selected_conversations": "initial_conversations",
    "selected_channel": "initial_channel",
    "selected_channels": "initial_channels",
    "selected_date": "initial_date",
    "selected_time": "initial_time",
    "selected_date_time": "initial_date_time",
    "value": "initial_value",
    "rich_text_value": "initial_value",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    block_id: str
    element: dict[str, Any]
    required: bool = False  # an input that is not optional

    @property
    def action_id(self) -> str:
        return str(self.element.get("action_id", ""))


def interactive(blocks: Blocks) -> Iterator[Found]:
    """Every element that has an action_id, also those in cards and containers."""
    for block in blocks:
        required = block.get("type") == "input" and not block.get("optional", False)
        for element in _elements(block):
            if "action_id" in element:
                yield Found(block_id=str(block.get("block_id", "")), element=element, required=required)
        yield from interactive(_children(block))


def _elements(block: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for name in ("elements", "actions"):
        for element in block.get(name) or ():
            if isinstance(element, dict) and element.get("type") != "card":
                yield element
    for name in ("accessory", "element", "icon_button"):
        if isinstance(block.get(name), dict):
            yield block[name]


def _children(block: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    cards = [one for one in block.get("elements") or () if isinstance(one, dict) and one.get("type") == "card"]
    return [*(block.get("child_blocks") or ()), *cards]


def find(blocks: Blocks, action_id: str, *, value: str | None = None, block_id: str | None = None) -> Found:
    """By action_id, and by value where several share it; otherwise the first."""
    found = [one for one in interactive(blocks) if one.action_id == action_id and block_id in {None, one.block_id}]
    if not found:
        raise Refused("element_not_found", status=404)
    exact = [one for one in found if value is not None and one.element.get("value") == value]
    return (exact or found)[0]


def options_of(element: Mapping[str, Any]) -> list[dict[str, Any]]:
    grouped = [option for group in element.get("option_groups") or () for option in group.get("options", ())]
    return [*(element.get("options") or ()), *grouped]


def used(element: Mapping[str, Any], value: Any, *, offered: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """What a payload says about the element. ``offered`` are the options that the app suggested last."""
    kind = str(element["type"])
    if isinstance(value, dict) and _is_complete(kind, value):
        return {"type": kind, **value}
    if kind == "overflow":
        return {"type": kind, "selected_option": _option(element, value, offered)}
    if kind not in CHOSEN:
        own = {name: element[name] for name in ("text", "value", "style", "url") if name in element}
        return {"type": kind, **own}
    return {"type": kind, CHOSEN[kind]: _chosen(CHOSEN[kind], element, value, offered)}


def _is_complete(kind: str, value: Mapping[str, Any]) -> bool:
    return CHOSEN.get(kind, "selected_option") in value and "text" not in value


def _chosen(name: str, element: Mapping[str, Any], value: Any, offered: Sequence[dict[str, Any]]) -> Any:
    if value is None:
        return [] if name.endswith("s") else None
    if name == "selected_option":
        return _option(element, value, offered)
    if name == "selected_options":
        return [_option(element, one, offered) for one in _listed(value)]
    return _listed(value) if name.endswith("s") else value


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _option(element: Mapping[str, Any], value: Any, offered: Sequence[dict[str, Any]]) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    for option in (*options_of(element), *offered):
        if value is None or option.get("value") == value:
            return option
    raise Refused("option_not_found", status=404)


def state_of(blocks: Blocks, filled: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """``state.values`` of a payload: what was filled in, else what was there from the start."""
    values: dict[str, dict[str, Any]] = {}
    for found in interactive(blocks):
        kind = str(found.element.get("type"))
        if kind not in CHOSEN:
            continue
        start = found.element.get(INITIAL.get(CHOSEN[kind], ""))
        empty: list[Any] | None = [] if CHOSEN[kind].endswith("s") else None
        initial = {"type": kind, CHOSEN[kind]: start if start is not None else empty}
        values.setdefault(found.block_id, {})[found.action_id] = filled.get(found.block_id, {}).get(
            found.action_id, initial
        )
    return values


def is_empty(value: Mapping[str, Any]) -> bool:
    """Nothing was entered; Slack does not let a person submit that in a required input."""
    return not value.get(CHOSEN.get(str(value.get("type")), "value"))
