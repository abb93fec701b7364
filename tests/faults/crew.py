"""Real processes of the bot on one database, simulated PSAs that can be held up, and a reader that always looks."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.store.database import Database
from bot.store.queries import connections, runs, snapshots
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunState, SyncRun
from bot.store.secrets import SecretBox, new_key
from sandbox.clock import SandboxClock
from sandbox.psa.connectwise.server import SimulatedConnectWise
from sandbox.psa.connectwise.stories import connectwise_world
from sandbox.serve import serving

ROOT = Path(__file__).parents[2]
KEY = new_key()
BOX = SecretBox([KEY])
LATER = "60"  # seconds: the longest that whoever answers a person waits for
PATIENCE = 600.0  # seconds, for a machine that is busy with other things
# A machine that is busy with other things keeps a living process from its beats for seconds: that is not its death.
QUICK = {"beat": 0.5, "silent": 10.0, "tick": 1.0, "grace": 0.3}


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await holds():
            await asyncio.sleep(0.05)


@dataclass(slots=True)
class Process:
    """One of ours; ``name`` stands in the tokens of its runs."""

    popen: "subprocess.Popen[str]"
    name: str

    def signal(self, number: signal.Signals) -> None:
        self.popen.send_signal(number)

    async def ended(self) -> int:
        return await asyncio.to_thread(self.popen.wait, PATIENCE)


@dataclass(slots=True)
class Crew:
    """All that runs on one database; ``log`` is where their complaints go, ``slack`` where what they say goes."""

    url: str
    log: Path
    slack: str = "http://127.0.0.1:1/api/"
    processes: list[Process] = field(default_factory=list)

    async def start(self, *, serves: bool = False, **told: Any) -> Process:
        """A worker, or a process that serves: at whatever port is free, because nobody has to find it."""
        settings = {
            "database_url": self.url,
            "secret_keys": (KEY,),
            "slack_bot_token": "xoxb-1",
            "slack_signing_secret": "s",
            "slack_api_url": self.slack,
            "allow_insecure_loopback": True,
            "syncs_at_once": 8,
            "serves": serves,
            "works": not serves,
            "http_port": 0,
        }
        with self.log.open("a", encoding="utf-8") as complaints:
            popen = subprocess.Popen(  # noqa: ASYNC220 - it outlives the event loops of single tests
                [sys.executable, "-m", "tests.faults.process"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=complaints,
                text=True,
                cwd=ROOT,
            )
        assert popen.stdin is not None
        assert popen.stdout is not None
        popen.stdin.write(json.dumps({"settings": settings, "rhythm": QUICK, **told}) + "\n")
        popen.stdin.flush()
        name = (await asyncio.to_thread(popen.stdout.readline)).strip()
        assert name, self.log.read_text(encoding="utf-8")
        self.processes.append(Process(popen, name))
        return self.processes[-1]

    def stop(self) -> None:
        for process in self.processes:
            process.popen.kill()
            process.popen.wait()
            for pipe in (process.popen.stdin, process.popen.stdout):
                if pipe is not None:
                    pipe.close()


@asynccontextmanager
async def crew(url: str, folder: Path) -> AsyncIterator[Crew]:
    """Slack has no time for them: who waits for an answer goes on waiting, also where a sync takes long."""
    async with serving(busy_slack()) as slack:
        made = Crew(url, folder / "complaints.log", f"{slack}/api/")
        try:
            yield made
        finally:
            made.stop()


def busy_slack() -> web.Application:
    async def later(_: web.Request) -> web.Response:
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": LATER})

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", later)
    return app


@dataclass(slots=True)
class Psa:
    """A simulated ConnectWise; a call waits while its path ends with one of ``held``, such as ``/companies``, or, for a
    later page of a list, ``/companies?page=2``.
    """

    name: str
    simulated: SimulatedConnectWise
    host: str
    port: int = 0
    held: set[str] = field(default_factory=set)
    waiting: set[str] = field(default_factory=set)

    def at(self, host: str) -> str:
        return f"http://{host}:{self.port}"

    @web.middleware
    async def gate(self, request: web.Request, handler: Any) -> web.StreamResponse:
        page = request.query.get("page", "1")
        asked = request.path if page == "1" else f"{request.path}?page={page}"
        while any(asked.endswith(end) for end in self.held):
            self.waiting.add(asked)
            await asyncio.sleep(0.05)
        answer: web.StreamResponse = await handler(request)
        return answer

    def rename(self, generation: str) -> None:
        """Everybody: so half a snapshot would show."""
        companies, now = self.simulated.tenant.companies, datetime.now(UTC)
        for row in companies.rows():
            companies.change(row.data["id"], now, name=f"{generation} Company {row.data['id']}")

    def lose(self, share: float) -> None:
        companies = self.simulated.tenant.companies
        rows = list(companies.rows())
        for row in rows[: int(len(rows) * share)]:
            companies.kept.drop(row.data["id"])

    async def connected(self, db: Database, name: str = "", url: str = "", now: datetime | None = None) -> Connection:
        given = self.simulated.connection(url or self.at(self.host))
        return await connections.add(
            db,
            BOX,
            name=name or self.name,
            psa="connectwise",
            settings=given["settings"],
            secrets=given["secrets"],
            now=now or datetime.now(UTC),
        )


@asynccontextmanager
async def psa(
    name: str, accounts: int = 12, active: int = 12, hosts: Sequence[str] = ("127.0.0.1",)
) -> AsyncIterator[Psa]:
    """``hosts``: addresses of this machine, at each of which it answers."""
    simulated = connectwise_world(SandboxClock(), accounts=accounts, active=active, agreements=accounts)
    made = Psa(name, simulated, hosts[0])
    simulated.app.middlewares.append(made.gate)
    made.rename("G0")
    runner = web.AppRunner(simulated.app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        for host in hosts:
            await web.TCPSite(runner, host, made.port).start()
            made.port = made.port or runner.addresses[0][1]  # whichever was free, and then the same one for all
        yield made
    finally:
        await runner.cleanup()


async def requested(db: Database, connection: Connection, by: str = "schedule") -> int:
    """Whoever works on the database finds it at the next tick."""
    run, _ = await runs.request(db, connection_id=connection.id, kind="full", by=by, now=datetime.now(UTC))
    return run.id


async def found(db: Database, run_id: int) -> SyncRun:
    run = await runs.get(db, run_id)
    assert run is not None
    return run


async def full_ones(db: Database, connection: Connection) -> list[SyncRun]:
    """Newest first. The bot asks for syncs of other kinds by itself."""
    return await runs.latest(db, connection.id, kinds=["full"])


def is_over(db: Database, every: Sequence[Connection]) -> Callable[[], Awaitable[bool]]:
    """Nothing of them is queued or running, or about to be run again."""

    async def look() -> bool:
        for connection in every:
            newest = (await full_ones(db, connection))[0]
            if newest.ended_at is None or newest.state is RunState.UNKNOWN:
                return False
        return True

    return look


async def never_two_at_once(db: Database, connection: Connection) -> bool:
    """Of whatever kind: one ended before the next began."""
    spans = [(run.started_at, run.ended_at) for run in await runs.latest(db, connection.id, 1_000) if run.started_at]
    spans.sort(key=lambda span: span[0])
    return all(ended is not None and ended <= began for (_, ended), (began, _) in pairwise(spans))


async def generations(db: Database, connection: Connection) -> set[str]:
    """Of the names that anybody sees now: more than one would be half a snapshot."""
    return {row.name.split()[0] for row in await snapshots.names(db, connection.id)}


@asynccontextmanager
async def nobody_sees_half(db: Database, every: Sequence[Connection]) -> AsyncIterator[list[int]]:
    """Reads all the while; yields how often it looked."""
    looks, halves = [0], list[set[str]]()

    async def read() -> None:
        while True:
            for connection in every:
                seen = await generations(db, connection)
                if len(seen) > 1:
                    halves.append(seen)
                looks[0] += 1
                await asyncio.sleep(0.05)

    reading = asyncio.create_task(read())
    try:
        yield looks
        reading.cancel()
        await asyncio.wait({reading})
        assert halves == []
        assert looks[0] > len(every)
    finally:
        reading.cancel()
