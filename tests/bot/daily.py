"""Connections, syncs and channels for the tests of the daily journeys, and a notifier that records."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from bot.alerts import Alerts
from bot.digest import Digest
from bot.messages import Message, Place, plain
from bot.missing import Missing
from bot.postings import Sources
from bot.psas import Psas
from bot.slack.blocks import to_blocks
from bot.slack.limits import problems
from bot.store.database import Database
from bot.store.queries import channels, connections, runs
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind, SyncRun
from bot.store.secrets import SecretBox, new_key
from bot.watch import Watch
from bot.watchdog import Watchdog
from connectors.registry import build
from rules.engine import Engine
from tests.bot.sync.fakes import MovingClock

MONDAY = datetime(2026, 11, 16, 7, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
BOX = SecretBox([new_key()])
ALERTS = "C0ALERTS"
BILLING = "C0BILLING"

DENIED = {
    "kind": "permission_denied",
    "message": "ConnectWise refused GET /finance/agreements: grant Finance > Agreements.",
    "who_must_act": "operator",
    "call": "GET /finance/agreements",
}
DOWN = {"kind": "psa_down", "message": "ConnectWise is down.", "who_must_act": "psa", "call": "GET /company/companies"}
TIMEOUT = {"kind": "timeout", "message": "ConnectWise did not answer.", "who_must_act": "nobody", "call": "GET /x"}
OURS = {"kind": "api_error", "message": "The sync broke on our side (error 1a2b).", "who_must_act": "us", "call": ""}
KEYS = {"kind": "api_error", "message": "The keys are wrong.", "who_must_act": "operator", "call": "GET /system/info"}

HOSTILE = (
    "<!channel>",
    "<@U0AGENT>",
    "<https://evil.example|Acme>",
    "*A*B*C* _d_ ~e~ `f`",
    "# heading\n- bullet\n|a|b\n---\n> note",
    "ﷺ שלום \u202egnp.exe",
    "🧨" * 40,
    "x" * 5_000,
    "a b " * 1_250,
    'O\'Brien & "Söhne" <b>',
    "{{ 7 * 7 }} {% if x %}",
)


@dataclass
class RecordingNotifier:
    """Posts once per key, as the real one does; ``deaf`` channels cannot be reached, ``breaks`` is raised."""

    said: list[tuple[str, str, Message]] = field(default_factory=list)
    stands: dict[str, str] = field(default_factory=dict)
    deaf: set[str] = field(default_factory=set)
    breaks: dict[str, Exception] = field(default_factory=dict)

    async def post(self, place: Place, message: Message, *, key: str) -> Place | None:
        if place.channel in self.breaks:
            raise self.breaks[place.channel]
        if place.channel in self.deaf:
            return None
        self.said.append((place.channel, key, message))
        ts = self.stands.setdefault(key, f"{len(self.stands) + 1}.0")
        return Place(channel=place.channel, ts=ts)

    async def edit(self, place: Place, message: Message) -> bool:
        return True

    def words(self) -> list[str]:
        return [plain(message.blocks) for _, _, message in self.said]


async def connected(
    db: Database, name: str = "cw-prod", now: datetime = MONDAY - DAY, psa: str = "connectwise"
) -> Connection:
    return await connections.add(db, BOX, name=name, psa=psa, settings={}, secrets={}, now=now)


async def listens(
    db: Database,
    *where: str,
    kind: str = "failures",
    at: str = "",
    now: datetime = MONDAY,
    only: Connection | None = None,
) -> None:
    """``only``: the one connection that they want to hear of."""
    for channel in where or (ALERTS,):
        await channels.subscribe(
            db, channel=channel, kind=kind, at=at, by="U0AGENT", now=now, connection_id=only.id if only else None
        )


async def synced(
    db: Database,
    connection: Connection,
    state: str = "succeeded",
    *,
    at: datetime = MONDAY,
    kind: str = RunKind.FULL,
    account_id: str | None = None,
    error: Mapping[str, Any] | None = None,
    changes: Mapping[str, int] | None = None,
    by: str = "U0AGENT",
) -> SyncRun:
    """A run that took ten minutes and ended ``at``."""
    asked = at - timedelta(minutes=10)
    run, new = await runs.request(db, connection_id=connection.id, kind=kind, by=by, now=asked, account_id=account_id)
    assert new
    assert await runs.start(db, run.id, token="t", now=asked)
    await runs.finish(
        db, run.id, token="t", state=state, now=at, calls=3, bytes=9, counts={}, changes=changes or {}, error=error
    )
    found = await runs.get(db, run.id)
    assert found is not None
    return found


def sources(db: Database, digest: Digest) -> Sources:
    """What postings draw on; nobody asks a PSA here."""
    clock, engine = MovingClock(MONDAY), _engine()
    psas = Psas(db, BOX, build, clock)
    watch = Watch(db, psas, Missing(db, psas, engine, clock), clock)
    return Sources(alerts=Alerts(db), watchdog=Watchdog(db), digest=digest, watch=watch, engine=engine)


@cache
def _engine() -> Engine:
    return Engine.load()


def fits_slack(message: Message) -> None:
    """Within all of Slack's limits, with words for a notification, and with no life in what a PSA wrote."""
    blocks = to_blocks(message)
    assert problems(blocks) == []
    assert message.summary
    alive = {"user", "broadcast", "usergroup", "channel", "emoji"}
    called = {"U0AGENT", *message.mentions}
    assert not alive & {str(part.get("type")) for part in _parts(blocks) if part.get("user_id") not in called}


def _parts(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [part for each in value for part in _parts(each)]
    if not isinstance(value, dict):
        return []
    return [value, *(part for each in value.values() for part in _parts(each))]
