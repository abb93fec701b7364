"""The accounts of the stories, as they are before anybody repairs them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from sandbox.psa.kaseya_family.building import FIXED, RECURRING, RETAINER, Builder, contract, contract_service
from sandbox.psa.records import Row

STARK, INITECH, VANDELAY, GLOBEX, SOYLENT, MASSIVE = 501, 502, 503, 504, 505, 506
HOOLI, TYRELL, WONKA, PIPER, ACME, CYBERDYNE, WAYNE = 507, 508, 509, 510, 511, 512, 513
UMBRELLA, UMBRELLA_OLD = 514, 515
NAMES: Final = {
    STARK: "Stark Industries",
    INITECH: "Initech",
    VANDELAY: "Vandelay Industries",
    GLOBEX: "Globex Corporation",
    SOYLENT: "Soylent Corp",
    MASSIVE: "Massive Dynamic",
    HOOLI: "Hooli",
    TYRELL: "Tyrell Corp",
    WONKA: "Wonka Candy",
    PIPER: "Pied Piper",
    ACME: "Acme Ltd",
    CYBERDYNE: "Cyberdyne Systems",
    WAYNE: "Wayne Enterprises",
    UMBRELLA: "Umbrella Inc",
    UMBRELLA_OLD: "Umbrella Inc",
}


def contract_of(account_id: int) -> int:
    """The id of an account's only contract."""
    return account_id * 100


class Cast:
    """``today``: what everything is dated from."""

    def __init__(self, builder: Builder, today: datetime) -> None:
        self.build = builder
        self.today = today.date()
        self._midnight = datetime.combine(self.today, time(9), UTC)

    @property
    def accounts(self) -> list[Row]:
        special: dict[int, dict[str, Any]] = {
            INITECH: self.build.type_fields("Prospect"),
            VANDELAY: self.build.type_fields("Vendor"),
            WONKA: {"isActive": False},
            UMBRELLA_OLD: {"isActive": False},
        }
        return [self._account(number, name, special.get(number, {})) for number, name in NAMES.items()]

    @property
    def contracts(self) -> list[Row]:
        special: dict[int, dict[str, Any]] = {
            SOYLENT: {"ends": self.days(-30)},
            MASSIVE: {"kind": FIXED, "cycle": None},
            TYRELL: {"kind": RETAINER},
            WAYNE: {"starts": self.days(10)},
            UMBRELLA_OLD: {"ends": self.days(-200)},
        }
        rows = [self.contract(number, **special.get(number, {})) for number in NAMES if number != GLOBEX]
        return [_switched_off(row) if row.data["id"] == contract_of(CYBERDYNE) else row for row in rows]

    @property
    def lines(self) -> list[Row]:
        return list(_lines(row.data["id"] for row in self.contracts if row.data["contractType"] == RECURRING))

    def days(self, number: int) -> date:
        return self.today + timedelta(days=number)

    def contract(self, account_id: int, **fields: Any) -> Row:
        term = {"starts": self.days(-400), "ends": self.days(700)} | fields
        data = contract(contract_of(account_id), "Managed services", account_id, **term)
        return Row(data=data, created=self._created(account_id))

    def _account(self, number: int, name: str, fields: dict[str, Any]) -> Row:
        created = self._created(number)
        return Row(data=self.build.account(number, name, created=created, **fields), created=created)

    def _created(self, account_id: int) -> datetime:
        """Only Acme is new: it came after the last sync."""
        return self._midnight - timedelta(days=1 if account_id == ACME else 500)


def _switched_off(row: Row) -> Row:
    return Row(data={**row.data, "deactivated": True}, created=row.created)


def _lines(contract_ids: Iterable[int]) -> Iterable[Row]:
    for identity in contract_ids:
        for place in range(2):
            yield Row(data=contract_service(identity * 10 + place, identity, place))
