"""The records of the companies that the stories are about."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from sandbox.psa.connectwise.building import Term, agreement, company, day
from sandbox.psa.records import Json, Row

ACME: Final = 4711
GLOBEX: Final = 4802
INITECH: Final = 3920
UMBRELLA: Final = 5120
UMBRELLA_MERGED: Final = 2277
HOOLI: Final = 6044
STARK: Final = 1963
SOYLENT: Final = 2022
WONKA: Final = 1971
TYRELL: Final = 2019
STRICKLAND: Final = 2077
GOLIATH: Final = 2078
MACLAREN: Final = 2079
CHOTCHKIES: Final = 2080
SABRE: Final = 2081
INITRODE: Final = 2082

GLOBEX_AGREEMENT: Final = 88
SOYLENT_AGREEMENT: Final = 131
MACLAREN_AGREEMENT: Final = 182


class Cast:
    """Everything is dated back from ``today``, so that a sync of four days ago saw the world before the trouble."""

    def __init__(self, today: datetime) -> None:
        self._today = today
        self._companies: list[Row] = []
        self._agreements: list[Row] = []
        self._steady()
        self._troubled()
        self._gone_or_new()

    @property
    def companies(self) -> list[Row]:
        return self._companies

    @property
    def agreements(self) -> list[Row]:
        return self._agreements

    def _steady(self) -> None:
        stark = self._company(STARK, "Stark Industries", 2100, types=("Client", "Managed"))
        self._agreement(101, "Stark MSA", stark, amount=12_500.0)
        self._agreement(102, "Stark backup", stark, kind="Backup", amount=1_890.0)
        tyrell = self._company(TYRELL, "Tyrell Corp", 900, status="Credit Hold")
        self._agreement(141, "Tyrell managed services", tyrell)
        goliath = self._company(GOLIATH, "Goliath National Bank", 1200, types=("Client", "Prospect"))
        self._agreement(181, "Goliath managed services", goliath)
        for number, (company_id, name) in enumerate(
            ((CHOTCHKIES, "Chotchkie's"), (SABRE, "Sabre Printers"), (INITRODE, "Initrode")), start=191
        ):
            self._agreement(number, f"{name} managed services", self._company(company_id, name, 1000))

    def _troubled(self) -> None:
        globex = self._company(GLOBEX, "Globex Corporation", 400)
        self._agreement(GLOBEX_AGREEMENT, "Globex managed services", globex, cycle="None")
        initech = self._company(INITECH, "Initech", 260, types=("Prospect",), leadFlag=True)
        self._agreement(111, "Initech trial", initech)
        umbrella = self._company(UMBRELLA, "Umbrella Inc", 1500)
        for number, name in ((121, "Umbrella servers"), (122, "Umbrella users"), (123, "Umbrella backup")):
            self._agreement(number, name, umbrella)
        hooli = self._company(HOOLI, "Hooli", 700)
        self._agreement(151, "Hooli hosting", hooli, kind="Legacy Hosting")
        strickland = self._company(STRICKLAND, "Strickland Propane", 300, status="Not-Approved")
        self._agreement(184, "Strickland managed services", strickland)
        maclaren = self._company(MACLAREN, "MacLaren's Pub", 500)
        self._agreement(183, "MacLaren's managed services", maclaren)
        self._agreement(MACLAREN_AGREEMENT, "MacLaren's backup", maclaren, kind="Backup", cycle="None")
        soylent = self._company(SOYLENT, "Soylent Corp", 800)
        self._agreement(SOYLENT_AGREEMENT, "Soylent managed services", soylent, ends=self.day_ago(1))
        self._agreement(132, "Soylent office move", soylent, kind="Project", billOneTimeFlag=True)

    def _gone_or_new(self) -> None:
        self._merged_twin()
        wonka = self._company(WONKA, "Wonka Candy", 600, gone=self.ago(2))
        self._agreement(161, "Wonka managed services", wonka)
        acme = self._company(ACME, "Acme Ltd", 1)
        self._agreement(171, "Acme managed services", acme)

    def _merged_twin(self) -> None:
        """A merge leaves the status and the date of the last change alone (CW §5.9)."""
        merged: Json = {"deletedFlag": True, "deletedBy": "radmin", "dateDeleted": day(self.day_ago(60))}
        self._company(UMBRELLA_MERGED, "Umbrella Inc", 990, identifier="UmbrellaIncOld", **merged)

    def ago(self, days: int) -> datetime:
        return self._today - timedelta(days=days)

    def day_ago(self, days: int) -> date:
        return self.ago(days).date()

    def _company(self, number: int, name: str, age: int, gone: datetime | None = None, **fields: Any) -> Row:
        created = self.ago(age)
        identifier = fields.pop("identifier", name.replace(" ", ""))
        row = Row(data=company(number, identifier, name, created=created, **fields), created=created, gone=gone)
        self._companies.append(row)
        return row

    def _agreement(
        self, number: int, name: str, owner: Row, *, ends: date | None = None, amount: float = 950.0, **fields: Any
    ) -> None:
        """It begins an hour after its company, and goes with it."""
        created = owner.created + timedelta(hours=1)
        term = Term(starts=owner.created.date(), ends=ends)
        record: Json = agreement(number, name, owner.data, term=term, changed=created, billAmount=amount, **fields)
        self._agreements.append(Row(data=record, created=created, gone=owner.gone))
