"""Reads the configuration tables of a settings sync. Only sub-issue types wait for another answer: the longest chain is
of two calls, the issue types and then the subtypes of each, after the sign-in (BMS §1, §6).
"""

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import replace
from functools import partial
from typing import Final

from connectors.configuration import Once, Read, Rows, put_together, settings_rows, tables_of
from connectors.contract import Spec
from connectors.errors import BadRequest, NotFound
from connectors.kaseya_family.api import Api
from connectors.kaseya_family.configuration import (
    CUSTOM_FIELDS,
    ENUMERATIONS,
    ISSUE_TYPES,
    SUBTYPES,
    TABLES,
    Listed,
    Undocumented,
)
from connectors.records import Ref, SettingsKind, SettingsTable

PURPOSE: Final = "settings"


def read_settings_tables(
    spec: Spec, api: Api, told: Undocumented, only: Collection[SettingsKind] | None = None
) -> AsyncIterator[SettingsTable]:
    return tables_of(spec, reads(api, told), only)


def reads(api: Api, told: Undocumented) -> Mapping[SettingsKind, Read]:
    """The issue types first: what hangs under them waits."""
    issue_types = Once(partial(_rows, api, ISSUE_TYPES))
    return {
        SettingsKind.CATEGORIES: issue_types.answer,
        SettingsKind.SUBCATEGORIES: lambda: _subtypes(api, issue_types),
        SettingsKind.CUSTOM_FIELDS: lambda: _custom_fields(api, told.custom_field_modules),
        SettingsKind.TICKET_TYPES: lambda: _enumeration(api, told.ticket_types_table),
        SettingsKind.SOURCES: lambda: _enumeration(api, told.sources_table),
        **{kind: partial(_rows, api, listed) for kind, listed in TABLES.items()},
    }


async def _rows(api: Api, listed: Listed, parent: Ref | None = None) -> Rows:
    if listed.is_paged:
        rows = [row async for page in api.bulk(PURPOSE, listed.path, listed.params) for row in page]
    else:
        rows = list(await api.rows(PURPOSE, listed.path, listed.params))
    return settings_rows(rows, listed.columns, psa=api.psa, parent=parent)


async def _subtypes(api: Api, issue_types: Once[Rows]) -> Rows:
    """Of the issue types in use, because each costs a call."""
    used = [one for one in await issue_types.answer() if one.active is not False]
    return await put_together(
        [_rows(api, _at(SUBTYPES, str(int(one.id))), Ref(id=one.id, name=one.name)) for one in used]
    )


async def _custom_fields(api: Api, modules: tuple[str, ...]) -> Rows:
    return await put_together([_rows(api, _at(CUSTOM_FIELDS, number)) for number in modules])


async def _enumeration(api: Api, name: str) -> Rows | None:
    """Of the vendor's or of the tenant's; which of them holds it is not documented either."""
    return await put_together([_known(api, _at(listed, name)) for listed in ENUMERATIONS]) if name else None


async def _known(api: Api, listed: Listed) -> Rows:
    """A name that nobody documents is no reason to give up the other tables."""
    try:
        return await _rows(api, listed)
    except BadRequest as error:
        raise NotFound(error.message, call=error.call, status=error.status, detail=error.detail) from None


def _at(listed: Listed, place: str) -> Listed:
    return replace(listed, path=listed.path.format(place))
