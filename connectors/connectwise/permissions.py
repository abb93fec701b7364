"""What the API member may read: each right tried on its own, and silent losses looked for (CW §6.3)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from connectors.connectwise.api import Api
from connectors.connectwise.conditions import Query
from connectors.connectwise.rights import RIGHTS
from connectors.connectwise.tables import read_allow_list
from connectors.contract import Right
from connectors.errors import ConnectorError, PermissionDenied
from connectors.http import at_once
from connectors.probing import probed, raise_if_unanswered, wanted_rights
from connectors.records import Access, AccessProbe

PURPOSE: Final = "permissions"
ALLOW_LIST: Final = "agreement-allow-list"
_TYPES_COUNTED: Final = 25  # one call each, and only where ConnectWise does not show the Allow list

# Function of the role and the levels that a right asks for, as mySecurity names them.
LEVELS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "companies": (("company maintenance",), ("inquireLevel",)),
    "agreement-sales": (("agreement sales",), ("inquireLevel",)),
    "agreements": (("agreements",), ("inquireLevel",)),
    "agreement-changes": (("agreements",), ("addLevel", "editLevel")),
    "catalog": (("product catalog",), ("inquireLevel",)),
    "products": (("products",), ("inquireLevel",)),
    "tickets": (("service tickets",), ("inquireLevel",)),
    "ticket-changes": (
        ("service tickets", "close service tickets", "merge tickets"),
        ("addLevel", "editLevel", "inquireLevel"),
    ),
    "table-setup-add": (("table setup",), ("addLevel",)),
    "members": (("member maintenance",), ("inquireLevel",)),
    "security-roles": (("security roles",), ("inquireLevel",)),
    "my-company": (("my company",), ("inquireLevel",)),
}
# No list of allowed rows stands behind these, so that the level All with no row means that there is none.
_WHOLE_OR_NOT: Final = frozenset({"companies", "catalog", "products", "tickets", "members", "security-roles"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What ConnectWise said about one right: how many rows, or why not."""

    rows: int | None = None
    error: ConnectorError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """What is known of the role. ``functions``: mySecurity's levels by function; None: not shown to this API member.

    ``types``: is an active agreement type let through? Told by the Allow list (``listed``), else by whether any
    agreement of it comes back; None where that could not be counted.
    """

    functions: Mapping[str, Mapping[str, str]] | None
    types: Mapping[str, bool | None]
    listed: bool


async def probe(api: Api, only: Collection[str] | None = None) -> list[AccessProbe]:
    """Raises only when nobody is let in at all; then no single right could be judged."""
    rights = wanted_rights(RIGHTS, only)
    async with at_once() as group:
        reading_role = group.create_task(_role(api, {right.id for right in rights}))
        counts = {
            right.id: group.create_task(_count(api, right.path))
            for right in rights
            if right.path and right.path.endswith("/count")
        }
    told = {name: count.result() for name, count in counts.items()}
    raise_if_unanswered(one.error for one in told.values())
    return [_judged(right, told.get(right.id), reading_role.result()) for right in rights]


async def _role(api: Api, wanted: Collection[str]) -> Role:
    """As much of it as these rights are judged by."""
    async with at_once() as group:
        functions = group.create_task(_functions(api)) if LEVELS.keys() & wanted else None
        types = group.create_task(_types(api)) if ALLOW_LIST in wanted else None
    listed, passing = types.result() if types else (False, {})
    return Role(functions=functions.result() if functions else None, types=passing, listed=listed)


async def _count(api: Api, path: str) -> Told:
    try:
        return Told(rows=await api.count(PURPOSE, path.removesuffix("/count"), Query()))
    except ConnectorError as error:
        return Told(error=error)


