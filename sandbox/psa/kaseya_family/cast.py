"""The accounts of the stories, as they are before anybody repairs them."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sandbox.psa.kaseya_family.building import FIXED, RECURRING, RETAINER, Builder, contract, contract_service
from sandbox.psa.records import Row

WELL, PROSPECT, VENDOR, NO_CONTRACT, ENDED, ONE_TIME = 501, 502, 503, 504, 505, 506
UNSEEN, ON_RETAINER, INACTIVE, LOCKED_OUT, NEW, SWITCHED_OFF, LATER = 507, 508, 509, 510, 511, 512, 513
TWICE, TWICE_OLD, BRANCH = 514, 515, 516


def contract_of(account_id: int) -> int:
    """The id of an account's only contract."""
    return account_id * 100


class Cast:
    """``names``: of all but TWICE_OLD, by their ids. ``today``: what everything is dated from."""

    def __init__(self, builder: Builder, names: Mapping[int, str], today: datetime) -> None:
        self.build = builder
        self.names = {**names, TWICE_OLD: names[TWICE]}
        self.today = today.date()
        self._midnight = datetime.combine(self.today, time(9), UTC)

    @property
    def accounts(self) -> list[Row]:
        special: dict[int, dict[str, Any]] = {
            PROSPECT: self.build.type_fields("Prospect"),
            VENDOR: self.build.type_fields("Vendor"),
            INACTIVE: {"isActive": False},
            TWICE_OLD: {"isActive": False},
            BRANCH: {"parentId": WELL},
        }
        return [self._account(number, name, special.get(number, {})) for number, name in self.names.items()]

    @property
    def contracts(self) -> list[Row]:
        special: dict[int, dict[str, Any]] = {
            ENDED: {"ends": self.days(-30)},
            ONE_TIME: {"kind": FIXED, "cycle": None},
            ON_RETAINER: {"kind": RETAINER},
            LATER: {"starts": self.days(10)},
            TWICE_OLD: {"ends": self.days(-200)},
        }
        billed = [number for number in self.names if number not in {NO_CONTRACT, BRANCH}]
        rows = [self.contract(number, **special.get(number, {})) for number in billed]
        return [_switched_off(row) if row.data["id"] == contract_of(SWITCHED_OFF) else row for row in rows]

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
        return self._midnight - timedelta(days=1 if account_id == NEW else 500)


def _switched_off(row: Row) -> Row:
    return Row(data={**row.data, "deactivated": True}, created=row.created)


def _lines(contract_ids: Iterable[int]) -> Iterable[Row]:
    for identity in contract_ids:
        for place in range(2):
            yield Row(data=contract_service(identity * 10 + place, identity, place))
