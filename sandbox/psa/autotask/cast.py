"""The records of the accounts that the stories are about."""

from datetime import date, datetime, timedelta
from typing import Any, Final

from sandbox.psa.autotask.building import Builder, Term, bundle_line, service_line
from sandbox.psa.records import Json, Row

OWN: Final = 0  # the MSP itself (AT §3)
WAYNE: Final = 29683501
VANDELAY: Final = 29683502
DUNDER: Final = 29683503
PIPER: Final = 29683504
CYBERDYNE: Final = 29683505
OSCORP: Final = 29683506
MASSIVE: Final = 29683507
GEKKO: Final = 29683508
BLUTH: Final = 29683509
STERLING: Final = 29683510
PRESTIGE: Final = 29683511
POLLOS: Final = 29683512
PLACEHOLDER: Final = 29683513
SOAP: Final = 29683514
PAPER: Final = 29683515
APERTURE: Final = 29683516
BLOCKBUSTER: Final = 29683517
STAY_PUFT: Final = 29683518
SUNSHINE: Final = 29683519

# Contracts and lines are numbered after their account: 29683501 has 9501, 9501's first service is 501.
FIRST_OF_CAST: Final = 29683500
OLD: Final = 500  # days that most of them have been there


def contract_of(company_id: int) -> int:
    return 9500 + company_id - FIRST_OF_CAST


def line_of(company_id: int) -> int:
    return 500 + company_id - FIRST_OF_CAST


class Cast:
    """Everything is dated back from ``today``, so that a sync of four days ago saw the world before the trouble."""

    def __init__(self, build: Builder, today: datetime) -> None:
        self.build = build
        self.today = today.date()
        self._now = today
        self.companies: list[Row] = []
        self.contracts: list[Row] = []
        self.services: list[Row] = []
        self.bundles: list[Row] = []
        self._company(OWN, "Example MSP", kind="Partner")
        self._billed_well()
        self._wrong_account()
        self._wrong_contract()
        self._wrong_service()
        self._wrong_place()
        self._new_or_out_of_reach()

    def _billed_well(self) -> None:
        self._company(WAYNE, "Wayne Enterprises")
        self._contract(WAYNE, self.usual)
        self.services += [_row(service_line(line_of(WAYNE), contract_of(WAYNE), units=24))]
        self.services += [_row(service_line(line_of(WAYNE) + 100, contract_of(WAYNE), units=24, item=2))]
        self._company(POLLOS, "Los Pollos Hermanos")
        self._contract(POLLOS, self.usual)
        self.bundles += [_row(bundle_line(line_of(POLLOS), contract_of(POLLOS), units=14))]
        self._recurring(BLUTH, "Bluth Company", Term(starts=self.days(-300), ends=self.today))

    def _wrong_account(self) -> None:
        self._recurring(VANDELAY, "Vandelay Industries", self.usual, kind="Prospect")
        self._recurring(PLACEHOLDER, "clientName", self.usual, kind="Partner")
        self._recurring(BLOCKBUSTER, "Blockbuster Video", self.usual, isActive=False)
        self._recurring(APERTURE, "Aperture Science", self.usual, territory="West")

    def _wrong_contract(self) -> None:
        self._company(DUNDER, "Dunder Mifflin")
        self._company(PIPER, "Pied Piper")
        self._contract(PIPER, self.usual, kind="Fixed Price")
        other = self.build.contract(contract_of(PIPER) + 100, "Pied Piper hours", PIPER, self.usual, kind="Block Hours")
        self.contracts.append(_row(other))
        self._recurring(CYBERDYNE, "Cyberdyne Systems", self.usual, status="Inactive")
        self._recurring(OSCORP, "Oscorp", Term(starts=self.days(-400), ends=self.days(-10)))
        self._recurring(MASSIVE, "Massive Dynamic", Term(starts=self.days(10), ends=self.days(375)))
        self._recurring(GEKKO, "Gekko & Co", self.next_year)

    def _wrong_service(self) -> None:
        self._company(STERLING, "Sterling Cooper")
        self._contract(STERLING, self.usual)
        self._recurring(PRESTIGE, "Prestige Worldwide", self.usual, units=0)

    def _new_or_out_of_reach(self) -> None:
        self._recurring(STAY_PUFT, "Stay Puft Bakery", Term(starts=self.days(-1), ends=self.days(364)), age=1)
        self._recurring(SUNSHINE, "Sunshine Desserts", self.usual)

    def _wrong_place(self) -> None:
        self._recurring(PAPER, "Paper Street Holding", self.usual)
        self._company(SOAP, "Paper Street Soap", parentCompanyID=PAPER)

    @property
    def usual(self) -> Term:
        return Term(starts=self.days(-400), ends=self.days(700))

    @property
    def next_year(self) -> Term:
        return Term(starts=date(self.today.year + 1, 1, 1), ends=date(self.today.year + 1, 12, 31))

    def days(self, by: int) -> date:
        return self.today + timedelta(days=by)

    def _recurring(
        self,
        company_id: int,
        name: str,
        term: Term,
        *,
        units: int = 12,
        status: str = "Active",
        age: int = OLD,
        **fields: Any,
    ) -> None:
        self._company(company_id, name, age=age, **fields)
        self._contract(company_id, term, age=age, status=status)
        line = service_line(line_of(company_id), contract_of(company_id), units=units)
        self.services.append(Row(data=line, created=self._ago(age)))

    def _company(self, company_id: int, name: str, *, age: int = OLD, **fields: Any) -> None:
        record = self.build.company(company_id, name, created=self._ago(age), **fields)
        self.companies.append(Row(data=record, created=self._ago(age)))

    def _contract(self, company_id: int, term: Term, *, age: int = OLD, **fields: Any) -> None:
        self.contracts.append(Row(data=self.contract(company_id, term, **fields), created=self._ago(age)))

    def _ago(self, days: int) -> datetime:
        return self._now - timedelta(days=days)

    def contract(self, company_id: int, term: Term, **fields: Any) -> Json:
        name = next(row.data["companyName"] for row in self.companies if row.data["id"] == company_id)
        return self.build.contract(contract_of(company_id), f"{name} {term.starts.year}", company_id, term, **fields)


def _row(record: Json) -> Row:
    return Row(data=record)
