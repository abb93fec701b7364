"""How a sync goes and ends, for the people who wait for it."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Final

from bot.answers import Answer as Found
from bot.answers import UnknownConnection
from bot.clock import Clock
from bot.conversation.asking import Questions, value_of
from bot.conversation.people import People
from bot.journeys import Answer, Started
from bot.markup import is_user
from bot.messages import Message
from bot.render import courtesy
from bot.render import missing as answers
from bot.render import resync as words_of
from bot.render.words import Words
from bot.resync import Joined, Outcome, Resync
from bot.resync import Started as StartedRun
from bot.store.database import Database
from bot.store.queries import connections, questions, runs, settings
from bot.store.queries.questions import Question
from bot.store.queries.runs import RunKind, RunState, SyncRun
from bot.store.room import unless_full
from bot.sync.recover import is_run_again

LOG: Final = logging.getLogger(__name__)
MOST_BEFORE: Final = 5  # runs that support is told of beside the one in question


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A question asked again; ``instead`` says why it could not be."""

    question: Question
    found: Found | None = None
    instead: Message | None = None

    @property
    def before(self) -> str:
        return answers.before(self.question.answer.get("verdict"))


class Outcomes:
    def __init__(
        self, db: Database, clock: Clock, words: Words, resync: Resync, asked: Questions, people: People
    ) -> None:
        self._db = db
        self._clock = clock
        self._words = words
        self._resync = resync
        self._questions = asked
        self._people = people

    async def started(self, outcome: Outcome) -> Answer | Started:
        """What a wish for a sync came to."""
        if isinstance(outcome, StartedRun):
            return Started(run=f"r:{outcome.run.id}", card=await self.card(outcome.run))
        who = self._people.known_as(outcome.by if isinstance(outcome, Joined) else "")
        now = self._clock.now()
        return Answer(message=words_of.not_started(self._words, outcome, who.name, user=who.user, now=now))

    async def card(self, run: SyncRun) -> Message:
        """The run as it is now."""
        return words_of.sync(self._words, await self._told(run))

    async def helped(self, run: SyncRun) -> Message:
        """What support needs to know about it."""
        same = await runs.latest(self._db, run.connection_id, 1 + MOST_BEFORE, kinds=[run.kind])
        return words_of.helped(self._words, await self._told(run), [each for each in same if each.id < run.id])

    async def waiting(self, run: SyncRun) -> Sequence[Question]:
        """None for a run whose process died and that is run again: they wait for the next one."""
        return [] if is_run_again(run) else await questions.waiting_on(self._db, run.id)

    async def answered(self, run: SyncRun, waiting: Sequence[Question]) -> None:
        """Said only once the result stands: after a crash in between, the next process answers."""
        for question in waiting:
            await unless_full(questions.wait_no_longer(self._db, question.id, run.id), None)

    async def result(self, run: SyncRun, waiting: Sequence[Question]) -> Message:
        """The questions that waited, answered: anew after a success, honestly after anything else (R12)."""
        message = await self._result(run, waiting)
        everybody = dict.fromkeys([run.requested_by, *(question.asked_by for question in waiting)])
        mentions = tuple(user for user in everybody if is_user(user))
        return Message(summary=message.summary, blocks=message.blocks, actions=message.actions, mentions=mentions)

    async def _result(self, run: SyncRun, waiting: Sequence[Question]) -> Message:
        told = await self._told(run)
        if not waiting:
            card = words_of.sync(self._words, told)
            return Message(summary=card.summary, blocks=card.blocks[:1])
        if run.state is not RunState.SUCCEEDED:
            asked = [(value_of(question), question.query) for question in waiting]
            return words_of.unanswered(self._words, told, asked)
        verified = [await self._verified(question, run) for question in waiting]
        return await self._one(verified[0]) if len(verified) == 1 else self._several(verified)

    async def _verified(self, question: Question, run: SyncRun) -> Verified:
        """One that cannot be asked again must not keep the others waiting."""
        try:
            return Verified(question=question, found=await self._questions.verify(question, run.id))
        except UnknownConnection as gone:
            instead = words_of.unknown_connection(self._words, gone.name, gone.known)
        except Exception:
            error_id = f"E-{token_hex(4)}"
            extra = {"action": "verify", "question": question.id, "error_id": error_id}
            LOG.exception("A question could not be asked again.", extra=extra)
            instead = courtesy.oops(self._words, error_id)
        return Verified(question=question, instead=instead)

    async def _one(self, verified: Verified) -> Message:
        if verified.found is None:
            return verified.instead or courtesy.oops(self._words, "")
        return await self._questions.message(verified.question, verified.found, before=verified.before)

    def _several(self, verified: Sequence[Verified]) -> Message:
        """A line each: the details are one press away."""
        return answers.verified(
            self._words,
            [
                answers.Asked(query=each.question.query, found=each.found, before=each.before, instead=each.instead)
                for each in verified
            ],
            words_of.check_again([(value_of(each.question), each.question.query) for each in verified]),
        )

    async def _told(self, run: SyncRun) -> words_of.Told:
        connection = await connections.by_id(self._db, run.connection_id)
        who = self._people.known_as(run.requested_by)
        return words_of.Told(
            run=run,
            connection=connection.name if connection else "a removed connection",
            psa=connection.psa if connection else "",
            now=self._clock.now(),
            who=who.name,
            user=who.user,
            timing=await self._resync.timing(run),
            settings=await settings.changes(self._db, run.id) if run.kind is RunKind.SETTINGS else (),
        )
