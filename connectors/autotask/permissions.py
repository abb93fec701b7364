"""What the API user may read: what Autotask says about each right, confirmed by counting (AT §6.3; R30, R32)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from connectors.autotask import filters
from connectors.autotask.access import NOT_TOLD, SOME_ONLY, Extent, Info, picked, read_all, read_info
from connectors.autotask.api import Api
from connectors.autotask.filters import Op
from connectors.autotask.picklists import COMPANIES, CUSTOMER, Picklists
from connectors.autotask.rights import RIGHTS, entity_of
from connectors.contract import Right
from connectors.errors import ConnectorError, PermissionDenied
from connectors.http import at_once
from connectors.probing import probed, raise_if_unanswered, wanted_rights
from connectors.records import Access, AccessProbe

PURPOSE: Final = "permissions"
SIGNED_IN: Final = "/ThresholdInformation"  # any API user may call it


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What Autotask said about one right: its own information, and how many rows it counts, or why not."""

    info: Info
    rows: int | None = None
    error: ConnectorError | None = None


async def probe(api: Api, picklists: Picklists, only: Collection[str] | None = None) -> list[AccessProbe]:
    """Raises only when nobody is let in at all; then no single right could be judged."""
    rights = wanted_rights(RIGHTS, only)
    signs_in = any(right.path == SIGNED_IN for right in rights)
    if signs_in:
        await api.get(PURPOSE, SIGNED_IN)
    entities = {right.id: entity_of(right) for right in rights if entity_of(right)}
    known = await read_all(api) if len(entities) > 1 else {}
    customers = await _customers(picklists) if COMPANIES in entities.values() else frozenset()
    async with at_once() as group:
        asked = {name: group.create_task(_ask(api, entity, known, customers)) for name, entity in entities.items()}
    told = {name: asking.result() for name, asking in asked.items()}
    if not signs_in:
        raise_if_unanswered(one.error for one in told.values())
    return [_judged(right, told.get(right.id)) for right in rights]


async def _customers(picklists: Picklists) -> frozenset[str]:
    return (await picklists.of(COMPANIES, PURPOSE)).named("companyType", *CUSTOMER)


async def _ask(api: Api, entity: str, known: Mapping[str, Info], customers: frozenset[str]) -> Told:
    try:
        info = picked(known, entity) or await read_info(api, PURPOSE, entity)
    except PermissionDenied as error:
        return Told(info=Info(query=Extent.NONE), error=error)
    except ConnectorError:
        info = NOT_TOLD
    wanted = filters.EVERYTHING
    if entity == COMPANIES and customers:
        wanted = filters.where("companyType", Op.IN, sorted(int(value) for value in customers if value.isdigit()))
    try:
        return Told(info=info, rows=await api.count(PURPOSE, entity, wanted))
    except ConnectorError as error:
        return Told(info=info, error=error)


def _judged(right: Right, told: Told | None) -> AccessProbe:
    access, detail = _verdict(right, told)
    return probed(right, access, detail, rows=told.rows if told else None)


def _verdict(right: Right, told: Told | None) -> tuple[Access, str]:
    if told is None:
        # The sign-in has just worked, and only API users are let in.
        return (Access.GRANTED, "") if right.path else (Access.UNPROBEABLE, right.not_probeable_because)
    if isinstance(told.error, PermissionDenied) or (told.info.query is Extent.NONE and not told.rows):
        return Access.REFUSED, f"Autotask refused it: grant {right.right}."
    if told.error is not None:
        return Access.UNKNOWN, told.error.message
    if told.info.query is Extent.RESTRICTED:
        return Access.EMPTY, SOME_ONLY if right.id == "companies" else "Autotask calls the access Restricted."
    return _of_rows(right, told)


def _of_rows(right: Right, told: Told) -> tuple[Access, str]:
    if right.id == "companies" and told.rows == 0:
        return Access.EMPTY, "No account of the type Customer came back, without an error: the right may be limited."
    if told.info.query is not Extent.ALL:
        return Access.EMPTY, "It is readable, but Autotask does not say whether all of it comes back."
    if right.id == "tickets" and Extent.NONE in {told.info.create, told.info.update}:
        return Access.REFUSED, "View is granted; Add or Edit is not, so alerts cannot be written."
    return Access.GRANTED, ""
