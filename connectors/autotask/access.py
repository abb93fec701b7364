"""What Autotask says about the API user's own rights, entity by entity (AT §6.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from connectors.autotask.api import Api
from connectors.autotask.rights import RIGHTS
from connectors.errors import ConnectorError, InvalidData, PermissionDenied, SignInFailed


class Extent(StrEnum):
    """``userAccessForQuery``, which is documented as a number and seen as a word (AT §6.3)."""

    NONE = "none"
    ALL = "all"
    RESTRICTED = "restricted"
    NOT_TOLD = "not told"


_BY_NUMBER: Final = {"0": Extent.NONE, "1": Extent.ALL, "2": Extent.RESTRICTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Info:
    """One entity's own information. ``name`` as Autotask writes it, in the singular."""

    query: Extent
    create: Extent = Extent.NOT_TOLD
    update: Extent = Extent.NOT_TOLD
    delete: Extent = Extent.NOT_TOLD
    name: str = ""


NOT_TOLD: Final = Info(query=Extent.NOT_TOLD)
SOME_ONLY: Final = (
    "Autotask calls the access Restricted: only a part comes back, without an error. Set CRM > Customer & Cancellation "
    "to All, and check the lines of business of the API user."
)


async def read_info(api: Api, purpose: str, entity: str) -> Info:
    """Of one entity. Raises PermissionDenied where even that is refused."""
    answer = await api.get(purpose, f"/{entity}/entityInformation")
    return info_of(answer.get("info"))


async def read_all(api: Api) -> Mapping[str, Info]:
    """Every entity's in one call, by name. Whether a live Autotask answers it is not sure: then it is empty."""
    try:
        answer = await api.get("permissions", "/EntityInformation")
    except (SignInFailed, InvalidData):
        raise
    except ConnectorError as error:
        if error.transient:
            raise
        return {}
    rows = answer.get("entityDescriptions")
    infos = [row.get("info") for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    return {_folded(row.get("name")): info_of(row) for row in infos if isinstance(row, Mapping)}


def picked(known: Mapping[str, Info], entity: str) -> Info | None:
    """Its name is the singular in the answers and the plural in paths."""
    folded = entity.casefold()
    singular = f"{folded[:-3]}y" if folded.endswith("ies") else folded.removesuffix("s")
    return known.get(singular) or known.get(folded)


def info_of(row: Any) -> Info:
    if not isinstance(row, Mapping):
        return NOT_TOLD
    told = {_folded(name): value for name, value in row.items()}
    return Info(
        query=_extent(told, "query"),
        create=_extent(told, "create"),
        update=_extent(told, "update"),
        delete=_extent(told, "delete"),
        name=str(told.get("name") or "").strip(),
    )


async def prove_sight(api: Api, account_id: str) -> None:
    """An account that the security level hides looks like one that is not there: only All may say so (AT §6.2)."""
    right = RIGHTS[0].right
    try:
        extent = (await read_info(api, "one", "Companies")).query
    except PermissionDenied:
        extent = Extent.NONE
    if extent is Extent.ALL:
        return
    shown = {
        Extent.NONE: "shows this API user no account at all",
        Extent.RESTRICTED: "shows this API user only some accounts",
        Extent.NOT_TOLD: "does not say whether this API user may see every account",
    }[extent]
    raise PermissionDenied(
        f"Autotask {shown}, so account {account_id} may be there and not be shown: grant {right}.",
        right=right,
        call="GET /Companies/entityInformation",
    )


def _extent(told: Mapping[str, Any], verb: str) -> Extent:
    """``can…`` is about the entity, ``userAccessFor…`` about this user; the stricter one counts."""
    access = told.get(f"useraccessfor{verb}")
    if told.get(f"can{verb}") is False:
        return Extent.NONE
    word = _folded(access)
    if word in _BY_NUMBER:
        return _BY_NUMBER[word]
    return Extent(word) if word in {Extent.NONE, Extent.ALL, Extent.RESTRICTED} else Extent.NOT_TOLD


def _folded(value: Any) -> str:
    return str(value).strip().casefold() if isinstance(value, str | int) and not isinstance(value, bool) else ""
