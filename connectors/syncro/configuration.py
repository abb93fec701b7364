"""The account's configuration tables for a settings sync: where they are, and what is read of them (SYN §6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from connectors.configuration import ID_AND_NAME, Choices, Columns
from connectors.records import SettingsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A list inside an answer. ``answers``: the list beside it that holds what custom fields let one choose."""

    path: str
    place: tuple[str, ...]
    columns: Columns = ID_AND_NAME
    prefix: str = ""
    answers: str = ""


TICKETS: Final = "/tickets/settings"
ACCOUNT: Final = "/settings"
_CUSTOM_FIELD: Final = Columns(
    inactive="hidden",
    properties=("field_type", "required", "ticket_type_id"),
    choices=Choices(field="answers", name="content", told_by="field_type", kinds=frozenset({"select_box"})),
)

# Statuses, priorities and problem types have no ids: their text is the id. Canned responses and ticket forms need
# permissions of their own, so that a token that reads customers only is refused the templates.
TABLES: Final[Mapping[SettingsKind, tuple[Listed, ...]]] = {
    SettingsKind.STATUSES: (Listed(path=TICKETS, place=("ticket_status_list",)),),
    SettingsKind.TICKET_TYPES: (Listed(path=TICKETS, place=("ticket_types",), columns=Columns(inactive="disabled")),),
    SettingsKind.PRIORITIES: (Listed(path=ACCOUNT, place=("ticket", "priorities")),),
    SettingsKind.CATEGORIES: (Listed(path=ACCOUNT, place=("ticket", "problem_types")),),
    SettingsKind.CUSTOM_FIELDS: (
        Listed(
            path=TICKETS,
            place=("ticket_type_fields",),
            columns=_CUSTOM_FIELD,
            prefix="ticket-",
            answers="ticket_type_field_answers",
        ),
        Listed(
            path=ACCOUNT,
            place=("customers", "customer_fields"),
            columns=_CUSTOM_FIELD,
            prefix="customer-",
            answers="customer_field_answers",
        ),
    ),
    SettingsKind.TEMPLATES: (
        Listed(path=TICKETS, place=("worksheet_templates",), prefix="worksheet-"),
        Listed(
            path="/new_ticket_forms",
            place=("new_ticket_forms",),
            columns=Columns(inactive="disabled", properties=("default",)),
            prefix="form-",
        ),
        Listed(
            path="/canned_responses",
            place=("canned_responses",),
            columns=Columns(name=("title",), properties=("category_name",)),
            prefix="response-",
        ),
    ),
    SettingsKind.MEMBERS: (Listed(path="/users", place=("users",)),),
    # This answer also holds a credential, of which nothing is kept (SYN §1).
    SettingsKind.LOCATIONS: (Listed(path="/me", place=("locations_allowed",)),),
}

NAMES: Final[Mapping[SettingsKind, str]] = {
    SettingsKind.STATUSES: "Ticket Statuses",
    SettingsKind.PRIORITIES: "Ticket Priorities",
    SettingsKind.TICKET_TYPES: "Ticket Types",
    SettingsKind.CATEGORIES: "Problem Types",
    SettingsKind.MEMBERS: "Users",
    SettingsKind.LOCATIONS: "Locations",
    SettingsKind.CUSTOM_FIELDS: "Custom Fields",
    SettingsKind.TEMPLATES: "Worksheet Templates, Ticket Forms and Canned Responses",
}
FIELDS: Final[Mapping[SettingsKind, frozenset[str]]] = {
    kind: frozenset(name for listed in lists for name in listed.columns.fields) for kind, lists in TABLES.items()
}
