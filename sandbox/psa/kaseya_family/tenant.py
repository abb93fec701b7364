"""The simulated tenant: accounts, contracts and what they bill, at any moment."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sandbox.psa.configuration import Configuration
from sandbox.psa.kaseya_family.building import Builder
from sandbox.psa.kaseya_family.setup_rows import configuration
from sandbox.psa.records import Json, Kept


@dataclass(slots=True, kw_only=True)
class Tenant:
    """``hidden``: accounts outside of the API user's security scope."""

    builder: Builder
    accounts: Kept
    contracts: Kept
    lines: Kept
    hidden: set[int] = field(default_factory=set)
    configuration: Configuration = field(default_factory=configuration)
    _joined: "Joined | None" = None

    def accounts_at(self, now: datetime, *, scoped: bool = True) -> list[Json]:
        return [row for row in self.accounts.at(now) if not scoped or row["id"] not in self.hidden]

    def contracts_at(self, now: datetime) -> list[Json]:
        """With the name of the account and the status of the day. Those of hidden accounts are hidden as well."""
        accounts, contracts, hidden = self.accounts.at(now), self.contracts.at(now), frozenset(self.hidden)
        known = self._joined
        if known is None or known.is_old(accounts, contracts, hidden, now.date()):
            names = {row["id"]: row["accountName"] for row in accounts if row["id"] not in hidden}
            rows = [
                {**row, "accountName": names[row["accountId"]], "status": status_of(row, now)}
                for row in contracts
                if row["accountId"] in names
            ]
            known = Joined(accounts=accounts, contracts=contracts, hidden=hidden, day=now.date(), rows=rows)
            self._joined = known
        return known.rows

    def lines_at(self, now: datetime, service_id: int) -> list[Json]:
        contracts = {row["id"]: row for row in self.contracts_at(now)}
        return [
            {**row, **_of_contract(contracts[row["contractId"]])}
            for row in self.lines.at(now)
            if row["serviceId"] == service_id and row["contractId"] in contracts
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Contracts with the names of their accounts, and what they were worked out from."""

    accounts: Sequence[Json]
    contracts: Sequence[Json]
    hidden: frozenset[int]
    day: date
    rows: list[Json]

    def is_old(self, accounts: Sequence[Json], contracts: Sequence[Json], hidden: frozenset[int], day: date) -> bool:
        same_rows = accounts is self.accounts and contracts is self.contracts
        return not same_rows or (hidden, day) != (self.hidden, self.day)


def status_of(contract: Json, now: datetime) -> str:
    if contract["deactivated"]:
        return "Inactive"
    return "Expired" if contract["endDate"][:10] < now.date().isoformat() else "Active"


def _of_contract(contract: Json) -> dict[str, Any]:
    return {
        "accountId": contract["accountId"],
        "contractName": contract["contractName"],
        "accountName": contract["accountName"],
        "effectiveDate": contract["startDate"],
        "contractStartDate": contract["startDate"],
        "contractEndDate": contract["endDate"],
    }
