"""The whole Slack side on loopback: the strict local workspace, the real HTTP server, and journeys that record."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from aiohttp import web

from bot.config import Settings
from bot.journeys import Answer, Asked, RunNews, Started
from bot.messages import Button, Message, Paragraph, Place, Span
from bot.render.words import Words
from bot.slack.calls import Outcome
from bot.slack.front import Front, Line, Memory, Pace, front, line_to_slack
from bot.slack.web import web_app
from sandbox.serve import serving
from sandbox.slack.identity import BOT_TOKEN, SIGNING_SECRET
from sandbox.slack.local import Slack, local_slack
from tests.bot.slack.recording_connections import RecordingBindings, RecordingRoster
from tests.bot.slack.recording_filters import RecordingFilters
from tests.bot.slack.recording_lookups import RecordingLookups
from tests.bot.slack.recording_schedules import RecordingSchedules

SECRET = SIGNING_SECRET
QUICK = Pace(patience=0.05, modal_patience=0.05, together=0.02, spacing=0, card_every=0, private_every=0)


def said(text: str, *buttons: Button) -> Message:
    return Message(summary=text, blocks=(Paragraph(spans=(Span(text=text),)),), actions=buttons)


ANSWER = said(
    "Acme Ltd is not synced yet.",
    Button(action="missing.sync_full", label="Sync now", value="q:17"),
    Button(action="missing.check_again", label="Check again", value="q:17"),
    Button(action="missing.share", label="Share to channel", value="q:17"),
)


@dataclass(frozen=True)
class RecordingPasts:
    asked_: Callable[..., Awaitable[Answer]]

    async def show(self, query: str, connection: str | None, asked: Asked) -> Answer:
        return await self.asked_("history", query, connection)

    async def pick(self, connection_id: int, account: str, asked: Asked) -> Answer:
        return await self.asked_("history.pick", connection_id, account)

    async def note(self, run_id: int, text: str, asked: Asked) -> Answer:
        return await self.asked_("note", run_id, text)


@dataclass(frozen=True)
class RecordingOptions:
    asked_: Callable[..., Awaitable[Answer]]

    async def explain(self, text: str, connection: str | None, asked: Asked) -> Answer:
        return await self.asked_("option", text, connection)

    async def again(self, value: str, asked: Asked) -> Answer:
        return await self.asked_("option.again", value)


@dataclass(frozen=True)
class RecordingRules:
    asked_: Callable[..., Awaitable[Answer]]

    async def show(self, word: str, asked: Asked) -> Answer:
        return await self.asked_("rules", word)


@dataclass(frozen=True)
class RecordingRights:
    asked_: Callable[..., Awaitable[Answer]]

    async def show(self, connection: str | None, asked: Asked) -> Answer:
        return await self.asked_("rights", connection)

    async def whole(self, connection: str | None, asked: Asked) -> Answer:
        return await self.asked_("rights.whole", connection)


@dataclass
class RecordingJourneys:
    """Answers at once, unless ``gate`` is closed. ``calls`` is what was asked, in order."""

    calls: list[tuple[object, ...]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    breaks: Exception | None = None
    news: Sequence[RunNews] = (
        RunNews(card=said("Reading accounts")),
        RunNews(card=said("Done"), result=replace(said("Acme Ltd is visible now."), mentions=("U0AGENT",))),
    )
    answer: Message = ANSWER
    note: Message | None = None
    before_result: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        self.gate.set()
        self.lookups = RecordingLookups(self)
        self.bindings = RecordingBindings(asked_=self._asked)
        self.roster = RecordingRoster(asked_=self._asked)
        self.schedules = RecordingSchedules(asked_=self._asked, started_=self._started)
        self.filters = RecordingFilters(asked_=self._asked, started_=self._started)

    def tell(self, text: str) -> Message:
        return said(text)

    async def _asked(self, *call: object) -> Answer:
        self.calls.append(call)
        await self.gate.wait()
        if self.breaks is not None:
            raise self.breaks
        return Answer(message=self.answer, question="q:17")

    async def _started(self, *call: object) -> Answer | Started:
        await self._asked(*call)
        return Started(run="r:812", card=said("Dana Agent started a full sync of cw-prod."), note=self.note)

    async def connections(self) -> Sequence[str]:
        return ["cw-prod"]

    async def pick(self, question: str, account: str, asked: Asked) -> Answer:
        return await self._asked("pick", question, account)

    async def suggested(self, question: str, choice: str, asked: Asked) -> Answer:
        return await self._asked("suggested", question, choice)

    async def share(self, question: str, asked: Asked) -> Message:
        return (await self._asked("share", question)).message

    async def resync(self, connection: str | None, asked: Asked, kind: str = "full") -> Answer | Started:
        return await self._started(*("resync", connection, asked.name), *([] if kind == "full" else [kind]))

    async def sync_settings(self, connection: str, asked: Asked) -> Answer | Started:
        return await self._started("sync_settings", connection)

    async def sync_full(self, question: str, asked: Asked) -> Answer | Started:
        return await self._started("sync_full", question)

    async def sync_one(self, question: str, asked: Asked) -> Answer | Started:
        return await self._started("sync_one", question)

    async def cancel(self, run: str, asked: Asked) -> Answer:
        return await self._asked("cancel", run)

    async def help_with(self, run: str, asked: Asked) -> Answer:
        return await self._asked("help_with", run)

    async def accept(self, run: str, asked: Asked) -> Answer | Started:
        return await self._asked("accept", run)

    async def reject(self, run: str, asked: Asked) -> Answer:
        return await self._asked("reject", run)

    async def retry(self, value: str, asked: Asked) -> Answer | Started:
        return await self._started("retry", value)

    async def status(self, asked: Asked) -> Answer:
        return await self._asked("status")

    async def subscribe(self, kind: str, at: str | None, connection: str | None, asked: Asked) -> Answer:
        return await self._asked("subscribe", kind, at, connection)

    async def unsubscribe(self, kind: str, connection: str | None, asked: Asked) -> Answer:
        return await self._asked("unsubscribe", kind, connection)

    async def subscriptions(self, asked: Asked) -> Answer:
        return await self._asked("subscriptions")

    @property
    def options(self) -> "RecordingOptions":
        return RecordingOptions(self._asked)

    @property
    def rules(self) -> "RecordingRules":
        return RecordingRules(self._asked)

    @property
    def rights(self) -> "RecordingRights":
        return RecordingRights(self._asked)

    @property
    def pasts(self) -> "RecordingPasts":
        return RecordingPasts(self._asked)

    async def follow(self, run: str) -> AsyncIterator[RunNews]:
        for news in self.news:
            if news.result is not None and self.before_result is not None:
                self.before_result()
            yield news

    async def answered(self, question: str, place: Place) -> None:
        self.calls.append(("answered", question, place.channel))

    async def announced(self, run: str, place: Place | None, asked: Asked) -> None:
        self.calls.append(("announced", run, place.channel if place else None))


@dataclass(frozen=True)
class Claimed:
    new: bool
    ts: str | None


@dataclass
class Notebook:
    """What the store would remember; hand it to a second stage, and the bot has been restarted."""

    posts: dict[str, str | None] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    audited: list[tuple[str, str, str, str]] = field(default_factory=list)
    troubles: list[tuple[str, Outcome]] = field(default_factory=list)

    async def claim(self, key: str, now: datetime) -> Claimed:
        new = key not in self.posts
        self.posts.setdefault(key, None)
        return Claimed(new, self.posts[key])

    async def delivered(self, key: str, ts: str) -> None:
        self.posts[key] = ts

    async def release(self, key: str) -> None:
        del self.posts[key]

    async def first_time(self, key: str, now: datetime) -> bool:
        new = key not in self.seen
        self.seen.add(key)
        return new

    async def audit(self, *, who: str, action: str, target: str, outcome: str) -> None:
        self.audited.append((who, action, target, outcome))

    async def troubled(self, place: Place, outcome: Outcome) -> None:
        self.troubles.append((place.channel, outcome))

    def memory(self) -> Memory:
        return Memory(deliveries=self, first_time=self.first_time, audit=self.audit, troubled=self.troubled)


@dataclass(frozen=True, kw_only=True)
class Stage:
    slack: Slack
    journeys: RecordingJourneys
    notebook: Notebook
    line: Line
    front: Front
    url: str

    async def settled(self) -> None:
        """Until nothing that was asked is still being answered."""
        async with asyncio.timeout(10):
            await self.front.background.settled()

    async def types(self, text: str, user: str = "agent", channel: str = "#general") -> list[str]:
        """Types a command, waits, and returns what stands in the channel."""
        delivery = await self.slack.slash(user, channel, f"/psa {text}")
        assert delivery.status == 200
        await self.settled()
        return self.texts(channel)

    def texts(self, channel: str = "#general") -> list[str]:
        return [message.text for message in self.slack.messages(channel)]


def utc_now() -> datetime:
    return datetime.now(UTC)


@asynccontextmanager
async def standing(
    slack: Slack,
    *,
    journeys: RecordingJourneys | None = None,
    notebook: Notebook | None = None,
    allowed: Sequence[str] = (),
    app_token: str = "",
) -> AsyncIterator[Stage]:
    """The bot, started beside a workspace."""
    settings = Settings(
        slack_bot_token=BOT_TOKEN,
        slack_signing_secret=SECRET,
        slack_app_token=app_token,
        slack_api_url=slack.api_url,
        resync_allowed=tuple(allowed),
    )
    journeys, notebook = journeys or RecordingJourneys(), notebook or Notebook()
    memory = notebook.memory()
    async with (
        line_to_slack(settings, memory, utc_now, pace=QUICK) as line,
        front(settings, line, memory, journeys, Words(), utc_now, pace=QUICK) as made,
        serving(web_app(made.slack, [web.get("/healthz", fine)])) as url,
    ):
        slack.bot_url = url
        yield Stage(slack=slack, journeys=journeys, notebook=notebook, line=line, front=made, url=url)


@asynccontextmanager
async def stage(
    *, journeys: RecordingJourneys | None = None, allowed: Sequence[str] = (), limits: bool = False
) -> AsyncIterator[Stage]:
    async with local_slack(limits=limits) as slack, standing(slack, journeys=journeys, allowed=allowed) as made:
        yield made


async def fine(request: web.Request) -> web.StreamResponse:
    return web.Response(text="ok")
