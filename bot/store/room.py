"""A disk without room for the database: every write fails, reading goes on, and only a person can make room.

What can be done without being written down is done all the same.
"""

import logging
import sqlite3
from collections.abc import Awaitable
from errno import ENOSPC
from typing import Final, TypeVar

log = logging.getLogger(__name__)

NO_ROOM: Final = "The disk that holds the bot's database is full."
# The second: a connection that is opened on a full disk finds no room for the index of the write-ahead log.
SQLITE_FULL: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE})
POSTGRESQL_FULL: Final = "53100"
T = TypeVar("T")


def is_full(error: BaseException) -> bool:
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, OSError):
        return cause.errno == ENOSPC
    return getattr(cause, "sqlite_errorcode", 0) in SQLITE_FULL or getattr(cause, "sqlstate", "") == POSTGRESQL_FULL


async def unless_full(writing: Awaitable[T], instead: T) -> T:
    """``instead``: what serves where there is no room to write it down."""
    try:
        return await writing
    except Exception as error:
        if not is_full(error):
            raise
        log.warning("%s Free some space on it: nothing is written down until then.", NO_ROOM, extra={"action": "full"})
        return instead
