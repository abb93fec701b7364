"""The simulated Pulseway PSA with its stories: the family's server under this product's names."""

from datetime import datetime
from typing import Final

from sandbox.clock import SandboxClock
from sandbox.psa.crowd import Size
from sandbox.psa.kaseya_family.product import Product
from sandbox.psa.kaseya_family.server import SimulatedKaseya
from sandbox.psa.kaseya_family.stories import world

PRODUCT: Final = Product(
    kind="pulseway",
    title="Pulseway PSA",
    connection_name="pulseway-main",
    tenant="Northwind Managed IT",
    customer_type="Customer",
)


def pulseway_world(
    clock: SandboxClock,
    *,
    accounts: int = 2000,
    active: int | None = None,
    agreements: int | None = None,
    seed: int = 1,
    today: datetime | None = None,
) -> SimulatedKaseya:
    size = Size(accounts=accounts, active=active, agreements=agreements)
    return world(PRODUCT, clock, size, seed=seed, today=today)
