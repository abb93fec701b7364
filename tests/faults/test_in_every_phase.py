"""A process that is killed, or told to stop, while its syncs stand in every phase."""

import signal
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.store.database import Database
from bot.store.queries import questions, runs
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunState
from bot.store.stage_tables import StagedAccountRow, StageRow
from connectors.connectwise.spec import SPEC
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


@dataclass(frozen=True, slots=True)
class Gate:
    """Which call is held up, and the phase in which a sync then waits for its answer."""

    held: str
    phase: str


GATES = {
    "tables": Gate("/companies/statuses", "tables"),
    "reading": Gate("/finance/agreements", "reading"),
    "judging": Gate("/company/companies?page=2", "judging"),  # the first page is judged by then
    "guarding": Gate("/procurement/catalog/count", "guarding"),
    "writing": Gate("/company/companies", "judging"),  # no call is made while it writes: it is caught in the act
}
SIZES = {"judging": SPEC.page_size + 100, "writing": 600}


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

    async def hold(self, generation: str) -> None:
        for phase, gate in GATES.items():
            made = self.psas[phase]
            made.rename(generation)
            made.waiting.clear()
            made.held = {gate.held}
            self.runs[phase] = await requested(self.db, self.connections[phase])
        for phase in GATES:
            await until(self._waits(phase))
        await until(self._has_judged_some)

    async def begin_to_write(self) -> None:
        self.psas["writing"].held.clear()
        await until(self._writes)

    def let_go(self) -> None:
        for made in self.psas.values():
            made.held.clear()

    def _waits(self, phase: str) -> Callable[[], Awaitable[bool]]:
        async def look() -> bool:
            run = await found(self.db, self.runs[phase])
            return bool(self.psas[phase].waiting) and (run.state, run.phase) == (RunState.RUNNING, GATES[phase].phase)

        return look

    async def _has_judged_some(self) -> bool:
        mine = select(StageRow.id).where(StageRow.run_id == self.runs["judging"])
        async with self.db.read() as session:
            one = await session.exec(select(StagedAccountRow).where(col(StagedAccountRow.stage_id).in_(mine)).limit(1))
            return one.first() is not None

    async def _writes(self) -> bool:
        run = await found(self.db, self.runs["writing"])
        return run.phase == "writing" or run.ended_at is not None


@pytest.mark.requirement("R184", "R185", "R227")
async def test_in_whichever_phase_a_process_ends_nothing_is_lost_doubled_or_half(url: str, tmp_path: Path) -> None:
    db = Database(url)
    async with crew(url, tmp_path) as made, AsyncExitStack() as stack:
        stack.push_async_callback(db.dispose)
        scene = Scene(db)
        process = await started(made)
        await scene.set(stack)
        async with nobody_sees_half(db, list(scene.connections.values())):
            for number, how in enumerate((signal.SIGKILL, signal.SIGTERM), start=1):
                process = await ended_amid(scene, made, process, how, f"G{number}")
                for phase in GATES:
                    await check(scene, phase, how, f"G{number}")


async def started(made: Crew) -> Process:
    return await made.start(serves=made.url.startswith("sqlite"))


async def ended_amid(scene: Scene, made: Crew, process: Process, how: signal.Signals, generation: str) -> Process:
    """Its successor: on PostgreSQL it is there already, on SQLite it is started afterwards."""
    await scene.hold(generation)
    asked_for = {phase: await asked(scene, phase) for phase in GATES}
    successor = None if made.url.startswith("sqlite") else await started(made)
    await scene.begin_to_write()
    process.signal(how)
    await process.ended()
    successor = successor or await started(made)
    scene.let_go()
    await scene.over()
    for phase, question in asked_for.items():
        newest = (await full_ones(scene.db, scene.connections[phase]))[0]
        kept = await questions.get(scene.db, question)
        assert kept is not None
        assert kept.run_id == newest.id, phase
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
