"""Questions that people asked: kept, answered, asked again with the same meaning, and shown once more."""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from bot.answers import Answer as Found
from bot.answers import Result
from bot.clock import Clock
from bot.journeys import Answer, Asked
from bot.messages import Message
from bot.missing import Missing
from bot.render.missing import leading, missing
from bot.render.words import Words
from bot.store.database import Database
from bot.store.queries import questions, runs
from bot.store.queries.questions import Question
from bot.store.queries.runs import RunKind
from rules.model import Verdict

LONGEST_NUMBER: Final = 19  # digits: what a database column holds


class Questions:
    """A question's ``answer`` in the store holds what asking again needs, besides the verdict:

    ``scope``: the connection it was limited to, null for all; ``leading``: the connection that was shown in full;
    ``picked``: the account that a person chose. Raises UnknownConnection where the connection was removed since.
    """

    def __init__(self, db: Database, clock: Clock, words: Words, missing: Missing, kept: int) -> None:
        self._db = db
        self._clock = clock
        self._words = words
        self._missing = missing
        self._kept = kept
        self._found: OrderedDict[int, Found] = OrderedDict()

    async def find(self, value: str) -> Question | None:
        """``q:17``; None: there is no such question (any more)."""
        return await questions.get(self._db, number_of(value))

    async def ask(self, query: str, connection: str | None, asked: Asked) -> Answer:
        found = await self._missing.ask(query, connection=connection)
        question = await questions.save(
            self._db,
            query=query,
            connection=connection,
            asked_by=asked.by,
            channel=asked.place.channel,
            thread_ts=asked.place.thread_ts,
            now=self._clock.now(),
            answer={"scope": connection},
        )
        await self._keep(question, found, {})
        return await self._answer(question, found)

    async def ask_again(self, question: Question) -> Answer:
        """As it was asked: of the same connections, and of the account that was chosen, if one was."""
        found = await self._again(question, connection=_scope(question), picked=question.answer.get("picked"))
        await self._keep(question, found, {})
        return await self._answer(question, found)

    async def pick(self, question: Question, account_id: str) -> Answer:
        """One of the candidates that the leading connection had."""
        where = question.connection or question.answer.get("leading")
        found = await self._again(question, connection=where, picked=account_id)
        await self._keep(question, found, {"scope": where, "picked": account_id})
        return await self._answer(question, found)

    async def verify(self, question: Question, run_id: int) -> Found:
        """After the sync that it waited for: asked of the connection that was synced, and of the same account (R12).

        What it was before and after is kept, so that it can be told how many are solved by a sync alone (R14).
        """
        where, picked = question.connection or _scope(question), question.answer.get("picked")
        found = await self._again(question, connection=where, picked=picked)
        first = leading(found.results)
        if question.account_id and first is not None and first.verdict is Verdict.AMBIGUOUS:
            found = await self._again(question, connection=where, picked=question.account_id)
        await self._keep(question, found, {"before": question.answer.get("verdict"), "run": run_id})
        return found

    async def message(self, question: Question, found: Found, *, before: str = "") -> Message:
        usual = await self._usual(leading(found.results))
        return missing(self._words, found, value_of(question), usual=usual, before=before)

    async def seen(self, question: Question) -> Message | None:
        """What was answered last, if it is still in memory."""
        found = self._found.get(question.id)
        return await self.message(question, found) if found is not None else None

    async def _again(self, question: Question, *, connection: str | None, picked: str | None) -> Found:
        return await self._missing.ask(question.query, connection=connection, account_id=picked, fresh=True)

    async def _answer(self, question: Question, found: Found) -> Answer:
        return Answer(message=await self.message(question, found), question=value_of(question))

    async def _keep(self, question: Question, found: Found, more: Mapping[str, Any]) -> None:
        first = leading(found.results)
        account = first.accounts[0].id if first and first.accounts else None
        decided = first is not None and (account is not None or len(found.results) == 1)
        verdict, leads = (first.verdict.value, first.connection) if first else (None, None)
        await questions.answered(
            self._db,
            question.id,
            answer={**question.answer, "verdict": verdict, "leading": leads, **more},
            connection=leads if decided else None,
            account_id=account,
        )
        self._found[question.id] = found
        self._found.move_to_end(question.id)
        while len(self._found) > self._kept:
            self._found.popitem(last=False)

    async def _usual(self, result: Result | None) -> timedelta | None:
        if result is None or result.last_sync is None:
            return None
        seconds = await runs.usual_seconds(self._db, result.last_sync.connection_id, RunKind.FULL)
        return None if seconds is None else timedelta(seconds=seconds)


def number_of(value: str) -> int:
    """``q:17`` and ``r:812`` are 17 and 812; 0, which is nobody's number, for anything else."""
    number = value.rpartition(":")[2]
    return int(number) if number.isdecimal() and len(number) < LONGEST_NUMBER else 0


def value_of(question: Question) -> str:
    return f"q:{question.id}"


def _scope(question: Question) -> str | None:
    scope: str | None = question.answer.get("scope", question.connection)
    return scope
