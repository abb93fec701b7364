"""Gives every account that was read its verdict, by the same rules that explain it later."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

from bot.store.queries.connections import Connection
from bot.store.snapshot import JudgedAccount
from connectors.contract import Spec
from connectors.records import Account, AccountFilter, Agreement, Tables
from rules.model import Cached, Case, Judged, Live

AT_ONCE = 25  # accounts judged before the event loop gets a turn: commands answer while a sync runs (R239)


class Judge(Protocol):
    """The rule engine, as far as a sync needs it."""

    def judge(self, case: Case) -> Judged: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What all accounts of one sync are judged with."""

    connection: Connection
    spec: Spec
    tables: Tables
    filter: AccountFilter
    now: datetime


def case_of(bench: Bench, account: Account, agreements: Sequence[Agreement]) -> Case:
    """The facts as a live diagnosis of this moment would have them: read just now, nothing remembered.

    Twins stay None: the filter leaves recycled accounts out, so "there are none" was not read.
    """
    return Case(
        psa=bench.connection.psa,
        now=bench.now,
        today=bench.now.astimezone(ZoneInfo(bench.connection.time_zone)).date(),
        gives=bench.spec.gives,
        live=Live(present=True, as_of=bench.now),
        cached=Cached(present=False, as_of=None, run=None),
        account=account,
        agreements=tuple(agreements),
        filter=bench.filter,
        tables=bench.tables,
        tool_words=asdict(bench.spec.nouns),
    )


def judge_one(judge: Judge, bench: Bench, account: Account, agreements: Sequence[Agreement]) -> JudgedAccount:
    judged = judge.judge(case_of(bench, account, agreements))
    return JudgedAccount(
        account=account, visible=judged.visible, reasons=judged.reasons, qualifying=len(judged.qualifying)
    )


async def judge_page(
    judge: Judge, bench: Bench, accounts: Sequence[Account], agreements: Mapping[str, Sequence[Agreement]]
) -> list[JudgedAccount]:
    """``agreements``: by account; who has none is not in it."""
    judged = []
    for number, account in enumerate(accounts, start=1):
        judged.append(judge_one(judge, bench, account, agreements.get(account.id, ())))
        if number % AT_ONCE == 0:
            await asyncio.sleep(0)
    return judged
