"""Journey ``/psa option``: why can something not be chosen? Inactive, no right, a filter, or not synced (R156)."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Final

from bot.answers import UnknownConnection
from bot.cases import PATIENCE
from bot.clock import Clock
from bot.psas import Psas
from bot.store.configuration import Configuration, StoredTable
from bot.store.database import Database
from bot.store.queries import connections, runs, settings
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind
from bot.store.secrets import SecretKeyError
from connectors.errors import BadSettings, ConnectorError
from connectors.records import AccountFilter, Because, SettingsKind, SettingsRow, SettingsTable

NEAR: Final = 5
ALIASES: Final = {
    "status": SettingsKind.STATUSES,
    "type": SettingsKind.TICKET_TYPES,
    "field": SettingsKind.CUSTOM_FIELDS,
    "customfield": SettingsKind.CUSTOM_FIELDS,
    "queue": SettingsKind.BOARDS,
    "sla": SettingsKind.SLAS,
    "category": SettingsKind.CATEGORIES,
    "subcategory": SettingsKind.SUBCATEGORIES,
    "priority": SettingsKind.PRIORITIES,
    "companystatus": SettingsKind.COMPANY_STATUSES,
}


class Why(StrEnum):
    """What keeps an option from being chosen."""

    OFFERED = "offered"  # nothing: it can be chosen
    INACTIVE = "inactive"
    NOT_SYNCED = "not_synced"
    REMOVED = "removed"  # from the PSA; the copy still has it
    FILTERED = "filtered"  # by the account filter of the connection
    NO_RIGHT = "no_right"
    NOT_THERE = "not_there"
    NO_SUCH_TABLE = "no_such_table"  # this PSA has none
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionAnswer:
    """One connection's. ``live`` and ``cached`` are the row in the PSA and in the copy; ``inactive_since`` None: it was
    so before the first settings sync, or nobody saw it turn.
    """

    connection: Connection
    psa: str
    kind: SettingsKind
    table: str
    why: Why
    name: str
    live: SettingsRow | None = None
    cached: SettingsRow | None = None
    as_of: datetime | None = None
    inactive_since: datetime | None = None
    nearest: tuple[str, ...] = ()
    trouble: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """The table as the PSA has it now, or why nobody knows."""

    table: SettingsTable | None = None
    trouble: str = ""


def kind_of(word: str) -> SettingsKind | None:
    """``priority``, ``Priorities`` and ``ticket type`` alike. None: there is no table of that name."""
    wanted = "".join(letter for letter in word.casefold() if letter.isalnum())
    if wanted in ALIASES:
        return ALIASES[wanted]
    plain = {kind.value.replace("_", ""): kind for kind in SettingsKind}
    return plain.get(wanted) or plain.get(f"{wanted}s")


class Options:
    def __init__(self, db: Database, psas: Psas, clock: Clock) -> None:
        self._db = db
        self._psas = psas
        self._clock = clock

    async def explain(self, kind: SettingsKind, name: str, connection: str | None) -> list[OptionAnswer]:
        """Of each connection, side by side; the PSA is asked for this one table. Raises UnknownConnection."""
        every = await connections.every(self._db)
        chosen = [each for each in every if connection is None or each.name.casefold() == connection.casefold()]
        if connection is not None and not chosen:
            raise UnknownConnection(connection, [each.name for each in every])
        return list(await asyncio.gather(*(self._of(each, kind, name) for each in chosen)))

    async def _of(self, connection: Connection, kind: SettingsKind, name: str) -> OptionAnswer:
        spec = self._psas.spec(connection.psa)
        copy = await settings.read(self._db, connection.id)
        answer = OptionAnswer(
            connection=connection,
            psa=connection.psa,
            kind=kind,
            table=spec.settings_tables.get(kind, kind.value.replace("_", " ")),
            why=Why.NO_SUCH_TABLE,
            name=name,
            as_of=_as_of(copy, kind),
        )
        if kind not in spec.settings_tables:
            return answer
        looked = await self._look(connection, kind)
        cached = _row(copy.tables.get(kind), name)
        live = find(looked.table.rows or (), name) if looked.table else None
        judged = await self._why(connection, kind, looked, live, cached)
        known = live or cached
        return replace(
            answer,
            why=judged,
            name=known.name if known else name,
            live=live,
            cached=cached,
            inactive_since=await self._inactive_since(connection, kind, live) if judged is Why.INACTIVE else None,
            nearest=nearest(name, looked) if judged is Why.NOT_THERE else (),
            trouble=looked.trouble,
        )

    async def _look(self, connection: Connection, kind: SettingsKind) -> Looked:
        try:
            connector = await self._psas.connector(connection)
            async with asyncio.timeout(PATIENCE.total_seconds()):
                async for table in connector.settings_tables(only={kind}):
                    return Looked(table=table)
        except TimeoutError:
            return Looked(trouble=f"{self._psas.spec(connection.psa).nouns.psa} did not answer in time.")
        except ConnectorError as error:
            return Looked(trouble=error.message)
        except (BadSettings, SecretKeyError) as error:
            return Looked(trouble=str(error))
        return Looked()

    async def _why(
        self,
        connection: Connection,
        kind: SettingsKind,
        looked: Looked,
        live: SettingsRow | None,
        cached: SettingsRow | None,
    ) -> Why:
        if looked.table is None:
            return Why.CANNOT_TELL
        if looked.table.rows is None:
            return Why.NO_RIGHT if looked.table.because is Because.PERMISSION else Why.NO_SUCH_TABLE
        if live is None:
            return Why.REMOVED if cached is not None else Why.NOT_THERE
        if live.active is False:
            return Why.INACTIVE
        if await self._is_filtered(connection, kind, live):
            return Why.FILTERED
        return Why.OFFERED if cached is not None and cached.active is not False else Why.NOT_SYNCED

    async def _is_filtered(self, connection: Connection, kind: SettingsKind, live: SettingsRow) -> bool:
        """Accounts of this type or status are not pulled (R214)."""
        if kind not in {SettingsKind.COMPANY_TYPES, SettingsKind.COMPANY_STATUSES}:
            return False
        which = (await self._psas.surroundings(connection)).filter
        return which is not None and live.id in _left_out(which, kind)

    async def _inactive_since(
        self, connection: Connection, kind: SettingsKind, row: SettingsRow | None
    ) -> datetime | None:
        """When a settings sync first found it so."""
        for run in await runs.latest(self._db, connection.id, 100, kinds=[RunKind.SETTINGS]):
            for change in await settings.changes(self._db, run.id):
                its = row is not None and (change.kind, change.row_id) == (kind, row.id)
                if its and change.after.get("active") is False:
                    return run.ended_at
        return None


def find(rows: Sequence[SettingsRow], name: str) -> SettingsRow | None:
    """By name or id; of several of one name, one in use before one that is not."""
    wanted = name.strip().casefold()
    same = [row for row in rows if wanted in {row.name.strip().casefold(), row.id.casefold()}]
    return min(same, key=lambda row: row.active is False, default=None)


def nearest(name: str, looked: Looked) -> tuple[str, ...]:
    rows = looked.table.rows or () if looked.table else ()
    folded = {row.name.casefold(): row.name for row in rows}
    return tuple(folded[each] for each in get_close_matches(name.casefold(), folded, n=NEAR, cutoff=0.5))


def _row(table: StoredTable | None, name: str) -> SettingsRow | None:
    return find(table.rows or (), name) if table else None


def _as_of(copy: Configuration, kind: SettingsKind) -> datetime | None:
    table = copy.tables.get(kind)
    return table.read_at if table else copy.at


def _left_out(which: AccountFilter, kind: SettingsKind) -> set[str]:
    rows = which.left_out_types if kind is SettingsKind.COMPANY_TYPES else which.left_out_statuses
    return {row.id for row in rows}
