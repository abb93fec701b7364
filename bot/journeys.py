"""What the Slack side asks of the rest of the bot: one method per thing a person can want. ``bot/app.py`` answers.

Every method returns Messages; where and how they are shown is decided here, in ``bot.slack``.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from bot.asked import Answer, Asked, Started
from bot.forms import Form
from bot.journeys_schedules import Fillable, Schedules
from bot.messages import Message, Place

__all__ = [
    "EVERY",
    "Answer",
    "Asked",
    "BindingTalk",
    "Fillable",
    "FilterTalk",
    "Journeys",
    "Lookup",
    "LookupTalk",
    "OptionTalk",
    "PastTalk",
    "RightsTalk",
    "RosterTalk",
    "RulesTalk",
    "RunNews",
    "Schedules",
    "Started",
]

EVERY: Final = "all"  # what people type for every connection


class Lookup(Protocol):
    """A question on its way to several connections. What nobody asks to see is neither made nor kept."""

    @property
    def heard(self) -> bool:
        """Has any of them answered?"""
        ...

    @property
    def complete(self) -> bool: ...

    async def all(self, seconds: float | None = None) -> bool:
        """Until all have answered, for so many seconds at most. True: they have."""
        ...

    async def another(self) -> None:
        """Until more is known than was told."""
        ...

    async def whole(self) -> Answer:
        """All that is known by now, for a message that takes the place of what was told before."""
        ...

    async def rest(self) -> Answer:
        """Only what came since ``whole`` was told, for a message that stands beside it."""
        ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RunNews:
    """The card as it is now. ``result`` comes once, at the end: it is posted in the card's thread (R175)."""

    card: Message
    result: Message | None = None


class PastTalk(Protocol):
    """What people ask about the past."""

    async def show(self, query: str, connection: str | None, asked: Asked) -> Answer:
        """A customer's past; without a name, the log of syncs."""
        ...

    async def pick(self, connection_id: int, account: str, asked: Asked) -> Answer: ...

    async def note(self, run_id: int, text: str, asked: Asked) -> Answer:
        """Beside a run: what was changed in the PSA."""
        ...


class OptionTalk(Protocol):
    """What people ask about options that cannot be chosen."""

    async def explain(self, text: str, connection: str | None, asked: Asked) -> Answer:
        """``text``: a table and an option in it, such as ``priority P0``."""
        ...

    async def again(self, value: str, asked: Asked) -> Answer: ...


class LookupTalk(Protocol):
    """Questions to several connections. ``question`` is ``q:17``. An Answer: there is nothing to wait for."""

    async def ask(self, query: str, connection: str | None, asked: Asked) -> Lookup | Answer: ...

    async def again(self, question: str, asked: Asked) -> Lookup | Answer: ...

    async def retry(self, question: str, connection: str, asked: Asked) -> Lookup | Answer:
        """Asks only those again that could not tell, or the one that is named."""
        ...

    async def details(self, question: str, connection: str, asked: Asked) -> Lookup | Answer:
        """The same answer, with this connection's part in full."""
        ...


class RightsTalk(Protocol):
    """``connection``: a name, or a kind of PSA that only one connection has; None: the only one there is."""

    async def show(self, connection: str | None, asked: Asked) -> Answer:
        """What lacks, and what to send to the PSA's administrator; tried anew."""
        ...

    async def whole(self, connection: str | None, asked: Asked) -> Answer:
        """Every right with its reason."""
        ...


class BindingTalk(Protocol):
    """Which connection a channel means where nobody names one."""

    async def of(self, channel: str) -> str | None: ...

    async def show(self, asked: Asked) -> Answer: ...

    async def bind(self, connection: str, asked: Asked) -> Answer: ...

    async def unbind(self, asked: Asked) -> Answer:
        """It means all connections again."""
        ...


class RulesTalk(Protocol):
    async def show(self, word: str, asked: Asked) -> Answer:
        """``word``: a kind of PSA or a connection, for its rules; a rule, for why it is there; empty: the only PSA."""
        ...


