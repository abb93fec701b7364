"""The records of the simulated tenant, and which of them exist at a moment."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, Final, Protocol

Json = dict[str, Any]
LONG_AGO: Final = datetime(2000, 1, 1, tzinfo=UTC)


def stamp(moment: datetime) -> str:
    """A moment as the API writes it: UTC, but without saying so, and with a fraction (AT §3)."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.113"


def day(moment: date) -> str:
    """A day as the API writes it: midnight."""
    return f"{moment.isoformat()[:10]}T00:00:00"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record. It exists from ``created`` until ``gone``. ``territory`` is what a limited CRM access looks at."""

    data: Json
    created: datetime = LONG_AGO
    gone: datetime | None = None

    def exists_at(self, now: datetime) -> bool:
        return self.created <= now and (self.gone is None or now < self.gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The records that exist at one moment, by rising id."""

    records: Sequence[Json]
    ids: Sequence[int]

    @classmethod
    def of(cls, records: Iterable[Json]) -> "Snapshot":
        ordered = sorted(records, key=lambda record: int(record["id"]))
        return cls(records=ordered, ids=[record["id"] for record in ordered])

    def after(self, last_id: int) -> int:
        """The position of the first record with a higher id."""
        return bisect_right(self.ids, last_id)


class Collection(Protocol):
    """Everything of one entity. Whoever reads it says for which moment."""

    def at(self, now: datetime) -> Snapshot: ...


class Kept:
    """Rows that were written, past and to come."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._rows = {row.data["id"]: row for row in rows}
        self._edges: list[datetime] | None = None
        self._known: tuple[int, Snapshot] | None = None
        self.version = 0

    def rows(self) -> Sequence[Row]:
        """Every row there ever was or will be."""
        return list(self._rows.values())

    def row(self, record_id: int) -> Row:
        """KeyError: there never was one."""
        return self._rows[record_id]

    def put(self, row: Row) -> None:
        self._rows[row.data["id"]] = row
        self._forget()

    def drop(self, record_id: int) -> None:
        del self._rows[record_id]
        self._forget()

    def change(self, record_id: int, **fields: Any) -> None:
        row = self._rows[record_id]
        self.put(replace(row, data={**row.data, **fields}))

    def at(self, now: datetime) -> Snapshot:
        """Worked out anew only when a record came, went or was changed."""
        if self._edges is None:
            edges = {edge for row in self._rows.values() for edge in (row.created, row.gone) if edge is not None}
            self._edges = sorted(edges)
        key = bisect_right(self._edges, now)
        if self._known is None or self._known[0] != key:
            self._known = key, Snapshot.of(row.data for row in self._rows.values() if row.exists_at(now))
        return self._known[1]

    def _forget(self) -> None:
        self._edges = self._known = None
        self.version += 1


def table(records: Iterable[Mapping[str, Any]]) -> Kept:
    return Kept(Row(data=dict(record)) for record in records)
