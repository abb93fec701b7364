"""The records of the customers that the stories are about."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from sandbox.psa.halopsa.building import client, contract, invoice, line
from sandbox.psa.records import Json, Row, day

OCEANIC: Final = 41
HIBBERT: Final = 42
MONSTERS: Final = 43
GRINGOTTS: Final = 44
OLLIVANDER: Final = 45
CHEERS: Final = 46
LUMON: Final = 47
DUFF: Final = 48
NAKATOMI: Final = 49
BUBBA: Final = 50
GUMP: Final = 51
HALCYON: Final = 52
SPECTRE: Final = 53
DHARMA: Final = 54
ZORIN: Final = 55

_DAYS_SINCE: Final = {HIBBERT: 1}  # created so many days ago; the others two years and more
_OLD: Final = 800


def invoice_of(client_id: int) -> int:
    return 900 + client_id


def line_of(client_id: int) -> int:
    """Its first line."""
    return 2000 + client_id * 10


class Cast:
    """Everything is dated back from ``today``, so that a sync of four days ago saw the world before the trouble."""

    def __init__(self, today: datetime) -> None:
        self.today = today
        self.clients: list[Row] = []
        self.invoices: list[Row] = []
        self.contracts: list[Row] = []
        self._well()
        self._without_lines()
        self._without_invoices()
        self._out_of_reach()

    @property
    def ended(self) -> date:
        return (self.today - timedelta(days=30)).date()

    def record(self, client_id: int, name: str, **fields: Any) -> Json:
        return client(client_id, name, created=self._created(client_id), **fields)

    def usual_invoice(self, client_id: int, name: str, lines: list[Json] | None = None, **fields: Any) -> Json:
        """Two lines that bill, unless others are given."""
        number = line_of(client_id)
        usual = [line(number), line(number + 1, quantity=3.0)] if lines is None else lines
        owner, created = self.record(client_id, name), self._created(client_id)
        return invoice(invoice_of(client_id), owner, usual, created=created, **fields)

    def _well(self) -> None:
        for client_id, name in (
            (OCEANIC, "Oceanic Airlines"),
            (HIBBERT, "Hibbert Dental"),
            (GUMP, "Gump Holding"),
            (DHARMA, "Dharma Initiative"),
            (ZORIN, "Zorin Industries"),
        ):
            self._customer(client_id, name)
            self._billed(client_id, name)

    def _without_lines(self) -> None:
        troubled: tuple[tuple[int, str, list[Json]], ...] = (
            (GRINGOTTS, "Gringotts Bank", [{"isinactive": True}, {"isinactive": True}]),
            (OLLIVANDER, "Ollivanders", [{"isgroupdesc": True, "quantity": 0.0}]),
            (CHEERS, "Cheers Bar", [{"quantity": 0.0}]),
            (HALCYON, "Halcyon Power", [{"quantity": 0.0, "recurring_invoice_quantity_type": 2}]),
        )
        for client_id, name, lines in troubled:
            self._customer(client_id, name)
            first = line_of(client_id)
            self._billed(client_id, name, [line(first + at, **fields) for at, fields in enumerate(lines)])

    def _without_invoices(self) -> None:
        self._customer(MONSTERS, "Monsters, Inc.")
        self._customer(
            BUBBA,
            "Bubba Gump Shrimp",
            client_to_invoice_recurring=GUMP,
            client_to_invoice_recurring_name="Gump Holding",
        )
        self._customer(DUFF, "Duff Brewing")
        self._billed(DUFF, "Duff Brewing", disabled=True)
        self._customer(NAKATOMI, "Nakatomi Trading")
        self._billed(NAKATOMI, "Nakatomi Trading", startdate=day(self._created(NAKATOMI)), enddate=day(self.ended))

    def _out_of_reach(self) -> None:
        self._customer(LUMON, "Lumon Industries", inactive=True)
        self._billed(LUMON, "Lumon Industries")
        self._customer(SPECTRE, "Spectre Holdings")
        self._billed(SPECTRE, "Spectre Holdings")

    def _created(self, client_id: int) -> datetime:
        return self.today - timedelta(days=_DAYS_SINCE.get(client_id, _OLD))

    def _customer(self, client_id: int, name: str, **fields: Any) -> None:
        self.clients.append(Row(data=self.record(client_id, name, **fields), created=self._created(client_id)))

    def _billed(self, client_id: int, name: str, lines: list[Json] | None = None, **fields: Any) -> None:
        """The recurring invoice, and the contract that it belongs to."""
        created, ends = self._created(client_id), self.ended if "enddate" in fields else None
        record = self.usual_invoice(client_id, name, lines, **fields)
        self.invoices.append(Row(data=record, created=created))
        owner, starts = self.record(client_id, name), created.date()
        agreed = contract(owner, record["id"], starts=starts, ends=ends, today=self.today.date())
        self.contracts.append(Row(data=agreed, created=created))
