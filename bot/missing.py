"""Journey 1, ``/psa missing NAME``: find the candidates, build a Case for each, let the rules judge."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Final

from bot.answers import AccountAnswer, Answer, Broken, Result, Trouble, UnknownConnection
from bot.arriving import Arriving
from bot.candidates import Choice, Found, Near, choose
from bot.cases import PATIENCE, Asking, Read, build_case, ending, nobody_case, read_account, with_parent, within
from bot.clock import Clock
from bot.overview import NO_LIMITS_SET
from bot.planned import plan_of
from bot.psas import Psas, Surroundings, reason_for
from bot.store.database import Database
from bot.store.known_names import KnownNames
from bot.store.queries import connections, runs, snapshots
from bot.store.queries.connections import Connection, NoSuchConnection
from bot.store.secrets import SecretKeyError
from connectors import registry
from connectors.errors import BadSettings, ConnectorError
from connectors.records import Account
from rules.engine import Engine
from rules.model import Case, Diagnosis, Verdict

MOST_ACCOUNTS: Final = 3  # of one name that are diagnosed in full
MOST_CANDIDATES: Final = 50
MOST_NEAREST: Final = 5
LOG: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Enquiry:
    """One question on its way to several connections: each answers when it can."""

    query: str
    asked_at: datetime
    arriving: Arriving[Result]

    @property
    def answer(self) -> Answer:
        """As far as it is known."""
        arriving = self.arriving
        return Answer(query=self.query, asked_at=self.asked_at, results=arriving.arrived, waiting=arriving.waiting)


class Missing:
    """Asks all connections at once; one that is down, slow or broken never spoils or delays what the others say.

    ``patience``: how long one connection may take for its whole answer.
    """

    def __init__(self, db: Database, psas: Psas, engine: Engine, clock: Clock, patience: timedelta = PATIENCE) -> None:
        self._db = db
        self._psas = psas
        self._engine = engine
        self._clock = clock
        self._patience = patience
        self._names = KnownNames(db)

    async def ask(
        self, query: str, *, connection: str | None = None, account_id: str | None = None, fresh: bool = False
    ) -> Answer:
        """When all have answered. ``account_id`` limits it to one account, after a choice. Raises UnknownConnection."""
        only = [connection] if connection else []
        enquiry = await self.enquire(query, only=only, account_id=account_id, fresh=fresh)
        async with aclosing(enquiry.arriving):
            await enquiry.arriving.all()
            return enquiry.answer

    async def enquire(
        self, query: str, *, only: Sequence[str] = (), account_id: str | None = None, fresh: bool = False
    ) -> Enquiry:
        """``only``: the connections that it is limited to. Raises UnknownConnection. The caller closes it."""
        asked_at = self._clock.now()
        chosen = await self._connections(only)
        works = {each.name: self._of(each, query, account_id, fresh=fresh) for each in chosen}
        return Enquiry(query=query, asked_at=asked_at, arriving=Arriving(works))

    async def _connections(self, only: Sequence[str]) -> list[Connection]:
        every = await connections.every(self._db)
        known = {each.name.casefold(): each for each in every}
        unknown = next((name for name in only if name.casefold() not in known), None)
        if unknown is not None:
            raise UnknownConnection(unknown, [each.name for each in every])
        return [known[name.casefold()] for name in only] or every

    async def _of(self, connection: Connection, query: str, account_id: str | None, *, fresh: bool) -> Result:
        """A connection that is set up wrongly, or that we fail at, says so in its own place."""
        try:
            result = await self._timed(connection, query, account_id, fresh=fresh)
        except (BadSettings, SecretKeyError) as trouble:
            result = _unusable(connection, trouble)
        except NoSuchConnection:
            result = _unusable(connection, BadSettings("It was removed a moment ago."))
        except Exception:
            error_id = f"E-{token_hex(4)}"
            LOG.exception("A connection could not be asked.", extra={"action": "missing", "error_id": error_id})
            result = _unusable(connection, Broken(error_id))
        return replace(result, paused=connection.paused)

    async def _timed(self, connection: Connection, query: str, account_id: str | None, *, fresh: bool) -> Result:
        begun = time.perf_counter()
        connector, last_sync, active, plan = await asyncio.gather(
            self._psas.connector(connection),
            runs.last_success(self._db, connection.id),
            runs.active(self._db, connection.id),
            plan_of(self._db, connection),
        )
        asking = Asking(
            connection=connection,
            connector=connector,
            query=query,
            account_id=account_id,
            now=self._clock.now(),
            last_sync=last_sync,
            fresh=fresh,
            patience=self._patience,
            ends_at=ending(self._patience),
        )
        calls = connector.usage.calls
        result = await self._answer(asking)
        return replace(
            result,
            last_sync=last_sync,
            next_sync_at=plan.next_at(asking.now),
            old_after=_passed(asking, NO_LIMITS_SET.under(plan).stale_after),
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
        try:
            matches = await self._names.search(asking.connection, asking.query, limit=MOST_CANDIDATES)
            hits = await live
        finally:
            live.cancel()
            await asyncio.wait({live})
        if isinstance(hits, ConnectorError):
            return Found(matches=tuple(matches), error=hits)
        return Found(matches=tuple(matches), live={account.id: account for account in hits})

    async def _diagnosed(self, asking: Asking, found: Found, chosen: Choice) -> Result:
        """Round two: agreements and cached copies, beside what the connection may read, in parallel."""
        around, reads = await asyncio.gather(
            self._around(asking, self._psas.surroundings(asking.connection, fresh=asking.fresh)),
            asyncio.gather(*(self._read(asking, found, account_id) for account_id in chosen.focus[:MOST_ACCOUNTS])),
        )
        if not asking.fresh and any(read.live is None for read in reads):
            # Gone is like not found: only said where the right to read is proven in this very answer.
            around = await self._around(asking, self._psas.sight_proven(asking.connection))
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

    async def _around(self, asking: Asking, reading: Awaitable[Surroundings]) -> Surroundings:
        """What takes too long is read on for whoever asks next; this answer does without."""
        around = await within(asking, reading)
        if isinstance(around, Surroundings):
            return around
        because = reason_for(around)
        nothing = Surroundings(as_of=asking.now, tables=None, filter=None, probes=None)
        return replace(nothing, because=because, version_because=because)

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
        around = await self._around(
            asking,
            self._psas.surroundings(asking.connection, fresh=True)
            if asking.fresh
            else self._psas.sight_proven(asking.connection),
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


def _passed(asking: Asking, limit: timedelta) -> timedelta | None:
    last = asking.last_sync
    return limit if last and last.ended_at and asking.now - last.ended_at > limit else None


def _unusable(connection: Connection, trouble: Trouble) -> Result:
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
