"""The role that the API user needs, right by right, in the product's own words (BMS §5, PUL §5; R56, R57)."""

from dataclasses import replace
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
USER: Final = "/v2/security/userinfo"

API_ACCESS: Final = "Admin > Security > Roles > Admin: the special feature Has API Access"
SCOPE: Final = "Admin > CRM > Scopes: no scope that leaves accounts out"
SEE_ACCOUNTS: Final = "CRM > Accounts: View"
SEE_CONTRACTS: Final = "Finance > Contracts: View"
SEE_ADMIN: Final = "Admin: View"

_BOTH: Final = ("bot", "billing tool")
_BILLING_TOOL: Final = ("billing tool",)
_GUIDE: Final = "the guide"
_NEIGHBOURS: Final = "set-up guides of RocketCyber and ConnectBooster"


# Often missed first. Gradient's guides name the first two only; the rest is what neighbours ask for.
_RIGHTS: Final[tuple[Right, ...]] = (
    Right(
        id="api-access",
        area="Admin",
        right=API_ACCESS,
        why="Without it nothing at all can be read through the API.",
        path=USER,
        used_by=_BOTH,
        often_missed=True,
        source=_GUIDE,
    ),
    Right(
        id="api-employee",
        area="HR",
        right="HR > Employees: an employee of the type Api Employee with a role of the type Internal",
        why="It takes no licence and is never asked for a one-time code. A role of the type External is refused.",
        path=None,
        used_by=_BOTH,
        not_probeable_because="No documented call tells an employee's type.",
        source=_GUIDE,
    ),
    Right(
        id="accounts",
        area="CRM",
        right=SEE_ACCOUNTS,
        why="Opens the accounts.",
        path=ACCOUNTS,
        used_by=_BOTH,
        source=_NEIGHBOURS,
    ),
    Right(
        id="security-scope",
        area="Admin",
        right=SCOPE,
        why="Accounts outside of the API user's security scope do not come back, without an error.",
        path=ACCOUNTS_LOOKUP,
        used_by=_BOTH,
        often_missed=True,
        source="BMS §4, §5",
    ),
    Right(
        id="agreements",
        area="Finance",
        right=SEE_CONTRACTS,
        why="Opens the contracts. Without them no account can be told to be billed.",
        path=CONTRACTS,
        used_by=_BOTH,
        often_missed=True,
        source=_NEIGHBOURS,
    ),
    Right(
        id="contract-changes",
        area="Finance",
        right="Finance > Contracts: Modify",
        why="The billing tool writes quantities into contracts.",
        path=None,
        used_by=_BILLING_TOOL,
        not_probeable_because="Modify can only be proven by writing, and this bot never writes.",
        source=_NEIGHBOURS,
    ),
    Right(
        id="account-types",
        area="Admin",
        right=SEE_ADMIN,
        why="Says which account types there are and which of them are clients.",
        path=ACCOUNT_TYPES,
        used_by=_BOTH,
        source=_NEIGHBOURS,
    ),
    Right(
        id="services",
        area="Admin",
        right="Admin > Finance > Services: View",
        why="Shows the services that contracts bill.",
        path=SERVICES,
        used_by=_BOTH,
        source="BMS §4",
    ),
    Right(
        id="invoices",
        area="Finance",
        right="Finance > Invoices: View",
        why="Shows what was billed before.",
        path=INVOICES,
        used_by=_BILLING_TOOL,
        source="BMS §5",
    ),
)


def rights_of(product: Product) -> tuple[Right, ...]:
    """With the product's own guide as the source of what its guide says."""
    return tuple(replace(right, source=product.guide) if right.source == _GUIDE else right for right in _RIGHTS)


_OPENED_BY: Final = (
    ("/v2/crm/", SEE_ACCOUNTS),
    ("/v2/finance/contracts/", SEE_CONTRACTS),
    ("/v2/finance/invoices/", "Finance > Invoices: View"),
    ("/v2/admin/finance/services/", "Admin > Finance > Services: View"),
    ("/v2/system/", SEE_ADMIN),
    ("/v2/security/", API_ACCESS),
)


def right_for(path: str) -> str:
    """The right that opens a path; that of the whole API where no source names one."""
    return next((right for beginning, right in _OPENED_BY if path.startswith(beginning)), API_ACCESS)