class RosterTalk(Protocol):
    """The connections themselves. Each answer is the list, with what was done or found in it."""

    async def show(self, page: int, asked: Asked) -> Answer:
        """From 1; a page that is not there is the nearest one."""
        ...

    async def test(self, connection: str, asked: Asked) -> Answer: ...

    async def pause(self, connection: str, asked: Asked) -> Answer: ...

    async def resume(self, connection: str, asked: Asked) -> Answer: ...


class FilterTalk(Fillable, Protocol):
    """``value`` is ``f:3``: a connection's number."""

    async def show(self, connection: str | None, asked: Asked) -> Answer: ...

    async def form(self, value: str, asked: Asked) -> Form | Message: ...

    async def usual(self, value: str, asked: Asked) -> Answer:
        """Back to the default."""
        ...

    async def sync(self, value: str, asked: Asked) -> Answer | Started:
        """A full sync, with the filter that was just changed."""
        ...


class Journeys(Protocol):
    """``question`` is ``q:17``, ``run`` is ``r:812``, both as they stand in a button's value."""

    @property
    def lookups(self) -> LookupTalk: ...

    @property
    def bindings(self) -> BindingTalk: ...

    @property
    def roster(self) -> RosterTalk: ...

    @property
    def pasts(self) -> PastTalk: ...

    @property
    def options(self) -> OptionTalk: ...

    @property
    def rights(self) -> RightsTalk: ...

    @property
    def rules(self) -> RulesTalk: ...

    @property
    def schedules(self) -> Schedules: ...

    @property
    def filters(self) -> FilterTalk: ...

    async def connections(self) -> Sequence[str]:
        """The names that may follow an @."""
        ...

    async def pick(self, question: str, account: str, asked: Asked) -> Answer:
        """One of several candidates was chosen."""
        ...

    async def suggested(self, question: str, choice: str, asked: Asked) -> Answer:
        """A "Did you mean" button: ``choice`` is what follows the question in its value, or empty."""
        ...

    async def share(self, question: str, asked: Asked) -> Message | Answer:
        """What was answered, for everybody; who shared it is added here. An Answer: why there is nothing to share."""
        ...

    async def resync(self, connection: str | None, asked: Asked, kind: str = "full") -> Answer | Started:
        """``kind``: full, quick or settings."""
        ...

    async def sync_settings(self, connection: str, asked: Asked) -> Answer | Started:
        """``o:3``: the connection of that number."""
        ...

    async def sync_full(self, question: str, asked: Asked) -> Answer | Started: ...

    async def sync_one(self, question: str, asked: Asked) -> Answer | Started: ...

    async def cancel(self, run: str, asked: Asked) -> Answer: ...

    async def help_with(self, run: str, asked: Asked) -> Answer:
        """What support needs to know about a run."""
        ...

    async def accept(self, run: str, asked: Asked) -> Answer | Started:
        """The guard's refused snapshot is to be believed after all."""
        ...

    async def reject(self, run: str, asked: Asked) -> Answer: ...

    async def retry(self, value: str, asked: Asked) -> Answer | Started:
        """The button on an alert."""
        ...

    async def status(self, asked: Asked) -> Answer: ...

    async def subscribe(self, kind: str, at: str | None, connection: str | None, asked: Asked) -> Answer:
        """``kind``: failures, digest. ``at``: such as 08:00. ``connection``: the only one to hear of."""
        ...

    async def unsubscribe(self, kind: str, connection: str | None, asked: Asked) -> Answer: ...

    async def subscriptions(self, asked: Asked) -> Answer: ...

    def follow(self, run: str) -> AsyncIterator[RunNews]:
        """News of a run until it ends; the last one carries the result."""
        ...

    async def answered(self, question: str, place: Place) -> None:
        """Where the answer stands. ``place.ts`` is None for a private one: Slack does not say."""
        ...

    async def announced(self, run: str, place: Place | None, asked: Asked) -> None:
        """Where the run's card stands. None: the bot cannot post there, its starter is told in private."""
        ...
