"""Journey ``/psa filter``: which accounts a connection pulls, by the labels of the tenant's own tables (R93, R96)."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bot.clock import Clock
from bot.psas import Psas
from bot.store.database import Database
from bot.store.queries import audit, connections, settings, snapshots
from bot.store.queries.connections import Connection
from bot.store.secrets import SecretKeyError
from connectors.contract import Nouns, filter_from
from connectors.errors import BadSettings, ConnectorError
from connectors.records import AccountFilter, Because, Option, SettingsKind, SettingsRow, Table, Tables

STATUSES, TYPES = "include_statuses", "include_types"
KINDS: Final = {STATUSES: SettingsKind.COMPANY_STATUSES, TYPES: SettingsKind.COMPANY_TYPES}
NOT_READ: Final = Table(name="not read", rows=None, because=Because.NOT_EXPOSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """Statuses or types: what may be chosen, and what is pulled now. ``can_choose`` False: this PSA has none."""

    setting: str
    can_choose: bool
    offered: tuple[str, ...] = ()
    pulled: tuple[str, ...] | None = None  # None: the table could not be read, so that this half filters nothing
    left_out: tuple[str, ...] = ()
    chosen: tuple[str, ...] = ()  # by a person; empty: the default counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """``version`` is the settings sync that the offered labels come from; 0: they were read just now."""

    connection: Connection
    nouns: Nouns
    statuses: Half
    types: Half
    version: int
    trouble: str = ""  # why the PSA could not be asked, so that this is the last sync's filter

    @property
    def can_change(self) -> bool:
        return self.statuses.can_choose or self.types.can_choose

    @property
    def custom(self) -> bool:
        return bool(self.statuses.chosen or self.types.chosen)

    def half(self, setting: str) -> Half:
        return self.statuses if setting == STATUSES else self.types


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """The settings were synced while the form was open: its labels are old, and nothing was changed (R244)."""

    filter: Filter
    unknown: tuple[str, ...]  # chosen, and not offered any more


class Filters:
    def __init__(self, db: Database, psas: Psas, clock: Clock) -> None:
        self._db = db
        self._psas = psas
        self._clock = clock

    async def of(self, connection: Connection) -> Filter:
        spec = self._psas.spec(connection.psa)
        copy = await settings.read(self._db, connection.id)
        offered = {name: _offered(copy.tables[kind].offered) for name, kind in KINDS.items() if kind in copy.tables}
        tables, which, trouble = await self._in_force(connection)
        halves = {}
        for name, table in ((STATUSES, tables.statuses), (TYPES, tables.types)):
            rows = tuple(row.name for row in table.rows or ())
            halves[name] = Half(
                setting=name,
                can_choose=name in spec.optional_settings and bool(offered.get(name) or rows),
                offered=offered.get(name) or rows,
                pulled=_pulled(which, name),
                left_out=_left_out(which, name),
                chosen=labels(connection.settings.get(name, "")),
            )
        return Filter(
            connection=connection,
            nouns=spec.nouns,
            statuses=halves[STATUSES],
            types=halves[TYPES],
            version=copy.version,
            trouble=trouble,
        )

    async def change(
        self, connection: Connection, chosen: dict[str, tuple[str, ...]], *, version: int, by: str
    ) -> Filter | Renewed:
        """``chosen``: labels by setting; none: the default. ``version``: the labels that were chosen from."""
        now = await self.of(connection)
        unknown = [one for name, its in chosen.items() for one in its if one not in now.half(name).offered]
        if unknown or now.version != version:
            return Renewed(filter=now, unknown=tuple(unknown))
        kept = {name: text for name, text in connection.settings.items() if name not in KINDS}
        changed = kept | {name: written(its) for name, its in chosen.items() if its}
        await connections.replace_settings(self._db, connection.id, changed)
        await audit.write(
            self._db,
            at=self._clock.now(),
            who=by,
            action="change filter",
            target=connection.name,
            outcome="done",
            detail="; ".join(f"{name}: {written(its) or 'default'}" for name, its in chosen.items()),
        )
        return await self.of(replace(connection, settings=changed))

    async def _in_force(self, connection: Connection) -> tuple[Tables, AccountFilter | None, str]:
        """As the PSA has it now; else as the last sync had it."""
        try:
            connector = await self._psas.connector(connection)
            tables = await connector.tables()
            return tables, filter_from(tables, connection.settings), ""
        except ConnectorError as error:
            trouble = error.message
        except (BadSettings, SecretKeyError) as error:
            trouble = str(error)
        stored = await snapshots.tables(self._db, connection.id)
        return stored or _NO_TABLES, await snapshots.account_filter(self._db, connection.id), trouble


_NO_TABLES: Final = Tables(statuses=NOT_READ, types=NOT_READ, agreement_types=NOT_READ, billing_cycles=NOT_READ)


def labels(text: str) -> tuple[str, ...]:
    """As a connection's settings hold them: separated by commas, one that holds a comma in double quotes."""
    rows = csv.reader([text], skipinitialspace=True)
    return tuple(label.strip() for row in rows for label in row if label.strip())


def written(chosen: Sequence[str]) -> str:
    """The other way round."""
    if not chosen:
        return ""
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow(chosen)
    return out.getvalue()


def _offered(rows: Sequence[SettingsRow]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.name for row in rows if row.name.strip()))


def _pulled(which: AccountFilter | None, name: str) -> tuple[str, ...] | None:
    rows = None if which is None else which.statuses if name == STATUSES else which.types
    return None if rows is None else _names(rows)


def _left_out(which: AccountFilter | None, name: str) -> tuple[str, ...]:
    if which is None:
        return ()
    return _names(which.left_out_statuses if name == STATUSES else which.left_out_types)


def _names(rows: Sequence[Option]) -> tuple[str, ...]:
    return tuple(row.name for row in rows)
