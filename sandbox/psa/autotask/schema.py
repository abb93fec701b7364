"""The entities that exist, and their fields (AT §5)."""

from collections.abc import Mapping
from typing import Final

from sandbox.psa.autotask.fields import Entity, entity
from sandbox.psa.autotask.setup_schema import SETUP

COMPANIES: Final = entity(
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
CONTRACTS: Final = entity(
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
CONTRACT_SERVICES: Final = entity("ContractServices", "ContractService", f"{_LINE}serviceID integer")
CONTRACT_BUNDLES: Final = entity("ContractServiceBundles", "ContractServiceBundle", f"{_LINE}serviceBundleID integer")
SERVICE_UNITS: Final = entity(
    "ContractServiceUnits", "ContractServiceUnit", f"{_UNITS}contractServiceID integer\nserviceID integer"
)
BUNDLE_UNITS: Final = entity(
    "ContractServiceBundleUnits",
    "ContractServiceBundleUnit",
    f"{_UNITS}contractServiceBundleID integer\nserviceBundleID integer",
)
SERVICES: Final = entity("Services", "Service", _CATALOGUE)
BUNDLES: Final = entity("ServiceBundles", "ServiceBundle", _CATALOGUE)
PRODUCTS: Final = entity("Products", "Product", "name string\ndescription string\nisActive boolean\nunitPrice double")
ENTITIES: Final[Mapping[str, Entity]] = {
    one.path.casefold(): one
    for one in (
        COMPANIES,
        CONTRACTS,
        CONTRACT_SERVICES,
        CONTRACT_BUNDLES,
        SERVICE_UNITS,
        BUNDLE_UNITS,
        SERVICES,
        BUNDLES,
        PRODUCTS,
        *SETUP,
    )
}
