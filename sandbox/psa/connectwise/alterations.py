"""The setup tables as the world begins, and what somebody may change in them."""

from typing import Final

from sandbox.psa.configuration import Alteration, Configuration, Tables, added, altered, having, removed
from sandbox.psa.connectwise import setup_rows, tables
from sandbox.psa.connectwise.setup_rows import board, custom_field, items, options, statuses, subtypes, types

PROJECTS: Final = board(9, "Projects", project=True)
USUAL: Final[Tables] = {
    "company_statuses": tables.STATUSES,
    "company_types": tables.TYPES,
    "agreement_types": tables.AGREEMENT_TYPES,
    "billing_cycles": tables.BILLING_CYCLES,
    "boards": setup_rows.BOARDS,
    "statuses": [row for one in setup_rows.BOARDS for row in statuses(one)],
    "types": [row for one in setup_rows.BOARDS for row in types(one)],
    "subtypes": [row for one in setup_rows.BOARDS for row in subtypes(one)],
    "items": [row for one in setup_rows.BOARDS for row in items(one)],
    "priorities": setup_rows.PRIORITIES,
    "sources": setup_rows.SOURCES,
    "slas": setup_rows.SLAS,
    "templates": setup_rows.TEMPLATES,
    "service_locations": setup_rows.SERVICE_LOCATIONS,
    "custom_fields": setup_rows.CUSTOM_FIELDS,
    "contact_types": setup_rows.CONTACT_TYPES,
    "contact_departments": setup_rows.CONTACT_DEPARTMENTS,
    "security_roles": setup_rows.SECURITY_ROLES,
    "departments": setup_rows.MY_DEPARTMENTS,
    "locations": setup_rows.MY_LOCATIONS,
    "people": setup_rows.PEOPLE,
}
ALTERATIONS: Final = (
    Alteration.of(
        "board-added",
        "A new service board “Projects”",
        added("boards", PROJECTS),
        added("statuses", *statuses(PROJECTS)),
        added("types", *types(PROJECTS)),
        added("subtypes", *subtypes(PROJECTS)),
        added("items", *items(PROJECTS)),
    ),
    Alteration.of(
        "board-retired", "The board “Procurement” is set inactive", altered("boards", having(id=6), inactiveFlag=True)
    ),
    Alteration.of(
        "status-removed", "The status “Waiting parts” of the Help Desk is deleted", removed("statuses", having(id=106))
    ),
    Alteration.of(
        "priority-renamed",
        "“Priority 2 - Quick response” is renamed to “Priority 2 - High”",
        altered("priorities", having(id=2), name="Priority 2 - High"),
    ),
    Alteration.of(
        "type-retired",
        "The type “Maintenance” of the Help Desk is set inactive",
        altered("types", having(id=105), inactiveFlag=True),
    ),
    Alteration.of(
        "field-added",
        "A new custom field “Warranty until”",
        added("custom_fields", custom_field(37, "Warranty until", kind="Date", entry="Date")),
    ),
    Alteration.of(
        "option-added",
        "The custom field “Tier” gets the option “Platinum”",
        altered("custom_fields", having(id=31), options=options("Gold", "Silver", "Platinum", retired=("Bronze",))),
    ),
)


def configuration() -> Configuration:
    return Configuration(USUAL, ALTERATIONS)
