"""A connection's configuration as the last settings syncs left it, and what a run changed in it: frozen records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from connectors.records import Because, SettingsKind, SettingsRow


class Turn(StrEnum):
    """What a run did to a row of a configuration table."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsChange:
    """One row's difference. ``before`` and ``after`` hold the fields that differ; both empty for a row that came or
    went.
    """

    kind: SettingsKind
    row_id: str
    name: str
    what: Turn
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTable:
    """``rows`` None: it was never read. ``because``: why the last run could not read it, so that ``rows`` are older."""

    kind: SettingsKind
    name: str
    rows: tuple[SettingsRow, ...] | None
    because: Because | None
    run_id: int | None
    read_at: datetime | None

    @property
    def offered(self) -> tuple[SettingsRow, ...]:
        """What may be chosen: active rows only (R180)."""
        return tuple(row for row in self.rows or () if row.active is not False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """All tables of one version. ``version`` is the run that made it; 0: there was no settings sync yet."""

    version: int = 0
    at: datetime | None = None
    tables: Mapping[SettingsKind, StoredTable] = field(default_factory=dict)
