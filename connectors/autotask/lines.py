"""What contracts bill again and again: services and bundles, with the units of today (AT §5.3; R28, X1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from connectors import values
from connectors.autotask import filters
from connectors.autotask.api import Api
from connectors.autotask.filters import Condition
from connectors.autotask.normalize import CATALOGUE_FIELDS, Row, identity_of, told
from connectors.errors import NotFound, PermissionDenied
from connectors.http import at_once
from connectors.records import LineItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Services and bundles are kept alike, in entities of their own."""

    noun: str
    lines: str
    units: str
    points_at: str  # the field of a units row that names its line
    catalogue: str
    item: str  # the field of a line that names its catalogue entry


KINDS: Final = (
    Kind(
        noun="Service",
        lines="ContractServices",
        units="ContractServiceUnits",
        points_at="contractServiceID",
        catalogue="Services",
        item="serviceID",
    ),
    Kind(
        noun="Service bundle",
        lines="ContractServiceBundles",
        units="ContractServiceBundleUnits",
        points_at="contractServiceBundleID",
        catalogue="ServiceBundles",
        item="serviceBundleID",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """All lines of one kind. ``by_contract`` None: they could not be read."""

    by_contract: Mapping[str, Sequence[LineItem]] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The lines of many contracts."""

    halves: Sequence[Half]

    def of(self, contract_id: str) -> tuple[LineItem, ...] | None:
        """None: not all could be read, and none of those that could proves that something is billed."""
        readable = [half.by_contract for half in self.halves if half.by_contract is not None]
        found = tuple(line for half in readable for line in half.get(contract_id, ()))
        if len(readable) < len(self.halves) and not any(line.quantity for line in found):
            return None
        return found


@dataclass(slots=True, kw_only=True)
class Reading:
    """One read of lines. ``contracts`` None: those of every contract, which takes fewer calls than asking for each."""

    api: Api
    purpose: str
    today: date
    contracts: Sequence[int] | None = None

    async def lines(self) -> Lines:
        async with at_once() as group:
            halves = [group.create_task(self._half(kind)) for kind in KINDS]
        return Lines(halves=[half.result() for half in halves])

    async def _half(self, kind: Kind) -> Half:
        fields = ("id", "contractID", kind.item, "invoiceDescription")
        async with at_once() as group:
            reading_lines = group.create_task(self._rows(kind.lines, fields))
            reading_units = group.create_task(self._units(kind))
        rows, units = reading_lines.result(), reading_units.result()
        if rows is None:
            return Half(by_contract=None)
        names = await self._catalogue(kind, rows)
        by_contract: dict[str, list[LineItem]] = {}
        for row in rows:
            line = _line(row, kind, names, units)
            by_contract.setdefault(line.agreement_id, []).append(line)
        return Half(by_contract=by_contract)

    async def _units(self, kind: Kind) -> Mapping[str, Decimal] | None:
        """By line. One row for each billing period and adjustment; those that hold today count together."""
        rows = await self._rows(kind.units, ("id", kind.points_at, "units"), filters.on(self.today))
        if rows is None:
            return None
        units: dict[str, Decimal] = {}
        for row in rows:
            line_id = str(told(row, kind.points_at))
            units[line_id] = units.get(line_id, Decimal(0)) + (values.number(told(row, "units")) or 0)
        return units

    async def _rows(self, entity: str, fields: Sequence[str], also: Condition | None = None) -> list[Row] | None:
        """None: refused. Services may be readable where bundles are not."""
        found: list[Row] = []
        try:
            for condition in self._conditions(also):
                async for rows in self.api.every(self.purpose, entity, condition, fields):
                    found += rows
        except (PermissionDenied, NotFound):
            return None
        return found

    def _conditions(self, also: Condition | None) -> Sequence[Condition]:
        if self.contracts is None:
            return [also or filters.EVERYTHING]
        of_contracts = filters.one_of("contractID", self.contracts)
        return [filters.both(one, also) if also else one for one in of_contracts]

    async def _catalogue(self, kind: Kind, rows: Sequence[Row]) -> Mapping[str, str]:
        """Names of what the lines are of. They explain and decide nothing, so a refusal is no error."""
        unnamed = {told(row, kind.item) for row in rows if not _described(row)}
        names: dict[str, str] = {}
        try:
            for condition in filters.one_of("id", sorted(one for one in unnamed if _is_id(one))):
                async for found in self.api.every(self.purpose, kind.catalogue, condition, CATALOGUE_FIELDS):
                    names |= {identity_of(row, "service"): values.text(told(row, "name")) or "" for row in found}
        except (PermissionDenied, NotFound):
            return names
        return names


def _line(row: Row, kind: Kind, names: Mapping[str, str], units: Mapping[str, Decimal] | None) -> LineItem:
    """Units that were read and hold none for today are nought: nothing is billed today. Not read: not known."""
    identity, item = identity_of(row, "contract service"), str(told(row, kind.item))
    return LineItem(
        # Services and bundles count their ids apart.
        id=f"{kind.lines}/{identity}",
        agreement_id=str(told(row, "contractID")),
        name=_described(row) or names.get(item) or f"{kind.noun} {item}",
        quantity=None if units is None else units.get(identity, Decimal(0)),
        recurring=True,
        raw=row,
    )


def _described(row: Row) -> str:
    return (values.text(told(row, "invoiceDescription")) or "").strip()


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
