"""Facts about Kaseya BMS alone (BMS §0, §1)."""

from typing import Final

from connectors.kaseya_family.product import Product
from connectors.kaseya_family.spec import spec_of

PRODUCT: Final = Product(
    kind="kaseya-bms",
    name="Kaseya BMS",
    guide="support.meetgradient.com/bms-integration",
    gateways=("bms.kaseya.com", "bmsemea.kaseya.com", "bmsapac.kaseya.com"),
    # The vendor's own page prints both for Vorex, as this product was called (BMS §1).
    other_apis={
        "vorexlogin.com": ("api.vorexlogin.com", "api.vorexlogin.kaseya.com"),
        "vorexlogin.kaseya.com": ("api.vorexlogin.kaseya.com", "api.vorexlogin.com"),
    },
)
SPEC: Final = spec_of(PRODUCT)
