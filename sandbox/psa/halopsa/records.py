"""The records of the simulated tenant, and which of them exist at a moment."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final

Json = dict[str, Any]
LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)
NO_DAY: Final = "1900-01-01T00:00:00"  # how an empty date is written (HALO §4)


def stamp(moment: datetime) -> str:
    """A moment as the API writes it: UTC, but without saying so, and with a fraction (HALO §9)."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.1"


def day(moment: date) -> str:
    return f"{moment.isoformat()[:10]}T00:00:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record. It exists from ``created`` until ``gone``."""

    data: Json
    created: datetime = LONG_AGO
    gone: datetime | None = None

    def exists_at(self, now: datetime) -> bool:
        return self.created <= now and (self.gone is None or now < self.gone)


class Kept:
    """Rows of one kind, past and to come. Whoever reads them says for which moment."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._rows = {row.data["id"]: row for row in rows}
        self._edges: list[datetime] | None = None
        self._known: tuple[int, Sequence[Json]] | None = None

    def rows(self) -> Sequence[Row]:
        """Every row there ever was or will be."""
        return list(self._rows.values())

    def row(self, record_id: int) -> Row:
        """KeyError: there never was one."""
        return self._rows[record_id]

    def put(self, row: Row) -> None:
        self._rows[row.data["id"]] = row
        self._edges = self._known = None

    def drop(self, record_id: int) -> None:
        self._rows.pop(record_id, None)
        self._edges = self._known = None

    def change(self, record_id: int, **fields: Any) -> None:
        row = self._rows[record_id]
        self.put(replace(row, data={**row.data, **fields}))

    def at(self, now: datetime) -> Sequence[Json]:
        """By rising id; worked out anew only when a record came, went or was changed."""
        if self._edges is None:
            edges = {edge for row in self._rows.values() for edge in (row.created, row.gone) if edge is not None}
            self._edges = sorted(edges)
        key = bisect_right(self._edges, now)
        if self._known is None or self._known[0] != key:
            found = (row.data for row in self._rows.values() if row.exists_at(now))
            self._known = key, sorted(found, key=lambda record: int(record["id"]))
        return self._known[1]
