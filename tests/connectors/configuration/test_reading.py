"""Tables of a settings sync are read side by side; what one of them is refused costs no other."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import aclosing
from typing import Any

import pytest

from connectors.configuration import Once, Read, Rows, put_together, tables_of
from connectors.connectwise.spec import SPEC
from connectors.errors import ConnectorError, NotFound, PermissionDenied, PsaDown
from connectors.records import Because, SettingsKind, SettingsRow, SettingsTable

BOARDS, STATUSES, SLAS = SettingsKind.BOARDS, SettingsKind.STATUSES, SettingsKind.SLAS
HELP_DESK: Rows = (SettingsRow(id="1", name="Help Desk"),)


def says(outcome: Rows | ConnectorError | None) -> Callable[[], Coroutine[Any, Any, Rows | None]]:
    async def read() -> Rows | None:
        if isinstance(outcome, ConnectorError):
            raise outcome
        return outcome

    return read


async def told(**outcomes: Rows | ConnectorError | None) -> dict[SettingsKind, SettingsTable]:
    reads = {SettingsKind(name): says(outcome) for name, outcome in outcomes.items()}
    return {table.kind: table async for table in tables_of(SPEC, reads)}


@pytest.mark.requirement("R221")
async def test_each_table_says_why_it_could_not_be_read() -> None:
    tables = await told(boards=HELP_DESK, statuses=PermissionDenied("No."), slas=NotFound("No."), sources=None)
    assert tables[BOARDS] == SettingsTable(kind=BOARDS, name="Service Boards", rows=HELP_DESK)
    assert {kind: table.because for kind, table in tables.items() if table.rows is None} == {
        STATUSES: Because.PERMISSION,
        SLAS: Because.NOT_EXPOSED,
        SettingsKind.SOURCES: Because.NOT_EXPOSED,
    }


async def test_an_empty_table_was_read() -> None:
    assert (await told(boards=()))[BOARDS].rows == ()


async def test_where_no_table_at_all_was_read_that_is_an_error_of_the_connection() -> None:
    with pytest.raises(PermissionDenied, match="role"):
        await told(slas=NotFound("No."), boards=PermissionDenied("The role has nothing."))
    with pytest.raises(NotFound, match="tells no boards"):
        await told(boards=None)


async def test_a_psa_that_is_down_ends_the_whole_read() -> None:
    with pytest.raises(PsaDown):
        await told(boards=PsaDown("Down."), slas=HELP_DESK)


async def test_a_table_is_told_before_a_slower_one_is_there() -> None:
    slow = asyncio.Event()

    async def wait() -> Rows:
        await slow.wait()
        return HELP_DESK

    async with aclosing(tables_of(SPEC, {SLAS: wait, BOARDS: says(HELP_DESK)})) as arriving:  # type: ignore[type-var]
        first = await anext(aiter(arriving))
        assert first.kind is BOARDS
        slow.set()
        assert [table.kind async for table in arriving] == [SLAS]


async def test_who_stops_listening_stops_the_reads() -> None:
    stopped = asyncio.Event()

    async def never() -> Rows:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()
        return ()

    async with aclosing(tables_of(SPEC, {BOARDS: says(HELP_DESK), SLAS: never})) as arriving:  # type: ignore[type-var]
        await anext(aiter(arriving))
    assert stopped.is_set()


async def rows(*names: str) -> Rows:
    return tuple(SettingsRow(id=name, name=name) for name in names)


async def refused(error: ConnectorError) -> Rows:
    raise error


async def test_a_table_of_several_lists_holds_each_row_once() -> None:
    assert [row.id for row in await put_together([rows("a", "b"), rows("b", "c")])] == ["a", "b", "c"]
    assert await put_together([]) == ()


async def test_a_list_that_is_not_there_is_no_part_of_a_table_and_a_refused_one_refuses_it() -> None:
    assert [row.id for row in await put_together([rows("a"), refused(NotFound("No."))])] == ["a"]
    with pytest.raises(PermissionDenied):
        await put_together([rows("a"), refused(PermissionDenied("No."))])
    with pytest.raises(NotFound):
        await put_together([refused(NotFound("No.")), refused(NotFound("No."))])


async def test_a_shared_answer_is_read_once_and_a_refusal_is_everybody_s() -> None:
    asked = []

    async def read() -> Rows:
        asked.append(1)
        await asyncio.sleep(0)
        return HELP_DESK

    once, never = Once(read), Once(lambda: refused(PermissionDenied("No.")))
    assert [*await asyncio.gather(once.answer(), once.answer())] == [HELP_DESK, HELP_DESK]
    assert len(asked) == 1
    for _ in range(2):
        with pytest.raises(PermissionDenied):
            await never.answer()


async def test_who_waits_for_a_shared_answer_still_gets_it_when_the_first_reader_is_stopped() -> None:
    go = asyncio.Event()

    async def read() -> Rows:
        await go.wait()
        return HELP_DESK

    once = Once(read)
    first, second = asyncio.create_task(once.answer()), asyncio.create_task(once.answer())
    await asyncio.sleep(0)
    first.cancel()
    go.set()
    assert await second == HELP_DESK
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_only_the_tables_that_are_asked_for_are_read() -> None:
    asked: list[SettingsKind] = []

    def reading(kind: SettingsKind) -> Read:
        async def read() -> Rows:
            asked.append(kind)
            return ()

        return read

    reads = {kind: reading(kind) for kind in SPEC.settings_tables}
    found = [table.kind async for table in tables_of(SPEC, reads, {SettingsKind.PRIORITIES})]
    assert found == asked == [SettingsKind.PRIORITIES]
    assert [table async for table in tables_of(SPEC, reads, set())] == []
