"""What the API token may read: each permission tried on its own (SYN §5; R55)."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any, Final

from connectors.contract import Right
from connectors.errors import ConnectorError, PermissionDenied
from connectors.http import at_once
from connectors.probing import probed, wanted_rights
from connectors.records import Access, AccessProbe
from connectors.syncro.answers import ME
from connectors.syncro.api import Api, Leaf
from connectors.syncro.rights import RIGHTS

PURPOSE: Final = "permissions"
EVEN_DISABLED: Final = {"include_disabled": "true"}
ONE_CUSTOMER: Final = (
    "Only one customer comes back. A token of a Single-Customer user gets only its own customer, without an error: "
    "make the token as a user who sees them all."
)
_NONE: Final = "It is readable, but nothing came back."
_OFF: Final = "It is readable, but nothing came back. Syncro shows these modules as switched off: {}."
_MODULES: Final = ("invoices", "recur")
_UNTRIED: Final = "The list came back empty, so there is no single record to try it on."
# The list behind each path, and the name that its rows stand under.
_LISTS: Final = {
    f"/{name}": name
    for name in ("customers", "schedules", "products", "invoices", "new_ticket_forms", "canned_responses")
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What Syncro said about one permission."""

    access: Access
    rows: int | None = None
    detail: str = ""
    first_id: str | None = None


async def probe(api: Api, only: Collection[str] | None = None) -> list[AccessProbe]:
    """Raises only when the token itself is refused; then no single permission could be judged."""
    rights = wanted_rights(RIGHTS, only)
    paths = {right.path for right in rights if right.path}
    if not paths:
        return [_judged(right, None) for right in rights]
    async with at_once() as group:
        being = group.create_task(api.whole(PURPOSE, ME))
        lists = {
            path: group.create_task(_of_list(api, path, name))
            for path, name in _LISTS.items()
            if {path, _single(path)} & paths
        }
    told = {path: task.result() for path, task in lists.items()}
    if "/customers" in told:
        told["/customers"] = _of_customers(told["/customers"], admin=being.result().get("admin"))
    if "/schedules" in told:
        told["/schedules"] = await _of_schedules(api, told["/schedules"])
    async with at_once() as group:
        single = {path: group.create_task(_of_record(api, path, told[path])) for path in told if _single(path) in paths}
    told |= {_single(path): task.result() for path, task in single.items()}
    return [_judged(right, told.get(right.path or "")) for right in rights]


def _single(path: str) -> str:
    """The path of one record of a list, as the rights name it."""
    return f"{path}/{{id}}"


def is_limited(leaf: Leaf, admin: Any) -> bool:
    """Single-Customer users get a short list and no error; an administrator is none (SYN §5)."""
    return _count(leaf) <= 1 and admin is not True


def _count(leaf: Leaf) -> int:
    return len(leaf.rows) if leaf.total_entries is None else leaf.total_entries


async def _of_list(api: Api, path: str, name: str) -> Told:
    try:
        leaf = await api.leaf(PURPOSE, path, name, EVEN_DISABLED if path == "/customers" else {})
    except ConnectorError as error:
        return _failed(error)
    if not leaf.rows:
        return Told(access=Access.EMPTY, rows=0, detail=_NONE)
    first = leaf.rows[0].get("id")
    return Told(access=Access.GRANTED, rows=_count(leaf), first_id=str(first) if isinstance(first, int) else None)


def _failed(error: ConnectorError) -> Told:
    if isinstance(error, PermissionDenied):
        tick = f"re-create the token with {error.right}" if error.right else "re-create the token"
        return Told(access=Access.REFUSED, detail=f"Syncro refused it: {tick}.")
    return Told(access=Access.UNKNOWN, detail=error.message)


def _of_customers(told: Told, admin: Any) -> Told:
    if told.rows == 1 and admin is not True:
        return replace(told, access=Access.EMPTY, detail=ONE_CUSTOMER)
    return told


async def _of_schedules(api: Api, told: Told) -> Told:
    """The module may be off for the whole account (SYN §6)."""
    if told.access is not Access.EMPTY:
        return told
    try:
        tabs = (await api.whole(PURPOSE, "/settings/tabs")).get("tabs")
    except ConnectorError:
        return told
    off = [name for name in _MODULES if isinstance(tabs, dict) and tabs.get(name) is False]
    return replace(told, detail=_OFF.format(", ".join(off))) if off else told


async def _of_record(api: Api, path: str, of_list: Told) -> Told:
    """The permission for a single record can only be tried on one that is there."""
    if of_list.first_id is None:
        return Told(access=Access.UNKNOWN, detail=_UNTRIED)
    try:
        await api.get(PURPOSE, f"{path}/{of_list.first_id}")
    except ConnectorError as error:
        return _failed(error)
    return Told(access=Access.GRANTED)


def _judged(right: Right, told: Told | None) -> AccessProbe:
    told = told or Told(access=Access.UNPROBEABLE, detail=right.not_probeable_because)
    return probed(right, told.access, told.detail, rows=told.rows)
