"""Reads the configuration tables of a settings sync. Only what hangs under a board waits for another answer: the
longest chain is of two calls, the boards and then their lists, after the address is known (CW §1.3, §7).
"""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping

from connectors.configuration import Columns, Once, Read, Rows, put_together, settings_rows, tables_of
from connectors.connectwise.api import Api
from connectors.connectwise.configuration import BOARDS, OF_BOARD, TABLES, Listed
from connectors.connectwise.spec import SPEC
from connectors.connectwise.tables import PURPOSE
from connectors.errors import NotFound, PermissionDenied
from connectors.records import Ref, SettingsKind, SettingsRow, SettingsTable


def read_settings_tables(api: Api, only: Collection[SettingsKind] | None = None) -> AsyncIterator[SettingsTable]:
    return tables_of(SPEC, reads(api), only)


def reads(api: Api) -> Mapping[SettingsKind, Read]:
    """The boards first: what hangs under them waits."""
    boards = Once(lambda: _rows(api, BOARDS))
    return {
        SettingsKind.BOARDS: boards.answer,
        **{kind: _under_each(api, boards, listed) for kind, listed in OF_BOARD.items()},
        **{kind: _together(api, lists) for kind, lists in TABLES.items()},
    }


def _together(api: Api, lists: Iterable[Listed]) -> Read:
    return lambda: put_together([_rows(api, listed) for listed in lists])


def _under_each(api: Api, boards: Once[Rows], listed: Listed) -> Read:
    """Of the boards in use: those that are not are left out, because each costs as many calls (CW §7)."""

    async def read() -> Rows:
        used = [board for board in await boards.answer() if board.active is not False]
        return await put_together([_rows(api, listed, board) for board in used])

    return read


async def _rows(api: Api, listed: Listed, board: SettingsRow | None = None) -> Rows:
    """A list that is refused has a smaller sibling that may not be."""
    base = f"{BOARDS.path}/{int(board.id)}" if board else ""
    try:
        return await _read(api, f"{base}{listed.path}", listed.columns, listed.prefix, board)
    except PermissionDenied as refused:
        if not listed.smaller:
            raise
        try:
            return await _read(api, f"{base}{listed.smaller}", listed.smaller_columns, listed.prefix, board)
        except NotFound:
            raise refused from None


async def _read(api: Api, path: str, columns: Columns, prefix: str, board: SettingsRow | None) -> Rows:
    rows = [row async for page in api.every(PURPOSE, path, ",".join(columns.fields)) for row in page]
    parent = Ref(id=board.id, name=board.name) if board else None
    return settings_rows(rows, columns, psa=SPEC.nouns.psa, parent=parent, prefix=prefix)
