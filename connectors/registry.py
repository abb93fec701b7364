"""Which PSAs there are: one line for each."""

from collections.abc import Callable, Mapping
from typing import Final

from connectors.autotask.connector import build as build_autotask
from connectors.autotask.spec import SPEC as AUTOTASK
from connectors.connectwise.connector import build as build_connectwise
from connectors.connectwise.spec import SPEC as CONNECTWISE
from connectors.contract import Connector, Setup, Spec
from connectors.errors import BadSettings
from connectors.halopsa.connector import build as build_halopsa
from connectors.halopsa.spec import SPEC as HALOPSA
from connectors.kaseya_bms.connector import build as build_kaseya_bms
from connectors.kaseya_bms.spec import SPEC as KASEYA_BMS
from connectors.pulseway.connector import build as build_pulseway
from connectors.pulseway.spec import SPEC as PULSEWAY
from connectors.syncro.connector import build as build_syncro
from connectors.syncro.spec import SPEC as SYNCRO

_PSAS: Final[tuple[tuple[Spec, Callable[[Setup], Connector]], ...]] = (
    (CONNECTWISE, build_connectwise),
    (AUTOTASK, build_autotask),
    (HALOPSA, build_halopsa),
    (SYNCRO, build_syncro),
    (KASEYA_BMS, build_kaseya_bms),
    (PULSEWAY, build_pulseway),
)


def specs() -> Mapping[str, Spec]:
    """Kind to its facts."""
    return {spec.kind: spec for spec, _ in _PSAS}


def build(kind: str, setup: Setup) -> Connector:
    """Raises BadSettings for an unknown kind and for settings that cannot work. Makes no call."""
    for spec, build_one in _PSAS:
        if spec.kind == kind:
            return build_one(setup)
    raise BadSettings(f"There is no PSA {kind!r}. Known: {', '.join(sorted(specs()))}.")
