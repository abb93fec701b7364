"""The lists of the setup tables, the right that each needs, and the ``/info`` siblings that need less (CW §6.1, §7)."""

from collections.abc import Mapping
from typing import Final

from sandbox.psa.connectwise import permissions, schema
from sandbox.psa.connectwise import setup_schema as fields
from sandbox.psa.connectwise.asking import Asked, Endpoint
from sandbox.psa.connectwise.errors import not_found
from sandbox.psa.connectwise.permissions import ANYONE, Right
from sandbox.psa.connectwise.records import Collection
from sandbox.psa.connectwise.schema import Schema
from sandbox.psa.connectwise.tenant import table
from sandbox.psa.records import Json

COMPANIES: Final = Right(function=permissions.COMPANY_MAINTENANCE)
CONTACTS: Final = Right(function=permissions.CONTACTS)
AGREEMENTS: Final = Right(function=permissions.AGREEMENTS)
TICKETS: Final = Right(function=permissions.SERVICE_TICKETS)
PEOPLE: Final = Right(function=permissions.MEMBER_MAINTENANCE)
ROLES: Final = Right(function=permissions.SECURITY_ROLES)
MY_COMPANY: Final = Right(function=permissions.MY_COMPANY)
BOARD: Final = "/service/boards/{parent}"


def _setup(name: str) -> Right:
    return Right(function=permissions.TABLE_SETUP, table=name)


def _full(path: str, name: str, schema_of_rows: Schema, right: Right) -> Endpoint:
    def rows(asked: Asked) -> Collection:
        return table(schema_of_rows, asked.tenant.configuration.rows(name))

    return Endpoint(path=path, right=right, rows=rows)


def _less(path: str, name: str, schema_of_rows: Schema, right: Right, **renamed: str) -> Endpoint:
    """An ``/info`` sibling: fewer fields, some under another name."""

    def rows(asked: Asked) -> Collection:
        every = asked.tenant.configuration.rows(name)
        return table(schema_of_rows, (_cut(row, schema_of_rows, renamed) for row in every))

    return Endpoint(path=path, right=right, rows=rows)


def _of_board(path: str, name: str, schema_of_rows: Schema, right: Right, **renamed: str) -> Endpoint:
    def rows(asked: Asked) -> Collection:
        if asked.parent_id not in {board["id"] for board in asked.tenant.configuration.rows("boards")}:
            raise not_found(fields.BOARD.noun, str(asked.parent_id))
        every = (row for row in asked.tenant.configuration.rows(name) if row["board"]["id"] == asked.parent_id)
        return table(schema_of_rows, (_cut(row, schema_of_rows, renamed) for row in every))

    return Endpoint(path=f"{BOARD}{path}", right=right, rows=rows)


def _cut(row: Json, schema_of_rows: Schema, renamed: Mapping[str, str]) -> Json:
    leaves = {leaf for leaf in schema_of_rows.leaves if "/" not in leaf and leaf != "lastUpdated"}
    names = leaves | schema_of_rows.branches | schema_of_rows.arrays.keys()
    return {name: row.get(renamed.get(name, name)) for name in names}


def _people(asked: Asked) -> Collection:
    rows = asked.tenant.configuration.rows("people")
    named = ({**row, "fullName": f"{row['firstName']} {row['lastName']}"} for row in rows)
    return table(fields.MEMBER_INFO, (_cut(row, fields.MEMBER_INFO, {}) for row in named))


def _active_boards(asked: Asked) -> Collection:
    rows = (row for row in asked.tenant.configuration.rows("boards") if not row["inactiveFlag"])
    return table(fields.BOARD_INFO, (_cut(row, fields.BOARD_INFO, {}) for row in rows))


