"""The JSON Schema of a rule card, so that an editor completes keys, facts and operators while a card is written."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from rules.operators import OPERATORS, READ
from rules.shapes import CardShape
from rules.vocabulary import SCOPES, Fact, FactType, Scope

SCHEMA_FILE: Final = Path(__file__).parent / "card.schema.json"
Schema = dict[str, Any]

_VALUES: Final[Mapping[FactType, Schema]] = {
    FactType.TEXT: {"type": ["string", "null"]},
    FactType.FLAG: {"type": ["boolean", "null"]},
    FactType.NUMBER: {"type": ["number", "null"]},
    FactType.DAY: {"type": ["string", "null"], "description": "2026-11-21, today, or {fact: name}"},
    FactType.MOMENT: {"type": ["string", "null"], "description": "2026-11-21T10:00:00Z, now, or {fact: name}"},
    FactType.TEXTS: {"type": ["array", "null"], "items": {"type": "string"}},
    FactType.RECORDS: {"type": ["array", "null"], "items": {"type": "object"}},
}


def card_schema() -> Schema:
    """Derived from the shape and the vocabulary: it cannot drift from what loading accepts."""
    (top,), parts = msgspec.json.schema_components([CardShape], ref_template="#/$defs/{name}")
    for name in ("expect", "not_needed_if"):
        parts["CardShape"]["properties"][name] = {"$ref": "#/$defs/condition"}
    parts["WordsShape"]["properties"]["when"] = {"$ref": "#/$defs/condition"}
    parts["CardShape"]["properties"]["repair"] = {"$ref": "#/$defs/facts"}
    parts["CardShape"]["properties"]["follows"]["additionalProperties"] = {"$ref": "#/$defs/facts"}
    parts["ExampleShape"]["properties"]["given"] = {"$ref": "#/$defs/facts"}
    facts = _every_fact()
    parts["facts"] = _mapping({name: _value(fact) for name, fact in facts.items()})
    parts["condition"] = _condition(facts)
    parts |= {f"compare_{kind}": _comparison(kind) for kind in FactType}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A rule card of psa-bot",
        **top,
        "$defs": dict(sorted(parts.items())),
    }


def schema_text() -> str:
    return json.dumps(card_schema(), indent=2, ensure_ascii=False) + "\n"


def _every_fact() -> dict[str, Fact]:
    facts: dict[str, Fact] = {}
    for scope in SCOPES.values():
        for inner in (scope, *_inner(scope)):
            facts |= {name: fact for name, fact in inner.items() if name not in facts}
    return dict(sorted(facts.items()))


def _inner(scope: Scope) -> list[Scope]:
    return [fact.of for fact in scope.values() if fact.of is not None]


def _mapping(properties: Mapping[str, Schema]) -> Schema:
    return {"type": "object", "properties": dict(properties), "additionalProperties": False}


def _value(fact: Fact) -> Schema:
    described = f"{fact.means} ({fact.type})"
    return {**_VALUES[fact.type], "description": described}


def _condition(facts: Mapping[str, Fact]) -> Schema:
    several = {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/condition"}}
    one = {"$ref": "#/$defs/condition"}
    over = {"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": one}
    joins: dict[str, Schema] = {"all": several, "any": several, "not": one, "some": over, "every": over}
    comparisons: dict[str, Schema] = {
        name: {"$ref": f"#/$defs/compare_{fact.type}", "description": fact.means} for name, fact in facts.items()
    }
    return _mapping(joins | comparisons) | {"minProperties": 1}


def _comparison(kind: FactType) -> Schema:
    value = _VALUES[kind]
    operators = {name: _operand(name, value) for name, operator in OPERATORS.items() if kind in operator.fits}
    operators[READ] = {"type": "boolean", "description": "true: it could be read"}
    return {"anyOf": [value, _mapping(operators) | {"minProperties": 1}]}


def _operand(name: str, value: Schema) -> Schema:
    if name in {"in", "not_in"}:
        return {"type": "array", "minItems": 1, "items": {"type": ["string", "number"]}}
    if name in {"contains", "matches"}:
        return {"type": "string"}
    return {"anyOf": [value, _mapping({"fact": {"type": "string"}})]}
