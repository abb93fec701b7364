"""What the API says about its entities: fields, picklists, and the user's own rights (AT §6.3, §7)."""

from collections.abc import Sequence
from typing import Final

from sandbox.psa.autotask.fields import Entity, Field
from sandbox.psa.autotask.schema import ENTITIES
from sandbox.psa.autotask.setup_rows import PICKLISTS
from sandbox.psa.autotask.tenant import Tenant
from sandbox.psa.autotask.users import Access, ApiUser
from sandbox.psa.records import Json

_NUMBERS: Final = {Access.NONE: 0, Access.ALL: 1, Access.RESTRICTED: 2}
_WRITES: Final = {"Tickets"}


def information(entity: Entity, user: ApiUser, query: Access) -> Json:
    write = Access.ALL if entity.path in _WRITES and user.level.writes_tickets else Access.NONE
    accesses = {"Create": write, "Delete": Access.NONE, "Query": query, "Update": write}
    told = {
        f"userAccessFor{verb}": _NUMBERS[access] if user.level.access_as_number else access.value
        for verb, access in accesses.items()
    }
    return {
        "name": entity.name,
        "canCreate": entity.path in {*_WRITES, "Companies", "Contracts"},
        "canDelete": False,
        "canQuery": True,
        "canUpdate": entity.path in {*_WRITES, "Companies", "Contracts"},
        **told,
        "hasUserDefinedFields": entity.path in {"Companies", "Contracts", "Tickets"},
        "supportsWebhookCallouts": entity.path in {"Companies", "Tickets"},
    }


def fields(entity: Entity, tenant: Tenant) -> Json:
    return {"fields": [_field(entity, field, tenant) for field in entity.fields.values()]}


def custom_fields(entity: Entity) -> Json:
    tier = {"name": "Tier", "label": "Tier", "type": 1, "isQueryable": True, "isPickList": False}
    return {"fields": [tier] if entity.path == "Companies" else []}


def every(user: ApiUser) -> Json:
    infos = [information(entity, user, user.level.query(entity.path)) for entity in ENTITIES.values()]
    return {"entityDescriptions": [{"info": info} for info in infos]}


def _values(entity: Entity, field: Field, tenant: Tenant) -> Sequence[Json] | None:
    if not field.is_picklist:
        return None
    table = f"{entity.path}.{field.name}"
    return tenant.configuration.rows(table) if table in PICKLISTS else tenant.picklists.as_json(entity.path, field.name)


def _field(entity: Entity, field: Field, tenant: Tenant) -> Json:
    return {
        "name": field.name,
        "dataType": field.kind.value,
        "length": 100 if field.kind == "string" else 0,
        "isRequired": field.name in {"companyName", "companyType", "startDate", "endDate"},
        "isReadOnly": field.name == "id",
        "isQueryable": field.is_queryable,
        "isReference": field.name.endswith("ID") and not field.is_picklist,
        "referenceEntityType": "",
        "isPickList": field.is_picklist,
        "picklistValues": _values(entity, field, tenant),
        "picklistParentValueField": "issueType" if field.name == "subIssueType" else "",
        "isSupportedWebhookField": False,
    }