_ON_BOARDS: Final = _setup(permissions.BOARD_TABLE)
SETUP_LISTS: Final = (
    _full("/company/companies/statuses", "company_statuses", schema.COMPANY_STATUS, _setup(permissions.STATUS_TABLE)),
    _full("/company/companies/types", "company_types", schema.COMPANY_TYPE, _setup(permissions.TYPE_TABLE)),
    _less("/company/companies/info/types", "company_types", schema.COMPANY_TYPE_INFO, COMPANIES, isVendor="vendorFlag"),
    _full("/company/contacts/types", "contact_types", fields.CONTACT_TYPE, _setup(permissions.CONTACT_TYPE_TABLE)),
    _less("/company/contacts/types/info", "contact_types", fields.CONTACT_TYPE, CONTACTS),
    _full(
        *("/company/contacts/departments", "contact_departments", fields.CONTACT_DEPARTMENT),
        _setup(permissions.CONTACT_DEPARTMENT_TABLE),
    ),
    _full(
        *("/finance/agreements/types", "agreement_types", schema.AGREEMENT_TYPE),
        _setup(permissions.AGREEMENT_TYPE_TABLE),
    ),
    _less("/finance/agreements/types/info", "agreement_types", schema.AGREEMENT_TYPE_INFO, AGREEMENTS),
    _full("/finance/billingCycles", "billing_cycles", schema.BILLING_CYCLE, _setup(permissions.BILLING_CYCLE_TABLE)),
    _less("/finance/billingCycles/info", "billing_cycles", schema.BILLING_CYCLE_INFO, AGREEMENTS),
    _full("/service/boards", "boards", fields.BOARD, _ON_BOARDS),
    _less("/service/info/boards", "boards", fields.BOARD_INFO, TICKETS),
    Endpoint(path="/service/info/boards/active", right=TICKETS, rows=_active_boards, has_count=False),
    _of_board("/statuses", "statuses", fields.BOARD_STATUS, _ON_BOARDS),
    _of_board(
        *("/statuses/info", "statuses", fields.BOARD_STATUS_INFO, TICKETS),
        inactiveFlag="inactive",
        closedFlag="closedStatus",
    ),
    _of_board("/types", "types", fields.BOARD_TYPE, _ON_BOARDS),
    _of_board("/subtypes", "subtypes", fields.BOARD_SUBTYPE, _ON_BOARDS),
    _of_board("/items", "items", fields.BOARD_ITEM, _ON_BOARDS),
    _full("/service/priorities", "priorities", fields.PRIORITY, _setup(permissions.PRIORITY_TABLE)),
    _less("/service/priority/info", "priorities", fields.PRIORITY_INFO, TICKETS),
    _full("/service/sources", "sources", fields.SOURCE, _setup(permissions.SOURCE_TABLE)),
    _less("/service/sources/info", "sources", fields.INFO, TICKETS),
    _full("/service/SLAs", "slas", fields.SLA, _setup(permissions.SLA_TABLE)),
    _less("/service/slainfo/info", "slas", fields.INFO, TICKETS),
    _less("/service/templates/info", "templates", fields.TEMPLATE_INFO, TICKETS),
    _full("/service/locations", "service_locations", fields.SERVICE_LOCATION, _setup(permissions.LOCATION_TABLE)),
    _less("/service/locations/info", "service_locations", fields.SERVICE_LOCATION_INFO, TICKETS),
    _full("/system/userDefinedFields", "custom_fields", fields.CUSTOM_FIELD, _setup(permissions.CUSTOM_FIELD_TABLE)),
    _less("/system/userDefinedFields/info", "custom_fields", fields.CUSTOM_FIELD, ANYONE),
    _full("/system/members", "people", fields.MEMBER, PEOPLE),
    Endpoint(path="/system/info/members", right=ANYONE, rows=_people),
    _full("/system/securityroles", "security_roles", fields.SECURITY_ROLE, ROLES),
    _full("/system/departments", "departments", fields.DEPARTMENT, MY_COMPANY),
    _less("/system/info/departments", "departments", fields.INFO, ANYONE),
    _full("/system/locations", "locations", fields.LOCATION, MY_COMPANY),
    _less("/system/info/locations", "locations", fields.INFO, ANYONE),
)
