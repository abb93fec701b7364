"""Everything that the simulated tenant holds: its records, and the tables of its configuration (HALO §6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sandbox.psa.halopsa.building import GROUPS, SERVICES
from sandbox.psa.records import Json, Kept


def _named(*names: str, first: int = 1, **more: object) -> list[Json]:
    return [{"id": number, "name": name, **more} for number, name in enumerate(names, start=first)]


TABLES: Final[Mapping[str, Sequence[Json]]] = {
    "/TopLevel": [{"id": number, "name": name, "guid": f"group-{number}"} for name, number in GROUPS.items()],
    "/TicketArea": _named("Service Desk", "Projects", "Opportunities"),
    "/Team": _named("1st Line Support", "Projects", inactive=False, department_name="Support", guid="team"),
    "/Status": _named("New", "In Progress", "On Hold", "Closed", type=0, shortname="st", guid="status"),
    "/Priority": [
        {"id": f"0000-{number}", "priorityid": number, "name": name, "ishidden": False}
        for number, name in enumerate(("Critical", "High", "Low"), start=1)
    ],
    "/SLA": _named("Gold", "Silver", workday_name="Office hours", guid="sla"),
    "/TicketType": _named("Incident", "Service Request", "Billing alert", visible=True, group_name="ITIL"),
    "/TicketTypeGroup": _named("ITIL"),
    "/Category": [{"id": 1, "guid": "category", "value": "Hardware>Laptop", "category_name": "Laptop", "type_id": 1}],
    "/FieldInfo": _named("CFbillingRef", label="Billing reference", guid="field"),
    "/Template": _named("New starter", "Leaver", disabled=False, guid="template"),
    "/Agent": _named("Dana Agent", "PSA bot", isdisabled=False, isapiagent=False),
    "/Roles": [{"id": "a1-b2", "id_int": 1, "name": "API read only"}],
    "/Organisation": _named("Example MSP"),
    "/Lookup": _named("Ticket sources", "Contact types", first=20, inactive=False),
    "/Tags": _named("vip"),
    "/Outcome": _named("Close", "Respond"),
    "/Currency": _named("GBP", "USD"),
    "/BillingTemplate": _named("Standard"),
    "/Item": [
        {"id": number, "name": name, "isrecurringitem": True, "recurringprice": price}
        for number, (name, price) in enumerate(SERVICES, start=300)
    ],
    "/Users": _named("Pat Example", inactive=False, client_name="Oceanic Airlines", isimportantcontact=True),
}


@dataclass(slots=True, kw_only=True)
class Tenant:
    clients: Kept
    invoices: Kept
    contracts: Kept
    tables: dict[str, Sequence[Json]] = field(default_factory=lambda: dict(TABLES))

    def sites(self, clients: Sequence[Json]) -> list[Json]:
        return [
            {"id": one["main_site_id"], "name": one["main_site_name"], "client_id": one["id"]} | _site(one)
            for one in clients
        ]


def _site(client: Json) -> Json:
    return {"client_name": client["name"], "inactive": client["inactive"], "isinvoicesite": True}
