"""Facts about Pulseway PSA alone (PUL §0, §1)."""

from typing import Final

from connectors.kaseya_family.product import Product
from connectors.kaseya_family.spec import spec_of

PRODUCT: Final = Product(
    kind="pulseway",
    name="Pulseway PSA",
    guide="support.meetgradient.com/pulseway-psa",
    gateways=("psa.pulseway.com",),
    usual_gateway="psa.pulseway.com",
    twin_of="Kaseya BMS",
)
SPEC: Final = spec_of(PRODUCT)
