"""The simulated PSAs of the world, and how many customers are made up for each beside those of its stories."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.clock import SandboxClock
from sandbox.psa.autotask.stories import autotask_world
from sandbox.psa.connectwise.stories import connectwise_world
from sandbox.psa.contract import SimulatedPsa
from sandbox.psa.halopsa.stories import halopsa_world
from sandbox.psa.kaseya_bms.stories import kaseya_bms_world
from sandbox.psa.pulseway.stories import pulseway_world
from sandbox.psa.syncro.stories import syncro_world

FEW: Final = 120  # enough to page through, and nothing to wait for at the start


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """One kind of simulated PSA. ``seed``: no two of them have the same made-up customers."""

    title: str
    world: Callable[..., SimulatedPsa]
    seed: int
    crowd: int = FEW

    def build(self, clock: SandboxClock, crowd: int | None = None) -> SimulatedPsa:
        return self.world(clock, accounts=self.crowd if crowd is None else crowd, seed=self.seed)


SIMULATIONS: Final[Mapping[str, Simulation]] = {
    "connectwise": Simulation(title="ConnectWise PSA", world=connectwise_world, seed=1, crowd=2000),
    "autotask": Simulation(title="Datto Autotask", world=autotask_world, seed=2),
    "halopsa": Simulation(title="HaloPSA", world=halopsa_world, seed=3),
    "syncro": Simulation(title="Syncro", world=syncro_world, seed=4),
    "kaseya-bms": Simulation(title="Kaseya BMS", world=kaseya_bms_world, seed=5),
    "pulseway": Simulation(title="Pulseway PSA", world=pulseway_world, seed=6),
}
