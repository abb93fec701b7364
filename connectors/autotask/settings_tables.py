"""Reads the configuration tables of a settings sync in eleven calls that do not wait for one another: the longest chain
is of one call, after the zone is known (AT §1.2, §7).
"""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from connectors.autotask.api import Api
from connectors.autotask.configuration import (
    CUSTOM_FIELD_OPTIONS,
    CUSTOM_FIELDS,
    ENTITIES,
    MEMBER_ROLES,
    MEMBERS,
    PARENTS,
    PICKLISTS,
    Listed,
    values_of,
)
from connectors.autotask.filters import EVERYTHING
from connectors.autotask.picklists import read_picklists
from connectors.autotask.spec import SPEC
from connectors.configuration import (
    Once,
    Read,
    Rows,
    refused_or,
    settings_rows,
    tables_of,
    under_named_parents,
)
from connectors.http import at_once
from connectors.paging import Row
from connectors.records import Ref, SettingsKind, SettingsRow, SettingsTable

PURPOSE: Final = "settings"
PSA: Final = SPEC.nouns.psa
Lists = Mapping[str, Sequence[Row]]


def read_settings_tables(api: Api, only: Collection[SettingsKind] | None = None) -> AsyncIterator[SettingsTable]:
    return tables_of(SPEC, reads(api), only)


def reads(api: Api) -> Mapping[SettingsKind, Read]:
    roles = Once(lambda: _rows(api, MEMBER_ROLES))
    return {
        **{kind: read for entity, fields in PICKLISTS.items() for kind, read in _picklists(api, entity, fields)},
        SettingsKind.MEMBERS: lambda: _members(api, roles),
        SettingsKind.MEMBER_ROLES: roles.answer,
        SettingsKind.CUSTOM_FIELDS: lambda: _custom_fields(api),
        **{kind: partial(_rows, api, listed) for kind, listed in ENTITIES.items()},
    }


async def _rows(api: Api, listed: Listed) -> Rows:
    pages = api.every(PURPOSE, listed.entity, EVERYTHING, listed.columns.fields)
    return settings_rows([row async for page in pages for row in page], listed.columns, psa=PSA)


def _picklists(api: Api, entity: str, fields: Mapping[SettingsKind, str]) -> Iterator[tuple[SettingsKind, Read]]:
    """Every table that is a picklist of this entity, in one call."""
    lists = Once(lambda: read_picklists(api, PURPOSE, entity))
    for kind in fields:
        yield kind, partial(_picklist, lists, fields, kind)


async def _picklist(lists: Once[Lists], fields: Mapping[SettingsKind, str], kind: SettingsKind) -> Rows | None:
    """A value tells only the number of the value that it hangs under."""
    told = await lists.answer()
    rows = _values(told, fields[kind], kind)
    above = PARENTS.get(kind)
    parents = _values(told, fields[above], above) if above else None
    return under_named_parents(rows, parents) if rows and parents else rows


def _values(told: Lists, field: str, kind: SettingsKind) -> Rows | None:
    if (values := told.get(field.casefold())) is None:
        return None
    rows = ({**row, "id": row["value"], "name": row["label"]} for row in values)
    return settings_rows(rows, values_of(kind), psa=PSA)


async def _members(api: Api, roles: Once[Rows]) -> Rows:
    """A resource tells the number of its role. Where roles are refused, the number stays."""
    async with at_once() as group:
        members = group.create_task(_rows(api, MEMBERS))
        known = group.create_task(refused_or(roles.answer()))
    told = known.result()
    names = {row.id: row.name for row in told} if isinstance(told, tuple) else {}
    return tuple(_with(row, "role", names) for row in members.result())


async def _custom_fields(api: Api) -> Rows:
    """With what they let one choose. Without that one could not tell a field with options from one without."""
    async with at_once() as group:
        fields = group.create_task(_rows(api, CUSTOM_FIELDS))
        options = group.create_task(_rows(api, CUSTOM_FIELD_OPTIONS))
        labels = group.create_task(read_picklists(api, PURPOSE, CUSTOM_FIELDS.entity))
    words = {
        name: {str(row["value"]): str(row["label"]) for row in labels.result().get(name.casefold(), ())}
        for name in ("udfType", "dataType")
    }
    offered: dict[str, list[Ref]] = {}
    for option in options.result():
        offered.setdefault(option.parent.id if option.parent else "", []).append(Ref(id=option.id, name=option.name))
    return tuple(_custom_field(row, words, offered.get(row.id)) for row in fields.result())


def _custom_field(row: SettingsRow, words: Mapping[str, Mapping[str, str]], offered: list[Ref] | None) -> SettingsRow:
    for name, labels in words.items():
        row = _with(row, name, labels)
    is_list = "list" in str(row.properties.get("dataType", "")).casefold()
    return replace(row, options=tuple(offered or ()) if offered or is_list else None)


def _with(row: SettingsRow, name: str, words: Mapping[str, str]) -> SettingsRow:
    """A property that is a number, told by its word."""
    word = words.get(str(row.properties.get(name)))
    return replace(row, properties={**row.properties, name: word}) if word else row
