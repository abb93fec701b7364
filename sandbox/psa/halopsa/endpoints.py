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
    _bare("/TicketArea"),
    _bare("/Team", "showall", "type", *_BOTH),
    _bare("/Status", "showall", "type"),
    _bare("/Priority", "slaid"),
    _bare("/SLA", "showpriorities"),
    Endpoint(path="/TicketType", area="tickets", asks=frozenset({"showall", "showinactive"}) | PAGING),
    _bare("/TicketTypeGroup"),
    _bare("/Category", "type_id"),
    _bare("/FieldInfo", "iscustomfieldsetup", "includevalues", "typeid"),
    _bare("/Agent", "includeapiagents", *_BOTH),
    _bare("/Roles", "isconfig"),
    _bare("/Organisation"),
    _bare("/Lookup", "lookupid"),
    _bare("/Tags"),
    _bare("/Outcome"),
    _bare("/Currency"),
    _bare("/BillingTemplate"),
)
BY_PATH: Final[Mapping[str, Endpoint]] = {endpoint.path: endpoint for endpoint in ENDPOINTS}
