"""The API applications of the simulated tenant, the agents they act as, and the tokens they got (HALO §1, §5)."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sandbox.psa.halopsa.errors import not_permitted, not_signed_in, oauth
from sandbox.psa.refused import Refused

TENANT: Final = "examplemsp"
LIFE: Final = timedelta(seconds=3600)
_READABLE: Final = (
    *("tickets", "calendar", "customers", "crm", "timesheets", "contracts", "suppliers", "items", "projects", "sales"),
    *("quotes", "sos", "pos", "invoices", "reporting", "software", "softwarelicensing", "kb", "assets"),
)
SCOPES: Final = frozenset(
    {"all", "all:standard", "admin", "access:chat", "access:adpasswordreset"}
    | {f"{verb}:{area}" for verb in ("read", "edit") for area in _READABLE}
)
FOR_THE_BOT: Final = frozenset({"read:customers", "read:contracts", "read:invoices", "read:items", "read:tickets"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """``hidden``: the customers it may not see, because it may not use all. ``areas`` None: its role has them all."""

    name: str
    areas: frozenset[str] | None = None
    hidden: frozenset[int] = frozenset()
    shows_itself: bool = True

    def sees(self, client_id: int) -> bool:
        return client_id not in self.hidden


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """``scopes`` are those ticked on its Permissions tab."""

    client_id: str
    client_secret: str = field(repr=False)
    scopes: frozenset[str] = FOR_THE_BOT
    agent: Agent
    active: bool = True

    def grants(self, scope: str) -> bool:
        """``edit`` of an area holds ``read`` of it, ``all`` holds everything."""
        return "all" in self.scopes or bool({scope, scope.replace("read:", "edit:")} & self.scopes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What one token opens, as of when it was given."""

    application: str
    scopes: frozenset[str]
    ends_at: datetime


def applications() -> dict[str, Application]:
    """Every application that a test may want to be, by name."""
    unlimited = Agent(name="PSA bot")
    return {
        "psabot": _application("psabot", unlimited),
        "unlimited": _application("unlimited", unlimited),
        "shy": _application("shy", replace(unlimited, shows_itself=False)),
        "noinvoices": _application("noinvoices", unlimited, FOR_THE_BOT - {"read:invoices"}),
        "noitems": _application("noitems", unlimited, FOR_THE_BOT - {"read:items", "read:tickets"}),
        "nocustomers": _application("nocustomers", unlimited, frozenset({"read:items"})),
        "norole": _application("norole", Agent(name="No finance", areas=frozenset({"customers", "items"}))),
        "retired": replace(_application("retired", unlimited), active=False),
    }


def _application(name: str, agent: Agent, scopes: frozenset[str] = FOR_THE_BOT) -> Application:
    """Secrets of the sandbox only: they open nothing but loopback."""
    return Application(client_id=f"{name}-client-id", client_secret=f"{name}-client-secret", agent=agent, scopes=scopes)


class Tokens:
    """Gives tokens out and looks them up. ``life``: how long one is good for."""

    def __init__(self, known: Mapping[str, Application]) -> None:
        self.life = LIFE
        self._known = known
        self._given: dict[str, Grant] = {}
        self._numbers = itertools.count(1)

    def give(self, form: Mapping[str, str], now: datetime) -> Mapping[str, object]:
        """The answer of the token endpoint."""
        name, application = self._application(form)
        asked = frozenset(form.get("scope", "").split())
        if not asked or not asked <= SCOPES or not all(application.grants(scope) for scope in asked):
            raise oauth(400, "invalid_scope")
        token = f"sandbox.{name}.{next(self._numbers)}"
        self._given[token] = Grant(application=name, scopes=asked, ends_at=now + self.life)
        scope = " ".join(sorted(asked))
        life = int(self.life.total_seconds())
        return {"access_token": token, "token_type": "Bearer", "expires_in": life, "scope": scope, "refresh_token": ""}

    def check(self, header: str, now: datetime) -> Grant:
        kind, _, token = header.partition(" ")
        grant = self._given.get(token)
        if kind != "Bearer" or grant is None or now >= grant.ends_at or not self._known[grant.application].active:
            raise not_signed_in()
        return grant

    def revoke(self) -> None:
        """What an administrator does: every token is worth nothing at once."""
        self._given.clear()

    def _application(self, form: Mapping[str, str]) -> tuple[str, Application]:
        if form.get("grant_type") != "client_credentials":
            raise oauth(400, "unsupported_grant_type")
        for name, one in self._known.items():
            secret = form.get("client_secret")
            if one.client_id == form.get("client_id") and one.client_secret == secret and one.active:
                return name, one
        raise oauth(401, "invalid_client")


def permit(application: Application, grant: Grant, area: str) -> None:
    """A call needs the scope in its token and the area in the role of the agent."""
    refused: Refused = not_permitted()
    if not area:
        return
    if not {"all", f"read:{area}", f"edit:{area}"} & grant.scopes:
        raise refused
    if application.agent.areas is not None and area not in application.agent.areas:
        raise refused
