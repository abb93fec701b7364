"""What ``journeys.filters`` is asked, and the form that it gives."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.forms import Filled, Form, SomeOf
from bot.journeys import Answer, Asked, Started
from bot.messages import Choice, Message

FORM = Form(
    name="filter",
    title="What is pulled",
    memory="f:3:812",
    parts=(SomeOf(name="include_types", label="Types", options=(Choice(label="Client", value="Client"),)),),
)


@dataclass
class RecordingFilters:
    asked_: Callable[..., Awaitable[Answer]]
    started_: Callable[..., Awaitable[Answer | Started]]

    async def show(self, connection: str | None, asked: Asked) -> Answer:
        return await self.asked_("filter", connection)

    async def form(self, value: str, asked: Asked) -> Form | Message:
        await self.asked_("filter.form", value)
        return FORM

    async def changed(self, memory: str, filled: Filled) -> Form | Message:
        return FORM

    def wrong(self, memory: str, filled: Filled) -> Mapping[str, str]:
        return {}

    async def save(self, memory: str, filled: Filled, asked: Asked) -> Answer:
        return await self.asked_("filter.save", memory, dict(filled), asked.by)

    async def usual(self, value: str, asked: Asked) -> Answer:
        return await self.asked_("filter.usual", value)

    async def sync(self, value: str, asked: Asked) -> Answer | Started:
        return await self.started_("filter.sync", value)
