"""A run's card in the channel: posted, edited as the run goes on, and its result in the card's thread (R175, R176)."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from bot.journeys import Asked, Journeys, RunNews, Started
from bot.messages import Message, Place
from bot.render import courtesy
from bot.render.words import Words
from bot.slack.calls import Outcome
from bot.slack.notifier import Delivered, SlackNotifier
from bot.slack.replies import Reply

_log = logging.getLogger(__name__)
_KEPT_FOR_RESULT: Final = 1  # of the five uses of a response_url


class Announcer:
    """``monotonic`` paces the edits; the last one is always made."""

    def __init__(
        self,
        journeys: Journeys,
        notifier: SlackNotifier,
        words: Words,
        monotonic: Callable[[], float],
        *,
        card_every: float,
        private_every: float,
    ) -> None:
        self._journeys = journeys
        self._notifier = notifier
        self._words = words
        self._monotonic = monotonic
        self._card_every = card_every
        self._private_every = private_every
        self._followed: set[str] = set()

    def follows(self, run: str) -> bool:
        """Is somebody told of it by this process already?"""
        return run in self._followed

    async def announce(self, started: Started, asked: Asked, reply: Reply) -> None:
        """In the channel, for everybody; in private where the bot cannot post."""
        with self._following(started.run):
            await self._announce(started, asked, reply)

    async def _announce(self, started: Started, asked: Asked, reply: Reply) -> None:
        if started.note is not None:
            await reply.aside(started.note)
        channel = Place(channel=asked.place.channel, thread_ts=reply.place.thread_ts)
        delivered = await self._notifier.deliver(channel, started.card, key=_key(started.run, channel))
        if delivered.place is None:
            _log.info("A run is told in private.", extra={"run": started.run, "outcome": delivered.outcome.value})
            await reply.say(started.card)
        await self._journeys.announced(started.run, delivered.place, asked)
        if delivered.place is None:
            await self._tell(started.run, reply)
        else:
            await self.follow(started.run, delivered.place, reply)

    async def follow(self, run: str, place: Place, reply: Reply | None = None) -> None:
        """Until the run ends."""
        last = self._monotonic() - self._card_every
        async for news in self._journeys.follow(run):
            if news.result is None and self._monotonic() - last < self._card_every:
                continue
            await self._notifier.edit(place, news.card)
            last = self._monotonic()
            if news.result is not None:
                await self._conclude(run, place, news.result, reply)

    async def resume(self, run: str, place: Place, reply: Reply) -> None:
        """A run that questions wait for and nobody tells of: after a restart, or when it was not started in Slack.

        Its card is edited where it stands, or posted now; the result goes to its thread, or else to the person.
        """
        last = self._monotonic() - self._card_every
        with self._following(run):
            async for news in self._journeys.follow(run):
                if news.result is None and self._monotonic() - last < self._card_every:
                    continue
                delivered = await self._notifier.deliver(place, news.card, key=_key(run, place))
                last = self._monotonic()
                if news.result is None:
                    continue
                if delivered.place is None:
                    await reply.say(news.result)
                else:
                    await self._conclude(run, delivered.place, news.result, reply)

    async def share(self, question: str, message: Message, asked: Asked, reply: Reply, command: str) -> None:
        """The same content for everybody, with the name of who shared it."""
        place = Place(channel=asked.place.channel, thread_ts=asked.place.thread_ts)
        key = f"share:{question}:{place.channel}"
        delivered = await self._notifier.deliver(place, courtesy.shared(message, asked.name), key=key)
        if delivered.outcome is not Outcome.DELIVERED:
            await reply.aside(courtesy.cannot_post(self._words, delivered.outcome.value, command))

    @contextmanager
    def _following(self, run: str) -> Iterator[None]:
        self._followed.add(run)
        try:
            yield
        finally:
            self._followed.discard(run)

    async def _conclude(self, run: str, place: Place, result: Message, reply: Reply | None) -> None:
        thread = Place(channel=place.channel, thread_ts=place.thread_ts or place.ts)
        delivered: Delivered = await self._notifier.deliver(thread, result, key=f"{_key(run, place)}:result")
        if delivered.outcome not in {Outcome.DELIVERED, Outcome.UNCERTAIN} and reply is not None:
            await reply.aside(result)

    async def _tell(self, run: str, reply: Reply) -> None:
        """Five messages within thirty minutes: seldom news, and one kept for the result."""
        last = self._monotonic()
        async for news in self._journeys.follow(run):
            if news.result is not None:
                await reply.say(news.result)
            elif self._is_due(news, reply, last):
                await reply.say(news.card)
                last = self._monotonic()

    def _is_due(self, news: RunNews, reply: Reply, last: float) -> bool:
        return reply.left > _KEPT_FOR_RESULT and self._monotonic() - last >= self._private_every


def _key(run: str, place: Place) -> str:
    return f"run:{run}:{place.channel}"
