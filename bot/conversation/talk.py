"""Answers what people ask in chat: each method is one thing a person can want, from their words to their message."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final

from bot.answers import UnknownConnection
from bot.bindings import Bindings
from bot.clock import Clock
from bot.conversation.asking import Questions, number_of
from bot.conversation.choosing import Choosing
from bot.conversation.filtering import FilterTalk
from bot.conversation.listing import Listings
from bot.conversation.lookups import Lookups
from bot.conversation.outcomes import Outcomes
from bot.conversation.pasts import Pasts
from bot.conversation.people import People
from bot.conversation.rights import Rights
from bot.conversation.rulebook import Rules
from bot.conversation.schedules import ScheduleTalk
from bot.conversation.using import Using
from bot.filters import Filters
from bot.journeys import Answer, Asked, RunNews, Started
from bot.messages import Message, Place
from bot.missing import Missing
from bot.overview import Overviews
from bot.render import bulletins, resync
from bot.render import missing as answers
from bot.render.words import Words, short
from bot.resync import Outcome, Resync, UsageError
from bot.scheduling import Scheduling
from bot.store.database import Database
from bot.store.queries import connections, questions, runs
from bot.store.queries.questions import Question
from bot.store.queries.runs import RunKind
from bot.store.room import unless_full
from bot.subscriptions import BadHour, Subscriptions

GETS: Final = {"failures": "an alert when a sync keeps failing", "digest": "the daily digest"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a conversation draws on. ``zone``: the one in which digests have their hours; empty: it is not said.

    ``kept``: how many answers stay in memory. Sharing one of them shows what was seen, and asks the PSA nothing.
    """

    db: Database
    clock: Clock
    words: Words
    missing: Missing
    resync: Resync
    overviews: Overviews
    subscriptions: Subscriptions
    bindings: Bindings
    listings: Listings
    pasts: Pasts
    options: Choosing
    rights: Rights
    rules: Rules
    scheduling: Scheduling
    filters: Filters
    command: str
    zone: str = ""
    kept: int = 500


