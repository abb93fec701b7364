"""The tables of a settings sync, side by side, each as it arrives; a refused one says so and spoils no other."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine, Iterable, Mapping
from contextlib import aclosing
from typing import Any, Generic, TypeVar

from connectors.contract import Spec
from connectors.errors import NotFound, PermissionDenied
from connectors.http import as_they_come, at_once
from connectors.records import Because, SettingsKind, SettingsRow, SettingsTable

Answer = TypeVar("Answer")
Rows = tuple[SettingsRow, ...]
Read = Callable[[], Coroutine[Any, Any, Rows | None]]  # None: the answer does not hold this table


class Once(Generic[Answer]):
    """One read for everybody who wants its answer; a refusal is everybody's, too."""

    def __init__(self, read: Callable[[], Coroutine[Any, Any, Answer]]) -> None:
        self._read = read
        self._lock = asyncio.Lock()  # who waits goes on with the read if the one who began it is stopped
        self._told: list[Answer | PermissionDenied | NotFound] = []

    async def answer(self) -> Answer:
        async with self._lock:
            if not self._told:
                self._told.append(await refused_or(self._read()))
        told = self._told[0]
        if isinstance(told, PermissionDenied | NotFound):
            raise told
        return told


async def tables_of(
    spec: Spec, reads: Mapping[SettingsKind, Read], only: Collection[SettingsKind] | None = None
) -> AsyncIterator[SettingsTable]:
    """``only``: these tables, and what they cannot be read without.

    Raises where not one table could be read: then nobody is let in, or the address is wrong, and that is no news
    about any table. Anything else that goes wrong is an error of the whole read.
    """
    chosen = {kind: read for kind, read in reads.items() if only is None or kind in only}
    refusals: list[PermissionDenied | NotFound] = []
    async with aclosing(as_they_come(_taking(kind, read) for kind, read in chosen.items())) as arriving:
        async for kind, outcome in arriving:
            if not isinstance(outcome, tuple):
                refusals.append(outcome)
            yield _table(kind, spec.settings_tables[kind], outcome)
    if only is None and len(refusals) == len(reads):
        raise next((one for one in refusals if isinstance(one, PermissionDenied)), refusals[0])


async def put_together(reads: Iterable[Coroutine[Any, Any, Rows]]) -> Rows:
    """One table of ours that is several of the PSA's, read side by side, each id once.

    What this PSA does not have is no part of it, as long as it has another. A refused part refuses all of it: without
    its rows the rest would look as if those had been deleted.
    """
    async with at_once() as group:
        parts = [group.create_task(refused_or(read)) for read in reads]
    told = [part.result() for part in parts]
    there = [rows for rows in told if isinstance(rows, tuple)]
    refused = [one for one in told if isinstance(one, PermissionDenied)]
    absent = [one for one in told if isinstance(one, NotFound)]
    if refused or (absent and not there):
        raise [*refused, *absent][0]
    return tuple({row.id: row for rows in there for row in rows}.values())


async def refused_or(read: Awaitable[Answer]) -> Answer | PermissionDenied | NotFound:
    """What was read, or why it was not."""
    try:
        return await read
    except (PermissionDenied, NotFound) as error:
        return error


def _taking(
    kind: SettingsKind, read: Read
) -> Callable[[], Coroutine[Any, Any, tuple[SettingsKind, Rows | PermissionDenied | NotFound]]]:
    async def take() -> tuple[SettingsKind, Rows | PermissionDenied | NotFound]:
        outcome = await refused_or(read())
        return kind, NotFound(f"This PSA tells no {kind.value}.") if outcome is None else outcome

    return take


def _table(kind: SettingsKind, name: str, outcome: Rows | PermissionDenied | NotFound) -> SettingsTable:
    if isinstance(outcome, tuple):
        return SettingsTable(kind=kind, name=name, rows=outcome)
    because = Because.PERMISSION if isinstance(outcome, PermissionDenied) else Because.NOT_EXPOSED
    return SettingsTable(kind=kind, name=name, rows=None, because=because)
