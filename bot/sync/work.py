"""What one sync works with: handed to each kind."""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from bot.clock import Clock
from bot.store.database import Database
from bot.store.queries.connections import Connection
from bot.store.queries.runs import SyncRun
from bot.sync.guard import Limits
from bot.sync.judging import Judge
from bot.sync.progress import Lease, Progress
from connectors.contract import Connector


class ConnectorFactory(Protocol):
    """Builds a connector for a sync, with the connection's secrets, and closes it afterwards."""

    def open(self, connection: Connection) -> AbstractAsyncContextManager[Connector]:
        """Raises BadSettings or SecretKeyError, on entering, with a message that is safe to show."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncSettings:
    """How a sync runs: all of it can be set."""

    limits: Limits = field(default_factory=Limits)
    tell_every_seconds: float = 1.0
    heartbeat_seconds: float = 2.0  # also how soon a cancel is noticed while nothing is read
    read_ahead: int = 5_000  # accounts that wait in memory while agreements are still coming


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One run in progress."""

    db: Database
    judge: Judge
    clock: Clock
    settings: SyncSettings
    run: SyncRun
    lease: Lease
    connection: Connection
    connector: Connector
    progress: Progress
