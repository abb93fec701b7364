"""The tenant's picklists, which numbers on records are looked up in: none of them is known beforehand (AT §7; R18)."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from connectors.autotask.api import Api
from connectors.autotask.filters import ACTIVE, INACTIVE
from connectors.errors import InvalidData, NotFound, PermissionDenied
from connectors.http import Timing, at_once
from connectors.paging import Row
from connectors.records import Because, Option, Ref, Table, Tables

KEPT_FOR: Final = 300.0
COMPANIES: Final = "Companies"
CONTRACTS: Final = "Contracts"
CUSTOMER: Final = ("customer", "1")  # the label, and the system's own value where a tenant calls it otherwise
RECURRING: Final = ("recurring service", "7")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """What an entity's field list says. ``fields`` None: it could not be read, and ``because`` says why.

    ``fields`` maps a field's name, casefolded, to its picklist; empty for a field that has none.
    """

    fields: Mapping[str, tuple[Option, ...]] | None
    because: Because | None = None

    def table(self, name: str, field_name: str) -> Table:
        rows = self.picklist(field_name)
        return Table(name=name, rows=rows, because=None if rows is not None else self.because or Because.NOT_EXPOSED)

    def picklist(self, field_name: str) -> tuple[Option, ...] | None:
        return None if self.fields is None else self.fields.get(field_name.casefold())

    def listed(self, names: Iterable[str]) -> list[str]:
        """Asking for a field that this Autotask does not know is an error (AT §3)."""
        return [name for name in names if self.fields is None or name.casefold() in self.fields]

    def ref(self, field_name: str, value: str) -> Ref:
        """A value that the picklist does not list keeps its number alone."""
        rows = self.picklist(field_name) or ()
        return Ref(id=value, name=next((row.name for row in rows if row.id == value), ""))

    def named(self, field_name: str, label: str, value: str) -> frozenset[str]:
        """Values of this label, in any case. A tenant that has none may have renamed the system's own row.

        Empty: it cannot be told.
        """
        rows = self.picklist(field_name) or ()
        found = frozenset(row.id for row in rows if row.name.strip().casefold() == label)
        if found:
            return found
        renamed = next((row for row in rows if row.id == value and row.flags.get("isSystem") is True), None)
        if renamed is None:
            return frozenset()
        extra = {"action": "autotask.renamed", "wanted": label, "value": value, "label": renamed.name}
        _log.info("No picklist value has this label, so the system's own one is taken.", extra=extra)
        return frozenset({value})


class Picklists:
    """The field lists, remembered for some minutes: every record is joined with them."""

    def __init__(self, *, api: Api, timing: Timing) -> None:
        self._api = api
        self._timing = timing
        self._locks = {COMPANIES: asyncio.Lock(), CONTRACTS: asyncio.Lock()}
        self._known: dict[str, tuple[float, Entity]] = {}

    async def of(self, entity: str, purpose: str) -> Entity:
        async with self._locks[entity]:
            read_at, known = self._known.get(entity, (0.0, None))
            if known is not None and self._timing.clock() - read_at <= KEPT_FOR:
                return known
            return await self._read(entity, purpose)

    async def tables(self) -> Tables:
        """Read anew, side by side. A refused table says so; anything else that goes wrong is an error of the read."""
        async with at_once() as group:
            companies = group.create_task(self._read(COMPANIES, "settings"))
            contracts = group.create_task(self._read(CONTRACTS, "settings"))
        return Tables(
            statuses=_statuses(companies.result()),
            types=_types(companies.result()),
            agreement_types=contracts.result().table("agreement_types", "contractType"),
            billing_cycles=contracts.result().table("billing_cycles", "contractPeriodType"),
        )

    async def _read(self, entity: str, purpose: str) -> Entity:
        found = await read_fields(self._api, purpose, entity)
        self._known[entity] = self._timing.clock(), found
        return found


async def read_fields(api: Api, purpose: str, entity: str) -> Entity:
    try:
        lists = await read_picklists(api, purpose, entity)
    except PermissionDenied:
        return Entity(fields=None, because=Because.PERMISSION)
    except NotFound:
        return Entity(fields=None, because=Because.NOT_EXPOSED)
    return Entity(fields={name: tuple(_option(row) for row in rows) for name, rows in lists.items()})


async def read_picklists(api: Api, purpose: str, entity: str) -> Mapping[str, Sequence[Row]]:
    """The values of each of an entity's fields by its name, casefolded; none for a field that has no picklist."""
    path = f"/{entity}/entityInformation/fields"
    fields = (await api.get(purpose, path)).get("fields")
    if not isinstance(fields, list):
        raise InvalidData("Autotask's answer is not a list of fields.", call=f"GET {path}")
    rows = [row for row in fields if isinstance(row, Mapping) and isinstance(row.get("name"), str)]
    return {str(row["name"]).casefold(): _values(row.get("picklistValues")) for row in rows}


def _values(values: Any) -> Sequence[Row]:
    """``value`` is a text here and a number on records (AT §7). Inactive values still stand on records."""
    rows = [value for value in values if isinstance(value, Mapping)] if isinstance(values, list) else []
    return [
        {**row, "value": str(row["value"]).strip(), "label": str(row.get("label") or "")}
        for row in rows
        if row.get("value") is not None
    ]


def _option(row: Row) -> Option:
    flags = {name: row[name] for name in ("isActive", "isSystem") if isinstance(row.get(name), bool)}
    return Option(id=row["value"], name=row["label"], flags=flags)


def _statuses(companies: Entity) -> Table:
    """Autotask has no table of statuses but one mark, isActive; its two values stand for it."""
    if not companies.fields or "isactive" not in companies.fields:
        return Table(name="statuses", rows=None, because=companies.because or Because.NOT_EXPOSED)
    active = Option(id=ACTIVE, name="Active", flags={"inactiveFlag": False})
    return Table(name="statuses", rows=(active, Option(id=INACTIVE, name="Inactive", flags={"inactiveFlag": True})))


def _types(companies: Entity) -> Table:
    """Only accounts of the type Customer are pulled, so every type says whether it is that one (R18, R19)."""
    table, customers = companies.table("types", "companyType"), companies.named("companyType", *CUSTOMER)
    if not customers:
        return table
    rows = (replace(row, flags={**row.flags, "customerFlag": row.id in customers}) for row in table.rows or ())
    return replace(table, rows=tuple(rows))