async def _functions(api: Api) -> Mapping[str, Mapping[str, str]] | None:
    """Whether an API member may call mySecurity is not documented: a refusal is no finding (CW §6.3)."""
    try:
        rows = await api.rows(PURPOSE, "/system/mySecurity", {"pageSize": "1000"})
    except ConnectorError:
        return None
    functions: dict[str, Mapping[str, str]] = {}
    for row in rows:
        levels = {name: value for name, value in row.items() if name.endswith("Level") and isinstance(value, str)}
        for name in ("moduleFunctionName", "moduleFunctionDescription"):
            if isinstance(row.get(name), str):
                functions.setdefault(row[name].strip().casefold(), levels)
    return functions or None


async def _types(api: Api) -> tuple[bool, Mapping[str, bool | None]]:
    try:
        allowed = await read_allow_list(api, PURPOSE)
        rows = await api.rows(PURPOSE, "/finance/agreements/types/info", {"pageSize": "1000"})
    except ConnectorError:
        return False, {}
    active = [row for row in rows if row.get("inactiveFlag") is not True and isinstance(row.get("id"), int)]
    if allowed:
        return True, {_name(row): bool({str(row["id"]), _name(row).casefold()} & allowed) for row in active}
    if len(active) > _TYPES_COUNTED:
        return False, {}
    async with at_once() as group:
        counts = {_name(row): group.create_task(_comes_back(api, row["id"])) for row in active}
    return False, {name: task.result() for name, task in counts.items()}


async def _comes_back(api: Api, agreement_type: int) -> bool | None:
    try:
        return await api.count(PURPOSE, "/finance/agreements", Query(conditions=f"type/id={agreement_type}")) > 0
    except ConnectorError:
        return None


def _name(row: Mapping[str, Any]) -> str:
    return str(row.get("name") or row.get("id")).strip()


def _judged(right: Right, told: Told | None, role: Role) -> AccessProbe:
    rows = told.rows if told else None
    if right.id == ALLOW_LIST:
        access, detail = _of_allow_list(right, role)
    elif told is None:
        access, detail = _of_levels(right, role)
    else:
        access, detail = _of_count(right, told, role)
    return probed(right, access, detail, rows=rows)


def _of_count(right: Right, told: Told, role: Role) -> tuple[Access, str]:
    if isinstance(told.error, PermissionDenied):
        return Access.REFUSED, f"ConnectWise refused it: grant {right.right}."
    if told.error is not None:
        return Access.UNKNOWN, told.error.message
    levels = _levels(right, role)
    if levels and set(levels) <= {"My", "Mine"}:
        return (
            Access.EMPTY,
            "The level is My: only the member's own records come back, without an error. Set it to All.",
        )
    if told.rows == 0 and not (levels == ["All"] and right.id in _WHOLE_OR_NOT):
        return Access.EMPTY, "It is readable, but no row came back: the level may be My, or the Allow list empty."
    return Access.GRANTED, ""


def _of_levels(right: Right, role: Role) -> tuple[Access, str]:
    """Add and Edit are never tried out; only mySecurity can show them."""
    levels = _levels(right, role)
    if not levels:
        return Access.UNPROBEABLE, right.not_probeable_because
    if "None" in levels:
        return Access.REFUSED, f"The role does not have it: grant {right.right}."
    return Access.GRANTED, "Shown by the role's own list of rights."


def _of_allow_list(right: Right, role: Role) -> tuple[Access, str]:
    absent = sorted(name for name, passes in role.types.items() if passes is False)
    if not role.types or (not absent and None in role.types.values()):
        return Access.UNPROBEABLE, right.not_probeable_because
    if not absent:
        return Access.GRANTED, ""
    names = ", ".join(absent)
    if role.listed:
        return Access.REFUSED, f"Not in the Allow list: {names}. Agreements of these types do not come back."
    return Access.EMPTY, f"No agreement of these types comes back: {names}. Either there is none, or it is not allowed."


def _levels(right: Right, role: Role) -> list[str]:
    """Every level that the right asks for; none when mySecurity does not show one of its functions."""
    names, wanted = LEVELS.get(right.id, ((), ()))
    shown = [(role.functions or {}).get(name) for name in names]
    if not shown or None in shown:
        return []
    return [levels[level] for levels in shown if levels for level in wanted if level in levels]
