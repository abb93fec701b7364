"""Pulseway PSA: the family's client under its own name."""

from connectors.contract import Setup
from connectors.kaseya_family.client import KaseyaPsa, build_psa
from connectors.pulseway.spec import PRODUCT, SPEC


def build(setup: Setup) -> KaseyaPsa:
    """Raises BadSettings before any call."""
    return build_psa(PRODUCT, SPEC, setup)
