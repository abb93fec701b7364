"""The security role that ConnectWise needs, right by right, in its own words (CW §6.2, §6.3; R40 to R45)."""

from datetime import date
from functools import partial
from typing import Final

from connectors.contract import Right

READ_ON: Final = date(2026, 11, 26)
_asked = partial(Right, source="support.meetgradient.com/cwmanage-integration", read_on=READ_ON)
_OLDER_PAGE: Final = "support.meetgradient.com/cwtroubleshooting"
_TABLES: Final = "System > Table Setup: Inquire, and Customize:"
_NO_WRITES: Final = "Add and Edit can only be proven by writing, and this bot never writes."
_BILLING_TOOL: Final = ("billing tool",)
_BOTH: Final = ("bot", "billing tool")

# Fixes name the first one, which opens the companies.
RIGHTS: Final[tuple[Right, ...]] = (
    _asked(
        id="companies",
        area="Companies",
        right="Companies > Company Maintenance: Inquire (All)",
        why="Opens the list of companies. At the level My only the member's own companies come back, without an error.",
        path="/company/companies/count",
        used_by=_BOTH,
        often_missed=True,
    ),
    _asked(
        id="agreement-sales",
        area="Finance",
        right="Finance > Agreement Sales: Inquire (All)",
        why="The billing tool reads what was sold in an agreement.",
        path=None,
        used_by=_BILLING_TOOL,
        not_probeable_because="No documented call opens with this right alone.",
    ),
    _asked(
        id="agreements",
        area="Agreements",
        right="Finance > Agreements: Inquire (All)",
        why="Opens agreements and their additions. Without them no company can be told to be billed.",
        path="/finance/agreements/count",
        used_by=_BOTH,
        often_missed=True,
    ),
    _asked(
        id="agreement-changes",
        area="Agreements",
        right="Finance > Agreements: Add, Edit",
        why="The billing tool writes quantities into agreements.",
        path=None,
        used_by=_BILLING_TOOL,
        often_missed=True,
        not_probeable_because=_NO_WRITES,
    ),
    _asked(
        id="agreement-allow-list",
        area="Agreements",
        right="Finance > Agreements > Customize: every agreement type in Allow, also the types of parent agreements",
        why="Agreements of a type that is not in the Allow list do not come back, without an error.",
        path="/system/mySecurity/customizeItems/",
        used_by=_BOTH,
        often_missed=True,
        not_probeable_because="ConnectWise did not show the Allow list to this API member.",
    ),
    _asked(
        id="catalog",
        area="Procurement",
        right="Procurement > Product Catalog: Inquire (All)",
        why="The billing tool reads the products that agreements bill.",
        path="/procurement/catalog/count",
        used_by=_BILLING_TOOL,
        often_missed=True,
    ),
    _asked(
        id="products",
        area="Procurement",
        right="Procurement > Products: Inquire (All)",
        why="The billing tool reads the products of agreements and invoices.",
        path="/procurement/products/count",
        used_by=_BILLING_TOOL,
    ),
    _asked(
        id="tickets",
        area="Service Desk",
        right="Service Desk > Service Tickets: Inquire (All)",
        why="The billing tool reads the tickets of its alerts. Not needed without alerts.",
        path="/service/tickets/count",
        used_by=_BILLING_TOOL,
    ),
    _asked(
        id="ticket-changes",
        area="Service Desk",
        right="Service Desk > Service Tickets, Close Service Tickets, Merge Tickets: Add, Edit, Inquire",
        why="The billing tool opens and closes tickets for its alerts. Not needed without alerts.",
        path=None,
        used_by=_BILLING_TOOL,
        not_probeable_because=_NO_WRITES,
    ),
    _asked(
        id="table-company-status",
        area="System",
        right=f"{_TABLES} Company / Company Status in Allow",
        why="Says which statuses there are and which of them are inactive.",
        path="/company/companies/statuses/count",
        used_by=_BOTH,
        often_missed=True,
    ),
    _asked(
        id="table-company-type",
        area="System",
        right=f"{_TABLES} Company / Company Type in Allow",
        why="Says which types there are, such as Client and Prospect.",
        path="/company/companies/types/count",
        used_by=_BOTH,
        often_missed=True,
    ),
    _asked(
        id="table-billing-cycle",
        area="System",
        right=f"{_TABLES} Invoicing / Billing Cycle in Allow",
        why="Says which billing cycles do not recur.",
        path="/finance/billingCycles/count",
        used_by=_BOTH,
        often_missed=True,
    ),
    _asked(
        id="table-service-board",
        area="System",
        right=f"{_TABLES} Service / Service Board in Allow",
        why="The billing tool places its alerts on a board; a settings sync reads the boards.",
        path="/service/boards/count",
        used_by=("billing tool", "settings sync"),
        often_missed=True,
    ),
    Right(
        id="table-agreement-type",
        area="System",
        right=f"{_TABLES} Agreement Type in Allow",
        why="Shows every flag of the agreement types; without it their names still come from a smaller list.",
        path="/finance/agreements/types/count",
        used_by=("bot",),
        source="concluded from ConnectWise's API",
        unsure="No page asks for it. Without it the bot falls back on the smaller list by itself.",
    ),
    _asked(
        id="table-setup-add",
        area="System",
        right="System > Table Setup: Add",
        why="The billing tool may add rows of its own.",
        path=None,
        used_by=_BILLING_TOOL,
        not_probeable_because=_NO_WRITES,
    ),
    Right(
        id="members",
        area="System",
        right="System > Member Maintenance: Inquire (All)",
        why="A settings sync reads the list of members.",
        path="/system/members/count",
        used_by=("settings sync",),
        source=_OLDER_PAGE,
        read_on=READ_ON,
    ),
    Right(
        id="my-company",
        area="System",
        right="System > My Company: Inquire (All)",
        why="A settings sync reads departments and locations; without it, it reads smaller lists of them.",
        path=None,
        used_by=("settings sync",),
        not_probeable_because="The smaller lists open without it, so that nothing is refused.",
        source=_OLDER_PAGE,
        read_on=READ_ON,
        unsure="That it opens these lists is other products' experience; ConnectWise does not document it.",
    ),
    Right(
        id="security-roles",
        area="System",
        right="System > Security Roles: Inquire (All)",
        why="A settings sync reads the names of the security roles.",
        path="/system/securityroles/count",
        used_by=("settings sync",),
        source="concluded from ConnectWise's API",
        unsure="No page asks for it. Without it everything else of the settings is read.",
    ),
    Right(
        id="table-contact-department",
        area="System",
        right=f"{_TABLES} Company / Contact Department in Allow",
        why="A settings sync reads the departments that contacts may be in.",
        path="/company/contacts/departments/count",
        used_by=("settings sync",),
        source="concluded from ConnectWise's API",
        unsure="No page asks for it. Without it everything else of the settings is read.",
    ),
    Right(
        id="tables-of-the-settings",
        area="System",
        right=(
            f"{_TABLES} Service / Priority, Source, SLA and Service Location, Company / Contact Type, "
            "General / Custom Fields in Allow"
        ),
        why="A settings sync reads every flag of these tables; without it, their names still come from smaller lists.",
        path=None,
        used_by=("settings sync",),
        not_probeable_because="Smaller lists open without it, so that nothing is refused.",
        source="concluded from ConnectWise's API",
        unsure="Which row of Table Setup opens which table is only partly documented.",
    ),
)


_SETUP: Final = (
    *("/service/priorities", "/service/sources", "/service/SLAs", "/service/locations"),
    *("/company/contacts/types", "/system/userDefinedFields"),
)


def right_for(path: str) -> str:
    """The right that opens a path, in ConnectWise's words; empty where no source names one."""
    opened = {row.path.removesuffix("/count"): row.right for row in RIGHTS if row.path}
    opened["/company/companies/info/types"] = opened["/company/companies/types"]
    # The smaller list of types needs only the right on agreements (CW §6.1).
    opened["/finance/agreements/types/info"] = opened["/finance/agreements"]
    opened |= dict.fromkeys(_SETUP, next(row.right for row in RIGHTS if row.id == "tables-of-the-settings"))
    fitting = [known for known in opened if path == known or path.startswith(f"{known}/")]
    return opened[max(fitting, key=len)] if fitting else ""
