"""The records of a simulated tenant, and which of them exist at a moment."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final

Json = dict[str, Any]
LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


def day(moment: date) -> str:
    """A day as most of the APIs write it."""
    return f"{moment.isoformat()[:10]}T00:00:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record. It exists from ``created`` until ``gone``; ``team`` is who owns it, where a right asks that."""

    data: Json
    created: datetime = LONG_AGO
    gone: datetime | None = None
    team: int = 0

    def exists_at(self, now: datetime) -> bool:
        return self.created <= now and (self.gone is None or now < self.gone)


class Kept:
    """All rows of one kind, past and to come. Whoever reads them says for which moment."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._rows = {row.data["id"]: row for row in rows}
        self._edges: list[datetime] | None = None
        self._known: tuple[int, Sequence[Row], Sequence[Json]] | None = None
        self.version = 0  # another one after every change

    def __len__(self) -> int:
        return len(self._rows)

    def rows(self) -> Sequence[Row]:
        """Every row there ever was or will be."""
        return list(self._rows.values())

    def row(self, record_id: int) -> Row:
        """KeyError: there never was one."""
        return self._rows[record_id]

    def one(self, record_id: int, now: datetime) -> Json | None:
        row = self._rows.get(record_id)
        return row.data if row and row.exists_at(now) else None

    def put(self, row: Row) -> None:
        self._rows[row.data["id"]] = row
        self._forget()

    def drop(self, record_id: int) -> None:
        """Nothing happens where there is none."""
        self._rows.pop(record_id, None)
        self._forget()

    def change(self, record_id: int, **fields: Any) -> None:
        """What a person's edit does."""
        row = self._rows[record_id]
        self.put(replace(row, data={**row.data, **fields}))

    def at(self, now: datetime) -> Sequence[Json]:
        """By rising id; the very same list until a record came, went or was changed."""
        return self._at(now)[2]

    def rows_at(self, now: datetime) -> Sequence[Row]:
        """The same, with what the API does not tell."""
        return self._at(now)[1]

    def _forget(self) -> None:
        self._edges = self._known = None
        self.version += 1

    def _at(self, now: datetime) -> tuple[int, Sequence[Row], Sequence[Json]]:
        if self._edges is None:
            edges = {edge for row in self._rows.values() for edge in (row.created, row.gone) if edge is not None}
            self._edges = sorted(edges)
        key = bisect_right(self._edges, now)
        if self._known is None or self._known[0] != key:
            there = [row for row in self._rows.values() if row.exists_at(now)]
            there.sort(key=lambda row: int(row.data["id"]))
            self._known = key, there, [row.data for row in there]
        return self._known


def table(records: Iterable[Mapping[str, Any]]) -> Kept:
    """Records that were always there."""
    return Kept(Row(data=dict(record)) for record in records)
