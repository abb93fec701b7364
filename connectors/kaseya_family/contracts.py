"""Contracts and the accounts that they belong to: the list names an account and has no number of it (BMS §4)."""

from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing

from connectors import values
from connectors.errors import NotFound
from connectors.http import at_once
from connectors.kaseya_family import normalize
from connectors.kaseya_family.accounts import Accounts, is_id, same_name
from connectors.kaseya_family.api import Api
from connectors.kaseya_family.names import comparable, searchable
from connectors.kaseya_family.normalize import Links
from connectors.kaseya_family.rights import CONTRACTS, CONTRACTS_LOOKUP
from connectors.kaseya_family.roll import Roll
from connectors.paging import Row
from connectors.records import Agreement


class Contracts:
    """The look-up by account proves whose contract it is; the summary says what kind it is."""

    def __init__(self, *, api: Api, accounts: Accounts, roll: Roll, links: Links) -> None:
        self._api = api
        self._accounts = accounts
        self._roll = roll
        self._links = links

    async def of(self, account_id: str) -> Sequence[Agreement]:
        """Of every kind and status."""
        if not is_id(account_id):
            return []
        async with at_once() as group:
            reading = group.create_task(self._accounts.one(account_id))
            looking = group.create_task(self._short_ones("one", account_id))
        account = reading.result()
        if account is None:
            return []
        name = values.text(account.get("accountname")) or ""
        return await self._joined(str(int(account_id)), name, looking.result())

    async def every(self) -> AsyncIterator[Sequence[Agreement]]:
        """Joined by the name of the account, and by look-up where several accounts bear that name."""
        async with at_once() as group:
            naming = group.create_task(self._owners())
            reading = group.create_task(self._pages())
        pages = reading.result()
        owners, by_contract = naming.result(), dict[str, str]()
        shared = {_owner(row) for rows in pages for row in rows if len(owners[_owner(row)]) > 1}
        async with at_once() as group:
            looking = {
                account_id: group.create_task(self._short_ones("full", account_id))
                for name in shared
                for account_id in owners[name]
            }
        for account_id, task in looking.items():
            by_contract |= {normalize.identity_of(row, "contract"): account_id for row in task.result() or ()}
        for rows in pages:
            yield [normalize.agreement(row, self._links, _account_of(row, owners, by_contract)) for row in rows]

    async def _joined(self, account_id: str, name: str, short_ones: Sequence[Row] | None) -> Sequence[Agreement]:
        rows = {normalize.identity_of(row, "contract"): row for row in await self._summary(name)}
        short = {normalize.identity_of(row, "contract"): row for row in short_ones or ()}
        if (short_ones is None or rows.keys() - short.keys()) and not await self._is_only_one(name):
            # The rest may be that of another account of the same name.
            if short_ones is None:
                raise NotFound(
                    f"Several accounts are called “{name}”, and this {self._api.psa} does not say which has which "
                    "contracts.",
                    call=f"GET {CONTRACTS_LOOKUP}",
                )
            rows = {identity: row for identity, row in rows.items() if identity in short}
        found = [
            normalize.agreement(row, self._links, account_id, short=short.get(identity), with_raw=True)
            for identity, row in rows.items()
        ]
        untold = [row for identity, row in short.items() if identity not in rows]
        return found + [normalize.agreement_of_short(row, self._links, account_id, name) for row in untold]

    async def _summary(self, name: str) -> list[Row]:
        params = {"Filter.AccountName": searchable(name)}
        pages = self._api.bulk("one", CONTRACTS, params)
        return [row for row in [row async for rows in pages for row in rows] if _owner(row) == comparable(name)]

    async def _short_ones(self, purpose: str, account_id: str) -> Sequence[Row] | None:
        """None: this PSA does not offer the look-up."""
        try:
            return await self._api.rows(
                purpose, CONTRACTS_LOOKUP, {"AccountId": account_id, "ExcludeExpiredContracts": "false"}
            )
        except NotFound:
            return None

    async def _is_only_one(self, name: str) -> bool:
        return len(same_name(await self._accounts.named(name), name)) <= 1

    async def _owners(self) -> Mapping[str, list[str]]:
        owners = defaultdict[str, list[str]](list)
        async with aclosing(self._roll.pages()) as pages:
            async for rows in pages:
                for row in rows:
                    name = comparable(values.text(row.get("accountname")) or "")
                    owners[name].append(normalize.identity_of(row, "account"))
        return owners

    async def _pages(self) -> Sequence[Sequence[Row]]:
        return [rows async for rows in self._api.bulk("full", CONTRACTS, {})]


def _owner(row: Row) -> str:
    return comparable(values.text(row.get("accountname")) or "")


def _account_of(row: Row, owners: Mapping[str, list[str]], by_contract: Mapping[str, str]) -> str | None:
    """None: an account that the API user may not see, or several that nobody told apart."""
    bearing = owners[_owner(row)]
    return bearing[0] if len(bearing) == 1 else by_contract.get(normalize.identity_of(row, "contract"))
