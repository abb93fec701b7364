"""What the API user may read: each right tried on its own, and what its scope hides looked for (BMS §5)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from connectors.contract import Right
from connectors.errors import ConnectorError, PermissionDenied
from connectors.http import at_once
from connectors.kaseya_family.api import Api
from connectors.kaseya_family.rights import (
    ACCOUNT_TYPES,
    ACCOUNTS,
    ACCOUNTS_LOOKUP,
    CONTRACTS,
    EMPLOYEES,
    INVOICES,
    SERVICES,
    TICKET_TEMPLATES,
    USER,
)
from connectors.kaseya_family.roll import HALVES
from connectors.kaseya_family.scope import Scope
from connectors.probing import probed, raise_if_unanswered, wanted_rights
from connectors.records import Access, AccessProbe

PURPOSE: Final = "permissions"
_HIDDEN: Final = "The security scope of the API user hides accounts, without an error: look under Admin > CRM > Scopes."


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the PSA said about one right: how many rows, or why not. ``hides``: by the security scope."""

    rows: int | None = None
    hides: bool | None = None
    error: ConnectorError | None = None

    @property
    def refused(self) -> bool:
        return isinstance(self.error, PermissionDenied)


async def probe(api: Api, rights: tuple[Right, ...], only: Collection[str] | None = None) -> list[AccessProbe]:
    """Raises only when nobody is let in at all; then no single right could be judged."""
    wanted = wanted_rights(rights, only)
    paths = {right.path for right in wanted}
    if ACCOUNTS_LOOKUP in paths:  # what is hidden is told by how many are seen
        paths.add(ACCOUNTS)
    async with at_once() as group:
        asked = {path: group.create_task(ask(api, path)) for path, ask in _ASK.items() if path in paths}
    told = {path: asking.result() for path, asking in asked.items()}
    raise_if_unanswered(one.error for one in told.values())
    if USER in told:
        told[USER] = _api_access(told.pop(USER), told)
    if ACCOUNTS_LOOKUP in paths:
        told[ACCOUNTS_LOOKUP] = await _scope(api, told[ACCOUNTS])
    return [_judged(right, told.get(right.path or "")) for right in wanted]


async def _user(api: Api, path: str) -> Told:
    try:
        await api.get(PURPOSE, path)
    except ConnectorError as error:
        return Told(error=error)
    return Told()


async def _accounts(api: Api, path: str) -> Told:
    try:
        sizes = [await api.size(PURPOSE, path, half) for half in HALVES]
    except ConnectorError as error:
        return Told(error=error)
    return Told(rows=None if None in sizes else sum(filter(None, sizes)))


async def _types(api: Api, path: str) -> Told:
    """The list knows no pages."""
    try:
        return Told(rows=len(await api.rows(PURPOSE, path)))
    except ConnectorError as error:
        return Told(error=error)


async def _list(api: Api, path: str) -> Told:
    try:
        return Told(rows=await api.size(PURPOSE, path, {}))
    except ConnectorError as error:
        return Told(error=error)


_ASK: Final = {
    USER: _user,
    ACCOUNTS: _accounts,
    ACCOUNT_TYPES: _types,
    CONTRACTS: _list,
    SERVICES: _list,
    INVOICES: _list,
    EMPLOYEES: _list,
    TICKET_TEMPLATES: _types,
}


async def _scope(api: Api, accounts: Told) -> Told:
    if accounts.error is not None:
        return accounts
    try:
        return Told(hides=await Scope(api).hides_any(PURPOSE, accounts.rows or 0))
    except ConnectorError as error:
        return Told(error=error)


def _api_access(user: Told, others: Mapping[str, Told]) -> Told:
    """Any answer proves it. It is missing where all were refused."""
    answered = user.error is None or any(told.error is None for told in others.values())
    return Told(rows=1) if answered else user


def _judged(right: Right, known: Told | None) -> AccessProbe:
    verdict, detail = _verdict(right, known)
    return probed(right, verdict, detail, rows=known.rows if known is not None and right.id != "api-access" else None)


def _verdict(right: Right, told: Told | None) -> tuple[Access, str]:
    if told is None:
        return Access.UNPROBEABLE, right.not_probeable_because
    if told.refused:
        return Access.REFUSED, f"It was refused: grant {right.right}."
    if told.error is not None:
        return Access.UNKNOWN, told.error.message
    return _of_rows(right, told)


def _of_rows(right: Right, told: Told) -> tuple[Access, str]:
    """That accounts are hidden says nothing about the right to read the rest: a look-up by name finds them out."""
    if right.id == "security-scope":
        if told.hides is None:
            return Access.UNPROBEABLE, "This PSA does not offer the look-up that would show what is hidden."
        return (Access.EMPTY, _HIDDEN) if told.hides else (Access.GRANTED, "")
    if told.rows == 0:
        return Access.EMPTY, "It is readable, but no row came back."
    return Access.GRANTED, ""
