"""What somebody wants to say: read from arguments, checked against Block Kit, and given the ids that Slack adds."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.slack.blockkit.surfaces import MESSAGE_BUDGET, is_too_large, message_cost, message_problems, view_problems
from sandbox.slack.refusal import Refused, missing_argument

TEXT_LIMIT = 40_000  # Slack cuts longer texts silently
MARKDOWN_LIMIT = 12_000
ATTACHMENTS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    text: str
    blocks: tuple[dict[str, Any], ...]
    attachments: tuple[dict[str, Any], ...]
    metadata: dict[str, Any] | None

    def fields(self) -> dict[str, Any]:
        return {
            "text": self.text,
            "blocks": self.blocks,
            "attachments": self.attachments,
            "metadata": self.metadata,
        }


def structured(arguments: Mapping[str, Any], name: str, error: str) -> Any:
    """An argument that may come as JSON inside a form field or inside JSON."""
    value = arguments.get(name)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except json.JSONDecodeError:
        raise Refused(error, messages=[f"[ERROR] {name} is not valid JSON"]) from None


def flag(arguments: Mapping[str, Any], name: str) -> bool:
    """True in JSON; true or 1 in a form."""
    return str(arguments.get(name, "")).lower() in {"true", "1"}


def compose(arguments: Mapping[str, Any]) -> Content:
    """The content of a message, or a refusal: no_text, invalid_blocks, msg_blocks_too_long …"""
    text = str(arguments.get("text") or "")[:TEXT_LIMIT]
    markdown = str(arguments.get("markdown_text") or "")
    blocks = checked_blocks(arguments)
    attachments = structured(arguments, "attachments", "invalid_attachments") or []
    if markdown and (text or blocks):
        raise Refused("markdown_text_conflict")
    if len(markdown) > MARKDOWN_LIMIT:
        raise Refused("msg_too_long")
    if not (text.strip() or markdown.strip() or blocks or attachments):
        raise Refused("no_text")
    if len(attachments) > ATTACHMENTS:
        raise Refused("too_many_attachments")
    return Content(
        text=text or markdown,
        blocks=tuple(named(blocks)),
        attachments=tuple(attachments),
        metadata=checked_metadata(arguments),
    )


def checked_blocks(arguments: Mapping[str, Any]) -> list[dict[str, Any]]:
    blocks = structured(arguments, "blocks", "invalid_blocks_format") or []
    if not isinstance(blocks, list):
        raise Refused("invalid_blocks_format")
    problems = message_problems(blocks) if blocks else []
    if problems:
        texts = [str(problem) for problem in problems]
        raise Refused("invalid_blocks", messages=texts, extra={"errors": [problem.text for problem in problems]})
    if message_cost(blocks) > MESSAGE_BUDGET:
        raise Refused("msg_blocks_too_long")
    return blocks


def checked_metadata(arguments: Mapping[str, Any]) -> dict[str, Any] | None:
    metadata = structured(arguments, "metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    known = isinstance(metadata, dict) and isinstance(metadata.get("event_type"), str)
    if not known or not isinstance(metadata.get("event_payload"), dict):
        raise Refused("invalid_metadata_format")
    return dict(metadata)


def checked_view(arguments: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """A modal or a home tab, with the ids that Slack adds."""
    view = structured(arguments, "view", "invalid_arguments")
    if view is None:
        raise missing_argument("view")
    return accepted_view(view, kind)


def accepted_view(view: Any, kind: str) -> dict[str, Any]:
    if is_too_large(view):
        raise Refused("view_too_large")
    problems = [str(problem) for problem in view_problems(view)]
    if not problems and view["type"] != kind:
        problems = [f"[ERROR] must be one of {kind} [json-pointer:/view/type]"]
    if problems:
        raise Refused("invalid_arguments", messages=problems)
    return {**view, "blocks": named(view["blocks"])}


def named(blocks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Slack gives every block a block_id and every interactive element an action_id."""
    return [_named_block(block, index) for index, block in enumerate(blocks)]


def _named_block(block: Mapping[str, Any], index: int) -> dict[str, Any]:
    named_block = {**block, "block_id": block.get("block_id") or f"block{index}"}
    if block.get("type") == "actions":
        named_block["elements"] = [_named_element(one, f"{index}.{at}") for at, one in enumerate(block["elements"])]
    for name in ("accessory", "element"):
        if isinstance(block.get(name), dict) and block[name].get("type") != "image":
            named_block[name] = _named_element(block[name], str(index))
    return named_block


def _named_element(element: Mapping[str, Any], place: str) -> dict[str, Any]:
    return {**element, "action_id": element.get("action_id") or f"action{place}"}
