"""What tells the two simulated products apart."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """``customer_type``: what the vendor calls the type of paying accounts in its samples (BMS §9, PUL §9).

    ``names``: of the accounts that the stories are about, by their ids; no two products have the same customers.
    """

    kind: str
    title: str
    connection_name: str
    tenant: str
    customer_type: str
    names: Mapping[int, str]
