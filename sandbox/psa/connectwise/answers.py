"""Answers a list, a count or a single record from a collection (CW §2, §3)."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import msgspec

from sandbox.psa.connectwise.errors import invalid, not_found
from sandbox.psa.connectwise.matching import rows_where, rows_with_child, rows_with_custom_field
from sandbox.psa.connectwise.paging import Query, forward_link, page_links, project
from sandbox.psa.connectwise.permissions import Scope
from sandbox.psa.connectwise.records import Collection, Snapshot
from sandbox.psa.connectwise.schema import Schema
from sandbox.psa.connectwise.tokens import ConditionError

FILTERS: Final = (
    ("conditions", "conditions", rows_where),
    ("childConditions", "child_conditions", rows_with_child),
    ("customFieldConditions", "custom_field_conditions", rows_with_custom_field),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A 200: JSON, and headers of its own."""

    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One read of one collection: at what moment, what the member may see, and how strings are escaped."""

    collection: Collection
    now: datetime
    scope: Scope
    backslash_escapes: bool = False

    def count(self, query: Query) -> Answer:
        return Answer(body=msgspec.json.encode({"count": len(self._positions(query))}))

    def one(self, record_id: int, query: Query) -> Answer:
        """A record that the member may not see looks like one that is gone."""
        snapshot = self.collection.at(self.now)
        position = snapshot.position(record_id)
        if position is None or not self.scope.shows(snapshot.rows[position]):
            raise not_found(self.collection.schema.noun, str(record_id))
        return Answer(body=msgspec.json.encode(project(snapshot.rows[position].data, query.fields)))

    def page(self, query: Query, url: str) -> Answer:
        positions = self._positions(query)
        snapshot = self.collection.at(self.now)
        if query.page_id is not None:
            return self._forward(snapshot, positions, query, url)
        if not query.order and len(positions) > query.page_size:
            positions = _shuffled(positions, query.page)
        start = (query.page - 1) * query.page_size
        links = page_links(url, query, len(positions))
        body = self._body(snapshot, positions[start : start + query.page_size], query)
        return Answer(body=body, headers={"Link": links} if links else {})

    def _forward(self, snapshot: Snapshot, positions: Sequence[int], query: Query, url: str) -> Answer:
        start = bisect_right(positions, query.page_id or 0, key=lambda at: int(snapshot.rows[at].data["id"]))
        taken = positions[start : start + query.page_size]
        is_last = start + query.page_size >= len(positions)
        last_id = None if is_last else int(snapshot.rows[taken[-1]].data["id"])
        body = self._body(snapshot, taken, query)
        return Answer(body=body, headers={"Link": forward_link(url, last_id)})

    def _body(self, snapshot: Snapshot, positions: Sequence[int], query: Query) -> bytes:
        key = ("body", query.fields, tuple(positions))
        rows = snapshot.rows
        return snapshot.remember(
            key, lambda: msgspec.json.encode([project(rows[at].data, query.fields) for at in positions])
        )

    def _positions(self, query: Query) -> Sequence[int]:
        """The rows asked for, in their order. The same question is answered once per moment."""
        snapshot = self.collection.at(self.now)
        filters = (query.conditions, query.child_conditions, query.custom_field_conditions)
        return snapshot.remember((filters, query.order, self.scope), lambda: self._find(snapshot, query))

    def _find(self, snapshot: Snapshot, query: Query) -> Sequence[int]:
        found: set[int] | None = None
        for parameter, attribute, search in FILTERS:
            if source := getattr(query, attribute):
                try:
                    rows = search(source, snapshot, self.collection.schema, backslash_escapes=self.backslash_escapes)
                except ConditionError as error:
                    raise invalid(parameter, str(error)) from error
                found = rows if found is None else found & rows
        positions = sorted(found) if found is not None else range(len(snapshot.rows))
        if not self.scope.is_everything:
            positions = [at for at in positions if self.scope.shows(snapshot.rows[at])]
        return _ordered(positions, snapshot, self.collection.schema, query)


def _ordered(positions: Sequence[int], snapshot: Snapshot, schema: Schema, query: Query) -> Sequence[int]:
    """Rows come in the order of their ids; empty values come first, as in SQL Server."""
    for path, descending in reversed(query.order):
        if path != "id" or descending:
            column = snapshot.column(path, schema.leaves[path])
            positions = sorted(positions, key=lambda at: _sort_key(column[at]), reverse=descending)
    return positions


def _sort_key(value: object) -> tuple[bool, object]:
    return (value is not None, value if value is not None else 0)


def _shuffled(positions: Sequence[int], page: int) -> Sequence[int]:
    """Without ``orderBy`` rows move between the pages (CW §2): here they always do, so that nobody forgets it."""
    turn = (page * 7) % len(positions)
    return [*positions[turn:], *positions[:turn]]
