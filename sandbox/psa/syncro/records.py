"""The records of the simulated account, and which of them exist at a moment."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

Json = dict[str, Any]
LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


def stamp(moment: datetime) -> str:
    """A date-time as the API writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record. It exists from ``created`` until ``gone``: deleting is hard (SYN §4)."""

    data: Json
    created: datetime = LONG_AGO
    gone: datetime | None = None

    def exists_at(self, now: datetime) -> bool:
        return self.created <= now and (self.gone is None or now < self.gone)


class Records:
    """All rows of one kind, past and to come. Everything that reads them says for which moment."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._rows = {row.data["id"]: row for row in rows}
        self._moments: list[datetime] | None = None
        self._found: tuple[int, Sequence[Json]] | None = None

    def row(self, record_id: int) -> Row:
        """KeyError: there never was one."""
        return self._rows[record_id]

    def rows(self) -> Sequence[Row]:
        """Every row there ever was or will be."""
        return list(self._rows.values())

    def put(self, row: Row) -> None:
        self._rows[row.data["id"]] = row
        self._moments = self._found = None

    def change(self, record_id: int, **fields: Any) -> None:
        """What a person's edit does."""
        row = self._rows[record_id]
        self.put(replace(row, data={**row.data, **fields}))

    def one(self, record_id: int, now: datetime) -> Json | None:
        row = self._rows.get(record_id)
        return row.data if row and row.exists_at(now) else None

    def at(self, now: datetime) -> Sequence[Json]:
        """In the order of their ids. Worked out anew only when a record came, went or was changed."""
        if self._moments is None:
            edges = {edge for row in self._rows.values() for edge in (row.created, row.gone) if edge is not None}
            self._moments = sorted(edges)
        key = bisect_right(self._moments, now)
        if self._found is None or self._found[0] != key:
            rows = sorted(
                (row for row in self._rows.values() if row.exists_at(now)), key=lambda row: int(row.data["id"])
            )
            self._found = key, [row.data for row in rows]
        return self._found[1]
