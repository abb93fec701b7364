"""Builds customers, recurring invoices, lines and contracts as the API returns them (HALO §4, §9)."""

from datetime import date, datetime
from typing import Any, Final

from sandbox.psa.halopsa.moments import NO_DAY, stamp
from sandbox.psa.records import Json, day

GROUPS: Final = {"Customers": 12, "Internal": 13, "Prospects": 14}
SERVICES: Final = (
    ("Managed workstation", 35.0),
    ("Managed server", 120.0),
    ("Backup", 40.0),
    ("Email security", 4.5),
    ("Endpoint protection", 6.0),
)


def client(
    number: int, name: str, *, created: datetime, changed: datetime | None = None, group: str = "Customers", **more: Any
) -> Json:
    """With the secrets that a real one holds too, so that a test can look for them."""
    return {
        "id": number,
        "name": name,
        "toplevel_id": GROUPS[group],
        "toplevel_name": group,
        "inactive": False,
        "stopped": 0,
        "customertype": 0,
        "ref": f"C{number:05}",
        "main_site_id": number + 500_000,
        "main_site_name": "Main",
        "client_to_invoice_recurring": 0,
        "client_to_invoice_recurring_name": "",
        "excludefrominvoicesync": False,
        "dontinvoice": False,
        "datecreated": stamp(created),
        "alastupdate": stamp(changed or created),
        "accountsemailaddress": f"accounts@{number}.example",
        "api_access_clientsecret": f"third-party-secret-{number}",
        "teamviewerpassword": f"teamviewer-{number}",
        **more,
    }


def invoice(
    number: int, owner: Json, lines: list[Json], *, created: datetime, changed: datetime | None = None, **more: Any
) -> Json:
    """Ordinary ones hold no dates of their own (HALO §9)."""
    return {
        "id": number,
        "disabled": False,
        "voided": False,
        "client_id": owner["id"],
        "client_name": owner["name"],
        "original_client_id": owner["id"],
        "sitenumber": owner["main_site_id"],
        "site_name": owner["main_site_name"],
        "contract_id": number + 1_000_000,
        "contract_ref": f"MSA-{number}",
        "reference": f"Managed services {number}",
        "is_recurring_invoice": True,
        "period": 3,
        "nextcreationdate": NO_DAY,
        "lastcreated": NO_DAY,
        "total": sum(one["net_amount"] for one in lines),
        "date_created": stamp(created),
        "last_modified": stamp(changed or created),
        "lines": [{**one, "ihid": number} for one in lines],
        **more,
    }


def line(number: int, *, quantity: float = 12.0, **more: Any) -> Json:
    name, price = SERVICES[number % len(SERVICES)]
    return {
        "id": number,
        "_itemid": 300 + number % len(SERVICES),
        "item_code": f"SKU-{number % len(SERVICES)}",
        "item_shortdescription": name,
        "qty_order": quantity,
        "unit_price": price,
        "unit_cost": price / 2,
        "net_amount": round(price * quantity, 2),
        "isinactive": False,
        "isgroupdesc": False,
        "onetimecharge": False,
        "startdate": NO_DAY,
        "enddate": None,
        "recurring_invoice_quantity_type": 0,
        **more,
    }


def contract(owner: Json, invoice_id: int, *, starts: date, ends: date | None, today: date) -> Json:
    expired = ends is not None and ends < today
    return {
        "id": invoice_id + 1_000_000,
        "client_id": owner["id"],
        "client_name": owner["name"],
        "ref": f"MSA-{invoice_id}",
        "start_date": day(starts),
        "end_date": day(ends) if ends else NO_DAY,
        "started": starts <= today,
        "expired": expired,
        "active": starts <= today and not expired,
        "contract_status": "Expired" if expired else "Active",
    }
