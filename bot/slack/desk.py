"""Where everything that people ask arrives, already acknowledged: once, from the right people, never unanswered."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import datetime
from secrets import token_hex
from typing import Any, Protocol

from bot.forms import Form
from bot.journeys import Answer, Asked, Journeys, Started
from bot.messages import Message
from bot.render import courtesy
from bot.render.words import Words
from bot.slack.announcing import Announcer
from bot.slack.asking import Asking
from bot.slack.modals import form_of
from bot.slack.opening import Modals
from bot.slack.people import People
from bot.slack.permissions import May, Permissions
from bot.slack.replies import Replies, Reply
from bot.slack.whoami import Whoami
from bot.store.room import is_full

_log = logging.getLogger(__name__)


class Audit(Protocol):
    """Writes one line: who tried what, where, and what came of it."""

    async def __call__(self, *, who: str, action: str, target: str, outcome: str) -> None: ...


FirstTime = Callable[[str, datetime], Awaitable[bool]]
Serve = Callable[["Request"], Awaitable[None]]


def _error_id() -> str:
    return f"E-{token_hex(4)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """``patience``: seconds of silence before "Looking up …" is said. Slack cannot take it back for a command, only
    for a click (bolt-js #2287), so an answer that comes at once is the only message. ``together``: seconds for which
    what some connections said waits for others that are about as fast. ``modal_patience``: seconds until a modal opens
    without its form, of the three that Slack gives.
    """

    journeys: Journeys
    words: Words
    replies: Replies
    announcer: Announcer
    modals: Modals
    people: People
    permissions: Permissions
    whoami: Whoami
    first_time: FirstTime
    audit: Audit
    now: Callable[[], datetime]
    command: str
    patience: float
    together: float
    modal_patience: float
    error_id: Callable[[], str] = _error_id

    async def take(self, asking: Asking, serve: Serve, *, hurried: bool = False) -> None:
        """Never raises. Whatever breaks, the person hears of it, with an id that is also in the log.

        ``hurried``: a modal has to be opened within three seconds, so there is no time to ask Slack for a name.
        """
        try:
            if await self.first_time(asking.key, self.now()) and await self._admits(asking):
                name = asking.name if hurried else await self.people.name(asking.by, asking.name)
                await serve(self._request(asking, name))
        except Exception as error:  # noqa: BLE001 - the last line: an error that escapes here is an answer that never comes
            error_id = self.error_id()
            asked = {"action": asking.action or "command", "by": asking.by, "error_id": error_id}
            _log.exception("Something asked in Slack broke.", extra=asked)
            await self._apologize(asking, error_id, error)

    async def _admits(self, asking: Asking) -> bool:
        """People of our own workspace; nobody else, and no bots, not even ourselves."""
        identity = await self.whoami.identity()
        if asking.bot or asking.by in {identity.bot_user, ""}:
            return False
        if asking.team == identity.team and asking.by_team == identity.team:
            return True
        own = asking.team == identity.team
        refusal = courtesy.outsider(self.words) if own else courtesy.other_workspace(self.words)
        await self.audit(
            who=asking.by,
            action=asking.action or "command",
            target=asking.place.channel,
            outcome="refused: outsider" if own else "refused: other workspace",
        )
        await self.replies.to(asking).aside(refusal)
        return False

    def _request(self, asking: Asking, name: str) -> "Request":
        # A mention's own message is not ours to edit: only its thread is a place for answers.
        place = asking.place if asking.action else replace(asking.place, ts=None)
        asked = Asked(by=asking.by, name=name, place=place)
        return Request(desk=self, asking=asking, asked=asked, reply=self.replies.to(asking))

    async def _apologize(self, asking: Asking, error_id: str, error: Exception) -> None:
        sorry = courtesy.no_room(self.words) if is_full(error) else courtesy.oops(self.words, error_id)
        try:
            await self.replies.to(asking).aside(sorry)
        except Exception:  # noqa: BLE001 - nothing is left to say it with
            _log.exception("The apology broke, too.", extra={"error_id": error_id})


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One person's command, click or mention, and the ways to answer it."""

    desk: Desk
    asking: Asking
    asked: Asked
    reply: Reply
    bound: str = ""  # the connection that it means because the channel is bound to it

    def limited_to(self, connection: str) -> "Request":
        return replace(self, asked=replace(self.asked, bound=True), bound=connection)

    @property
    def journeys(self) -> Journeys:
        return self.desk.journeys

    @property
    def words(self) -> Words:
        return self.desk.words

    @property
    def command(self) -> str:
        return self.desk.command

    async def say(self, message: Message) -> None:
        await self.reply.say(message)

    async def answer(self, work: Coroutine[Any, Any, Answer | Started], meanwhile: Message | None = None) -> None:
        """``meanwhile`` is shown when the work takes longer than people like to look at nothing."""
        outcome = await self._patiently(work, meanwhile)
        if isinstance(outcome, Started):
            await self.desk.announcer.announce(self._noted(outcome), self.asked, self.reply)
            return
        await self.tell(outcome)

    async def tell(self, answer: Answer) -> None:
        """In the place of what this request said before."""
        await self.reply.say(self._limited(answer))
        await self._stands(answer)

    async def add(self, answer: Answer) -> None:
        """Beside what this request said before."""
        await self.reply.aside(self._limited(answer))
        await self._stands(answer)

    def _limited(self, answer: Answer) -> Message:
        connection = answer.bound or self.bound
        return courtesy.limited(self.words, answer.message, connection, self.command) if connection else answer.message

    def _noted(self, started: Started) -> Started:
        """The card is edited as the work goes on, so the note stands beside it."""
        if not self.bound or started.note is not None:
            return started
        return replace(started, note=courtesy.bound(self.words, self.bound, self.command))

    async def _stands(self, answer: Answer) -> None:
        if answer.question is not None:
            await self.journeys.answered(answer.question, self.reply.place)

    async def may_resync(self, what: str) -> bool:
        """Says no where it is no, and writes down that it was tried."""
        refusal = await self.refusal(what)
        if refusal is not None:
            await self.reply.aside(refusal)
        return refusal is None

    async def refusal(self, what: str) -> Message | None:
        """None: the person may. Otherwise it is written down that it was tried."""
        may = await self.desk.permissions.resync(self.asked.by)
        if may is May.YES:
            return None
        target = self.asking.value or self.asked.place.channel
        await self.desk.audit(who=self.asked.by, action=what, target=target, outcome=f"denied: {may.value}")
        return courtesy.not_allowed(self.words, what, unsure=may is May.UNSURE)

    async def open(self, work: Coroutine[Any, Any, Form | Message]) -> None:
        """A modal, within Slack's three seconds: what takes longer is shown in it as soon as it is there."""
        modals, place = self.desk.modals, self.asked.place
        task = asyncio.create_task(work)
        try:
            await asyncio.wait({task}, timeout=self.desk.modal_patience)
            waiting = None if task.done() else courtesy.one_moment(self.words)
            view_id = await modals.open(self.asking.trigger, form_of(waiting or await task), place)
            if view_id is None:
                await self.reply.aside(courtesy.not_opened(self.words))
            elif waiting is not None:
                await modals.update(view_id, form_of(await task), place)
        finally:
            task.cancel()
            await asyncio.wait({task})

    async def _patiently(
        self, work: Coroutine[Any, Any, Answer | Started], meanwhile: Message | None
    ) -> Answer | Started:
        task = asyncio.create_task(work)
        try:
            if meanwhile is not None:
                await asyncio.wait({task}, timeout=self.desk.patience)
                if not task.done():
                    await self.reply.say(meanwhile)
            return await task
        finally:
            task.cancel()
            await asyncio.wait({task})
