"""Everything that the simulated tenant holds."""

import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from sandbox.psa.configuration import Configuration
from sandbox.psa.connectwise import schema, tables
from sandbox.psa.connectwise.alterations import configuration
from sandbox.psa.connectwise.records import Collection, stamp
from sandbox.psa.connectwise.schema import Schema
from sandbox.psa.records import Json, Row


def agreement_status(agreement: Json, today: date) -> Json:
    """``agreementStatus`` as the server works it out; the end date still counts (CW §5.4)."""
    day = today.isoformat()
    if agreement.get("cancelledFlag"):
        status = "Cancelled"
    elif not agreement.get("noEndingDateFlag") and (agreement.get("endDate") or "9999")[:10] < day:
        status = "Expired"
    elif agreement["startDate"][:10] > day:
        status = "Inactive"
    else:
        status = "Active"
    return {"agreementStatus": status}


def table(schema_of_rows: Schema, rows: Iterable[Json]) -> Collection:
    return Collection(schema_of_rows, (Row(data={"_info": {}, **row}) for row in rows))


@dataclass(slots=True, kw_only=True)
class Tenant:
    """The collections behind the endpoints. ``lines``: additions that are spelled out; others are made up on demand."""

    companies: Collection
    agreements: Collection
    lines: dict[int, list[Json]] = field(default_factory=dict)
    configuration: Configuration = field(default_factory=configuration)
    catalog: Collection = field(default_factory=lambda: table(schema.CATALOG_ITEM, tables.CATALOG))
    tickets: Collection = field(default_factory=lambda: table(schema.TICKET, tables.TICKETS))

    @classmethod
    def holding(cls, companies: Iterable[Row], agreements: Iterable[Row]) -> "Tenant":
        return cls(
            companies=Collection(schema.COMPANY, companies),
            agreements=Collection(schema.AGREEMENT, agreements, computed=agreement_status),
        )

    def merge_away(self, company_id: int, now: datetime) -> None:
        """The losing record of a merge: recycled, still Active, and its last change is not moved (CW §8.3)."""
        row = self.companies.row(company_id)
        merged = {"deletedFlag": True, "deletedBy": "radmin", "dateDeleted": stamp(now)}
        self.companies.put(replace(row, data={**row.data, **merged}))

    def additions(self, agreement: Json) -> Collection:
        lines = self.lines.get(agreement["id"])
        if lines is None:
            lines = _usual_lines(agreement)
        status = {"agreementStatus": agreement["agreementStatus"]}
        return table(schema.ADDITION, ({**line, **status} for line in lines))


LINES_AT_MOST: Final = 4


def line(number: int, agreement: Mapping[str, Any], item: Mapping[str, Any], quantity: float) -> Json:
    """One billed service of an agreement."""
    return {
        "id": agreement["id"] * 10 + number,
        "product": {"id": item["id"], "identifier": item["identifier"]},
        "description": item["description"],
        "invoiceDescription": item["description"],
        "quantity": quantity,
        "billedQuantity": quantity,
        "unitPrice": item["price"],
        "extPrice": round(item["price"] * quantity, 2),
        "billCustomer": "Billable",
        "effectiveDate": agreement["startDate"],
        "cancelledDate": None,
        "taxableFlag": True,
        "agreementId": agreement["id"],
        "sequenceNumber": float(number),
    }


def _usual_lines(agreement: Json) -> list[Json]:
    dice = random.Random(agreement["id"])  # noqa: S311 - the same made-up lines each time, no secret
    items = dice.sample(tables.CATALOG, dice.randint(1, LINES_AT_MOST))
    return [line(number, agreement, item, float(dice.randint(1, 60))) for number, item in enumerate(items, start=1)]
