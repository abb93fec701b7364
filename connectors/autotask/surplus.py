"""What the API user may write although nobody here needs it to, by Autotask's own list (AT §6.3; R127, R249)."""

from collections.abc import Mapping
from typing import Final

from connectors.autotask.access import Extent, Info, read_all
from connectors.autotask.api import Api
from connectors.errors import ConnectorError

# "Contracts: Full permission" is what the billing tool's guide asks for; tickets are for its alerts.
_NEEDED: Final[Mapping[str, frozenset[str]]] = {
    "contract": frozenset({"create", "update", "delete"}),
    "ticket": frozenset({"create", "update"}),
}
_HELD: Final = frozenset({Extent.ALL, Extent.RESTRICTED})


async def surplus(api: Api) -> list[str] | None:
    """Only rights to write are told: an API user reads most entities by its licence. None: the list did not come."""
    try:
        known = await read_all(api)
    except ConnectorError:
        return None
    return [line for _, info in sorted(known.items()) if (line := _beyond(info))] if known else None


def _beyond(info: Info) -> str:
    """``Company: create, update``; empty where it may write nothing more."""
    held = {"create": info.create, "update": info.update, "delete": info.delete}
    needed = _NEEDED.get(_family(info.name.casefold()), frozenset())
    extra = [verb for verb, extent in held.items() if extent in _HELD and verb not in needed]
    return f"{info.name}: {', '.join(extra)}" if extra and info.name else ""


def _family(name: str) -> str:
    """ContractService, ContractServiceUnit and the like hang under contracts."""
    return "contract" if name.startswith("contract") else name
