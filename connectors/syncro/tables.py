"""The account's own tables, as the settings endpoints show them; they need no permission of their own (SYN §6)."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from connectors.errors import NotFound, PermissionDenied
from connectors.http import at_once
from connectors.records import Because, Option, Table, Tables
from connectors.syncro import normalize
from connectors.syncro.api import Api

PURPOSE: Final = "settings"
_ABSENT: Final = Because.NOT_EXPOSED

# Customers have neither status nor type, recurring invoices no type, and the frequencies are no table of the tenant
# (SYN §4), so there is nothing to read.
NO_TABLES: Final = Tables(
    statuses=Table(name="statuses", rows=None, because=_ABSENT),
    types=Table(name="types", rows=None, because=_ABSENT),
    agreement_types=Table(name="agreement_types", rows=None, because=_ABSENT),
    billing_cycles=Table(name="billing_cycles", rows=None, because=_ABSENT),
)

Rows = Callable[[Mapping[str, Any]], tuple[Option, ...] | None]


def _listed(*path: str) -> Rows:
    """The options of a list inside an answer; None where the answer does not hold it."""

    def rows(body: Mapping[str, Any]) -> tuple[Option, ...] | None:
        found: Any = body
        for name in path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return normalize.options(found) if isinstance(found, list) else None

    return rows


def _modules(body: Mapping[str, Any]) -> tuple[Option, ...] | None:
    found = body.get("tabs")
    return normalize.flags(found) if isinstance(found, Mapping) else None


# Where each table stands: the endpoint, and the place in its answer.
_PLACES: Final[Mapping[str, Mapping[str, Rows]]] = {
    "/tickets/settings": {
        "ticket_statuses": _listed("ticket_status_list"),
        "ticket_types": _listed("ticket_types"),
        "worksheet_templates": _listed("worksheet_templates"),
        "appointment_types": _listed("appointment_types"),
    },
    "/settings": {
        "problem_types": _listed("ticket", "problem_types"),
        "priorities": _listed("ticket", "priorities"),
        "customer_fields": _listed("customers", "customer_fields"),
        "asset_types": _listed("assets", "asset_types"),
    },
    "/settings/tabs": {"modules": _modules},
    "/users": {"members": _listed("users")},
    "/products/categories": {"product_categories": _listed("categories")},
}


async def read_settings_tables(api: Api) -> tuple[Table, ...]:
    """Side by side. A refused table says so; anything else that goes wrong is an error of the whole read."""
    async with at_once() as group:
        reading = {path: group.create_task(_answer(api, path)) for path in _PLACES}
    return tuple(
        _table(name, reading[path].result(), rows) for path, places in _PLACES.items() for name, rows in places.items()
    )


async def _answer(api: Api, path: str) -> Mapping[str, Any] | Because:
    try:
        return await api.whole(PURPOSE, path)
    except PermissionDenied:
        return Because.PERMISSION
    except NotFound:
        return _ABSENT


def _table(name: str, answer: Mapping[str, Any] | Because, rows: Rows) -> Table:
    if isinstance(answer, Because):
        return Table(name=name, rows=None, because=answer)
    found = rows(answer)
    return Table(name=name, rows=found, because=_ABSENT if found is None else None)
