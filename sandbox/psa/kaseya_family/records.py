"""The records of the simulated tenant, and which of them exist at a moment."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final

Json = dict[str, Any]
LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


def stamp(moment: datetime) -> str:
    """A moment as the API writes it: without a zone (BMS §9)."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"


def day(moment: date) -> str:
    """A day as the API writes it: midnight."""
    return f"{moment.isoformat()[:10]}T00:00:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record, from ``created`` on."""

    data: Json
    created: datetime = LONG_AGO


class Kept:
    """Rows by rising id. Whoever reads them says for which moment."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._rows = {row.data["id"]: row for row in rows}
        self._known: tuple[int, list[Json]] | None = None
        self._edges: list[datetime] | None = None

    def row(self, record_id: int) -> Row:
        """KeyError: there never was one."""
        return self._rows[record_id]

    def rows(self) -> Sequence[Row]:
        return list(self._rows.values())

    def put(self, row: Row) -> None:
        self._rows[row.data["id"]] = row
        self._known = self._edges = None

    def drop(self, record_id: int) -> None:
        del self._rows[record_id]
        self._known = self._edges = None

    def change(self, record_id: int, **fields: Any) -> None:
        row = self._rows[record_id]
        self.put(replace(row, data={**row.data, **fields}))

    def at(self, now: datetime) -> list[Json]:
        """Worked out anew only when a record came or was changed."""
        if self._edges is None:
            self._edges = sorted({row.created for row in self._rows.values()})
        key = bisect_right(self._edges, now)
        if self._known is None or self._known[0] != key:
            there = (row.data for row in self._rows.values() if row.created <= now)
            self._known = key, sorted(there, key=lambda data: int(data["id"]))
        return self._known[1]
