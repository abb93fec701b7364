"""Builds customers, recurring invoices and their lines as the API returns them (SYN §4)."""

from datetime import datetime, timedelta
from typing import Any, Final

from sandbox.psa.records import Json
from sandbox.psa.syncro.moments import stamp
from sandbox.psa.syncro.tokens import SUBDOMAIN

ACCOUNT_ID: Final = 1
PORTAL_KEY: Final = "sandbox-portal-key-333333333333"  # a login link's secret, which nobody may store
FREQUENCIES: Final = (
    "Daily",
    "Weekly",
    "Biweekly",
    "Monthly",
    "Quarterly",
    "Semi-Annually",
    "Annually",
    "Biennially",
    "Triennially",
)
SERVICES: Final = (
    ("Managed workstation", 3500),
    ("Managed server", 15000),
    ("Backup", 4900),
    ("Endpoint security", 650),
    ("Email security", 300),
    ("Voice line", 2200),
)


def customer(
    number: int,
    business_name: str | None,
    *,
    person: tuple[str, str],
    created: datetime,
    changed: datetime | None = None,
    disabled: bool = False,
) -> Json:
    """``business_name`` None: a private person."""
    first, last = person
    fullname = f"{first} {last}"
    return {
        "id": number,
        "firstname": first,
        "lastname": last,
        "fullname": fullname,
        "business_name": business_name,
        "email": f"{first}.{last}.{number}@example.test".lower(),
        "phone": f"555{number:07}",
        "mobile": None,
        "created_at": stamp(created),
        "updated_at": stamp(changed or created),
        "pdf_url": None,
        "address": "1 Example Street",
        "address_2": None,
        "city": "Springfield",
        "state": "OR",
        "zip": "97477",
        "latitude": None,
        "longitude": None,
        "notes": "Rings twice.",
        "get_sms": False,
        "opt_out": False,
        "disabled": disabled,
        "no_email": False,
        "location_name": None,
        "location_id": None,
        "properties": {},
        "online_profile_url": f"https://{SUBDOMAIN}.syncromsp.com/my_profile/v2/index?portal_key={PORTAL_KEY}-{number}",
        "tax_rate_id": None,
        "notification_email": None,
        "invoice_cc_emails": None,
        "invoice_term_id": None,
        "referred_by": None,
        "ref_customer_id": None,
        "business_and_full_name": f"{business_name} - {fullname}" if business_name else fullname,
        "business_then_name": business_name or fullname,
        "contacts": [],
    }


def schedule(
    number: int, name: str, owner: int, *lines: Json, next_run: datetime, frequency: str = "Monthly", **fields: Any
) -> Json:
    """A recurring invoice; ``lines`` get its id. It says neither when it was made nor when it was changed."""
    subtotal = sum(line["retail_cents"] * float(line["quantity"]) for line in lines) / 100
    return {
        "id": number,
        "account_id": ACCOUNT_ID,
        "customer_id": owner,
        "email_customer": True,
        "frequency": frequency,
        "name": name,
        "next_run": stamp(next_run + timedelta(days=30)),
        "snail_mail": False,
        "charge_mop": False,
        "subtotal": str(subtotal),
        "invoice_unbilled_ticket_charges": False,
        "paused": False,
        "last_invoice_paid": True,
        "lines": [{**line, "id": number * 10 + place, "schedule_id": number} for place, line in enumerate(lines, 1)],
        **fields,
    }


def line(service: int = 0, *, quantity: str = "5.0", **fields: Any) -> Json:
    name, cents = SERVICES[service % len(SERVICES)]
    return {
        "name": name,
        "description": f"{name}, per month",
        "product_id": 50 + service,
        "product_category": "Services",
        "quantity": quantity,
        "cost_cents": cents // 3,
        "retail_cents": cents,
        "price_cost": round(cents / 300, 2),
        "price_retail": cents / 100,
        "taxable": True,
        "position": 1,
        "asset_type_id": None,
        "recurring_type_id": 1,
        "device_ids": [],
        "one_time_charge": False,
        **fields,
    }
