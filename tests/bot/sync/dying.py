"""A process that dies in a chosen phase of a sync: nothing that comes after it is done."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import event

from bot.sync.run import Runner
from rules.model import Case, Judged
from tests.bot.sync.stage import Stage


class Died(BaseException):
    """No part of the bot catches this one, like a kill."""


def is_death(error: BaseException) -> bool:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return isinstance(error, Died)


@dataclass
class DyingRules:
    def judge(self, case: Case) -> Judged:
        raise Died


@dataclass
class Dying:
    """Gives a runner whose process dies in that phase: a read of the connector, or one of the steps after it."""

    stage: Stage
    phase: str
    process: str = ""

    def __enter__(self) -> Runner:
        stage, death = self.stage, Died()
        rules: Any = stage.rules
        match self.phase:
            case "open":
                stage.factory.fails = death
            case "judging":
                rules = DyingRules()
            case "guarding":
                stage.psa.lost = {one.id for one in stage.psa.everyone}
                stage.psa.fails = {"probe": death}
            case "writing":
                event.listen(stage.db.engine.sync_engine, "before_cursor_execute", self._die)
            case read:
                stage.psa.fails = {read: death}
        return stage.new_runner(self.process, judge=rules)

    def __exit__(self, *_: object) -> None:
        if self.phase == "writing":
            event.remove(self.stage.db.engine.sync_engine, "before_cursor_execute", self._die)

    def _die(self, conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("UPDATE account"):
            raise Died
