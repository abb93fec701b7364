"""A disk that fills up in a chosen phase of a sync, so that SQLite itself says that it is full."""

from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import event

from bot.store.database import Database

WRITES: Final = ("INSERT", "UPDATE", "DELETE")
BEYOND: Final = "INSERT INTO turn (name, at) SELECT hex(zeroblob(1000000)), ''"
FEWEST: Final = 1  # of pages; never fewer than the database has, says SQLite's manual: it stays as large as it is
MOST: Final = 4_294_967_294
# A statement of each phase of a sync that writes: from there on there is no room.
BOTH: Final = {"progress": "UPDATE sync_run SET phase", "claim": "UPDATE sync_run SET heartbeat_at"}
STAGED: Final = {
    "opening": "INSERT INTO stage ",
    "agreements": "INSERT INTO staged_agreement ",
    "accounts": "INSERT INTO staged_account ",
    "comparing": "INSERT INTO staged_step ",
    "in force": "UPDATE account ",
}
CONFIGURATION: Final = {"tables": "UPDATE settings_table ", "changes": "INSERT INTO settings_change "}
PHASES: Final = {"full": BOTH | STAGED, "quick": BOTH | STAGED, "settings": BOTH | CONFIGURATION}
THE_END: Final = "UPDATE sync_run SET state=?, ended_at"


@dataclass
class Disk:
    """``fill`` at once, or ``fill_at`` the first statement that begins so; from then on nothing can be written.

    A full disk keeps even a row from being changed in place, because that goes to the write-ahead log first. So each
    write asks for more pages than SQLite is allowed.
    """

    db: Database
    full: bool = False
    at: str = ""
    refused: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        engine = self.db.engine.sync_engine
        event.listen(engine, "before_cursor_execute", self._before, retval=True)

    def fill(self) -> None:
        self.full = True

    def fill_at(self, beginning: str) -> None:
        self.at = beginning

    def make_room(self) -> None:
        self.full, self.at = False, ""

    def _before(
        self, conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
    ) -> tuple[str, Any]:
        if self.at and statement.startswith(self.at):
            self.full = True
        if not statement.startswith(WRITES):
            return statement, parameters
        cursor.execute(f"PRAGMA max_page_count = {FEWEST if self.full else MOST}")
        if not self.full:
            return statement, parameters
        self.refused.append(statement)
        return BEYOND, [()] if many else ()
