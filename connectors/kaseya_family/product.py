"""What tells the products of the family apart: names, addresses, guide. Everything else they share."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """``gateways``: hosts that people sign in at (My Settings > Gateway URL). The API answers at ``api.`` before one.

    ``usual_gateway``: where everybody signs in who has no domain of their own; empty: there are several.
    ``twin_of``: the product whose guides say what this one's own leave open; empty: it has its own.
    ``other_apis``: API hosts by gateway where the vendor's documents print more than one.
    """

    kind: str
    name: str
    guide: str  # host and path, as sources are cited
    gateways: tuple[str, ...]
    usual_gateway: str = ""
    twin_of: str = ""
    other_apis: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
