"""What an entity is: its fields, and which of those are numbers, texts, picklists (AT §5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """As ``dataType`` says it."""

    INTEGER = "integer"
    DOUBLE = "double"
    TEXT = "string"
    FLAG = "boolean"
    MOMENT = "datetime"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    name: str
    kind: Kind
    is_picklist: bool = False
    is_queryable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """``path`` stands in addresses, ``name`` in answers. ``fields`` by name, casefolded: case does not count."""

    path: str
    name: str
    fields: Mapping[str, Field]


_MARKS: Final = {"picklist", "hidden"}


def entity(path: str, name: str, text: str) -> Entity:
    """Reads ``name kind [picklist] [hidden]`` lines. ``hidden``: not queryable."""
    fields = {"id": Field(name="id", kind=Kind.INTEGER)}
    for line in filter(None, text.splitlines()):
        field_name, kind, *marks = line.split()
        assert set(marks) <= _MARKS, line  # noqa: S101 - a slip in the text below, seen at import
        fields[field_name.casefold()] = Field(
            name=field_name, kind=Kind(kind), is_picklist="picklist" in marks, is_queryable="hidden" not in marks
        )
    return Entity(path=path, name=name, fields=fields)
