"""The security role that ConnectWise needs, right by right, in its own words (CW §6.2, §6.3; R40 to R45)."""

from typing import Final

from connectors.contract import Right

_GUIDE: Final = "support.meetgradient.com/cwmanage-integration"
_SHEET: Final = "CW §6.3"
_TABLES: Final = "System > Table Setup: Inquire, and Customize:"
_NO_WRITES: Final = "Add and Edit can only be proven by writing, and this bot never writes."
_BILLING_TOOL: Final = ("billing tool",)
_BOTH: Final = ("bot", "billing tool")

RIGHTS: Final[tuple[Right, ...]] = (
    Right(
        id="companies",
        area="Companies",
        right="Companies > Company Maintenance: Inquire (All)",
        why="Opens the list of companies. At the level My only the member's own companies come back, without an error.",
        path="/company/companies/count",
        used_by=_BOTH,
        often_missed=True,
        source=_GUIDE,
    ),
    Right(
        id="agreement-sales",
        area="Finance",
        right="Finance > Agreement Sales: Inquire (All)",
        why="The billing tool reads what was sold in an agreement.",
        path=None,
        used_by=_BILLING_TOOL,
        not_probeable_because="No documented call opens with this right alone.",
        source=_GUIDE,
    ),
    Right(
        id="agreements",
        area="Agreements",
        right="Finance > Agreements: Inquire (All)",
        why="Opens agreements and their additions. Without them no company can be told to be billed.",
        path="/finance/agreements/count",
        used_by=_BOTH,
        often_missed=True,
        source=_GUIDE,
    ),
    Right(
        id="agreement-changes",
        area="Agreements",
        right="Finance > Agreements: Add, Edit",
        why="The billing tool writes quantities into agreements.",
        path=None,
        used_by=_BILLING_TOOL,
        often_missed=True,
        not_probeable_because=_NO_WRITES,
        source=_GUIDE,
    ),
    Right(
        id="agreement-allow-list",
        area="Agreements",
        right="Finance > Agreements > Customize: every agreement type in Allow",
        why="Agreements of a type that is not in the Allow list do not come back, without an error.",
        path="/system/mySecurity/customizeItems/",
        used_by=_BOTH,
        often_missed=True,
        not_probeable_because="ConnectWise did not show the Allow list to this API member.",
        source=_GUIDE,
    ),
    Right(
        id="catalog",
        area="Procurement",
        right="Procurement > Product Catalog: Inquire (All)",
        why="The billing tool reads the products that agreements bill.",
        path="/procurement/catalog/count",
        used_by=_BILLING_TOOL,
        often_missed=True,
        source=_GUIDE,
    ),
    Right(
        id="products",
        area="Procurement",
        right="Procurement > Products: Inquire (All)",
        why="The billing tool reads the products of agreements and invoices.",
        path="/procurement/products/count",
        used_by=_BILLING_TOOL,
        source=_GUIDE,
    ),
    Right(
        id="tickets",
        area="Service Desk",
        right="Service Desk > Service Tickets: Inquire (All)",
        why="The billing tool reads the tickets of its alerts.",
        path="/service/tickets/count",
        used_by=_BILLING_TOOL,
        source=_GUIDE,
    ),
    Right(
        id="ticket-changes",
        area="Service Desk",
        right="Service Desk > Service Tickets, Close Service Tickets, Merge Tickets: Add, Edit",
        why="The billing tool opens and closes tickets for its alerts.",
        path=None,
        used_by=_BILLING_TOOL,
        not_probeable_because=_NO_WRITES,
        source=_GUIDE,
    ),
    Right(
        id="table-company-status",
        area="System",
        right=f"{_TABLES} Company / Company Status in Allow",
        why="Says which statuses there are and which of them are inactive.",
        path="/company/companies/statuses/count",
        used_by=_BOTH,
        often_missed=True,
        source=_GUIDE,
    ),
    Right(
        id="table-company-type",
        area="System",
        right=f"{_TABLES} Company / Company Type in Allow",
        why="Says which types there are, such as Client and Prospect.",
        path="/company/companies/types/count",
        used_by=_BOTH,
        often_missed=True,
        source=_GUIDE,
    ),
    Right(
        id="table-billing-cycle",
        area="System",
        right=f"{_TABLES} Invoicing / Billing Cycle in Allow",
        why="Says which billing cycles do not recur.",
        path="/finance/billingCycles/count",
        used_by=_BOTH,
        often_missed=True,
        source=_GUIDE,
    ),
    Right(
        id="table-service-board",
        area="System",
        right=f"{_TABLES} Service / Service Board in Allow",
        why="The billing tool places its alerts on a board.",
        path="/service/boards/count",
        used_by=_BILLING_TOOL,
        often_missed=True,
        source=_GUIDE,
    ),
    Right(
        id="table-agreement-type",
        area="System",
        right=f"{_TABLES} Agreement Type in Allow",
        why="Shows every flag of the agreement types; without it their names still come from a smaller list.",
        path="/finance/agreements/types/count",
        used_by=("bot",),
        source=_SHEET,
    ),
    Right(
        id="table-setup-add",
        area="System",
        right="System > Table Setup: Add",
        why="The billing tool may add rows of its own.",
        path=None,
        used_by=_BILLING_TOOL,
        not_probeable_because=_NO_WRITES,
        source=_GUIDE,
    ),
    Right(
        id="members",
        area="System",
        right="System > Member Maintenance: Inquire (All)",
        why="A settings sync reads the list of members.",
        path="/system/members/count",
        used_by=("settings sync",),
        source=_SHEET,
    ),
)


def right_for(path: str) -> str:
    """The right that opens a path, in ConnectWise's words; empty where no source names one."""
    opened = {row.path.removesuffix("/count"): row.right for row in RIGHTS if row.path}
    opened["/company/companies/info/types"] = opened["/company/companies/types"]
    # The smaller list of types needs only the right on agreements (CW §6.1).
    opened["/finance/agreements/types/info"] = opened["/finance/agreements"]
    fitting = [known for known in opened if path == known or path.startswith(f"{known}/")]
    return opened[max(fitting, key=len)] if fitting else ""
