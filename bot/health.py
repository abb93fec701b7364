"""Is the process alive, is it ready, and the numbers that a monitoring system reads."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from bot.overview import Overview, Overviews
from bot.store.database import Database
from bot.store.migrate import is_current
from bot.store.queries import processes, runs
from bot.store.queries.processes import Worker
from bot.store.queries.runs import RunState, SyncRun

LOG: Final = logging.getLogger(__name__)
TICK_LATE: Final = timedelta(seconds=90)
WORKER_LATE: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """``problems`` is empty exactly when it is ready; each says what is not."""

    problems: tuple[str, ...] = field(default=())

    @property
    def ready(self) -> bool:
        return not self.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """The processes of one database together. ``last_tick`` None: the clock has not ticked yet, in none of them.

    ``workers``: those that run syncs; on SQLite None, because the process that serves does it itself.
    """

    last_tick: datetime | None
    workers: tuple[Worker, ...] | None = None
    queued: tuple[SyncRun, ...] = ()


async def fleet(db: Database, own_tick: datetime | None) -> Fleet:
    """``own_tick``: of this process; on PostgreSQL it is the workers' that counts."""
    queued = tuple(run for run in await runs.unfinished(db) if run.state is RunState.QUEUED)
    if db.dialect == "sqlite":
        return Fleet(last_tick=own_tick, queued=queued)
    last = await processes.last_turn(db, "sweep")
    return Fleet(last_tick=last, workers=tuple(await processes.workers(db)), queued=queued)


async def readiness(db: Database, own_tick: datetime | None, now: datetime, *, slack: bool) -> Readiness:
    """``slack``: whether the workspace answered. ``own_tick``: as for ``fleet``."""
    problems = await _database_problems(db)
    found = Fleet(last_tick=own_tick) if problems else await fleet(db, own_tick)
    if not slack:
        problems.append("slack: the workspace does not answer")
    if found.last_tick is None or now - found.last_tick > TICK_LATE:
        problems.append(f"clock: no tick for more than {TICK_LATE.total_seconds():.0f} seconds")
    if found.workers is not None and not any(now - each.beat_at <= WORKER_LATE for each in found.workers):
        problems.append(f"jobs: no worker was heard of for more than {WORKER_LATE.total_seconds():.0f} seconds")
    return Readiness(problems=tuple(problems))


async def _database_problems(db: Database) -> list[str]:
    try:
        current = await is_current(db)
    except (SQLAlchemyError, OSError):
        LOG.exception("The database could not be asked whether it is ready.", extra={"action": "readiness"})
        return ["database: cannot be reached"]
    return [] if current else ["database: not at the newest schema, run psa-bot migrate"]


async def metrics(overviews: Overviews, found: Fleet) -> bytes:
    """In Prometheus' text format, read from the store at the moment of the scrape."""
    return measured(await overviews.now(), found)


def measured(overview: Overview, found: Fleet) -> bytes:
    registry = CollectorRegistry()
    _measure_connections(registry, overview)
    _measure_fleet(registry, found, overview.at)
    return generate_latest(registry)


def _measure_fleet(registry: CollectorRegistry, found: Fleet, now: datetime) -> None:
    Gauge("psa_bot_syncs_queued", "Syncs that wait to be run", registry=registry).set(len(found.queued))
    oldest = Gauge("psa_bot_queued_age_seconds", "How long the oldest queued sync has waited", registry=registry)
    oldest.set(max((_age(run.requested_at, now) for run in found.queued), default=0.0))
    if found.last_tick is not None:
        tick = Gauge("psa_bot_clock_tick_age_seconds", "Time since the clock ticked", registry=registry)
        tick.set(_age(found.last_tick, now))
    if found.workers is None:
        return
    heard = [_age(each.beat_at, now) for each in found.workers]
    there = Gauge("psa_bot_workers", "Workers that were heard of lately", registry=registry)
    there.set(sum(age <= WORKER_LATE.total_seconds() for age in heard))
    if heard:
        beat = Gauge("psa_bot_worker_beat_age_seconds", "Time since any worker was heard of", registry=registry)
        beat.set(min(heard))


def _age(since: datetime, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds())


def _measure_connections(registry: CollectorRegistry, overview: Overview) -> None:
    labels = ("connection", "psa")
    age = Gauge("psa_bot_data_age_seconds", "Age of the last successful full sync", labels, registry=registry)
    visible = Gauge("psa_bot_accounts_visible", "Accounts that are visible", labels, registry=registry)
    accounts = Gauge("psa_bot_accounts", "Accounts in the cache", labels, registry=registry)
    running = Gauge("psa_bot_sync_running", "1 while a sync runs", labels, registry=registry)
    incidents = Gauge("psa_bot_incidents_open", "Open incidents", labels, registry=registry)
    failures = Gauge("psa_bot_sync_failures", "Failed full syncs since the last success", labels, registry=registry)
    needs = Gauge("psa_bot_needs_somebody", "1 where a person has to act", labels, registry=registry)
    for standing in overview.connections:
        who = (standing.connection.name, standing.connection.psa)
        if standing.age is not None:
            age.labels(*who).set(standing.age.total_seconds())
        visible.labels(*who).set(standing.totals.visible)
        accounts.labels(*who).set(standing.totals.accounts)
        running.labels(*who).set(standing.running is not None)
        incidents.labels(*who).set(len(standing.incidents))
        failures.labels(*who).set(len(standing.streak))
        needs.labels(*who).set(standing.needs_somebody)
