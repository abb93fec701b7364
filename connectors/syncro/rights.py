"""The permissions that a Syncro API token needs, tick by tick, in Syncro's own words (SYN §5; R55)."""

from datetime import date
from functools import partial
from typing import Final

from connectors.contract import Right

_asked = partial(Right, source="support.meetgradient.com/syncromsp-integration", read_on=date(2026, 11, 26))
_NO_WRITES: Final = "Creating and editing can only be proven by writing, and this bot never writes."
_BILLING_TOOL: Final = ("billing tool",)
_BOTH: Final = ("bot", "billing tool")

RIGHTS: Final[tuple[Right, ...]] = (
    _asked(
        id="customers",
        area="Customers",
        right="Customers - List/Search",
        why="Opens the list of customers. The token of a Single-Customer user gets only its own one, without an error.",
        path="/customers",
        used_by=_BOTH,
        often_missed=True,
    ),
    _asked(
        id="agreements",
        area="Recurring Invoices",
        right="Recurring Invoices - List",
        why="Opens recurring invoices and their lines. Without them no customer can be told to be billed.",
        path="/schedules",
        used_by=_BOTH,
        often_missed=True,
    ),
    _asked(
        id="customer-details",
        area="Customers",
        right="Customers - View Detail",
        why="Opens a single customer. Without it the bot finds the customer in the list, which takes more calls.",
        path="/customers/{id}",
        used_by=_BOTH,
    ),
    _asked(
        id="recurring-invoice-changes",
        area="Recurring Invoices",
        right="Recurring Invoices - New, Edit",
        why="The billing tool writes quantities into recurring invoices.",
        path=None,
        used_by=_BILLING_TOOL,
        often_missed=True,
        not_probeable_because=_NO_WRITES,
    ),
    _asked(
        id="products",
        area="Products",
        right="Products - List/Search",
        why="The billing tool reads the product catalogue.",
        path="/products",
        used_by=_BILLING_TOOL,
    ),
    _asked(
        id="invoices",
        area="Invoices",
        right="Invoices - List/Search",
        why="The billing tool reads the invoices that were made.",
        path="/invoices",
        used_by=_BILLING_TOOL,
    ),
    _asked(
        id="invoice-details",
        area="Invoices",
        right="Invoices - View Details",
        why="The billing tool reads what a single invoice holds.",
        path="/invoices/{id}",
        used_by=_BILLING_TOOL,
    ),
    _asked(
        id="invoice-changes",
        area="Invoices",
        right="Invoices - Create, Edit",
        why="The billing tool writes invoices.",
        path=None,
        used_by=_BILLING_TOOL,
        not_probeable_because=_NO_WRITES,
    ),
    _asked(
        id="token-expiry",
        area="API token",
        right="Admin > API Tokens: Expiration left blank",
        why="On its day an expired token is refused like a wrong one, and nothing can be read any more.",
        path=None,
        used_by=_BOTH,
        not_probeable_because="Syncro does not tell when a token expires.",
    ),
    *(
        Right(
            id=identity,
            area="Tickets",
            right=right,
            why=f"A settings sync reads the names of {what}. The token may then change them: leave it out at will.",
            path=path,
            used_by=("settings sync",),
            source="concluded from Syncro's API document",
            unsure="No guide asks for it. Without it everything but the templates is read.",
        )
        for identity, right, what, path in (
            ("ticket-forms", "Ticket Workflows - Manage", "ticket forms", "/new_ticket_forms"),
            ("canned-responses", "Ticket Canned Responses - Manage", "canned responses", "/canned_responses"),
        )
    ),
)

# What to tick for this bot when a token is made anew: permissions cannot be added to one that exists (R55).
TO_TICK: Final = ", ".join(row.right for row in RIGHTS if row.path and "bot" in row.used_by)


def right_for(path: str) -> str:
    """The permission that opens a path, in Syncro's words; empty where Syncro states none."""
    head, _, rest = path.strip("/").partition("/")
    wanted = f"/{head}/{{id}}" if rest.isdigit() else f"/{head}" if not rest or head == "products" else ""
    if head == "schedules":  # one permission opens the list and the single one
        wanted = "/schedules"
    return next((row.right for row in RIGHTS if row.path and row.path == wanted), "")
