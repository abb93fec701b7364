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

LOG: Final = logging.getLogger(__name__)
TICK_LATE: Final = timedelta(seconds=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """``problems`` is empty exactly when it is ready; each says what is not."""

    problems: tuple[str, ...] = field(default=())

    @property
    def ready(self) -> bool:
        return not self.problems


async def readiness(db: Database, last_tick: datetime | None, now: datetime, *, slack: bool) -> Readiness:
    """``slack``: whether the workspace answered. ``last_tick`` None: the clock has not ticked yet."""
    problems = await _database_problems(db)
    if not slack:
        problems.append("slack: the workspace does not answer")
    if last_tick is None or now - last_tick > TICK_LATE:
        problems.append(f"clock: no tick for more than {TICK_LATE.total_seconds():.0f} seconds")
    return Readiness(problems=tuple(problems))


async def _database_problems(db: Database) -> list[str]:
    try:
        current = await is_current(db)
    except (SQLAlchemyError, OSError):
        LOG.exception("The database could not be asked whether it is ready.", extra={"action": "readiness"})
        return ["database: cannot be reached"]
    return [] if current else ["database: not at the newest schema, run psa-bot migrate"]


async def metrics(overviews: Overviews, last_tick: datetime | None) -> bytes:
    """In Prometheus' text format, read from the store at the moment of the scrape."""
    return measured(await overviews.now(), last_tick)


def measured(overview: Overview, last_tick: datetime | None) -> bytes:
    registry = CollectorRegistry()
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
    if last_tick is not None:
        tick = Gauge("psa_bot_clock_tick_age_seconds", "Time since the clock ticked", registry=registry)
        tick.set((overview.at - last_tick).total_seconds())
    return generate_latest(registry)
