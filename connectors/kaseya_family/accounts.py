"""Accounts, looked for by name or by number: every type, active or not (BMS §2, §4)."""

from collections.abc import Iterable, Sequence
from contextlib import aclosing
from typing import Final

from connectors import values
from connectors.errors import NotFound, PermissionDenied
from connectors.http import at_once
from connectors.kaseya_family import normalize
from connectors.kaseya_family.api import Api
from connectors.kaseya_family.names import comparable, holds, searchable
from connectors.kaseya_family.normalize import Links
from connectors.kaseya_family.rights import ACCOUNTS, SEE_ACCOUNTS
from connectors.kaseya_family.roll import HALVES, Roll
from connectors.kaseya_family.scope import Scope
from connectors.paging import Row
from connectors.records import Account

MOST_READ: Final = 500  # of each half, for a name that fits very many
_HIGHEST_ID: Final = 2**31 - 1


class Accounts:
    """Never *not found* where the security scope hides it, or where nothing at all can be seen."""

    def __init__(self, *, api: Api, roll: Roll, links: Links) -> None:
        self._api = api
        self._roll = roll
        self._links = links
        self._scope = Scope(api)
        self._finds_any_part = False

    async def find(self, name: str, limit: int) -> Sequence[Account]:
        """Those of exactly this name come first: they are the ones that were meant."""
        wanted = comparable(name)
        if not wanted:
            return []
        rows = await self.named(name)
        if not rows and not self._finds_any_part:
            rows = await self._everywhere(name)
        if not any(_is_exactly(row, wanted) for row in rows):
            await self._raise_if_hidden(name, none_found=not rows)
        rows = sorted(rows, key=lambda row: (not _is_exactly(row, wanted), _number(row)))
        return [normalize.account(row, self._links, with_raw=True) for row in rows[:limit]]

    async def one(self, account_id: str) -> Row | None:
        """A number; nothing else can be one. None only where the account would have been seen."""
        if not is_id(account_id):
            return None
        try:
            row = await self._api.row("one", f"{ACCOUNTS}/{int(account_id)}")
        except NotFound:
            return await self._looked_up(account_id)
        # Where there is none, some servers send a record full of nothing.
        return row if _is(row, account_id) else await self._looked_up(account_id)

    async def named(self, name: str) -> Sequence[Row]:
        """By the PSA's own filter. Remembers whether that finds a name by any part of it (BMS §2)."""
        fragment = searchable(name)
        if not fragment:
            return []
        async with at_once() as group:
            reading = [group.create_task(self._half(fragment, half)) for half in HALVES]
        found = {normalize.identity_of(row, "account"): row for task in reading for row in task.result()}
        begun = comparable(fragment)
        self._finds_any_part |= any(not comparable(_name(row)).startswith(begun) for row in found.values())
        return [row for row in found.values() if _fits(row, name)]

    async def _half(self, fragment: str, half: dict[str, str]) -> list[Row]:
        found = list[Row]()
        async with aclosing(self._api.all("one", ACCOUNTS, {"Filter.AccountName": fragment, **half})) as pages:
            async for rows in pages:
                found += [row for row in rows if holds(fragment, _name(row))]
                if len(found) >= MOST_READ:
                    break
        return found

    async def _everywhere(self, name: str) -> Sequence[Row]:
        """The filter may want the whole name, and does not look at account codes."""
        found = list[Row]()
        async with aclosing(self._roll.pages()) as pages:
            async for rows in pages:
                found += [row for row in rows if _fits(row, name)]
        return found

    async def _raise_if_hidden(self, name: str, *, none_found: bool) -> None:
        fragment, wanted = searchable(name), comparable(name)
        told = await self._scope.compared("one", {"Filter.Name": fragment}) if fragment else None
        for row in told[1] if told else ():
            its_name = comparable(values.text(row.get("name")) or "")
            if its_name == wanted or (none_found and wanted in its_name):
                raise self._scope.hides(row)

    async def _looked_up(self, account_id: str) -> Row | None:
        """After no answer about this very record: hidden, missing, or is the endpoint not there?"""
        told = await self._scope.compared("one", {"Filter.Ids": account_id})
        if told is None:
            return await self._among_all(account_id)
        inside, hidden = told
        for row in hidden:
            if _is(row, account_id):
                raise self._scope.hides(row)
        for row in inside:
            if _is(row, account_id):
                return await self._by_name(account_id, values.text(row.get("name")) or "")
        await self._prove_sight()
        return None

    async def _by_name(self, account_id: str, name: str) -> Row | None:
        """The look-up knows it, so it is there: its own page is just not offered."""
        named = next((row for row in await self.named(name) if _is(row, account_id)), None)
        return named or await self._among_all(account_id)

    async def _among_all(self, account_id: str) -> Row | None:
        found, seen = None, 0
        async with aclosing(self._roll.pages()) as pages:
            async for rows in pages:
                seen += len(rows)
                found = found or next((row for row in rows if _is(row, account_id)), None)
        if not seen:
            raise self._blind()
        return found

    async def _prove_sight(self) -> None:
        if not await self._api.rows("one", ACCOUNTS, {"PageSize": "1", "PageNumber": "1"}):
            raise self._blind()

    def _blind(self) -> PermissionDenied:
        return PermissionDenied(
            f"{self._api.psa} shows this API user no account at all: grant {SEE_ACCOUNTS} and look at its scope.",
            right=SEE_ACCOUNTS,
            call=f"GET {ACCOUNTS}",
        )


def is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) <= _HIGHEST_ID


def same_name(rows: Iterable[Row], name: str) -> list[Row]:
    return [row for row in rows if comparable(_name(row)) == comparable(name)]


def _is(row: Row, account_id: str) -> bool:
    return str(row.get("id")) == str(int(account_id))


def _name(row: Row) -> str:
    return values.text(row.get("accountname")) or ""


def _fits(row: Row, name: str) -> bool:
    return holds(name, _name(row), values.text(row.get("accountcode")))


def _is_exactly(row: Row, wanted: str) -> bool:
    return wanted in {comparable(_name(row)), comparable(values.text(row.get("accountcode")) or "")}


def _number(row: Row) -> int:
    identity = row.get("id")
    return identity if isinstance(identity, int) else 0
