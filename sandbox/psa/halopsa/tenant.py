"""Everything that the simulated tenant holds: its records, and the tables of its configuration (HALO §6)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from sandbox.psa.configuration import Configuration
from sandbox.psa.halopsa.building import SERVICES
from sandbox.psa.halopsa.setup_rows import configuration
from sandbox.psa.records import Json, Kept

ITEMS: Final[Sequence[Json]] = [
    {"id": number, "name": name, "isrecurringitem": True, "recurringprice": price}
    for number, (name, price) in enumerate(SERVICES, start=300)
]
# People of customers: no read of ours asks for them.
USERS: Final[Sequence[Json]] = [
    {"id": 1, "name": "Pat Example", "inactive": False, "client_name": "Oceanic Airlines", "isimportantcontact": True}
]


@dataclass(slots=True, kw_only=True)
class Tenant:
    clients: Kept
    invoices: Kept
    contracts: Kept
    configuration: Configuration = field(default_factory=configuration)

    def table(self, path: str) -> Sequence[Json]:
        """Whatever has no life of its own: it is there, or it is not."""
        return {"/Item": ITEMS, "/Users": USERS}.get(path) or self.configuration.rows(path)

    def sites(self, clients: Sequence[Json]) -> list[Json]:
        return [
            {"id": one["main_site_id"], "name": one["main_site_name"], "client_id": one["id"]} | _site(one)
            for one in clients
        ]


def _site(client: Json) -> Json:
    return {"client_name": client["name"], "inactive": client["inactive"], "isinvoicesite": True}
