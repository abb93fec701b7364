"""A process that is killed, or told to stop, while its syncs stand in every phase."""

import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.demo import free_port
from bot.store.database import Database
from bot.store.queries import questions, runs
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunState
from tests.faults.crew import (
    Crew,
    Process,
    Psa,
    crew,
    found,
    full_ones,
    generations,
    is_over,
    never_two_at_once,
    nobody_sees_half,
    requested,
    until,
)
from tests.faults.crew import psa as one_psa

GATES = {
    "tables": "/companies/statuses",
    "reading": "/company/companies",
    "guarding": "/procurement/catalog/count",
    "writing": "/company/companies",
    "judging": "/company/companies",
}
TOGETHER = ("tables", "reading", "guarding", "writing")
SLOW = "Slowly Judged "
SIZES = {"judging": 400, "writing": 600}
ACTS = (
    (signal.SIGKILL, TOGETHER),
    (signal.SIGKILL, ("judging",)),
    (signal.SIGTERM, TOGETHER),
    (signal.SIGTERM, ("judging",)),
)


class Scene:
    """A connection per phase, each with a PSA of its own, and each synced once."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.psas: dict[str, Psa] = {}
        self.connections: dict[str, Connection] = {}
        self.runs: dict[str, int] = {}

    async def set(self, stack: AsyncExitStack) -> None:
        for phase in GATES:
            size = SIZES.get(phase, 12)
            made = await stack.enter_async_context(one_psa(phase, accounts=size, active=size))
            self.psas[phase] = made
            self.connections[phase] = await made.connected(self.db)
            await requested(self.db, self.connections[phase])
        await self.over()
        await until(self._all_set_up)
        self.psas["guarding"].lose(0.7)

    async def over(self) -> None:
        await until(is_over(self.db, list(self.connections.values())))

    async def _all_set_up(self) -> bool:
        """What the bot reads by itself of a new connection would run into a gate, and keep its sync waiting."""
        for connection in self.connections.values():
            settings = await runs.latest(self.db, connection.id, kinds=["settings"])
            if not settings or any(run.ended_at is None for run in settings):
                return False
        return True

    async def hold(self, phases: Sequence[str], generation: str) -> None:
        """Judging takes seconds by itself, and writing is caught in the act: what comes last is let go."""
        for phase in phases:
            made = self.psas[phase]
            made.rename(generation, SLOW if phase == "judging" else "")
            made.waiting.clear()
            made.held = {GATES[phase]}
            self.runs[phase] = await requested(self.db, self.connections[phase])
        for phase in phases:
            await until(self._waits(phase))

    async def reach(self, phase: str) -> None:
        self.psas[phase].held.clear()
        await until(self._is_in(phase))

    def let_go(self) -> None:
        for made in self.psas.values():
            made.held.clear()

    def _waits(self, phase: str) -> Callable[[], Awaitable[bool]]:
        stands_in = "guarding" if phase == "guarding" else "tables" if phase == "tables" else "reading"

        async def look() -> bool:
            run = await found(self.db, self.runs[phase])
            return bool(self.psas[phase].waiting) and run.state is RunState.RUNNING and run.phase == stands_in

        return look

    def _is_in(self, phase: str) -> Callable[[], Awaitable[bool]]:
        async def look() -> bool:
            run = await found(self.db, self.runs[phase])
            return run.phase == phase or run.ended_at is not None

        return look


@pytest.mark.requirement("R184", "R185", "R227")
async def test_in_whichever_phase_a_process_ends_nothing_is_lost_doubled_or_half(url: str, tmp_path: Path) -> None:
    db, port = Database(url), free_port()
    async with crew(url, tmp_path) as made, AsyncExitStack() as stack:
        stack.push_async_callback(db.dispose)
        scene = Scene(db)
        process = await started(made, port)
        await scene.set(stack)
        async with nobody_sees_half(db, list(scene.connections.values())):
            for number, (how, phases) in enumerate(ACTS, start=1):
                process = await ended_amid(scene, made, process, port, how, phases, f"G{number}")
                for phase in phases:
                    await check(scene, phase, how, f"G{number}")


async def started(made: Crew, port: int) -> Process:
    return await made.start(port=port if made.url.startswith("sqlite") else 0, slow=SLOW)


async def ended_amid(
    scene: Scene,
    made: Crew,
    process: Process,
    port: int,
    how: signal.Signals,
    phases: Sequence[str],
    generation: str,
) -> Process:
    """Its successor: on PostgreSQL it is there already, on SQLite it is started afterwards."""
    alone = made.url.startswith("sqlite")
    await scene.hold(phases, generation)
    question = await asked(scene, phases[-1])
    successor = None if alone else await started(made, port)
    await scene.reach(phases[-1])
    process.signal(how)
    await process.ended()
    successor = successor or await started(made, port)
    scene.let_go()
    await scene.over()
    newest = (await full_ones(scene.db, scene.connections[phases[-1]]))[0]
    kept = await questions.get(scene.db, question)
    assert kept is not None
    assert kept.run_id == newest.id
    return successor


async def asked(scene: Scene, phase: str) -> int:
    """Somebody waits for that sync."""
    connection = scene.connections[phase]
    question = await questions.save(
        scene.db, query="Acme", asked_by="U0AGENT", channel="C0GENERAL", now=connection.created_at
    )
    await questions.wait_for_run(scene.db, question.id, scene.runs[phase])
    return question.id


async def check(scene: Scene, phase: str, how: signal.Signals, generation: str) -> None:
    connection = scene.connections[phase]
    newest, interrupted = (await full_ones(scene.db, connection))[0], await found(scene.db, scene.runs[phase])
    assert await never_two_at_once(scene.db, connection), phase
    assert newest.state is (RunState.REFUSED if phase == "guarding" else RunState.SUCCEEDED), (phase, newest)
    if how is signal.SIGTERM:
        assert (newest.id, newest.attempt) == (interrupted.id, 1), phase
    elif phase != "writing":  # which may have been over before the kill
        assert (interrupted.state, newest.attempt) == (RunState.UNKNOWN, 2), phase
    assert await generations(scene.db, connection) == {"G0" if phase == "guarding" else generation}, phase
