"""API tokens, the permissions that are ticked for them, and the check of a sign-in (SYN §1, §5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from sandbox.psa.syncro.errors import wrong_token

CUSTOMERS_LIST: Final = "Customers - List/Search"
CUSTOMERS_VIEW: Final = "Customers - View Detail"
RECURRING_LIST: Final = "Recurring Invoices - List"
PRODUCTS_LIST: Final = "Products - List/Search"
INVOICES_LIST: Final = "Invoices - List/Search"
INVOICES_VIEW: Final = "Invoices - View Details"
WORKFLOWS_MANAGE: Final = "Ticket Workflows - Manage"
RESPONSES_MANAGE: Final = "Ticket Canned Responses - Manage"
CONTRACTS_LIST: Final = "Contracts - List/Search"

READ_ONLY: Final = frozenset(
    {CUSTOMERS_LIST, CUSTOMERS_VIEW, RECURRING_LIST, PRODUCTS_LIST, INVOICES_LIST, INVOICES_VIEW}
)
SUBDOMAIN: Final = "examplemsp"
USER_TOKEN: Final = "11111111-aaaa-4bbb-8ccc-222222222222"  # noqa: S105 - a canary of the sandbox, opens nothing
PREFIX: Final = "Bearer "


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiToken:
    """``only_customer``: its maker is a Single-Customer user, who sees that one and no error."""

    name: str
    secret: str = field(repr=False)
    ticked: frozenset[str] = READ_ONLY
    admin: bool = False
    only_customer: int | None = None
    expires: datetime | None = None


def tokens(only_customer: int) -> dict[str, ApiToken]:
    """Every token that a test may want to use, by name."""
    bot = _token("psabot")
    return {
        "psabot": bot,
        "admin": replace(_token("admin"), admin=True),
        "templates": replace(_token("templates"), ticked=READ_ONLY | {WORKFLOWS_MANAGE, RESPONSES_MANAGE}),
        "norecurring": replace(_token("norecurring"), ticked=READ_ONLY - {RECURRING_LIST}),
        "nodetails": replace(_token("nodetails"), ticked=READ_ONLY - {CUSTOMERS_VIEW}),
        "nocustomers": replace(_token("nocustomers"), ticked=READ_ONLY - {CUSTOMERS_LIST, CUSTOMERS_VIEW}),
        "nothing": replace(_token("nothing"), ticked=frozenset()),
        "single": replace(_token("single"), only_customer=only_customer),
    }


def _token(name: str) -> ApiToken:
    """Opens nothing but loopback."""
    return ApiToken(name=name, secret=f"T{name}-sandbox-token-0123456789abcdef")


def sign_in(headers: Mapping[str, str], known: Mapping[str, ApiToken], now: datetime) -> ApiToken:
    """``Authorization: Bearer <token>``; a key in the query opens nothing here."""
    header = headers.get("Authorization", "")
    secret = header.removeprefix(PREFIX) if header.startswith(PREFIX) else ""
    token = next((one for one in known.values() if one.secret == secret), None)
    if token is None or (token.expires is not None and token.expires <= now):
        raise wrong_token()
    return token


def about(token: ApiToken) -> dict[str, object]:
    """``/me``: the coarse rights of the user's group, not what is ticked for the token; and a credential."""
    group = {"read": True, "write": token.admin, "delete": token.admin}
    return {
        "user_token": USER_TOKEN,
        "user_email": f"{token.name}@example.test",
        "user_name": "Sam Hill",
        "user_id": 101,
        "admin": token.admin,
        "can_use_app": True,
        "two_factor_required": False,
        "subdomain": SUBDOMAIN,
        "default_location": None,
        "enable_multi_locations": False,
        "permissions": dict.fromkeys(("asset", "customer", "ticket", "invoice", "payment"), group),
    }