class Conversation:
    """``question`` is ``q:17``, ``run`` is ``r:812``, both as they stand in a button's value."""

    def __init__(self, parts: Parts) -> None:
        self._db = parts.db
        self._clock = parts.clock
        self._words = parts.words
        self._resync = parts.resync
        self._overviews = parts.overviews
        self._subscriptions = parts.subscriptions
        self.bindings = Using(parts.db, parts.words, parts.bindings, parts.command)
        self.pasts = parts.pasts
        self.options = parts.options
        self.roster = parts.listings
        self.rights = parts.rights
        self.rules = parts.rules
        self._command = parts.command
        self._zone = parts.zone
        self._people = People()
        self._questions = Questions(parts.db, parts.clock, parts.words, parts.missing, parts.kept)
        self.lookups = Lookups(parts.words, parts.missing, self._questions, self._people, parts.command)
        self._outcomes = Outcomes(parts.db, parts.clock, parts.words, parts.resync, self._questions, self._people)
        self.schedules = ScheduleTalk(
            parts.db, parts.words, parts.scheduling, parts.resync, self._outcomes, self._people
        )
        self.filters = FilterTalk(parts.db, parts.words, parts.filters, parts.resync, self._outcomes, parts.command)

    async def connections(self) -> Sequence[str]:
        return [each.name for each in await connections.every(self._db)]

    async def pick(self, question: str, account: str, asked: Asked) -> Answer:
        return await self._again(question, account)

    async def suggested(self, question: str, choice: str, asked: Asked) -> Answer:
        return await self._again(question, choice)

    async def share(self, question: str, asked: Asked) -> Message | Answer:
        """What was seen, not what would be seen now; only after a restart it is asked anew."""
        before = await self._questions.find(question)
        if before is None:
            return _private(self._forgotten())
        seen = await self._questions.seen(before)
        if seen is not None:
            return seen
        again = await self._again(question)
        return again.message if again.question is not None else again

    async def resync(self, connection: str | None, asked: Asked, kind: str = RunKind.FULL) -> Answer | Started:
        self._people.met(asked)
        known = await self.connections()
        if connection is None and len(known) != 1:
            return _private(resync.which_connection(self._words, known, self._command, resync.to_sync(kind)))
        try:
            outcome = await self._resync.request(connection or known[0], kind, by=asked.by)
        except UsageError as wrong:
            return _private(resync.not_offered(self._words, str(wrong)))
        return await self._outcomes.started(outcome)

    async def sync_settings(self, connection: str, asked: Asked) -> Answer | Started:
        found = await connections.by_id(self._db, number_of(connection))
        if found is None:
            return _private(resync.removed_connection(self._words, await self.connections()))
        return await self.resync(found.name, asked, RunKind.SETTINGS)

    async def sync_full(self, question: str, asked: Asked) -> Answer | Started:
        return await self._sync(question, RunKind.FULL, asked)

    async def sync_one(self, question: str, asked: Asked) -> Answer | Started:
        return await self._sync(question, RunKind.ONE, asked)

    async def retry(self, value: str, asked: Asked) -> Answer | Started:
        """The button on an alert, and on a sync that failed."""
        self._people.met(asked)
        run = await runs.get(self._db, number_of(value))
        connection = await connections.by_id(self._db, run.connection_id) if run else None
        if run is None or connection is None:
            return _private(resync.removed_connection(self._words, await self.connections()))
        outcome = await self._resync.request(connection.name, run.kind, by=asked.by, account_id=run.account_id)
        return await self._outcomes.started(outcome)

    async def cancel(self, run: str, asked: Asked) -> Answer:
        return _private(resync.decided(self._words, await self._resync.cancel(number_of(run), by=asked.by)))

    async def help_with(self, run: str, asked: Asked) -> Answer:
        found = await runs.get(self._db, number_of(run))
        return _private(await self._outcomes.helped(found) if found else resync.over(self._words))

    async def accept(self, run: str, asked: Asked) -> Answer | Started:
        return _private(resync.decided(self._words, await self._resync.accept(number_of(run), by=asked.by)))

    async def reject(self, run: str, asked: Asked) -> Answer:
        return _private(resync.decided(self._words, await self._resync.reject(number_of(run), by=asked.by)))

    async def status(self, asked: Asked) -> Answer:
        return _private(bulletins.status(self._words, await self._overviews.now(), self._command))

    async def subscribe(self, kind: str, at: str | None, connection: str | None, asked: Asked) -> Answer:
        channel = asked.place.channel
        try:
            subscription, new = await self._subscriptions.add(channel, kind, at, by=asked.by, connection=connection)
        except BadHour as bad:
            return await self._subscribed(asked, str(bad))
        except UnknownConnection as unknown:
            return _private(resync.unknown_connection(self._words, unknown.name, unknown.known))
        hour = f" at {subscription.at}" if subscription.at else ""
        said = "Done." if new else "It was set already; it is up to date now."
        return await self._subscribed(asked, f"{said} This channel gets {_gets(kind, connection)}{hour}.")

    async def unsubscribe(self, kind: str, connection: str | None, asked: Asked) -> Answer:
        try:
            had = await self._subscriptions.remove(asked.place.channel, kind, by=asked.by, connection=connection)
        except UnknownConnection as unknown:
            return _private(resync.unknown_connection(self._words, unknown.name, unknown.known))
        gets = _gets(kind, connection)
        done = f"Done. This channel no longer gets {gets}."
        return await self._subscribed(asked, done if had else f"This channel did not get {gets}.")

    async def subscriptions(self, asked: Asked) -> Answer:
        return await self._subscribed(asked, "")

    async def follow(self, run: str) -> AsyncIterator[RunNews]:
        """News of a run until it ends; the last one carries the answers that waited for it (R12)."""
        ended = False
        async for row in self._resync.follow(number_of(run)):
            card = await self._outcomes.card(row)
            yield RunNews(card=card)
            if row.ended_at is not None:
                ended = True
                waiting = await self._outcomes.waiting(row)
                yield RunNews(card=card, result=await self._outcomes.result(row, waiting))
                await self._outcomes.answered(row, waiting)
        if not ended:
            gone = resync.over(self._words)
            yield RunNews(card=gone, result=gone)

    async def answered(self, question: str, place: Place) -> None:
        placing = questions.place(
            self._db, number_of(question), channel=place.channel, message_ts=place.ts, thread_ts=place.thread_ts
        )
        await unless_full(placing, None)

    async def announced(self, run: str, place: Place | None, asked: Asked) -> None:
        """The card is followed by whoever posted it; after a restart, the questions that waited are what counts."""

    async def _again(self, value: str, account: str = "") -> Answer:
        question = await self._questions.find(value)
        if question is None:
            return _private(self._forgotten())
        try:
            if account:
                return await self._questions.pick(question, account)
            return await self._questions.ask_again(question)
        except UnknownConnection as unknown:
            return _private(resync.unknown_connection(self._words, unknown.name, unknown.known))

    async def _sync(self, value: str, kind: RunKind, asked: Asked) -> Answer | Started:
        self._people.met(asked)
        question = await self._questions.find(value)
        if question is None:
            return _private(self._forgotten())
        known = await self.connections()
        connection = question.connection or (known[0] if len(known) == 1 else None)
        if connection is None:
            return _private(resync.which_connection(self._words, known, self._command))
        try:
            outcome = await self._request(connection, kind, question, asked)
        except UsageError:
            return _private(resync.no_account(self._words))
        return await self._outcomes.started(outcome)

    async def _request(self, connection: str, kind: RunKind, question: Question, asked: Asked) -> Outcome:
        account = question.account_id if kind is RunKind.ONE else None
        return await self._resync.request(connection, kind, by=asked.by, account_id=account, question_id=question.id)

    async def _subscribed(self, asked: Asked, did: str) -> Answer:
        subscribed = await self._subscriptions.of(asked.place.channel)
        return _private(bulletins.subscriptions(self._words, subscribed, self._command, did, self._zone))

    def _forgotten(self) -> Message:
        """The card is older than what we remember, and a fresh one is a press away (R211)."""
        return answers.forgotten(self._words, self._command)


def _gets(kind: str, connection: str | None) -> str:
    return f"{GETS[kind]}, of {short(connection)} only" if connection else GETS[kind]


def _private(message: Message) -> Answer:
    return Answer(message=message)
