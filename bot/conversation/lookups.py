"""Questions to several connections: asked at once, told as they answer, asked again one by one, and shown in full."""

from collections.abc import Awaitable

from bot.answers import Answer as Found
from bot.answers import Result, UnknownConnection, merged
from bot.arriving import Arriving
from bot.conversation.asking import Questions, picked_of, scope_of
from bot.conversation.people import People
from bot.journeys import Answer, Asked, Lookup
from bot.missing import Enquiry, Missing
from bot.render import missing as answers
from bot.render import resync
from bot.render.several import could_not_ask
from bot.render.words import Words
from bot.store.queries.questions import Question


class OnItsWay:
    """A Lookup. ``before`` is what was known already, where only some are asked again."""

    def __init__(
        self, enquiry: Enquiry, question: Question, asked: Asked, asking: Questions, before: Found | None = None
    ) -> None:
        self._enquiry = enquiry
        self._arriving: Arriving[Result] = enquiry.arriving
        self._question = question
        self._asked = asked
        self._questions = asking
        self._before = before
        self._told: frozenset[str] = frozenset()
        self._counted = 0  # answers that had come when it was told last

    @property
    def heard(self) -> bool:
        return bool(self._arriving.arrived) or self.complete

    @property
    def complete(self) -> bool:
        return not self._arriving.waiting

    async def all(self, seconds: float | None = None) -> bool:
        return await self._arriving.all(seconds)

    async def another(self) -> None:
        if len(self._arriving.arrived) == self._counted:
            await self._arriving.another()

    async def whole(self) -> Answer:
        found = self._known()
        self._counted = len(self._arriving.arrived)
        self._told = frozenset(result.connection for result in found.results)
        return await self._questions.answer(self._question, found)

    async def rest(self) -> Answer:
        """On a card of its own, so with a question of its own: the card before keeps its meaning."""
        found = self._known()
        self._questions.complete(self._question, found)
        question = await self._questions.beside(self._question, self._asked)
        came = [result.connection for result in found.results if result.connection not in self._told]
        return await self._questions.late(question, found, came)

    async def aclose(self) -> None:
        await self._arriving.aclose()

    def _known(self) -> Found:
        found = self._enquiry.answer
        return merged(self._before, found) if self._before else found


class Lookups:
    def __init__(self, words: Words, missing: Missing, asking: Questions, people: People, command: str) -> None:
        self._words = words
        self._missing = missing
        self._questions = asking
        self._people = people
        self._command = command

    async def ask(self, query: str, connection: str | None, asked: Asked) -> Lookup | Answer:
        self._people.met(asked)
        try:
            enquiry = await self._missing.enquire(query, only=[connection] if connection else [])
        except UnknownConnection as unknown:
            return self._unknown(unknown)
        return await self._on_its_way(enquiry, self._questions.new(query, connection, asked), asked)

    async def again(self, question: str, asked: Asked) -> Lookup | Answer:
        """Anew of all that were asked; the one that a person wanted to see in full stays so."""
        before = await self._found(question, asked)
        return await self._anew(before, asked) if before else self._forgotten()

    async def retry(self, question: str, connection: str, asked: Asked) -> Lookup | Answer:
        before = await self._found(question, asked)
        if before is None:
            return self._forgotten()
        known = self._questions.found(before)
        if known is None:  # after a restart nobody knows what the others said
            return await self._anew(before, asked)
        untold = [result.connection for result in known.results if could_not_ask(result)]
        return await self._enquire(before, asked, only=[connection] if connection else untold, known=known)

    async def details(self, question: str, connection: str, asked: Asked) -> Lookup | Answer:
        """What was answered, not what would be answered now; only after a restart it is asked anew."""
        before = await self._found(question, asked)
        if before is None:
            return self._forgotten()
        found = self._questions.found(before)
        if found is None:
            return await self._anew(before, asked, shown=connection)
        return await self._questions.answer(await self._questions.beside(before, asked, shown=connection), found)

    async def _found(self, question: str, asked: Asked) -> Question | None:
        self._people.met(asked)
        return await self._questions.find(question)

    async def _anew(self, before: Question, asked: Asked, shown: str = "") -> Lookup | Answer:
        scope = scope_of(before)
        return await self._enquire(before, asked, only=[scope] if scope else [], shown=shown)

    async def _enquire(
        self, before: Question, asked: Asked, *, only: list[str], known: Found | None = None, shown: str = ""
    ) -> Lookup | Answer:
        """On a card of its own: whoever presses on a card that everybody sees is answered in private."""
        try:
            enquiry = await self._missing.enquire(before.query, only=only, account_id=picked_of(before), fresh=True)
        except UnknownConnection as unknown:
            return self._unknown(unknown)
        return await self._on_its_way(enquiry, self._questions.beside(before, asked, shown=shown), asked, known)

    async def _on_its_way(
        self, enquiry: Enquiry, saving: Awaitable[Question], asked: Asked, known: Found | None = None
    ) -> Lookup:
        """The PSAs are asked while the question is saved; where it cannot be, nobody waits for them."""
        try:
            return OnItsWay(enquiry, await saving, asked, self._questions, known)
        except BaseException:
            await enquiry.arriving.aclose()
            raise

    def _unknown(self, unknown: UnknownConnection) -> Answer:
        return Answer(message=resync.unknown_connection(self._words, unknown.name, unknown.known))

    def _forgotten(self) -> Answer:
        """The card is older than what we remember, and a fresh one is a press away (R211)."""
        return Answer(message=answers.forgotten(self._words, self._command))
