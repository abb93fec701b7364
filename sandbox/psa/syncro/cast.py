"""The records of the customers that the stories are about."""

from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.psa.records import Json, Row
from sandbox.psa.syncro.building import customer, line, schedule

BLUTH: Final = 30_411
DUNDER: Final = 30_412
PENDANT: Final = 30_413
KRAMERICA: Final = 30_414
VANDELAY: Final = 30_415
LOBLAW: Final = 30_416
SITWELL: Final = 30_417
WERNHAM: Final = 30_418
PRESTIGE: Final = 30_419
ENTERTAINMENT: Final = 30_420
GEKKO: Final = 30_421
GOODMAN: Final = 30_422

DUNDER_SCHEDULE: Final = 7_788
KRAMERICA_SCHEDULE: Final = 7_790
VANDELAY_SCHEDULE: Final = 7_791
LOBLAW_SCHEDULE: Final = 7_792
GEKKO_SCHEDULE: Final = 7_798
BLUTH_SCHEDULE: Final = 7_800  # what a person adds to end the story


class Cast:
    """Everything is dated back from ``today``, so that a sync of four days ago saw the world before the trouble."""

    def __init__(self, today: datetime) -> None:
        self._today = today
        self._customers: list[Row] = []
        self._schedules: list[Row] = []
        self._well()
        self._troubled()
        self._gone_or_new()

    @property
    def customers(self) -> list[Row]:
        return self._customers

    @property
    def schedules(self) -> list[Row]:
        return self._schedules

    def ago(self, days: int) -> datetime:
        return self._today - timedelta(days=days)

    def invoice(self, number: int, name: str, owner: int, *lines: Json, **fields: Any) -> Json:
        return schedule(number, name, owner, *lines, next_run=self._today, **fields)

    def _well(self) -> None:
        wernham = self._customer(WERNHAM, "Wernham Hogg", ("David", "Brent"), 2100)
        self._schedule(7_795, "Wernham Hogg monthly services", wernham, line(0, quantity="20.0"), line(2))
        sitwell = self._customer(SITWELL, "Sitwell Enterprises", ("Stan", "Sitwell"), 700)
        self._schedule(7_794, "Sitwell monthly services", sitwell, line(3))
        goodman = self._customer(GOODMAN, None, ("Saul", "Goodman"), 300)
        self._schedule(7_799, "Home office", goodman, line(0, quantity="1.0"))

    def _troubled(self) -> None:
        self._customer(BLUTH, "Bluth Company", ("Michael", "Bluth"), 900)
        dunder = self._customer(DUNDER, "Dunder Mifflin", ("Jim", "Halpert"), 400)
        self._schedule(DUNDER_SCHEDULE, "Dunder Mifflin services", dunder)
        pendant = self._customer(PENDANT, "Pendant Publishing", ("Elaine", "Benes"), 1500, disabled=True)
        self._schedule(7_789, "Pendant monthly services", pendant, line(0))
        kramerica = self._customer(KRAMERICA, "Kramerica Industries", ("Cosmo", "Kramer"), 260)
        self._schedule(KRAMERICA_SCHEDULE, "Kramerica services", kramerica, line(1), paused=True)
        vandelay = self._customer(VANDELAY, "Vandelay Industries", ("Art", "Vandelay"), 500)
        moving = line(1, quantity="1.0", one_time_charge=True)
        self._schedule(VANDELAY_SCHEDULE, "Vandelay office move", vandelay, moving)
        loblaw = self._customer(LOBLAW, "Bob Loblaw Law", ("Bob", "Loblaw"), 800)
        self._schedule(LOBLAW_SCHEDULE, "Bob Loblaw seats", loblaw, line(0, quantity="0.0"))
        gekko = self._customer(GEKKO, "Gekko & Co", ("Gordon", "Gekko"), 650)
        self._schedule(GEKKO_SCHEDULE, "Gekko assets", gekko, line(0, quantity="0.0", asset_type_id=3))

    def _gone_or_new(self) -> None:
        shows = self._customer(ENTERTAINMENT, "Entertainment 720", ("Tom", "Haverford"), 600, gone=self.ago(2))
        self._schedule(7_796, "Entertainment services", shows, line(4))
        prestige = self._customer(PRESTIGE, "Prestige Worldwide", ("Brennan", "Huff"), 1)
        self._schedule(7_797, "Prestige monthly services", prestige, line(5))

    def _customer(
        self,
        number: int,
        name: str | None,
        person: tuple[str, str],
        age: int,
        *,
        disabled: bool = False,
        gone: datetime | None = None,
    ) -> Row:
        created = self.ago(age)
        record = customer(number, name, person=person, created=created, disabled=disabled)
        row = Row(data=record, created=created, gone=gone)
        self._customers.append(row)
        return row

    def _schedule(self, number: int, name: str, owner: Row, *lines: Json, **fields: Any) -> None:
        """It begins an hour after its customer, and goes with it."""
        record = self.invoice(number, name, owner.data["id"], *lines, **fields)
        self._schedules.append(Row(data=record, created=owner.created + timedelta(hours=1), gone=owner.gone))
