"""Inserting what may be there already, on SQLite and PostgreSQL alike, and the chunks of a bulk write."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from itertools import islice
from typing import Any, Final, TypeVar

from sqlalchemy import CompoundSelect, Insert, Select
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

CHUNK: Final = 1_000  # rows per executemany: 9-20 ms of the event loop, where 50,000 at once take 300 (tech.md §5)
Question = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]  # for columns, and not for objects
T = TypeVar("T")


async def insert_unless_there(session: AsyncSession, row: type[SQLModel], values: dict[str, Any]) -> bool:
    """True: inserted. False: a unique index says that there is one; nothing happened and nothing was raised."""
    result = await session.exec(_insert(session, row).values(**values))
    return result.rowcount == 1


def _insert(session: AsyncSession, row: type[SQLModel]) -> Insert:
    if session.get_bind().dialect.name == "sqlite":
        return sqlite.insert(row).on_conflict_do_nothing()
    return postgresql.insert(row).on_conflict_do_nothing()


async def until_found(attempt: Callable[[], Awaitable[T | None]]) -> T:
    """Again, while None: the row that was in the way is gone before it was read. PostgreSQL's writers do not queue."""
    while (found := await attempt()) is None:
        continue
    return found


async def streamed(session: AsyncSession, which: Question) -> AsyncIterator[Any]:
    """Columns as they are, no objects; others may run between two chunks of rows."""
    connection = await session.connection()
    async with connection.stream(which) as result:
        async for part in result.partitions(CHUNK):
            for row in part:
                yield row


async def in_chunks(rows: AsyncIterator[T], size: int = CHUNK) -> AsyncIterator[list[T]]:
    chunk: list[T] = []
    async for row in rows:
        chunk.append(row)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def chunks(items: Sequence[T], size: int = CHUNK) -> Iterator[Sequence[T]]:
    rest = iter(items)
    while chunk := tuple(islice(rest, size)):
        yield chunk
