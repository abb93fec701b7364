"""Checks Block Kit before Slack does, which refuses a whole message for one mistake in it.

No offline library finds every mistake (slack.md §6), so the limits are a table of ours (``shapes``) and a walk.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.slack.shapes import BLOCKS, Each, Flag, Keys, Kinds, Number, OneOf, Rule, Text

MOST_BLOCKS: Final[Mapping[str, int]] = {"message": 50, "modal": 100, "home": 100}
# Undocumented (slack.md §0.8): Slack refuses at about 13,200 characters, and a mere divider counts too, so it is the
# JSON that is measured (bolt-js #2509). Of text alone it refuses 11,341 characters (bolt-js #2867).
MOST_CHARACTERS: Final = 13_200
_MOST_TEXT: Final = 11_300


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """``pointer`` is a JSON pointer into the blocks, such as ``/3/elements/0/text``."""

    pointer: str
    what: str

    def __str__(self) -> str:
        return f"{self.pointer or '/'}: {self.what}"


def problems(blocks: Sequence[Any], surface: str = "message") -> list[Problem]:
    """Everything that Slack would refuse, as far as is known."""
    found: list[Problem] = []
    most = MOST_BLOCKS[surface]
    if len(blocks) > most:
        found.append(Problem(pointer="", what=f"{len(blocks)} blocks, at most {most}"))
    if surface == "message" and size(blocks) > MOST_CHARACTERS:
        found.append(Problem(pointer="", what=f"{size(blocks)} characters, at most {MOST_CHARACTERS}"))
    for place, block in enumerate(blocks):
        found += _check(block, BLOCKS, f"/{place}")
    return found + _repeated_ids(blocks)


def size(blocks: Sequence[Any]) -> int:
    """What counts against MOST_CHARACTERS."""
    whole = len(json.dumps(list(blocks), ensure_ascii=False, separators=(",", ":")))
    return max(whole, _texts(blocks) * MOST_CHARACTERS // _MOST_TEXT)


def _texts(value: Any) -> int:
    match value:
        case Mapping():
            own = value.get("text")
            return (len(own) if isinstance(own, str) else 0) + sum(_texts(inner) for inner in value.values())
        case list() | tuple():
            return sum(_texts(inner) for inner in value)
        case _:
            return 0


def _check(value: Any, rule: Rule, pointer: str) -> list[Problem]:
    match rule:
        case Text():
            return _text(value, rule, pointer)
        case Each():
            return _each(value, rule, pointer)
        case Keys():
            return _keys(value, rule, pointer)
        case Kinds():
            return _kinds(value, rule, pointer)
        case _:
            wrong = _wrong(value, rule)
            return [Problem(pointer=pointer, what=wrong)] if wrong else []


def _wrong(value: Any, rule: Number | Flag | OneOf) -> str:
    match rule:
        case Number(low=low, high=high):
            fits = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
            return "" if fits else f"not a whole number from {low} to {high}"
        case Flag():
            return "" if isinstance(value, bool) else "neither true nor false"
        case OneOf(words=words):
            return "" if value in words else f"not one of {', '.join(sorted(words))}"


def _kinds(value: Any, rule: Kinds, pointer: str) -> list[Problem]:
    kind = value.get("type") if isinstance(value, Mapping) else None
    if not isinstance(kind, str) or kind not in rule.by_type:
        return [Problem(pointer=pointer, what=f"type {kind!r} is not one of {', '.join(sorted(rule.by_type))}")]
    return _check(value, rule.by_type[kind], pointer)


def _text(value: Any, rule: Text, pointer: str) -> list[Problem]:
    if not isinstance(value, str):
        return [Problem(pointer=pointer, what="not text")]
    if not rule.low <= len(value) <= rule.high:
        return [Problem(pointer=pointer, what=f"{len(value)} characters, not {rule.low} to {rule.high}")]
    if rule.shape is not None and rule.shape.fullmatch(value) is None:
        return [Problem(pointer=pointer, what="not of the right form")]
    return []


def _each(value: Any, rule: Each, pointer: str) -> list[Problem]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return [Problem(pointer=pointer, what="not a list")]
    found = [piece for place, one in enumerate(value) for piece in _check(one, rule.rule, f"{pointer}/{place}")]
    if not rule.low <= len(value) <= rule.high:
        found.insert(0, Problem(pointer=pointer, what=f"{len(value)} entries, not {rule.low} to {rule.high}"))
    return found


def _keys(value: Any, rule: Keys, pointer: str) -> list[Problem]:
    if not isinstance(value, Mapping):
        return [Problem(pointer=pointer, what="not an object")]
    found = [Problem(pointer=pointer, what=f"{key} is missing") for key in sorted(rule.needs.keys() - value.keys())]
    rules = {**rule.needs, **rule.may}
    for key, inner in value.items():
        if key == "type":
            continue
        if key not in rules:
            found.append(Problem(pointer=f"{pointer}/{key}", what="unknown key"))
        else:
            found += _check(inner, rules[key], f"{pointer}/{key}")
    if rule.one_of and not rule.one_of & value.keys():
        found.append(Problem(pointer=pointer, what=f"one of {', '.join(sorted(rule.one_of))} is missing"))
    return found


def _repeated_ids(blocks: Sequence[Any]) -> list[Problem]:
    """Block ids are unique in a message, action ids in a block."""
    found: list[Problem] = []
    seen: set[Any] = set()
    for place, block in enumerate(blocks):
        if not isinstance(block, Mapping):
            continue
        name = block.get("block_id")
        if name is not None and name in seen:
            found.append(Problem(pointer=f"/{place}/block_id", what=f"{name!r} was used before"))
        seen.add(name)
        found += _repeated_actions(block, f"/{place}")
    return found


def _repeated_actions(block: Mapping[str, Any], pointer: str) -> list[Problem]:
    elements = block.get("elements") if block.get("type") == "actions" else None
    if not isinstance(elements, Sequence):
        return []
    found: list[Problem] = []
    seen: set[Any] = set()
    for place, element in enumerate(elements):
        name = element.get("action_id") if isinstance(element, Mapping) else None
        if name is not None and name in seen:
            found.append(Problem(pointer=f"{pointer}/elements/{place}/action_id", what=f"{name!r} was used before"))
        seen.add(name)
    return found
