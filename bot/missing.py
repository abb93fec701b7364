"""Journey 1, ``/psa missing NAME``: find the candidates, build a Case for each, let the rules judge."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.candidates import Choice, Found, Near, choose
from bot.cases import Asking, Read, build_case, nobody_case, read_account, with_parent, within
from bot.clock import Clock
from bot.psas import Psas, Surroundings
from bot.store.database import Database
from bot.store.known_names import KnownNames
from bot.store.queries import connections, runs, snapshots
from bot.store.queries.connections import Connection
from bot.store.queries.runs import SyncRun
from bot.store.secrets import SecretKeyError
from connectors import registry
from connectors.contract import Nouns
from connectors.errors import BadSettings, ConnectorError
from connectors.records import Account
from rules.engine import Engine
from rules.model import Case, Diagnosis, Verdict

MOST_ACCOUNTS: Final = 3  # of one name that are diagnosed in full
MOST_CANDIDATES: Final = 50
MOST_NEAREST: Final = 5


Trouble = ConnectorError | BadSettings | SecretKeyError


class UnknownConnection(Exception):
    """There is no connection of that name. ``known`` lists the names there are."""

    def __init__(self, name: str, known: Sequence[str]) -> None:
        super().__init__(name)
        self.name = name
        self.known = tuple(known)


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAnswer:
    """One account, judged."""

    id: str
    name: str
    url: str | None
    case: Case
    diagnosis: Diagnosis


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One connection's answer. ``accounts`` is empty where none was found, or where a person has to choose.

    ``diagnosis`` is then that of the connection itself: may it be read at all? ``trouble`` kept us from asking the PSA.
    """

    connection: str
    psa: str
    nouns: Nouns
    verdict: Verdict
    summary: str
    accounts: tuple[AccountAnswer, ...] = ()
    candidates: tuple[Near, ...] = ()
    nearest: tuple[Near, ...] = ()
    diagnosis: Diagnosis | None = None
    not_tested: tuple[str, ...] = ()
    trouble: Trouble | None = None
    last_sync: SyncRun | None = None
    running: SyncRun | None = None  # a sync that runs now: the answer used the version before it (R241)
    calls: int = 0
    elapsed_ms: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    query: str
    asked_at: datetime
    results: tuple[Result, ...]


