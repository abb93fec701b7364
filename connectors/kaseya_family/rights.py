"""The role that the API user needs, right by right, in the product's own words (BMS §5, PUL §5; R56, R57)."""

from dataclasses import replace
from datetime import date
from functools import partial
from typing import Final

from connectors.contract import Right
from connectors.kaseya_family.product import Product

ACCOUNTS: Final = "/v2/crm/accounts/summary"
ACCOUNTS_LOOKUP: Final = "/v2/crm/accounts/lookup"
ACCOUNT_TYPES: Final = "/v2/system/accounttypes/lookup"
CONTRACTS: Final = "/v2/finance/contracts/summary"
CONTRACTS_LOOKUP: Final = "/v2/finance/contracts/lookup"
INVOICES: Final = "/v2/finance/invoices/summary"
SERVICES: Final = "/v2/admin/finance/services/lookup"
EMPLOYEES: Final = "/v2/hr/employees/lookup"
TICKET_TEMPLATES: Final = "/v2/servicedesk/templates/tickets/lookup"
USER: Final = "/v2/security/userinfo"

API_ACCESS: Final = "Admin > Security > Roles > Admin: the special feature Has API Access"
SCOPE: Final = "Admin > CRM > Scopes: no scope that leaves accounts out"
SEE_ACCOUNTS: Final = "CRM > Accounts: View"
SEE_CONTRACTS: Final = "Finance > Contracts: View"
SEE_ADMIN: Final = "Admin: View"
SEE_EMPLOYEES: Final = "HR > Employees: View"
SEE_SERVICE_DESK: Final = "Service Desk: View"

_BOTH: Final = ("bot", "billing tool")
_BILLING_TOOL: Final = ("billing tool",)
_READ_ON: Final = date(2026, 11, 26)
_GUIDE: Final = "the guide"
_guided = partial(Right, source=_GUIDE, read_on=_READ_ON, used_by=_BOTH)
# What the guide leaves open, others name.
_named = partial(
    Right,
    source="help.bms.kaseya.com/help-wip/Content/Integration/bms-connectbooster-integration.html",
    read_on=_READ_ON,
    unsure="The billing tool's guide names no right beside API access; another product's guide names this one.",
)
_concluded = partial(
    Right, source="concluded from the API's paths", unsure="No guide says which right opens this; the name is a guess."
)


# Often missed first. The guides of both products name the first two only.
_RIGHTS: Final[tuple[Right, ...]] = (
    _guided(
        id="api-access",
        area="Admin",
        right=API_ACCESS,
        why="Without it nothing at all can be read through the API.",
        path=USER,
        often_missed=True,
    ),
    _guided(
        id="api-employee",
        area="HR",
        right="HR > Employees: an employee of the type Api Employee with a role of the type Internal",
        why="It takes no licence and is never asked for a one-time code. A role of the type External is refused.",
        path=None,
        not_probeable_because="No documented call tells an employee's type.",
        unsure="One other guide wants a normal employee with an authenticator instead; this bot works with both.",
    ),
    _named(
        id="accounts",
        area="CRM",
        right=SEE_ACCOUNTS,
        why="Opens the accounts.",
        path=ACCOUNTS,
        used_by=_BOTH,
        source=(
            "help.rocketcyber.kaseya.com/help/Content/integrations-troubleshooting-faqs/"
            "configuring-bms-api-credentials-for-rocketcyber-integration.html"
        ),
    ),
    Right(
        id="security-scope",
        area="Admin",
        right=SCOPE,
        why="Accounts outside of the API user's security scope do not come back, without an error.",
        path=ACCOUNTS_LOOKUP,
        used_by=_BOTH,
        often_missed=True,
        source="Kaseya's help on security scopes",
        unsure="No integration guide speaks of scopes.",
    ),
    _named(
        id="agreements",
        area="Finance",
        right=SEE_CONTRACTS,
        why="Opens the contracts. Without them no account can be told to be billed.",
        path=CONTRACTS,
        used_by=_BOTH,
        often_missed=True,
    ),
    _named(
        id="contract-changes",
        area="Finance",
        right="Finance > Contracts: Modify",
        why="The billing tool writes quantities into contracts.",
        path=None,
        used_by=_BILLING_TOOL,
        not_probeable_because="Modify can only be proven by writing, and this bot never writes.",
    ),
    _named(
        id="account-types",
        area="Admin",
        right=SEE_ADMIN,
        why="Says which account types there are and which of them are clients.",
        path=ACCOUNT_TYPES,
        used_by=_BOTH,
    ),
    _concluded(
        id="services",
        area="Admin",
        right="Admin > Finance > Services: View",
        why="Shows the services that contracts bill.",
        path=SERVICES,
        used_by=_BOTH,
    ),
    _named(
        id="invoices",
        area="Finance",
        right="Finance > Invoices: View",
        why="Shows what was billed before.",
        path=INVOICES,
        used_by=_BILLING_TOOL,
    ),
    _concluded(
        id="employees",
        area="HR",
        right=SEE_EMPLOYEES,
        why="A settings sync reads the names of the employees.",
        path=EMPLOYEES,
        used_by=("settings sync",),
    ),
    _concluded(
        id="ticket-templates",
        area="Service Desk",
        right=SEE_SERVICE_DESK,
        why="A settings sync reads the names of the ticket templates. No ticket.",
        path=TICKET_TEMPLATES,
        used_by=("settings sync",),
    ),
)


def rights_of(product: Product) -> tuple[Right, ...]:
    """With the product's own guide as the source of what its guide says. What another product's guides say about it is
    marked as unsure: nothing that is not known is made up.
    """
    return tuple(_of_product(right, product) for right in _RIGHTS)


def _of_product(right: Right, product: Product) -> Right:
    if right.source == _GUIDE:
        return replace(right, source=product.guide)
    if not product.twin_of or right.read_on is None:
        return right
    return replace(
        right,
        source=f"concluded from {product.twin_of}, which has the same API",
        read_on=None,
        unsure=f"No guide of {product.name} names it; {product.twin_of} has a right of this name.",
    )


_OPENED_BY: Final = (
    ("/v2/crm/", SEE_ACCOUNTS),
    ("/v2/finance/contracts/", SEE_CONTRACTS),
    ("/v2/finance/invoices/", "Finance > Invoices: View"),
    ("/v2/admin/finance/services/", "Admin > Finance > Services: View"),
    ("/v2/system/", SEE_ADMIN),
    ("/v2/admin/", SEE_ADMIN),
    ("/v2/hr/", SEE_EMPLOYEES),
    ("/v2/servicedesk/", SEE_SERVICE_DESK),
    ("/v2/security/", API_ACCESS),
)


def right_for(path: str) -> str:
    """The right that opens a path; that of the whole API where no source names one."""
    return next((right for beginning, right in _OPENED_BY if path.startswith(beginning)), API_ACCESS)
