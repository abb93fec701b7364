"""What the Slack side asks about schedules, and of whatever is filled in in a modal."""

from collections.abc import Mapping
from typing import Protocol

from bot.asked import Answer, Asked, Started
from bot.forms import Filled, Form
from bot.messages import Message


class Fillable(Protocol):
    """What a modal asks: ``memory`` and ``filled`` are the form's own."""

    async def changed(self, memory: str, filled: Filled) -> Form | Message:
        """The form again, for what is filled in now. A Message: why it makes no sense any more."""
        ...

    def wrong(self, memory: str, filled: Filled) -> Mapping[str, str]:
        """What has to be put right first, by the name of the field. At once: the chat waits, and nobody is asked."""
        ...

    async def save(self, memory: str, filled: Filled, asked: Asked) -> Answer: ...


class Schedules(Fillable, Protocol):
    """``value`` is ``s:3:full:4``: a connection's number, a kind of sync, and the version of its schedule in force."""

    async def show(self, connection: str | None, asked: Asked) -> Answer: ...

    async def chosen(self, value: str, asked: Asked) -> Answer:
        """One of several connections: ``s:3``."""
        ...

    async def form(self, value: str, asked: Asked) -> Form | Message: ...

    async def suggested(self, value: str, asked: Asked) -> Answer:
        """The suggestion is taken."""
        ...

    async def undo(self, value: str, asked: Asked) -> Answer: ...

    async def sync(self, value: str, asked: Asked, *, in_peak: bool) -> Answer | Started:
        """A full sync of ``s:3``, which question 17 waits for in ``s:3:17``. ``in_peak``: also while people work."""
        ...
