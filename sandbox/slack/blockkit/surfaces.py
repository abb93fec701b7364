"""Whole messages and views against Block Kit: counts, unique ids and the budgets that blocks share."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from sandbox.slack.blockkit.blocks import BLOCKS, SURFACES
from sandbox.slack.blockkit.checks import Problem, Shape, array, boolean, by_type, listed, string
from sandbox.slack.blockkit.objects import plain
from sandbox.slack.blockkit.tables import characters

MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100
VIEW_BYTES = 250_000
MARKDOWN_CHARACTERS = 12_000

# Slack documents no sum, but refuses: one markdown block passes up to 13,297 characters and every further block costs
# 125 of them (bolt-js #2509), other blocks are refused from about 11,341 of text on (bolt-js #2867).
MESSAGE_BUDGET = 13_200
BLOCK_COST = 125

_VIEW_KEYS = {
    "private_metadata": string(3000),
    "callback_id": string(255),
    "external_id": string(255),
}


def message_problems(blocks: Any, at: str = "/blocks") -> list[Problem]:
    """Everything that Slack would refuse with ``invalid_blocks``."""
    return [*_block_problems(blocks, at, "message", MESSAGE_BLOCKS)]


def message_cost(blocks: Sequence[Any]) -> int:
    """What counts against MESSAGE_BUDGET; beyond it is ``msg_blocks_too_long``."""
    return characters(list(blocks)) + BLOCK_COST * max(0, len(blocks) - 1)


def view_problems(view: Any, at: str = "/view") -> list[Problem]:
    """Everything that Slack would refuse in a modal or a home tab."""
    if not isinstance(view, dict):
        return [Problem(at, "must provide an object")]
    kind = view.get("type")
    if kind not in {"modal", "home"}:
        return [Problem(f"{at}/type", f"unsupported type: {kind}")]
    shape = _MODAL if kind == "modal" else _HOME
    found = [*shape(view, at), *_block_problems(view.get("blocks"), f"{at}/blocks", kind, VIEW_BLOCKS)]
    return [*found, *_submit_where_inputs(view, at)]


def is_too_large(view: Any) -> bool:
    return len(json.dumps(view).encode()) > VIEW_BYTES


def _block_problems(blocks: Any, at: str, surface: str, maximum: int) -> Iterator[Problem]:
    yield from array(by_type(BLOCKS, *SURFACES[surface]), maximum)(blocks, at)
    known = [block for block in blocks if isinstance(block, dict)] if isinstance(blocks, list) else []
    yield from _unique_block_ids(known, at)
    yield from _unique_action_ids(known, at)
    yield from _shared_budgets(known, at)


def _unique_block_ids(blocks: Sequence[dict[str, Any]], at: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id")
        if isinstance(block_id, str) and block_id in seen:
            yield Problem(f"{at}/{index}/block_id", f"block_id {block_id} already exists")
        seen.add(str(block_id))


def _unique_action_ids(blocks: Sequence[dict[str, Any]], at: str) -> Iterator[Problem]:
    """Inside one block, an action_id names one element."""
    for index, block in enumerate(blocks):
        seen: set[str] = set()
        for place, element in enumerate(listed(block, "elements")):
            action_id = element.get("action_id") if isinstance(element, dict) else None
            if action_id is not None and str(action_id) in seen:
                yield Problem(f"{at}/{index}/elements/{place}/action_id", f"action_id {action_id} already exists")
            seen.add(str(action_id))


def _shared_budgets(blocks: Sequence[dict[str, Any]], at: str) -> Iterator[Problem]:
    markdown = sum(len(str(block.get("text", ""))) for block in blocks if block.get("type") == "markdown")
    if markdown > MARKDOWN_CHARACTERS:
        yield Problem(at, f"all markdown blocks together must be less than {MARKDOWN_CHARACTERS + 1} characters")
    kinds = [block.get("type") for block in blocks]
    if kinds.count("table") > 1:
        yield Problem(at, "only_one_table_allowed")
    if kinds.count("data_visualization") > 2:
        yield Problem(at, "no more than 2 data_visualization blocks allowed")


def _submit_where_inputs(view: dict[str, Any], at: str) -> Iterator[Problem]:
    inputs = any(isinstance(block, dict) and block.get("type") == "input" for block in listed(view, "blocks"))
    if view["type"] == "modal" and inputs and not view.get("submit"):
        yield Problem(at, "missing required field: submit")


def _blocks_are_checked_apart(value: Any, at: str) -> Iterator[Problem]:
    yield from ()


_MODAL = Shape(
    {"title": plain(24), "blocks": _blocks_are_checked_apart},
    {
        **_VIEW_KEYS,
        "close": plain(24),
        "submit": plain(24),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
_HOME = Shape({"blocks": _blocks_are_checked_apart}, _VIEW_KEYS)
