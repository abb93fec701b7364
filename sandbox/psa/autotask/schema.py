"""The entities that exist, their fields, and which of those are numbers, texts, picklists (AT §5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """As ``dataType`` says it."""

    INTEGER = "integer"
    DOUBLE = "double"
    TEXT = "string"
    FLAG = "boolean"
    MOMENT = "datetime"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    name: str
    kind: Kind
    is_picklist: bool = False
    is_queryable: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """``path`` stands in addresses, ``name`` in answers. ``fields`` by name, casefolded: case does not count."""

    path: str
    name: str
    fields: Mapping[str, Field]


_MARKS: Final = {"picklist", "hidden"}


def _entity(path: str, name: str, text: str) -> Entity:
    """Reads ``name kind [picklist] [hidden]`` lines. ``hidden``: not queryable."""
    fields = {"id": Field(name="id", kind=Kind.INTEGER)}
    for line in filter(None, text.splitlines()):
        field_name, kind, *marks = line.split()
        assert set(marks) <= _MARKS, line  # noqa: S101 - a slip in the text below, seen at import
        fields[field_name.casefold()] = Field(
            name=field_name, kind=Kind(kind), is_picklist="picklist" in marks, is_queryable="hidden" not in marks
        )
    return Entity(path=path, name=name, fields=fields)


COMPANIES: Final = _entity(
    "Companies",
    "Company",
    """
companyName string
companyNumber string
companyType integer picklist
classification integer picklist
isActive boolean
parentCompanyID integer
ownerResourceID integer
territoryID integer picklist
createDate datetime
lastActivityDate datetime
lastTrackedModifiedDateTime datetime
phone string
webAddress string
assetValue double hidden
""",
)
CONTRACTS: Final = _entity(
    "Contracts",
    "Contract",
    """
contractName string
contractNumber string
companyID integer
contractType integer picklist
status integer picklist
contractCategory integer picklist
contractPeriodType integer picklist
billingPreference integer picklist
billToCompanyID integer
startDate datetime
endDate datetime
isDefaultContract boolean
estimatedRevenue double
renewedContractID integer
description string
""",
)
_LINE: Final = """
contractID integer
unitPrice double
unitCost double
invoiceDescription string
internalDescription string
"""
_UNITS: Final = """
contractID integer
units integer
price double
cost double
startDate datetime
endDate datetime
approveAndPostDate datetime
"""
_CATALOGUE: Final = """
name string
description string
isActive boolean
unitPrice double
unitCost double
lastModifiedDate datetime
"""
CONTRACT_SERVICES: Final = _entity("ContractServices", "ContractService", f"{_LINE}serviceID integer")
CONTRACT_BUNDLES: Final = _entity("ContractServiceBundles", "ContractServiceBundle", f"{_LINE}serviceBundleID integer")
SERVICE_UNITS: Final = _entity(
    "ContractServiceUnits", "ContractServiceUnit", f"{_UNITS}contractServiceID integer\nserviceID integer"
)
BUNDLE_UNITS: Final = _entity(
    "ContractServiceBundleUnits",
    "ContractServiceBundleUnit",
    f"{_UNITS}contractServiceBundleID integer\nserviceBundleID integer",
)
SERVICES: Final = _entity("Services", "Service", _CATALOGUE)
BUNDLES: Final = _entity("ServiceBundles", "ServiceBundle", _CATALOGUE)
PRODUCTS: Final = _entity("Products", "Product", "name string\ndescription string\nisActive boolean\nunitPrice double")
TICKETS: Final = _entity(
    "Tickets",
    "Ticket",
    """
ticketNumber string
title string
companyID integer
status integer picklist
priority integer picklist
queueID integer picklist
createDate datetime
lastActivityDate datetime
""",
)
RESOURCES: Final = _entity(
    "Resources",
    "Resource",
    "firstName string\nlastName string\nuserName string\nemail string\nisActive boolean",
)

ENTITIES: Final[Mapping[str, Entity]] = {
    entity.path.casefold(): entity
    for entity in (
        COMPANIES,
        CONTRACTS,
        CONTRACT_SERVICES,
        CONTRACT_BUNDLES,
        SERVICE_UNITS,
        BUNDLE_UNITS,
        SERVICES,
        BUNDLES,
        PRODUCTS,
        TICKETS,
        RESOURCES,
    )
}
