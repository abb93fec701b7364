"""The simulated Pulseway PSA with its stories: the family's server under this product's names."""

from datetime import datetime
from typing import Final

from sandbox.clock import SandboxClock
from sandbox.psa.crowd import Size
from sandbox.psa.kaseya_family import cast
from sandbox.psa.kaseya_family.product import Product
from sandbox.psa.kaseya_family.server import SimulatedKaseya
from sandbox.psa.kaseya_family.stories import world

PRODUCT: Final = Product(
    kind="pulseway",
    title="Pulseway PSA",
    connection_name="pulseway-main",
    tenant="Northwind Managed IT",
    names={
        cast.WELL: "Omni Consumer Products",
        cast.PROSPECT: "Primatech Paper",
        cast.VENDOR: "Dinoco",
        cast.NO_CONTRACT: "Moe's Tavern",
        cast.ENDED: "Gizmonic Institute",
        cast.ONE_TIME: "Clampett Oil",
        cast.UNSEEN: "Tessier-Ashpool",
        cast.ON_RETAINER: "Allsafe Security",
        cast.INACTIVE: "Slate Rock and Gravel",
        cast.LOCKED_OUT: "Central Perk",
        cast.NEW: "Kwik-E-Mart",
        cast.SWITCHED_OFF: "Krusty Krab",
        cast.LATER: "Big Kahuna Burger",
        cast.TWICE: "Sirius Cybernetics",
        cast.BRANCH: "Rossum Robotics",
    },
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
