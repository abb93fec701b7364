"""Who may sign in, and what the role of each lets them read (BMS §5)."""

from dataclasses import dataclass, field
from typing import Final

ACCOUNTS: Final = "CRM > Accounts"
CONTRACTS: Final = "Finance > Contracts"
INVOICES: Final = "Finance > Invoices"
ADMIN: Final = "Admin"
EMPLOYEES: Final = "HR > Employees"
SERVICE_DESK: Final = "Service Desk"
EVERYTHING: Final = frozenset({ACCOUNTS, CONTRACTS, INVOICES, ADMIN, EMPLOYEES, SERVICE_DESK})
NOBODY: Final = ""  # any user who is signed in


@dataclass(slots=True, kw_only=True)
class ApiUser:
    """``one_time_code``: what the authenticator shows; empty: an Api Employee, who is not asked for one."""

    username: str
    password: str = field(repr=False)
    api_access: bool = True
    rights: frozenset[str] = EVERYTHING
    one_time_code: str = ""

    def may_read(self, right: str) -> bool:
        return not right or right in self.rights


def users() -> dict[str, ApiUser]:
    """``psabot`` reads everything; ``technician`` is a normal employee with an authenticator and few rights."""
    return {
        "psabot": ApiUser(username="psabot.api", password="Sandbox-password-1111 +&="),  # noqa: S106 - opens nothing else
        "technician": ApiUser(
            username="dana.technician",
            password="Sandbox-password-2222",  # noqa: S106 - opens nothing else
            rights=frozenset({ACCOUNTS}),
            one_time_code="123456",
        ),
    }
