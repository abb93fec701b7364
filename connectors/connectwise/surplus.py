"""What the role of the API member holds beyond what anybody here needs, by its own list (CW §6.3; R127, R249)."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Final

from connectors.connectwise.api import Api
from connectors.connectwise.permissions import LEVELS, PURPOSE
from connectors.errors import ConnectorError
from connectors.paging import Row

_VERBS: Final[Mapping[str, str]] = {
    "addLevel": "Add",
    "editLevel": "Edit",
    "deleteLevel": "Delete",
    "inquireLevel": "Inquire",
}
_NOTHING: Final = frozenset({"", "none"})


async def surplus(api: Api) -> list[str] | None:
    """None where ConnectWise does not show the list to this API member: that it may is not documented."""
    try:
        rows = await api.rows(PURPOSE, "/system/mySecurity", {"pageSize": "1000"})
    except ConnectorError:
        return None
    if not rows:
        return None
    needed = _needed()
    return [line for row in rows if (line := _beyond(row, needed))]


def _needed() -> Mapping[str, set[str]]:
    """Levels by function of the role: of every right of the matrix, and of the tables under Table Setup."""
    needed: defaultdict[str, set[str]] = defaultdict(set, {"table setup": {"inquireLevel"}})
    for functions, levels in LEVELS.values():
        for function in functions:
            needed[function].update(levels)
    return needed


def _beyond(row: Row, needed: Mapping[str, set[str]]) -> str:
    """``Companies > Contacts: Inquire (All)``; empty where the row grants nothing more."""
    function = _text(row, "moduleFunctionDescription") or _text(row, "moduleFunctionName")
    names = {_text(row, "moduleFunctionDescription").casefold(), _text(row, "moduleFunctionName").casefold()}
    wanted = set[str]().union(*(needed.get(name, set()) for name in names))
    held = {level: _text(row, level) for level in _VERBS if _text(row, level).casefold() not in _NOTHING}
    extra = [f"{verb} ({held[level]})" for level, verb in _VERBS.items() if level in held and level not in wanted]
    module = _text(row, "moduleDescription") or _text(row, "moduleName")
    return f"{module} > {function}: {', '.join(extra)}" if extra and function else ""


def _text(row: Row, name: str) -> str:
    value = row.get(name)
    return value.strip() if isinstance(value, str) else ""
