"""What ``journeys.schedules`` is asked, and the form that it gives."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from bot.forms import Filled, Form, TextLine, Ticks
from bot.journeys import Answer, Asked, Started
from bot.messages import Choice, Message, Paragraph, Span

FORM = Form(
    name="schedule",
    title="Sync schedule",
    memory="s:3:full:4",
    parts=(
        Paragraph(spans=(Span(text="When does it run?"),)),
        Ticks(name="weekly", label="Every week", options=(Choice(label="Weekly", value="on"),), live=True),
        TextLine(name="peak", label="Peak hours", live=True),
    ),
)


@dataclass
class RecordingSchedules:
    """What ``journeys.schedules`` is asked: recorded among the other calls."""

    asked_: Callable[..., Awaitable[Answer]]
    started_: Callable[..., Awaitable[Answer | Started]]
    shown: Form | Message = FORM
    redrawn: Form | Message = FORM
    errors: Mapping[str, str] = field(default_factory=dict)
    checking_breaks: Exception | None = None

    async def show(self, connection: str | None, asked: Asked) -> Answer:
        return await self.asked_("schedule", connection, asked.by)

    async def chosen(self, value: str, asked: Asked) -> Answer:
        return await self.asked_("chosen", value)

    async def form(self, value: str, asked: Asked) -> Form | Message:
        await self.asked_("form", value)
        return self.shown

    async def changed(self, memory: str, filled: Filled) -> Form | Message:
        await self.asked_("changed", memory, dict(filled))
        return self.redrawn

    def wrong(self, memory: str, filled: Filled) -> Mapping[str, str]:
        if self.checking_breaks is not None:
            raise self.checking_breaks
        return self.errors

    async def save(self, memory: str, filled: Filled, asked: Asked) -> Answer:
        return await self.asked_("save", memory, dict(filled), asked.by)

    async def suggested(self, value: str, asked: Asked) -> Answer:
        return await self.asked_("suggested", value)

    async def undo(self, value: str, asked: Asked) -> Answer:
        return await self.asked_("undo", value)

    async def sync(self, value: str, asked: Asked, *, in_peak: bool) -> Answer | Started:
        return await self.started_("sync", value, in_peak)
