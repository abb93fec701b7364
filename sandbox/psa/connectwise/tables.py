"""The setup tables of the simulated tenant: the vendor's rows and the tenant's own (CW §5.2-§5.7)."""

from typing import Any, Final

from sandbox.psa.records import Json

API: Final = "https://psa.invalid/v4_6_release/apis/3.0"
NO_FLAGS: Final = {"notifyFlag": False, "disallowSavingFlag": False, "customNoteFlag": False}


def reference(table: str, row: Json, name: str) -> Json:
    """How a record points to a row: id, name and where the row is."""
    return {"id": row["id"], "name": row["name"], "_info": {f"{name}_href": f"{API}{table}/{row['id']}"}}


def _status(number: int, name: str, **flags: Any) -> Json:
    base = {"id": number, "name": name, "defaultFlag": number == 1, "inactiveFlag": False}
    return {**base, **NO_FLAGS, **flags, "_info": {"lastUpdated": "2021-02-01T09:00:00Z", "updatedBy": "zadmin"}}


STATUSES: Final = [
    _status(1, "Active"),
    _status(2, "Inactive", inactiveFlag=True),
    _status(3, "Not-Approved"),
    _status(4, "Credit Hold", notifyFlag=True, disallowSavingFlag=True, notificationMessage="Ask finance first."),
    _status(5, "Delinquent", notifyFlag=True),
    _status(6, "Onboarding 🚀"),
    _status(7, "Offboarding"),
    _status(8, "Solid (old)", inactiveFlag=True),
]


def _type(number: int, name: str, *, vendor: bool = False) -> Json:
    base = {"id": number, "name": name, "defaultFlag": number == 1, "vendorFlag": vendor, "serviceAlertFlag": False}
    return {**base, "_info": {"lastUpdated": "2021-02-01T09:00:00Z", "updatedBy": "zadmin"}}


TYPES: Final = [
    _type(1, "Client"),
    _type(2, "Prospect"),
    _type(3, "Vendor", vendor=True),
    _type(4, "Former Client"),
    _type(5, "Partner"),
    _type(6, "Competitor"),
    _type(7, "Lead"),
    _type(9, "Managed"),
]


def _cycle(number: int, identifier: str, name: str, option: str | None) -> Json:
    return {
        "id": number,
        "identifier": identifier,
        "name": name,
        "defaultFlag": number == 2,
        "billingOptions": option,
        "_info": {"lastUpdated": "2021-02-01T09:00:00Z", "updatedBy": "zadmin"},
    }


BILLING_CYCLES: Final = [
    _cycle(1, "WEEK", "Weekly", "Weekly"),
    _cycle(2, "MON", "Monthly", "Monthly"),
    _cycle(3, "QTR", "Quarterly", "Quarterly"),
    _cycle(4, "YEAR", "Annual", "Yearly"),
    _cycle(5, "SEMI", "Semi-Annual", "SemiAnnual"),
    _cycle(6, "NONE", "None", "NotRecurring"),
    _cycle(7, "28D", "Every 28 days", None),
]


def _agreement_type(number: int, name: str, *, cycle: int = 2, inactive: bool = False, once: bool = False) -> Json:
    row = next(one for one in BILLING_CYCLES if one["id"] == cycle)
    return {
        "id": number,
        "name": name,
        "defaultFlag": number == 5,
        "inactiveFlag": inactive,
        "prePaymentFlag": name == "Block Time",
        "oneTimeFlag": False,
        "billOneTimeFlag": once,
        "billingCycle": reference("/finance/billingCycles", row, "billingCycle"),
        "applicationUnits": "Hours" if name == "Block Time" else "Amount",
        "_info": {"lastUpdated": "2021-02-01T09:00:00Z", "updatedBy": "zadmin"},
    }


AGREEMENT_TYPES: Final = [
    _agreement_type(5, "Managed Services"),
    _agreement_type(6, "Backup"),
    _agreement_type(7, "Project", cycle=6, once=True),
    _agreement_type(8, "Block Time"),
    _agreement_type(9, "Legacy Hosting"),
    _agreement_type(10, "Co-Managed"),
    _agreement_type(11, "Security Stack"),
    _agreement_type(12, "Voice", cycle=3),
    _agreement_type(13, "Break/Fix", inactive=True),
]

LOCATIONS: Final[list[Json]] = [
    {"id": 2, "name": "Head Office"},
    {"id": 3, "name": "Leeds"},
    {"id": 4, "name": "Rotterdam"},
]
DEPARTMENTS: Final[list[Json]] = [{"id": 10, "name": "Professional Services"}, {"id": 11, "name": "Service Desk"}]


def _item(number: int, identifier: str, description: str, price: float) -> Json:
    return {
        "id": number,
        "identifier": identifier,
        "description": description,
        "productClass": "Service",
        "inactiveFlag": False,
        "recurringFlag": True,
        "recurringBillCycle": reference("/finance/billingCycles", BILLING_CYCLES[1], "billingCycle"),
        "price": price,
        "cost": round(price * 0.6, 2),
        "taxableFlag": True,
    }


CATALOG: Final = [
    _item(101, "MS-USER", "Managed user", 62.5),
    _item(102, "MS-WKS", "Managed workstation", 38.0),
    _item(103, "MS-SRV", "Managed server", 145.0),
    _item(104, "BDR-TB", "Backup, per terabyte", 79.0),
    _item(105, "M365-BP", "Microsoft 365 Business Premium", 22.0),
    _item(106, "EDR", "Endpoint detection and response", 6.75),
    _item(107, "SAT", "Security awareness training", 3.2),
    _item(108, "VOIP-EXT", "Voice extension", 14.9),
]


def _ticket(number: int, summary: str, *, closed: bool = False) -> Json:
    status = {"id": 17, "name": "Closed"} if closed else {"id": 16, "name": "New"}
    board = {"id": 1, "name": "Help Desk"}
    return {"id": number, "summary": summary, "board": board, "status": status, "closedFlag": closed}


TICKETS: Final = [
    _ticket(90001, "Printer on the second floor is offline"),
    _ticket(90002, "New starter on Monday"),
    _ticket(90003, "Backup failed twice", closed=True),
]
