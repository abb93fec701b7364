"""The records of the simulated tenant, and which of them exist at a moment."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final, TypeVar

from sandbox.psa.connectwise.schema import Kind, Schema
from sandbox.psa.records import Json, Kept, Row

Answer = TypeVar("Answer")
REMEMBERED: Final = 128  # answers kept for one moment of one collection


def stamp(moment: datetime) -> str:
    """A date-time as the API writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Columns:
    """Records turned on their side: a comparison then runs over one plain list."""

    def __init__(self, records: Sequence[Mapping[str, Any]]) -> None:
        self._records = records
        self._columns: dict[str, list[Any]] = {}

    def __len__(self) -> int:
        return len(self._records)

    def column(self, path: str, kind: Kind) -> list[Any]:
        """Text comes in lower case, because the server compares without case (CW §3.2 no. 5)."""
        if path not in self._columns:
            read = [value_at(record, path) for record in self._records]
            if kind is Kind.TEXT:
                read = [None if value is None else str(value).casefold() for value in read]
            self._columns[path] = read
        return self._columns[path]


def value_at(record: Mapping[str, Any], path: str) -> Any:
    """``status/name`` of a record; None where it has none."""
    if path == "lastUpdated":
        path = "_info/lastUpdated"
    head, _, leaf = path.partition("/")
    value = record.get(head)
    if not leaf:
        return value
    return value.get(leaf) if isinstance(value, dict) else None


class Snapshot(Columns):
    """The rows of one collection that exist at one moment, by id, with the answers already worked out for them."""

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__([row.data for row in rows])
        self.rows = rows
        self._positions = {row.data["id"]: position for position, row in enumerate(rows)}
        self._children: dict[str, tuple[list[int], Columns]] = {}
        self._answers: dict[object, Any] = {}

    def position(self, record_id: int) -> int | None:
        return self._positions.get(record_id)

    def children(self, array: str) -> tuple[list[int], Columns]:
        """The entries of an array of all rows, laid end to end, and for each the position of its owner."""
        if array not in self._children:
            pairs = [(at, entry) for at, row in enumerate(self.rows) for entry in row.data.get(array) or ()]
            self._children[array] = [at for at, _ in pairs], Columns([entry for _, entry in pairs])
        return self._children[array]

    def remember(self, key: object, work_out: Callable[[], Answer]) -> Answer:
        """The answer to the same question at the same moment is the same one."""
        if key not in self._answers:
            if len(self._answers) >= REMEMBERED:
                self._answers.clear()
            self._answers[key] = work_out()
        answer: Answer = self._answers[key]
        return answer


class Collection:
    """All rows of one kind, past and to come, and what is worked out for each day. Readers say for which moment."""

    def __init__(
        self, schema: Schema, rows: Iterable[Row] = (), *, computed: Callable[[Json, date], Json] | None = None
    ) -> None:
        self.schema = schema
        self.kept = Kept(rows)
        self._computed = computed
        self._snapshot: tuple[Sequence[Row], date | None, Snapshot] | None = None

    def __len__(self) -> int:
        return len(self.kept)

    def row(self, record_id: int) -> Row:
        """KeyError: there never was one."""
        return self.kept.row(record_id)

    def rows(self) -> Sequence[Row]:
        """Every row there ever was or will be."""
        return self.kept.rows()

    def put(self, row: Row) -> None:
        self.kept.put(row)

    def change(self, record_id: int, now: datetime, **fields: Any) -> None:
        """What a person's edit does: the fields, and the record's last change."""
        info = {**self.row(record_id).data.get("_info", {}), "lastUpdated": stamp(now), "updatedBy": "radmin"}
        self.kept.change(record_id, **fields, _info=info)

    def at(self, now: datetime) -> Snapshot:
        """Worked out anew only when a record came, went or was changed, or (for computed fields) on another day."""
        rows, day = self.kept.rows_at(now), now.date() if self._computed else None
        if self._snapshot is None or self._snapshot[0] is not rows or self._snapshot[1] != day:
            self._snapshot = rows, day, self._build(rows, now.date())
        return self._snapshot[2]

    def _build(self, rows: Sequence[Row], day: date) -> Snapshot:
        if self._computed:
            for row in rows:
                row.data.update(self._computed(row.data, day))
        return Snapshot(rows)
