"""Which fields each record has, of what kind: what filters, ``fields`` and ``orderBy`` may name (CW §5)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a field holds. Enumerations, identifiers and GUIDs are text."""

    NUMBER = "number"
    TEXT = "text"
    FLAG = "flag"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """The leaves (``status/id``), the branches that hold them (``status``), and the arrays with a schema each."""

    noun: str  # Company, as in "Company 123 not found"
    leaves: Mapping[str, Kind]
    branches: frozenset[str]
    arrays: Mapping[str, "Schema"]

    def knows(self, path: str) -> bool:
        """May ``fields`` name this path?"""
        head, _, rest = path.partition("/")
        if head in self.arrays:
            return not rest or self.arrays[head].knows(rest)
        return path in self.leaves or path in self.branches or path in {"_info", "_info/lastUpdated", "_info/updatedBy"}


NAMED: Final = {"id": Kind.NUMBER, "name": Kind.TEXT}
IDENTIFIED: Final = {**NAMED, "identifier": Kind.TEXT}


def _array(name: str, leaves: Mapping[str, Kind]) -> Schema:
    return Schema(noun=name, leaves=leaves, branches=frozenset(), arrays={})


CUSTOM_FIELD: Final = _array(
    "customFields",
    {
        "id": Kind.NUMBER,
        "caption": Kind.TEXT,
        "type": Kind.TEXT,
        "entryMethod": Kind.TEXT,
        "numberOfDecimals": Kind.NUMBER,
        "value": Kind.TEXT,
    },
)
OPTION: Final = _array(
    "options",
    {
        "id": Kind.NUMBER,
        "optionValue": Kind.TEXT,
        "defaultFlag": Kind.FLAG,
        "inactiveFlag": Kind.FLAG,
        "sortOrder": Kind.NUMBER,
    },
)
ARRAYS: Final = {"named[]": _array("types", NAMED), "custom[]": CUSTOM_FIELD, "option[]": OPTION}
SCALARS: Final = {"number": Kind.NUMBER, "text": Kind.TEXT, "flag": Kind.FLAG, "moment": Kind.MOMENT}
REFERENCES: Final = {"named": NAMED, "identified": IDENTIFIED}


def schema(noun: str, **fields_by_kind: str) -> Schema:
    """``schema("Board", number="id", text="name", named="location")``: field names by kind, apart by spaces."""
    leaves: dict[str, Kind] = {"lastUpdated": Kind.MOMENT}  # filtered by this name, returned as _info.lastUpdated
    branches: set[str] = set()
    arrays: dict[str, Schema] = {}
    for kind, names in fields_by_kind.items():
        for name in names.split():
            if kind in SCALARS:
                leaves[name] = SCALARS[kind]
            elif kind in REFERENCES:
                branches.add(name)
                leaves |= {f"{name}/{leaf}": leaf_kind for leaf, leaf_kind in REFERENCES[kind].items()}
            else:
                arrays[name] = ARRAYS[f"{kind.removesuffix('_array')}[]"]
    return Schema(noun=noun, leaves=leaves, branches=frozenset(branches), arrays=arrays)


COMPANY: Final = schema(
    "Company",
    number="id annualRevenue creditLimit numberOfEmployees yearEstablished revenueYear",
    text="identifier name addressLine1 addressLine2 city state zip phoneNumber faxNumber website accountNumber"
    " leadSource userDefinedField1 userDefinedField2 userDefinedField3 userDefinedField4 userDefinedField5"
    " userDefinedField6 userDefinedField7 userDefinedField8 userDefinedField9 userDefinedField10"
    " vendorIdentifier taxIdentifier invoiceToEmailAddress invoiceCCEmailAddress"
    " deletedBy mobileGuid resellerIdentifier",
    flag="leadFlag unsubscribeFlag deletedFlag isVendorFlag",
    moment="dateAcquired dateDeleted",
    named="status country territory market defaultContact taxCode billingTerms invoiceTemplate billingSite"
    " billingContact currency site calendar timeZoneSetup",
    identified="parentCompany billToCompany territoryManager",
    named_array="types",
    custom_array="customFields",
)
COMPANY_STATUS: Final = schema(
    "CompanyStatus",
    number="id",
    text="name notificationMessage connectWiseId",
    flag="defaultFlag inactiveFlag notifyFlag disallowSavingFlag customNoteFlag cancelOpenTracksFlag",
    named="track",
)
COMPANY_TYPE: Final = schema(
    "CompanyType",
    number="id",
    text="name serviceAlertMessage connectWiseId",
    flag="defaultFlag vendorFlag serviceAlertFlag",
)
COMPANY_TYPE_INFO: Final = schema("CompanyTypeInfo", number="id", text="name", flag="isVendor")
AGREEMENT: Final = schema(
    "Agreement",
    number="id applicationLimit billAmount expiredDays limit prorateFirstBill",
    text="name customerPO reasonCancelled workOrder internalNotes applicationUnits applicationCycle invoicingCycle"
    " invoiceDescription billTime billExpenses billProducts periodType nextInvoiceDate agreementStatus",
    flag="noEndingDateFlag cancelledFlag applicationUnlimitedFlag oneTimeFlag billOneTimeFlag taxable prorateFlag"
    " invoiceProratedAdditionsFlag autoInvoiceFlag billZeroAmountFlag restrictLocationFlag restrictDepartmentFlag",
    moment="startDate endDate dateCancelled billStartDate",
    named="type contact site parentAgreement location department sla billingCycle billingTerms taxCode workRole"
    " workType currency companyLocation",
    identified="company subContractCompany billToCompany shipToCompany",
    custom_array="customFields",
)
ADDITION: Final = schema(
    "Addition",
    number="id quantity lessIncluded unitPrice unitCost agreementId billedQuantity extPrice extCost sequenceNumber"
    " margin",
    text="billCustomer serialNumber invoiceDescription description uom agreementStatus",
    flag="taxableFlag purchaseItemFlag specialOrderFlag",
    moment="effectiveDate cancelledDate",
    identified="product",
    custom_array="customFields",
)
AGREEMENT_TYPE: Final = schema(
    "AgreementType",
    number="id billAmount applicationLimit",
    text="name applicationUnits applicationCycle integrationXRef connectWiseId",
    flag="defaultFlag inactiveFlag prePaymentFlag oneTimeFlag billOneTimeFlag",
    named="billingCycle sla location department",
)
AGREEMENT_TYPE_INFO: Final = schema("AgreementTypeInfo", number="id", text="name applicationUnits", flag="inactiveFlag")
BILLING_CYCLE: Final = schema("BillingCycle", number="id", text="identifier name billingOptions", flag="defaultFlag")
BILLING_CYCLE_INFO: Final = schema("BillingCycleInfo", number="id", text="name", flag="defaultFlag")
CATALOG_ITEM: Final = schema(
    "CatalogItem",
    number="id price cost",
    text="identifier description productClass customerDescription",
    flag="inactiveFlag recurringFlag taxableFlag",
    named="recurringBillCycle",
)
TICKET: Final = schema(
    "Ticket", number="id", text="summary", flag="closedFlag", named="board status", identified="company"
)
MY_SECURITY: Final = schema(
    "MySecurity",
    number="id sortOrder",
    text="addLevel editLevel deleteLevel inquireLevel moduleFunctionName moduleFunctionDescription"
    " moduleFunctionIdentifier moduleDescription moduleIdentifier moduleName",
    flag="myAllFlag reportFlag restrictFlag customFlag",
    identified="member",
)
CUSTOMIZE_ITEM: Final = schema("MySecurityCustomizeItem", number="id", text="customizeIdentifier itemIdentifier")
