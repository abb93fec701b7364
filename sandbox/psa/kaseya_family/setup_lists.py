"""The look-ups of the configuration, and the right that each needs (BMS §6)."""

from collections.abc import Callable
from typing import Final

from sandbox.psa.kaseya_family.asked import Asked, Endpoint, Listed
from sandbox.psa.kaseya_family.users import ADMIN, EMPLOYEES, SERVICE_DESK


def _table(name: str) -> Callable[[Asked], Listed]:
    return lambda asked: Listed(rows=list(asked.tenant.configuration.rows(name)))


def _paged(name: str) -> Callable[[Asked], Listed]:
    """It does not say how long it is."""
    return lambda asked: Listed(rows=asked.question.page(list(asked.tenant.configuration.rows(name)), asked.ways))


def _subtypes(asked: Asked) -> Listed:
    rows = asked.tenant.configuration.rows("subtypes")
    return Listed(
        rows=[{"id": row["id"], "name": row["name"]} for row in rows if row["issueTypeId"] == asked.record_id]
    )


def _custom_fields(asked: Asked) -> Listed:
    inactive_too = asked.question.flag("withinactive", usual=False)
    rows = [row for row in asked.tenant.configuration.rows("custom_fields") if row["moduleId"] == asked.record_id]
    shown = [row for row in rows if inactive_too or row["isActive"]]
    return Listed(rows=[{name: value for name, value in row.items() if name != "moduleId"} for row in shown])


def _lookup(place: str, name: str, right: str = ADMIN) -> Endpoint:
    return Endpoint(path=f"/v2/{place}", right=right, knows=(), answer=_table(name))


SETUP_LISTS: Final = (
    _lookup("system/queues/lookup", "queues"),
    _lookup("system/statuses/lookup", "statuses"),
    _lookup("system/priorities/lookup", "priorities"),
    _lookup("system/slas/lookup", "slas"),
    _lookup("system/locations/lookup", "locations"),
    _lookup("system/lookup/TicketType", "TicketType"),
    _lookup("system/tenantlookup/TicketSource", "TicketSource"),
    _lookup("admin/hr/departments/lookup", "departments"),
    _lookup("servicedesk/templates/tickets/lookup", "templates", SERVICE_DESK),
    Endpoint(path="/v2/system/issuetypes/lookup", right=ADMIN, knows=("Filter.Name",), answer=_table("issue_types")),
    Endpoint(path=r"/v2/system/issuetypes/(\d+)/issuesubtypes/lookup", right=ADMIN, knows=(), answer=_subtypes),
    Endpoint(path=r"/v2/system/customFields/(\d+)", right=ADMIN, knows=("withInactive",), answer=_custom_fields),
    Endpoint(path="/v2/admin/security/roles/lookup", right=ADMIN, knows=("Name",), answer=_paged("roles")),
    Endpoint(
        path="/v2/hr/employees/lookup",
        right=EMPLOYEES,
        knows=("Filter.Ids", "Filter.Name"),
        answer=_paged("employees"),
    ),
)
