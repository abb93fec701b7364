"""Bulletins and standings built by hand, each with a few words."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.alerts import Bulletin, News
from bot.digest import DigestLine, DigestReport
from bot.messages import Message
from bot.overview import Overview, Standing
from bot.render.bulletins import alert, digest, status
from bot.render.words import Words
from bot.store.queries.channels import Incident
from bot.store.queries.runs import RunKind, RunState, SyncRun
from bot.store.snapshot import Totals
from tests.bot.daily import ALERTS, DAY, DENIED, HOUR, MONDAY
from tests.bot.test_cases import CONNECTION, SYNC

WORDS = Words()
NOW = MONDAY + 3 * DAY
GOOD = replace(SYNC, started_at=MONDAY - timedelta(seconds=724), ended_at=MONDAY)
TOTALS = Totals(accounts=1502, visible=1498, agreements=5329)


def bad(state: RunState = RunState.FAILED, error: dict[str, str] | None = DENIED, **changes: Any) -> SyncRun:
    return replace(SYNC, id=838, state=state, error=error, started_at=NOW - HOUR, ended_at=NOW - HOUR, **changes)


def incident(**facts: Any) -> Incident:
    return Incident(
        id=1,
        key="1:full:timeout",
        channel=ALERTS,
        ts="1.0",
        state="open",
        opened_at=MONDAY,
        last_at=MONDAY,
        count=1,
        facts=facts,
    )


def bulletin(run: SyncRun | None = None, **changes: Any) -> Bulletin:
    known = Bulletin(
        news=News.FAILING,
        mark="838",
        incident=incident(),
        connection="halo-uk",
        psa="connectwise",
        kind=RunKind.FULL,
        run=run or bad(),
        failures=1,
        causes=("permission_denied",),
        since=NOW - HOUR,
        data_as_of=MONDAY,
    )
    return replace(known, **changes)


def told(run: SyncRun | None = None, **changes: Any) -> Message:
    return alert(WORDS, bulletin(run, **changes), NOW)


def standing(name: str = "cw-prod", state: str = "ok", **changes: Any) -> Standing:
    known = Standing(
        connection=replace(CONNECTION, name=name),
        state=state,
        age=3 * DAY,
        last=GOOD,
        streak=(),
        running=None,
        totals=TOTALS,
        incidents=(),
    )
    return replace(known, **changes)


def failing(name: str = "halo-uk", error: dict[str, str] | None = DENIED, count: int = 1) -> Standing:
    return standing(name, "failing", streak=(bad(error=error),) * count)


def fresh(name: str = "new") -> Standing:
    return standing(name, "never_synced", age=None, last=None, totals=Totals(accounts=0, visible=0, agreements=0))


def digested(*standings: Standing, **changes: int) -> Message:
    rows = tuple(DigestLine(standing=each, syncs=1, changes=changes) for each in standings)
    return digest(WORDS, DigestReport(at=NOW, lines=rows))


def shown(*standings: Standing) -> Message:
    return status(WORDS, Overview(at=NOW, connections=standings), "/psa")
