"""The endpoints that exist, the area that each needs, and what they may be asked (HALO §2, §4, §6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.psa.halopsa.query import PAGING


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """``area`` empty: signing in is enough. ``key``: the list's name in its envelope; empty: a bare list."""

    path: str
    area: str = ""
    key: str = ""
    asks: frozenset[str] = frozenset()
    single: frozenset[str] | None = None  # what a record may be asked; None: there are no single records
    owner: str = ""  # the field that names the customer, whom the agent may not be allowed to see

    @property
    def known(self) -> frozenset[str]:
        return self.asks | (PAGING if self.key else frozenset({"order", "search"}))


def _paged(path: str, area: str, key: str, *asks: str, owner: str = "", single: bool = False) -> Endpoint:
    whole = frozenset({"includedetails", "includeactivity", "includeperiods"}) if single else None
    return Endpoint(path=path, area=area, key=key, asks=frozenset(asks), owner=owner, single=whole)


def _bare(path: str, *asks: str, area: str = "") -> Endpoint:
    return Endpoint(path=path, area=area, asks=frozenset(asks))


_BOTH: Final = ("includeenabled", "includedisabled")
ENDPOINTS: Final = (
    _paged(
        *("/Client", "customers", "clients", "includeactive", "includeinactive", "activeinactive", "toplevel_id"),
        *("search_name_only", "domain", "exclude_internal"),
        owner="id",
        single=True,
    ),
    _paged(
        *("/RecurringInvoice", "invoices", "invoices", "client_id", "client_ids", "contract_id", "includelines"),
        "rinvoice_type",
        owner="client_id",
        single=True,
    ),
    _paged("/ClientContract", "contracts", "contracts", "client_id", "includeinactive", owner="client_id", single=True),
    _paged("/Item", "items", "items", "includeactive", "includeinactive", "recurringonly"),
    _paged("/TopLevel", "customers", "toplevels"),
    _paged("/Site", "customers", "sites", "client_id", owner="client_id"),
    _paged("/Users", "customers", "users", "client_id"),
    _paged("/Template", "tickets", "templates", "showall"),
    _bare("/TicketArea", area="tickets"),
    _bare("/Team", "showall", "type", *_BOTH, area="tickets"),
    _bare("/Status", "showall", "type", area="tickets"),
    _bare("/Priority", "slaid", area="tickets"),
    _bare("/SLA", "showpriorities", area="tickets"),
    Endpoint(path="/TicketType", area="tickets", asks=frozenset({"showall", "showinactive"}) | PAGING),
    _bare("/Category", "type_id", area="tickets"),
    _bare("/FieldInfo", "iscustomfieldsetup", "includevalues", "typeid", area="tickets"),
    _bare("/Lookup", "lookupid", area="tickets"),
    _bare("/Agent", "includeapiagents", "includeroles", *_BOTH),
    _bare("/Roles", "isconfig"),
    _bare("/UserRoles"),
    _bare("/Organisation"),
)
BY_PATH: Final[Mapping[str, Endpoint]] = {endpoint.path: endpoint for endpoint in ENDPOINTS}
