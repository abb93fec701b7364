"""Everything that the simulated tenant holds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sandbox.psa.autotask import schema, setup_rows
from sandbox.psa.autotask.fields import Entity
from sandbox.psa.autotask.picklists import Picklists
from sandbox.psa.autotask.setup_schema import TICKETS
from sandbox.psa.autotask.units import Units
from sandbox.psa.configuration import Configuration
from sandbox.psa.records import Json, Kept, Row, table

FIRST_SERVICE: Final = 31
FIRST_BUNDLE: Final = 61
SERVICE_NAMES: Final = (
    "Managed workstation",
    "Managed server",
    "Backup",
    "Endpoint protection",
    "Mail security",
    "Microsoft 365 Business Premium",
    "Firewall",
    "Password manager",
)
BUNDLE_NAMES: Final = ("Complete care", "Security stack")


def _catalogue(names: Iterable[str], first: int) -> list[Json]:
    return [
        {"id": number, "name": name, "description": name, "isActive": True, "unitPrice": 45.0, "unitCost": 18.0}
        for number, name in enumerate(names, start=first)
    ]


class SetUp:
    """Rows of the configuration, as any other collection has them."""

    def __init__(self, configuration: Configuration, table: str) -> None:
        self._configuration = configuration
        self._table = table

    def at(self, _: datetime) -> Sequence[Json]:
        return sorted(self._configuration.rows(self._table), key=lambda row: int(row["id"]))


@dataclass(slots=True, kw_only=True)
class Tenant:
    """``services`` and ``bundles`` are the lines of contracts; their units follow from them."""

    picklists: Picklists
    companies: Kept
    contracts: Kept
    services: Kept
    bundles: Kept
    catalogue: Kept = field(default_factory=lambda: table(_catalogue(SERVICE_NAMES, FIRST_SERVICE)))
    bundle_catalogue: Kept = field(default_factory=lambda: table(_catalogue(BUNDLE_NAMES, FIRST_BUNDLE)))
    products: Kept = field(default_factory=lambda: table(_catalogue(("Laptop", "Monitor"), 900)))
    tickets: Kept = field(
        default_factory=lambda: table([{"id": 7001, "title": "Printer", "companyID": 0, "status": 1}])
    )
    configuration: Configuration = field(default_factory=setup_rows.configuration)
    _collections: dict[str, Kept | Units | SetUp] = field(init=False)

    def __post_init__(self) -> None:
        contracts = self.contracts
        self._collections = {
            schema.COMPANIES.path: self.companies,
            schema.CONTRACTS.path: contracts,
            schema.CONTRACT_SERVICES.path: self.services,
            schema.CONTRACT_BUNDLES.path: self.bundles,
            schema.SERVICE_UNITS.path: Units(
                self.services, contracts, line_field="contractServiceID", item_field="serviceID"
            ),
            schema.BUNDLE_UNITS.path: Units(
                self.bundles, contracts, line_field="contractServiceBundleID", item_field="serviceBundleID"
            ),
            schema.SERVICES.path: self.catalogue,
            schema.BUNDLES.path: self.bundle_catalogue,
            schema.PRODUCTS.path: self.products,
            TICKETS.path: self.tickets,
            **{name: SetUp(self.configuration, name) for name in setup_rows.ENTITIES},
        }

    def collection(self, entity: Entity) -> Kept | Units | SetUp:
        return self._collections[entity.path]

    def lines_of(self, contract_id: int) -> list[Row]:
        rows = [*self.services.rows(), *self.bundles.rows()]
        return [row for row in rows if row.data["contractID"] == contract_id]


def shown(record: Json, names: Iterable[str] | None) -> dict[str, Any]:
    """The fields that were asked for; null where the record has none. Without a choice: all of its own."""
    if names is None:
        return {name: value for name, value in record.items() if not name.startswith("_")}
    return {name: record.get(name) for name in names}
