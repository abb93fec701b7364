"""What ``journeys.bindings`` and ``journeys.roster`` are asked: recorded among the other calls."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.journeys import Answer, Asked


@dataclass
class RecordingBindings:
    """``bound``: which channel means which connection."""

    asked_: Callable[..., Awaitable[Answer]]
    bound: dict[str, str] = field(default_factory=dict)

    async def of(self, channel: str) -> str | None:
        return self.bound.get(channel)

    async def show(self, asked: Asked) -> Answer:
        return await self.asked_("use")

    async def bind(self, connection: str, asked: Asked) -> Answer:
        return await self.asked_("bind", connection, asked.place.channel)

    async def unbind(self, asked: Asked) -> Answer:
        return await self.asked_("unbind", asked.place.channel)


@dataclass
class RecordingRoster:
    asked_: Callable[..., Awaitable[Answer]]

    async def show(self, page: int, asked: Asked) -> Answer:
        return await self.asked_("connections", page)

    async def test(self, connection: str, asked: Asked) -> Answer:
        return await self.asked_("test", connection)

    async def pause(self, connection: str, asked: Asked) -> Answer:
        return await self.asked_("pause", connection)

    async def resume(self, connection: str, asked: Asked) -> Answer:
        return await self.asked_("resume", connection)
