"""Questions that people asked: kept, answered, asked again with the same meaning, and shown once more."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from bot.answers import Answer as Found
from bot.answers import Result
from bot.clock import Clock
from bot.journeys import Answer, Asked
from bot.messages import Message
from bot.missing import Missing
from bot.render.missing import late, missing
from bot.render.several import leading
from bot.render.words import Words
from bot.store.database import Database
from bot.store.queries import questions, runs
from bot.store.queries.questions import Question
from bot.store.queries.runs import RunKind
from bot.store.room import unless_full
from rules.model import Verdict

LONGEST_NUMBER: Final = 19  # digits: what a database column holds
NOBODYS: Final = 0  # the number of a question that could not be saved: it is answered, and not found again


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What a card shows. ``leads``: the connection that it shows in full."""

    found: Found
    leads: str


class Questions:
    """A question's ``answer`` in the store holds what asking again needs, besides the verdict:

    ``scope``: the connection it was limited to, null for all; ``leading``: the connection that was shown in full;
    ``shown``: the one that a person wants to see in full; ``picked``: the account that a person chose; ``bound``: its
    scope is what its channel is bound to.
    Raises UnknownConnection where the connection was removed since.
    """

    def __init__(self, db: Database, clock: Clock, words: Words, missing: Missing, kept: int) -> None:
        self._db = db
        self._clock = clock
        self._words = words
        self._missing = missing
        self._kept = kept
        self._seen: OrderedDict[int, Seen] = OrderedDict()

    async def find(self, value: str) -> Question | None:
        """``q:17``; None: there is no such question (any more)."""
        return await questions.get(self._db, number_of(value))

    async def new(self, query: str, scope: str | None, asked: Asked, **more: Any) -> Question:
        """``more`` goes into its ``answer``."""
        bound = {"bound": True} if asked.bound else {}
        told: dict[str, Any] = {
            "query": query,
            "connection": scope,
            "asked_by": asked.by,
            "channel": asked.place.channel,
            "thread_ts": asked.place.thread_ts,
            "answer": {"scope": scope, **bound, **more},
        }
        now = self._clock.now()
        return await unless_full(
            questions.save(self._db, now=now, **told), Question(id=NOBODYS, created_at=now, **told)
        )

    async def beside(self, question: Question, asked: Asked, *, shown: str = "") -> Question:
        """The same question for a card of its own: what is pressed on one card must not change what another means.
        ``shown``: the connection to show in full; empty: as before.
        """
        kept = {name: question.answer[name] for name in ("bound", "shown", "picked") if name in question.answer}
        return await self.new(question.query, scope_of(question), asked, **kept | ({"shown": shown} if shown else {}))

    async def ask_again(self, question: Question) -> Answer:
        """As it was asked: of the same connections, and of the account that was chosen, if one was."""
        found = await self._again(question, connection=scope_of(question), picked=picked_of(question))
        return await self.answer(question, found)

    async def pick(self, question: Question, account_id: str) -> Answer:
        """One of the candidates that the connection had which was shown in full."""
        where = question.answer.get("leading") or question.connection
        found = await self._again(question, connection=where, picked=account_id)
        return await self.answer(question, found, {"scope": where, "picked": account_id})

    async def verify(self, question: Question, run_id: int) -> Found:
        """After the sync that it waited for: asked of the connection that was synced, and of the same account (R12).

        What it was before and after is kept, so that it can be told how many are solved by a sync alone (R14).
        """
        where, picked = question.connection or scope_of(question), picked_of(question)
        found = await self._again(question, connection=where, picked=picked)
        first = leading(found.results)
        if question.account_id and first is not None and first.verdict is Verdict.AMBIGUOUS:
            found = await self._again(question, connection=where, picked=question.account_id)
        await self.keep(question, found, {"before": question.answer.get("verdict"), "run": run_id})
        return found

    async def answer(self, question: Question, found: Found, more: Mapping[str, Any] | None = None) -> Answer:
        """Kept, and in words."""
        await self.keep(question, found, more or {})
        bound = scope_of(question) or "" if question.answer.get("bound") else ""
        return Answer(message=await self.message(question, found), question=value_of(question), bound=bound)

    async def late(self, question: Question, found: Found, came: Sequence[str]) -> Answer:
        """Only what ``came`` after the card before, for a card beside it."""
        await self.keep(question, found, {})
        usual = await self.usual(leading(found.results))
        message = late(self._words, found, value_of(question), came, usual=usual)
        return Answer(message=message, question=value_of(question))

    async def message(self, question: Question, found: Found, *, before: str = "", shown: str = "") -> Message:
        shown = shown or shown_of(question)
        usual = await self.usual(leading(found.results, shown))
        return missing(self._words, found, value_of(question), usual=usual, before=before, shown=shown)

    async def seen(self, question: Question) -> Message | None:
        """What was answered last, if it is still in memory."""
        seen = self._seen.get(question.id)
        return await self.message(question, seen.found, shown=seen.leads) if seen is not None else None

    def found(self, question: Question) -> Found | None:
        seen = self._seen.get(question.id)
        return seen.found if seen is not None else None

    def complete(self, question: Question, found: Found) -> None:
        """The card stands as it was; who looks into it further sees all that came since."""
        seen = self._seen.get(question.id)
        if seen is not None:
            self._seen[question.id] = Seen(found=found, leads=seen.leads)

    async def keep(self, question: Question, found: Found, more: Mapping[str, Any]) -> None:
        first = leading(found.results, shown_of(question))
        account = first.accounts[0].id if first and first.accounts else None
        decided = first is not None and (account is not None or len(_asked(found)) == 1 or bool(shown_of(question)))
        verdict, leads = (first.verdict.value, first.connection) if first else (None, None)
        keeping = questions.answered(
            self._db,
            question.id,
            answer={**question.answer, "verdict": verdict, "leading": leads, **more},
            connection=leads if decided else None,
            account_id=account,
        )
        await unless_full(keeping, None)
        self._seen[question.id] = Seen(found=found, leads=leads or "")
        self._seen.move_to_end(question.id)
        while len(self._seen) > self._kept:
            self._seen.popitem(last=False)

    async def usual(self, result: Result | None) -> timedelta | None:
        """How long a full sync of its connection usually takes."""
        if result is None or result.last_sync is None:
            return None
        seconds = await runs.usual_seconds(self._db, result.last_sync.connection_id, RunKind.FULL)
        return None if seconds is None else timedelta(seconds=seconds)

    async def _again(self, question: Question, *, connection: str | None, picked: str | None) -> Found:
        return await self._missing.ask(question.query, connection=connection, account_id=picked, fresh=True)


def number_of(value: str) -> int:
    """``q:17`` and ``r:812`` are 17 and 812; nobody's number for anything else."""
    number = value.rpartition(":")[2]
    return int(number) if number.isdecimal() and len(number) < LONGEST_NUMBER else NOBODYS


def value_of(question: Question) -> str:
    return f"q:{question.id}"


def scope_of(question: Question) -> str | None:
    scope: str | None = question.answer.get("scope", question.connection)
    return scope


def picked_of(question: Question) -> str | None:
    picked: str | None = question.answer.get("picked")
    return picked


def shown_of(question: Question) -> str:
    return str(question.answer.get("shown", ""))


def _asked(found: Found) -> Sequence[str]:
    """Every connection that was asked, whether it has answered or not."""
    return (*(result.connection for result in found.results), *found.waiting)
