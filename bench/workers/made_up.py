"""A tenant's companies and agreements as the ConnectWise connector hands them on, without a server in between."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Final

from bot.store.snapshot import JudgedAccount
from connectors.connectwise import normalize
from connectors.connectwise.normalize import Links
from connectors.records import Agreement
from sandbox.psa.connectwise import generator
from sandbox.psa.connectwise.tenant import agreement_status
from sandbox.psa.crowd import Size

LINKS: Final = Links.of("https://api-na.myconnectwise.net", "bench")
NO_OPTIONS: Final[dict[str, str]] = {}
REASONS: Final = ("cw-agreement-active", "cw-billing-cycle")
HIDDEN_EVERY: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What one full read brings, judged."""

    accounts: Sequence[JudgedAccount]
    agreements: Sequence[Agreement]

    def changed(self, every: int) -> "Records":
        """One record in so many is another: an account's name, an agreement's last day."""
        ends_on = date(2031, 12, 31)
        return Records(
            accounts=[one if at % every else _renamed(one) for at, one in enumerate(self.accounts)],
            agreements=[one if at % every else replace(one, ends_on=ends_on) for at, one in enumerate(self.agreements)],
        )

    @property
    def count(self) -> int:
        return len(self.accounts) + len(self.agreements)


def made_up(accounts: int, agreements: int) -> Records:
    now = datetime.now(UTC)
    size = Size(accounts=accounts, active=accounts, agreements=agreements)
    companies, theirs = generator.made_up(size, seed=1, today=now)
    return Records(
        accounts=[_judged(at, normalize.account(row.data, LINKS)) for at, row in enumerate(companies)],
        agreements=[
            normalize.agreement({**row.data, **agreement_status(row.data, now.date())}, LINKS, NO_OPTIONS)
            for row in theirs
        ],
    )


def _judged(at: int, account: normalize.Account) -> JudgedAccount:
    hidden = at % HIDDEN_EVERY == 0
    return JudgedAccount(account=account, visible=not hidden, reasons=REASONS if hidden else (), qualifying=not hidden)


def _renamed(judged: JudgedAccount) -> JudgedAccount:
    return replace(judged, account=replace(judged.account, name=f"{judged.account.name} International"))
