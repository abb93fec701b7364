"""The only place that builds things and hands them to each other."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from bot.alerts import Alerts
from bot.bindings import Bindings
from bot.clock import Clock
from bot.config import Settings
from bot.conversation import Choosing, Conversation, Listings, Parts, Pasts, Rights, Rules
from bot.digest import Digest
from bot.due_syncs import DueSyncs
from bot.filters import Filters
from bot.history import Histories
from bot.jobs.in_process import InProcessQueue
from bot.jobs.queue import JobQueue, Work
from bot.missing import Missing
from bot.options import Options
from bot.overview import Overviews
from bot.permissions import Matrices
from bot.psas import Psas
from bot.render.words import Words
from bot.resync import MayResync, Resync, ResyncSettings
from bot.roster import Roster
from bot.rulebook import Rulebook
from bot.scheduling import Scheduling
from bot.store.database import Database
from bot.store.queries.budgets import shared_budgets
from bot.store.secrets import SecretBox
from bot.subscriptions import Subscriptions
from bot.sync.progress import Sleep
from bot.sync.recover import Recovery, RecoverySettings
from bot.sync.run import TASK, Runner, new_secret
from bot.watch import Watch
from bot.watchdog import Watchdog
from connectors import registry
from connectors.http import Budgets
from rules.engine import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Bot:
    """Everything, built once; what is not built here is handed in."""

    settings: Settings
    clock: Clock
    db: Database
    box: SecretBox
    psas: Psas
    engine: Engine
    words: Words
    process: str  # names it in the tokens of the runs that it begins
    queue: JobQueue
    recovery: Recovery
    missing: Missing
    matrices: Matrices
    resync: Resync
    overviews: Overviews
    roster: Roster
    alerts: Alerts
    digest: Digest
    subscriptions: Subscriptions
    watch: Watch
    scheduling: Scheduling
    due_syncs: DueSyncs
    watchdog: Watchdog
    conversation: Conversation


async def everybody(user: str) -> bool:
    """Who may start a sync where nothing else is set."""
    return True


@asynccontextmanager
async def opened(
    settings: Settings,
    *,
    may_resync: MayResync = everybody,
    engine: Engine | None = None,
    clock: Clock | None = None,
    sleep: Sleep | None = None,
) -> AsyncIterator[Bot]:
    """Raises ConfigError, and RuleError for an operator's rule that cannot be loaded. Rules that are loaded already
    can be handed in as ``engine``. ``sleep``: what the connectors wait with, for tests that have no time.
    """
    told = clock or Clock.starting(settings.now)
    bot = build(settings, may_resync, engine or Engine.load(settings.rules_dir), told, sleep)
    try:
        yield bot
    finally:
        await bot.queue.close(settings.rhythm.grace)
        await bot.psas.aclose()
        await bot.db.dispose()


def build(settings: Settings, may_resync: MayResync, engine: Engine, clock: Clock, sleep: Sleep | None = None) -> Bot:
    db = Database(settings.database_url)
    box = SecretBox(settings.secret_keys)
    words = Words()
    insecure = settings.allow_insecure_loopback
    budgets = Budgets() if on_sqlite(settings) else shared_budgets(db)
    psas = Psas(db, box, registry.build, clock, allow_insecure_loopback=insecure, sleep=sleep, budgets=budgets)
    process = process_name(settings)
    runner = Runner(db=db, judge=engine, connectors=psas, clock=clock, process=process)

    missing = Missing(db, psas, engine, clock, timedelta(seconds=settings.psa_seconds))
    matrices = Matrices(db, psas, clock, timedelta(seconds=2 * settings.psa_seconds))
    watch = Watch(db, psas, missing, clock)

    async def run_sync(key: str) -> None:
        if await runner.run(int(key)) is not None:
            await watch.after(int(key))

    queue = queue_of(settings, {TASK: run_sync})
    resync = Resync(
        db=db,
        queue=queue,
        clock=clock,
        may_resync=may_resync,
        settings=ResyncSettings(cooldown_seconds=settings.cooldown_seconds, poll_seconds=settings.poll_seconds),
        told=runner.ends.told,
    )
    overviews = Overviews(db, clock)
    roster = Roster(db, clock, overviews)
    subscriptions = Subscriptions(db, clock)
    scheduling = Scheduling(db, clock)
    conversation = Conversation(
        Parts(
            db=db,
            clock=clock,
            words=words,
            missing=missing,
            resync=resync,
            overviews=overviews,
            subscriptions=subscriptions,
            bindings=Bindings(db, clock),
            listings=Listings(words, roster, matrices, settings.command),
            pasts=Pasts(clock, words, engine, Histories(db), settings.command),
            rules=Rules(words, Rulebook(db, engine), settings.command),
            rights=Rights(db, clock, words, matrices, settings.command),
            filters=Filters(db, psas, clock),
            options=Choosing(words, Options(db, psas, clock), settings.command),
            scheduling=scheduling,
            command=settings.command,
            zone=settings.time_zone,
        )
    )
    return Bot(
        settings=settings,
        clock=clock,
        db=db,
        box=box,
        psas=psas,
        engine=engine,
        words=words,
        process=process,
        queue=queue,
        recovery=Recovery(db=db, queue=queue, runner=runner, clock=clock, settings=recovery_of(settings)),
        missing=missing,
        matrices=matrices,
        resync=resync,
        overviews=overviews,
        roster=roster,
        alerts=Alerts(db),
        digest=Digest(db, overviews),
        subscriptions=subscriptions,
        watch=watch,
        scheduling=scheduling,
        due_syncs=DueSyncs(db, resync),
        watchdog=Watchdog(db),
        conversation=conversation,
    )


def process_name(settings: Settings) -> str:
    """On SQLite there is only one that serves, and its successor may end what it left behind at once; the command
    line's syncs are processes of their own beside it, so they get none. On PostgreSQL every process has its own.
    """
    if on_sqlite(settings):
        return "serve" if settings.serves else ""
    kind = "worker" if settings.works else "serve" if settings.serves else "command"
    return f"{kind}-{new_secret()[:8]}"


def queue_of(settings: Settings, works: Mapping[str, Work]) -> JobQueue:
    """The command line runs what it asks for itself, and waits for it, whatever the database."""
    if on_sqlite(settings) or not (settings.serves or settings.works):
        return InProcessQueue(works, at_once=settings.syncs_at_once)
    from bot.jobs.board import Board  # noqa: PLC0415 - a driver that SQLite does not need
    from bot.jobs.postgres import PostgresQueue  # noqa: PLC0415 - the same

    rhythm = settings.rhythm
    return PostgresQueue(
        Board(settings.database_url),
        works,
        at_once=settings.syncs_at_once,
        beat_seconds=rhythm.beat,
        silent_seconds=rhythm.silent,
    )


def recovery_of(settings: Settings) -> RecoverySettings:
    """On PostgreSQL whoever runs a sync is heard of every few seconds."""
    return RecoverySettings() if on_sqlite(settings) else RecoverySettings(orphan_after_seconds=settings.rhythm.silent)


def on_sqlite(settings: Settings) -> bool:
    return settings.database_url.startswith("sqlite")
