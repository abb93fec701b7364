"""The simulated Kaseya BMS with its stories: the family's server under this product's names."""

from datetime import datetime
from typing import Final

from sandbox.clock import SandboxClock
from sandbox.psa.crowd import Size
from sandbox.psa.kaseya_family import cast
from sandbox.psa.kaseya_family.product import Product
from sandbox.psa.kaseya_family.server import SimulatedKaseya
from sandbox.psa.kaseya_family.stories import world

PRODUCT: Final = Product(
    kind="kaseya-bms",
    title="Kaseya BMS",
    connection_name="bms-main",
    tenant="Blue Ridge IT",
    names={
        cast.WELL: "Veridian Dynamics",
        cast.PROSPECT: "Rekall Travel",
        cast.VENDOR: "Cogswell Cogs",
        cast.NO_CONTRACT: "Buy n Large",
        cast.ENDED: "Virtucon",
        cast.ONE_TIME: "Ewing Oil",
        cast.UNSEEN: "Weyland-Yutani",
        cast.ON_RETAINER: "Wolfram & Hart",
        cast.INACTIVE: "InGen",
        cast.LOCKED_OUT: "Daily Planet",
        cast.NEW: "Planet Express",
        cast.SWITCHED_OFF: "Spacely Sprockets",
        cast.LATER: "Delos Destinations",
        cast.TWICE: "Biffco",
        cast.BRANCH: "Paradigm Foods",
    },
    customer_type="Client",
)


def kaseya_bms_world(
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
