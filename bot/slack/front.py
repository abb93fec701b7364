"""Puts the Slack side together: one call for ``bot/app.py``."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import Settings
from bot.journeys import Journeys
from bot.messages import Place
from bot.render.words import Words
from bot.slack.announcing import Announcer
from bot.slack.background import Background
from bot.slack.calls import Calls, Outcome, web_client
from bot.slack.desk import Audit, Desk, FirstTime
from bot.slack.listen import listen
from bot.slack.notifier import Deliveries, SlackNotifier
from bot.slack.opening import Modals
from bot.slack.outbound import Outbound
from bot.slack.people import People
from bot.slack.permissions import Permissions
from bot.slack.replies import Replies
from bot.slack.whoami import Whoami

_GRACE: Final = 10.0  # seconds for answers that are under way when the process is asked to stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """What must be remembered over a restart: the store answers."""

    deliveries: Deliveries
    first_time: FirstTime
    audit: Audit
    troubled: Callable[[Place, Outcome], Awaitable[None]]  # a channel could not be reached, and why


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds. ``patience``: silence before "Looking up …", ``modal_patience``: before "One moment …"; ``together``:
    for which what some connections said waits for others; ``spacing``: between two messages to a channel;
    ``card_every`` and ``private_every``: between two edits of a run's card, in a channel and in private.
    """

    patience: float = 1.5
    modal_patience: float = 1.0
    together: float = 1.0
    spacing: float = 1.0
    card_every: float = 3.0
    private_every: float = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The connection to Slack, which both what we post and what we answer need."""

    client: AsyncWebClient
    calls: Calls
    session: aiohttp.ClientSession
    notifier: SlackNotifier
    outbound: Outbound
    whoami: Whoami


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """``slack`` goes to ``web_app`` or ``socket_mode``; ``announcer.follow`` resumes runs after a restart."""

    slack: AsyncApp
    desk: Desk
    announcer: Announcer
    background: Background


USUAL_PACE: Final = Pace()


@asynccontextmanager
async def line_to_slack(
    settings: Settings, memory: Memory, now: Callable[[], datetime], *, pace: Pace = USUAL_PACE
) -> AsyncIterator[Line]:
    """Calls nobody: Slack may be down when the bot starts."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        client = web_client(settings.slack_bot_token, settings.slack_api_url, session)
        calls = Calls(client)
        outbound = Outbound(calls, monotonic=time.monotonic, spacing=pace.spacing)
        notifier = SlackNotifier(outbound, memory.deliveries, now, memory.troubled)
        yield Line(
            client=client, calls=calls, session=session, notifier=notifier, outbound=outbound, whoami=Whoami(calls)
        )


@asynccontextmanager
async def front(
    settings: Settings,
    line: Line,
    memory: Memory,
    journeys: Journeys,
    words: Words,
    now: Callable[[], datetime],
    *,
    pace: Pace = USUAL_PACE,
) -> AsyncIterator[Front]:
    """At the end, answers that are under way are finished, for a while."""
    desk = _desk(settings, line, memory, journeys, words, now, pace=pace)
    background = Background()
    slack = listen(signing_secret=settings.slack_signing_secret, client=line.client, desk=desk, background=background)
    try:
        yield Front(slack=slack, desk=desk, announcer=desk.announcer, background=background)
    finally:
        await background.close(_GRACE)


def _desk(
    settings: Settings,
    line: Line,
    memory: Memory,
    journeys: Journeys,
    words: Words,
    now: Callable[[], datetime],
    *,
    pace: Pace,
) -> Desk:
    announcer = Announcer(
        journeys, line.notifier, words, time.monotonic, card_every=pace.card_every, private_every=pace.private_every
    )
    people = People(line.calls, now)
    return Desk(
        journeys=journeys,
        words=words,
        replies=Replies(caller=line.calls, session=line.session, api_url=settings.slack_api_url, now=now),
        announcer=announcer,
        modals=Modals(line.calls),
        people=people,
        permissions=Permissions(settings.resync_allowed, people),
        whoami=line.whoami,
        first_time=memory.first_time,
        audit=memory.audit,
        now=now,
        command=settings.command,
        patience=pace.patience,
        together=pace.together,
        modal_patience=pace.modal_patience,
    )
