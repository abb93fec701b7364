"""Units of services in contracts: one row for each line and month, worked out from the line (AT §5.3)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sandbox.psa.records import Json, Kept, day

MONTHS: Final = (-1, 0, 1)  # around the moment that is asked about; a year of rows would say nothing more
OWN_FIELDS: Final = "_units"  # of a line: how many units it bills; never shown
IDS_PER_LINE: Final = 10_000


class Units:
    """Read only, as in the real API: they follow from the lines and from the term of their contract."""

    def __init__(self, lines: Kept, contracts: Kept, *, line_field: str, item_field: str) -> None:
        self._lines = lines
        self._contracts = contracts
        self._line_field = line_field
        self._item_field = item_field
        self._known: tuple[tuple[int, int, date], Sequence[Json]] | None = None

    def at(self, now: datetime) -> Sequence[Json]:
        key = self._lines.version, self._contracts.version, first_of_month(now.date(), 0)
        if self._known is None or self._known[0] != key:
            self._known = key, sorted(self._rows(now), key=lambda row: int(row["id"]))
        return self._known[1]

    def _rows(self, now: datetime) -> Iterator[Json]:
        contracts = {row.data["id"]: row.data for row in self._contracts.rows()}
        months = [(first_of_month(now.date(), by), first_of_month(now.date(), by + 1)) for by in MONTHS]
        for row in self._lines.rows():
            line, contract = row.data, contracts[row.data["contractID"]]
            for begins, following in months:
                starts = max(day(begins), contract["startDate"])
                ends = min(day(following - timedelta(days=1)), contract["endDate"])
                if starts <= ends:
                    row_of_month = self._row(line, begins, starts, ends)
                    billed = following <= now.date()
                    yield {**row_of_month, "approveAndPostDate": day(following) if billed else None}

    def _row(self, line: Mapping[str, Any], month: date, starts: str, ends: str) -> Json:
        units = line[OWN_FIELDS]
        return {
            "id": line["id"] * IDS_PER_LINE + (month.year - 2000) * 12 + month.month,
            "contractID": line["contractID"],
            self._line_field: line["id"],
            self._item_field: line[self._item_field],
            "units": units,
            "price": round(units * line["unitPrice"], 2),
            "cost": round(units * line["unitCost"], 2),
            "startDate": starts,
            "endDate": ends,
        }


def first_of_month(today: date, by: int) -> date:
    months = today.year * 12 + today.month - 1 + by
    return date(months // 12, months % 12 + 1, 1)
