"""Reads the query of a list call, and writes the ``Link`` header of its answer (CW §2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

from sandbox.psa.connectwise.errors import invalid
from sandbox.psa.connectwise.schema import Schema
from sandbox.psa.records import Json

DEFAULT_PAGE_SIZE: Final = 25
LARGEST_PAGE: Final = 1000
PARAMETERS: Final = {
    name.lower(): name
    for name in (
        *("conditions", "childConditions", "customFieldConditions"),
        *("orderBy", "fields", "page", "pageSize", "pageId"),
    )
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """The questions of one list call. ``page_id`` is set when the caller pages forward only."""

    conditions: str
    child_conditions: str
    custom_field_conditions: str
    order: tuple[tuple[str, bool], ...]  # path, descending
    fields: tuple[str, ...]
    page: int
    page_size: int
    page_id: int | None


def read_query(query: Mapping[str, str], headers: Mapping[str, str], schema: Schema) -> Query:
    """Refused: a number that is none, a page that is too large, a field that the record has not."""
    asked = {PARAMETERS[name.lower()]: value for name, value in query.items() if name.lower() in PARAMETERS}
    forward_only = headers.get("pagination-type", "").lower() == "forward-only" or "pageId" in asked
    return Query(
        conditions=asked.get("conditions", "").strip(),
        child_conditions=asked.get("childConditions", "").strip(),
        custom_field_conditions=asked.get("customFieldConditions", "").strip(),
        order=() if forward_only else _order(asked.get("orderBy", ""), schema),
        fields=_fields(asked.get("fields", ""), schema),
        page=1 if forward_only else _number(asked, "page", 1, least=1),
        page_size=_number(asked, "pageSize", DEFAULT_PAGE_SIZE, least=1, most=LARGEST_PAGE),
        page_id=_number(asked, "pageId", 0, least=0) if forward_only else None,
    )


def _number(asked: Mapping[str, str], name: str, default: int, *, least: int, most: int = 2**31) -> int:
    text = asked.get(name, "") or str(default)
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise invalid(name, f"'{text}' is not a number from {least} to {most}.")
    return int(text)


def _order(text: str, schema: Schema) -> tuple[tuple[str, bool], ...]:
    keys = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        path, _, direction = part.partition(" ")
        direction = direction.strip().lower() or "asc"
        if path not in schema.leaves or direction not in {"asc", "desc"}:
            raise invalid("orderBy", f"cannot sort by '{part}'.")
        keys.append((path, direction == "desc"))
    return tuple(keys)


def _fields(text: str, schema: Schema) -> tuple[str, ...]:
    names = tuple(filter(None, (name.strip() for name in text.split(","))))
    for name in names:
        if not schema.knows(name):
            raise invalid("fields", f"unknown field '{name}'.")
    return names


def project(record: Json, fields: tuple[str, ...]) -> Json:
    """The named fields; ``_info`` only when it is named. A field that the record has not stays away."""
    if not fields:
        return record
    answer: Json = {}
    for name in fields:
        head, _, leaf = name.partition("/")
        if head in record:
            answer[head] = _part(record[head], leaf, answer.get(head)) if leaf else record[head]
    return answer


def _part(value: Any, leaf: str, so_far: Any) -> Any:
    if isinstance(value, list):
        before = so_far or [{} for _ in value]
        return [_part(entry, leaf, known) for entry, known in zip(value, before, strict=True)]
    if not isinstance(value, dict):
        return value
    return {**(so_far or {}), **({leaf: value[leaf]} if leaf in value else {})}


def page_links(url: str, query: Query, total: int) -> str:
    """``Link`` of navigable paging: first and prev, next and last, where there are such pages."""
    last = max(1, -(-total // query.page_size))
    pages: dict[str, int] = {}
    if query.page > 1:
        pages |= {"first": 1, "prev": min(query.page - 1, last)}
    if query.page < last:
        pages |= {"next": query.page + 1, "last": last}
    return ", ".join(f'<{_with(url, page=page)}>; rel="{rel}"' for rel, page in pages.items())


def forward_link(url: str, last_id: int | None) -> str:
    """``Link`` of forward-only paging: always there, and empty at the end."""
    target = "" if last_id is None else _with(url, pageId=last_id)
    return f'<{target}>; rel="next"'


def _with(url: str, **numbers: int) -> str:
    parts, replaced = urlsplit(url), {name.lower() for name in numbers}
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name.lower() not in replaced]
    return parts._replace(query=urlencode([*kept, *numbers.items()])).geturl()