class Missing:
    """Asks all connections at once; one that is down never spoils the others."""

    def __init__(self, db: Database, psas: Psas, engine: Engine, clock: Clock) -> None:
        self._db = db
        self._psas = psas
        self._engine = engine
        self._clock = clock
        self._names = KnownNames(db)

    async def ask(
        self, query: str, *, connection: str | None = None, account_id: str | None = None, fresh: bool = False
    ) -> Answer:
        """``account_id`` limits it to one account, after a choice. Raises UnknownConnection."""
        asked_at = self._clock.now()
        chosen = await self._connections(connection)
        results = await asyncio.gather(*(self._of(each, query, account_id, fresh=fresh) for each in chosen))
        return Answer(query=query, asked_at=asked_at, results=tuple(results))

    async def _connections(self, name: str | None) -> list[Connection]:
        every = await connections.every(self._db)
        if name is None:
            return every
        chosen = [each for each in every if each.name.casefold() == name.casefold()]
        if not chosen:
            raise UnknownConnection(name, [each.name for each in every])
        return chosen

    async def _of(self, connection: Connection, query: str, account_id: str | None, *, fresh: bool) -> Result:
        """A connection that is set up wrongly says so in its own place."""
        try:
            return await self._timed(connection, query, account_id, fresh=fresh)
        except (BadSettings, SecretKeyError) as trouble:
            return _unusable(connection, trouble)

    async def _timed(self, connection: Connection, query: str, account_id: str | None, *, fresh: bool) -> Result:
        begun = time.perf_counter()
        connector, last_sync, active = await asyncio.gather(
            self._psas.connector(connection),
            runs.last_success(self._db, connection.id),
            runs.active(self._db, connection.id),
        )
        asking = Asking(
            connection=connection,
            connector=connector,
            query=query,
            account_id=account_id,
            now=self._clock.now(),
            last_sync=last_sync,
            fresh=fresh,
        )
        calls = connector.usage.calls
        result = await self._answer(asking)
        return replace(
            result,
            last_sync=last_sync,
            running=active[0] if active else None,
            calls=connector.usage.calls - calls,
            elapsed_ms=round((time.perf_counter() - begun) * 1000),
        )

    async def _answer(self, asking: Asking) -> Result:
        found = await self._look(asking)
        chosen = choose(asking.query, found, only=asking.account_id)
        if chosen.focus:
            return await self._diagnosed(asking, found, chosen)
        if chosen.several:
            return _ambiguous(asking, chosen)
        return await self._nobody(asking, found, chosen)

    async def _look(self, asking: Asking) -> Found:
        """Round one: the cache and a narrow, unfiltered live look-up (C19), at the same time."""
        if asking.account_id is not None:
            return Found(matches=())
        live = asyncio.create_task(_live_hits(asking))
        matches = await self._names.search(asking.connection, asking.query, limit=MOST_CANDIDATES)
        hits = await live
        if isinstance(hits, ConnectorError):
            return Found(matches=tuple(matches), error=hits)
        return Found(matches=tuple(matches), live={account.id: account for account in hits})

    async def _diagnosed(self, asking: Asking, found: Found, chosen: Choice) -> Result:
        """Round two: agreements and cached copies, beside what the connection may read, in parallel."""
        around, reads = await asyncio.gather(
            self._psas.surroundings(asking.connection, fresh=asking.fresh),
            asyncio.gather(*(self._read(asking, found, account_id) for account_id in chosen.focus[:MOST_ACCOUNTS])),
        )
        answers = tuple(await asyncio.gather(*(self._answered(asking, read, reads, around) for read in reads)))
        leading = answers[0].diagnosis
        result = _result(
            asking,
            leading.verdict,
            leading.summary,
            accounts=answers,
            nearest=chosen.nearest[:MOST_NEAREST],
            not_tested=leading.not_tested,
        )
        return replace(result, trouble=_first_trouble(reads))

    async def _read(self, asking: Asking, found: Found, account_id: str) -> Read:
        cached = await snapshots.account(self._db, asking.connection.id, account_id)
        if found.error is not None:
            return Read(account_id=account_id, cached=cached, live=found.error, agreements=found.error)
        return await read_account(asking, cached, account_id, found.live.get(account_id))

    async def _answered(self, asking: Asking, read: Read, reads: Sequence[Read], around: Surroundings) -> AccountAnswer:
        """Judged, and judged once more where a parent may carry the billing: only that takes a third round."""
        twins = tuple(each.account for each in reads if each is not read and each.account is not None)
        first = self._judged(build_case(asking, read, twins, around), read)
        more = await with_parent(asking, read, first.diagnosis)
        return first if more is read else self._judged(build_case(asking, more, twins, around), more)

    def _judged(self, case: Case, read: Read) -> AccountAnswer:
        return AccountAnswer(
            id=read.account_id,
            name=case.account.name if case.account else case.query,
            url=case.account.url if case.account else None,
            case=case,
            diagnosis=self._engine.diagnose(case),
        )

    async def _nobody(self, asking: Asking, found: Found, chosen: Choice) -> Result:
        """Not found may only be said where the right to read is proven in this very answer: probe anew."""
        around = await (
            self._psas.surroundings(asking.connection, fresh=True)
            if asking.fresh
            else self._psas.sight_proven(asking.connection)
        )
        diagnosis = self._engine.diagnose(nobody_case(asking, found.error, around))
        result = _result(
            asking,
            diagnosis.verdict,
            diagnosis.summary,
            nearest=chosen.nearest[:MOST_NEAREST],
            diagnosis=diagnosis,
            not_tested=diagnosis.not_tested,
        )
        return replace(result, trouble=found.error)


async def _live_hits(asking: Asking) -> Sequence[Account] | ConnectorError:
    return await within(asking, asking.connector.find_accounts(asking.query, limit=MOST_CANDIDATES))


def _first_trouble(reads: Sequence[Read]) -> ConnectorError | None:
    said = (part for read in reads for part in (read.live, read.agreements))
    return next((part for part in said if isinstance(part, ConnectorError)), None)


def _unusable(connection: Connection, trouble: BadSettings | SecretKeyError) -> Result:
    return Result(
        connection=connection.name,
        psa=connection.psa,
        nouns=registry.specs()[connection.psa].nouns,
        verdict=Verdict.CANNOT_TELL,
        summary=f"{connection.name} cannot be asked: {trouble}",
        trouble=trouble,
    )


def _ambiguous(asking: Asking, chosen: Choice) -> Result:
    count = len(chosen.several)
    many = f"{MOST_CANDIDATES} or more" if count >= MOST_CANDIDATES else str(count)
    accounts = asking.connector.spec.nouns.accounts
    summary = f"{many} {accounts} match “{asking.query}” on {asking.connection.name}. Choose the one you mean."
    return _result(asking, Verdict.AMBIGUOUS, summary, candidates=chosen.several)


def _result(
    asking: Asking,
    verdict: Verdict,
    summary: str,
    *,
    accounts: tuple[AccountAnswer, ...] = (),
    candidates: tuple[Near, ...] = (),
    nearest: tuple[Near, ...] = (),
    diagnosis: Diagnosis | None = None,
    not_tested: tuple[str, ...] = (),
) -> Result:
    return Result(
        connection=asking.connection.name,
        psa=asking.connection.psa,
        nouns=asking.connector.spec.nouns,
        verdict=verdict,
        summary=summary,
        accounts=accounts,
        candidates=candidates,
        nearest=nearest,
        diagnosis=diagnosis,
        not_tested=not_tested,
    )
