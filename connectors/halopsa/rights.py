"""What the API application and the role of its agent need, right by right, in Halo's words (HALO §5; R53)."""

from datetime import date
from functools import partial
from typing import Final

from connectors.contract import Right

_READ_ON: Final = date(2026, 11, 26)
_asked = partial(Right, source="support.meetgradient.com/halo-integration", read_on=_READ_ON)
_NO_WRITES: Final = "Create and Modify can only be proven by writing, and this bot never writes."
_BILLING_TOOL: Final = ("billing tool",)
_BOTH: Final = ("bot", "billing tool")
ALL_CUSTOMERS: Final = "Agent: Allow use of all Customers = Yes"
_CUSTOMERS: Final = "Application: read:customers. Role: Clients Access Level Read Only"

RIGHTS: Final[tuple[Right, ...]] = (
    Right(
        id="all-customers",
        area="Agent",
        right=ALL_CUSTOMERS,
        why="An agent that is limited to some customers gets a shorter list, without an error.",
        path="/Agent/me",
        used_by=_BOTH,
        often_missed=True,
        not_probeable_because="HaloPSA did not show the agent's own record, where such a limit would stand.",
        source="halopsa.com/guides/article/?kbid=1566",
        read_on=_READ_ON,
    ),
    _asked(
        id="customers",
        area="Customers",
        right=_CUSTOMERS,
        why="Opens the list of customers.",
        path="/Client",
        used_by=_BOTH,
        often_missed=True,
    ),
    _asked(
        id="agreements",
        area="Invoices",
        right="Application: read:invoices. Role: Invoices Read",
        why="Opens recurring invoices and their lines. Without them no customer can be told to be billed.",
        path="/RecurringInvoice",
        used_by=_BOTH,
        often_missed=True,
    ),
    _asked(
        id="client-contracts",
        area="Contracts",
        right="Application: read:contracts. Role: Client Contracts Read",
        why="Opens the contracts that recurring invoices belong to.",
        path="/ClientContract",
        used_by=_BOTH,
    ),
    _asked(
        id="items",
        area="Items",
        right="Application: read:items (versions up to 2.99: edit:items). Role: Items Read",
        why="Opens the items that the lines bill.",
        path="/Item",
        used_by=_BOTH,
    ),
    _asked(
        id="item-changes",
        area="Items",
        right="Application: edit:items. Role: Items Read and Modify",
        why="The billing tool keeps its services as items.",
        path=None,
        used_by=_BILLING_TOOL,
        not_probeable_because=_NO_WRITES,
    ),
    _asked(
        id="invoice-changes",
        area="Invoices",
        right="Application: edit:invoices. Role: Invoices Read, Create and Modify",
        why="The billing tool writes quantities into the lines of recurring invoices.",
        path=None,
        used_by=_BILLING_TOOL,
        often_missed=True,
        not_probeable_because=_NO_WRITES,
    ),
    _asked(
        id="contract-changes",
        area="Contracts",
        right="Application: edit:contracts. Role: Client Contracts Read and Modify",
        why="The billing tool keeps contracts in step with what it bills.",
        path=None,
        used_by=_BILLING_TOOL,
        not_probeable_because=_NO_WRITES,
    ),
    _asked(
        id="application",
        area="Application",
        right="Application: authentication method Client ID and Secret (Services), login type Agent",
        why="Without it nobody signs in. What the agent may see, the application may see.",
        path="/InstanceInfo",
        used_by=_BOTH,
    ),
    _asked(
        id="api-agent",
        area="Agent",
        right="Agent: API only agent, with the role that holds these rights",
        why="It takes no licence, and nobody signs in with it. No default team is fine.",
        path=None,
        used_by=_BOTH,
        not_probeable_because="HaloPSA does not tell through its API which kind of agent one is.",
    ),
    _asked(
        id="not-all",
        area="Application",
        right="Application: single permissions ticked, not All",
        why="With the permission All the billing tool's sign-in fails.",
        path=None,
        used_by=_BILLING_TOOL,
        not_probeable_because="HaloPSA does not show which permissions of an application are ticked.",
    ),
    Right(
        id="tables",
        area="Configuration",
        right="Application: read:tickets",
        why="A settings sync reads areas, teams, ticket types and the like.",
        path="/TicketType",
        used_by=("settings sync",),
        source="concluded from HaloPSA's API",
        unsure="No page asks for it: the guide is about billing only.",
    ),
)


def right_for(path: str) -> str:
    """The right that opens a path, in Halo's words; empty where no source names one."""
    opened = {row.path: row.right for row in RIGHTS if row.path}
    opened["/TopLevel"] = opened["/Client"]
    return next((right for known, right in opened.items() if path == known or path.startswith(f"{known}/")), "")
