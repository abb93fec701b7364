"""Journey: after each sync, who was visible before and is not now, by which rule, and what else changed near it."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.answers import UnknownConnection
from bot.clock import Clock
from bot.missing import Missing
from bot.psas import Psas
from bot.store.database import Database
from bot.store.queries import connections, history, runs, snapshots
from bot.store.queries.connections import Connection
from bot.store.queries.history import Footing, Regression
from bot.store.queries.runs import RunState, SyncRun
from bot.store.record import fingerprint, write_filter
from bot.store.secrets import SecretKeyError
from bot.store.snapshot import Change, What
from connectors.errors import BadSettings, ConnectorError
from connectors.records import Access, AccessProbe
from rules.model import Diagnosis, State

LOG: Final = logging.getLogger(__name__)
MOST_ASKED: Final = 25  # accounts that are looked up again, one by one; the rest is told by what the sync stored
LEFT_TO_ITS_OWN: Final = timedelta(minutes=1)  # whoever ran it looks at it right afterwards
CAUGHT_UP_FOR: Final = timedelta(days=1)  # a run that ended longer ago is no news any more
LIMITED: Final = frozenset({Access.REFUSED.value, Access.EMPTY.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """What else changed between the run before and this one. All empty: nothing that is known."""

    rights_lost: tuple[str, ...] = ()  # in the PSA's words
    version: tuple[str, str] | None = None  # before and after
    credentials_changed_at: datetime | None = None
    filter_changed: bool = False

    @property
    def explains(self) -> bool:
        return bool(self.rights_lost or self.version or self.credentials_changed_at or self.filter_changed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One run after which somebody was no longer visible."""

    connection: Connection
    run: SyncRun
    regressions: tuple[Regression, ...]
    nearby: Nearby


class Watch:
    """Looks once after every full or quick sync, whichever process ran it; twice does no harm."""

    def __init__(self, db: Database, psas: Psas, missing: Missing, clock: Clock) -> None:
        self._db = db
        self._psas = psas
        self._missing = missing
        self._clock = clock

    async def catch_up(self) -> int:
        """Runs that ended well and were not looked at: the process that ran them had no time for it. → how many."""
        now = self._clock.now()
        waiting = await history.not_looked_at(self._db, now - CAUGHT_UP_FOR, now - LEFT_TO_ITS_OWN)
        for run in waiting:
            await self.after(run.id)
        return len(waiting)

    async def after(self, run_id: int) -> Report | None:
        """None: nobody was lost, or this run is none to look at. Connection trouble makes the rights unknown."""
        run = await runs.get(self._db, run_id)
        if run is None or run.state is not RunState.SUCCEEDED or run.kind not in history.LOOKED_AT_AFTERWARDS:
            return None
        connection = await connections.by_id(self._db, run.connection_id)
        if connection is None or await history.footing(self._db, run_id) is not None:
            return None
        footing, probes = await self._footing(connection, run)
        lost = await history.no_longer_visible(self._db, run_id)
        found = [await self._regression(connection, one, ask=at < MOST_ASKED) for at, one in enumerate(lost)]
        if not await history.note(self._db, connection.id, footing, found) or not found:
            return None
        return await self._report(connection, run, found, {probe.id: probe.right for probe in probes})

    async def report(self, run: SyncRun) -> Report | None:
        """What was found after a run. None: nothing, or its connection was removed."""
        connection = await connections.by_id(self._db, run.connection_id)
        found = await history.regressions(self._db, run.id)
        if connection is None or not found:
            return None
        words = {right.id: right.right for right in self._psas.spec(connection.psa).rights}
        return await self._report(connection, run, found, words)

    async def reports(self, *, since: datetime, until: datetime) -> list[Report]:
        """Of the runs that ended in between, oldest first."""
        found = await history.with_regressions(self._db, since=since, until=until)
        return [report for run in found if (report := await self.report(run)) is not None]

    async def _report(
        self, connection: Connection, run: SyncRun, found: Sequence[Regression], words: Mapping[str, str]
    ) -> Report:
        after = await history.footing(self._db, run.id)
        before = await history.footing_before(self._db, connection.id, run.id)
        secrets_at = await connections.secrets_changed_at(self._db, connection.id)
        near = nearby(before, after, secrets_at, words) if before and after else Nearby()
        return Report(connection=connection, run=run, regressions=tuple(found), nearby=near)

    async def _footing(self, connection: Connection, run: SyncRun) -> tuple[Footing, Sequence[AccessProbe]]:
        """On what the run stood, as far as the PSA says so right after it."""
        version: str | None = None
        probes: Sequence[AccessProbe] | None = None
        try:
            connector = await self._psas.connector(connection)
            version = (await connector.check()).version
            probes = await connector.probe()
        except (ConnectorError, BadSettings, SecretKeyError) as error:
            extra = {"action": "footing", "run": run.id, "error": type(error).__name__}
            LOG.info("What a sync stood on could not be read.", extra=extra)
        which = await snapshots.account_filter(self._db, connection.id)
        footing = Footing(
            run_id=run.id,
            at=self._clock.now(),
            version=version,
            rights=None if probes is None else {probe.id: probe.access.value for probe in probes},
            account_filter=fingerprint(write_filter(which)) if which is not None else "",
        )
        return footing, probes or ()

    async def _regression(self, connection: Connection, change: Change, *, ask: bool) -> Regression:
        """What the sync stored tells which rule turned; an account that is gone has to be asked for again."""
        turned = _turned(change)
        verdict = ""
        if change.what is What.REMOVED and ask:
            verdict, turned = await self._asked(connection, change)
        return Regression(account_id=change.account_id, name=change.name, verdict=verdict, rules=turned)

    async def _asked(self, connection: Connection, change: Change) -> tuple[str, tuple[str, ...]]:
        try:
            answer = await self._missing.ask(change.name, connection=connection.name, account_id=change.account_id)
        except UnknownConnection:  # renamed or removed this very moment
            return "", ()
        diagnosis = next((one.diagnosis for result in answer.results for one in result.accounts), None)
        if diagnosis is None:
            return next((result.verdict.value for result in answer.results), ""), ()
        return diagnosis.verdict.value, _failing(diagnosis)


def nearby(before: Footing, after: Footing, secrets_changed_at: datetime | None, words: Mapping[str, str]) -> Nearby:
    """Pure. ``words``: a right in the PSA's words, by its id. What was not read on one side is no change."""
    changed = before.version is not None and after.version is not None and before.version != after.version
    since = secrets_changed_at is not None and before.at < secrets_changed_at <= after.at
    return Nearby(
        rights_lost=tuple(words.get(one, one) for one in _rights_lost(before.rights, after.rights)),
        version=(before.version or "", after.version or "") if changed else None,
        credentials_changed_at=secrets_changed_at if since else None,
        filter_changed=before.account_filter != after.account_filter,
    )


def _rights_lost(before: Mapping[str, str] | None, after: Mapping[str, str] | None) -> list[str]:
    if before is None or after is None:
        return []
    return [one for one, access in after.items() if access in LIMITED and before.get(one) == Access.GRANTED.value]


def _turned(change: Change) -> tuple[str, ...]:
    """The rules that object now and did not before."""
    before, after = change.before.get("reasons") or (), change.after.get("reasons") or ()
    return tuple(rule for rule in after if rule not in before)


def _failing(diagnosis: Diagnosis) -> tuple[str, ...]:
    found = [one.rule for one in diagnosis.findings if one.state is State.FAIL and one.blocks]
    return tuple(dict.fromkeys(found))
