"""What the application and its agent may read: each right tried on its own, and silent losses looked for (HALO §5)."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from connectors.contract import Right
from connectors.errors import ConnectorError, NotFound, PermissionDenied
from connectors.halopsa import search
from connectors.halopsa.api import Api, page
from connectors.halopsa.rights import RIGHTS
from connectors.http import at_once
from connectors.paging import Row
from connectors.probing import probed, raise_if_unanswered, wanted_rights
from connectors.records import Access, AccessProbe

PURPOSE: Final = "permissions"
ME: Final = "/Agent/me"
LET_IN: Final = "/InstanceInfo"
_NAMES_SHOWN: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What HaloPSA said about one right: how many rows, or why not."""

    rows: int | None = None
    error: ConnectorError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The customers that the agent is limited to, by its own record. ``known`` False: HaloPSA did not show it."""

    known: bool
    to: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        more = len(self.to) - _NAMES_SHOWN
        return ", ".join(self.to[:_NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")


async def probe(api: Api, only: Collection[str] | None = None) -> list[AccessProbe]:
    """Raises only when nobody is let in at all; then no single right could be judged."""
    rights = wanted_rights(RIGHTS, only)
    limited = any(right.path in {ME, "/Client"} for right in rights)
    async with at_once() as group:
        reading_limits = group.create_task(read_limits(api, PURPOSE)) if limited else None
        counts = {
            right.id: group.create_task(_ask(api, right.path))
            for right in rights
            if right.path is not None and right.path != ME
        }
    told = {name: count.result() for name, count in counts.items()}
    raise_if_unanswered(one.error for one in told.values())
    limits = reading_limits.result() if reading_limits else Limits(known=False)
    return [_judged(right, told.get(right.id), limits) for right in rights]


async def read_limits(api: Api, purpose: str) -> Limits:
    """A refusal is no finding: whether an API-only agent may read itself is not documented."""
    try:
        return _limits(await api.row(purpose, ME))
    except ConnectorError:
        return Limits(known=False)


async def _ask(api: Api, path: str) -> Told:
    try:
        return await (_let_in(api) if path == LET_IN else _count(api, path))
    except ConnectorError as error:
        return Told(error=error)


async def _let_in(api: Api) -> Told:
    """Whoever is refused with a right has signed in, too."""
    with suppress(PermissionDenied, NotFound):
        await api.get(PURPOSE, LET_IN)
    return Told()


async def _count(api: Api, path: str) -> Told:
    rows, total = await api.some(PURPOSE, path, {**(search.everyone() if path == "/Client" else {}), **page(1, 1)})
    return Told(rows=len(rows) if total is None else total)


def _limits(row: Row) -> Limits:
    """``clients`` names those that it may see; ``one_client`` is the only one (HALO §5)."""
    clients, one = row.get("clients"), row.get("one_client")
    if not isinstance(clients, list) and one is None:
        return Limits(known=False)
    names = [
        str(entry.get("client_name") or entry.get("client_id")) for entry in clients or () if isinstance(entry, dict)
    ]
    if isinstance(one, int) and not isinstance(one, bool) and one > 0:
        names = names or [f"customer {one}"]
    return Limits(known=True, to=tuple(names))


def _judged(right: Right, told: Told | None, limits: Limits) -> AccessProbe:
    if right.path == ME:
        access, detail = _of_agent(right, limits)
    elif told is None:
        access, detail = Access.UNPROBEABLE, right.not_probeable_because
    else:
        access, detail = _of_count(right, told, limits)
    return probed(right, access, detail, rows=told.rows if told else None)


def _of_agent(right: Right, limits: Limits) -> tuple[Access, str]:
    if not limits.known:
        return Access.UNPROBEABLE, right.not_probeable_because
    if limits.to:
        return Access.REFUSED, f"The agent is limited to {limits.words}. Others do not come back, without an error."
    return Access.GRANTED, "The agent's own record names no limit."


def _of_count(right: Right, told: Told, limits: Limits) -> tuple[Access, str]:
    if isinstance(told.error, PermissionDenied):
        return Access.REFUSED, f"HaloPSA refused it: grant “{right.right}”."
    if told.error is not None:
        return Access.UNKNOWN, told.error.message
    if right.id == "customers":
        return _of_customers(told.rows, limits)
    if told.rows == 0:
        return Access.EMPTY, "It is readable, but no row came back: either there is none, or the agent may not see it."
    return Access.GRANTED, ""


def _of_customers(rows: int | None, limits: Limits) -> tuple[Access, str]:
    """No error tells that a list is shortened, so only an agent that is known to be unlimited sees everybody."""
    if rows is not None and rows <= 1:
        return Access.EMPTY, f"Only {rows} came back: the agent may be limited to some customers."
    if limits.to:
        return Access.EMPTY, f"Only some customers come back: the agent is limited to {limits.words}."
    if not limits.known:
        return Access.EMPTY, "Customers come back, but HaloPSA does not show whether the agent is limited to some."
    return Access.GRANTED, ""
