"""What ``journeys.lookups`` is asked: a question that is answered when the journeys' gates open."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from bot.journeys import Answer, Asked
from bot.messages import Message


class Stands(Protocol):
    """The journeys that it is a part of."""

    calls: list[tuple[object, ...]]
    gate: asyncio.Event
    breaks: Exception | None
    answer: Message

    def tell(self, text: str) -> Message: ...


@dataclass
class RecordingLookup:
    """Answers when the journeys' gate is open; ``arrivals``: gates of further connections, in the order they open."""

    journeys: Stands
    call: tuple[object, ...]
    arrivals: Sequence[asyncio.Event] = ()
    closed: bool = False
    _told: int = 0

    @property
    def _gates(self) -> list[asyncio.Event]:
        return [self.journeys.gate, *self.arrivals]

    @property
    def _open(self) -> int:
        return sum(gate.is_set() for gate in self._gates)

    @property
    def heard(self) -> bool:
        return self._open > 0

    @property
    def complete(self) -> bool:
        return self._open == len(self._gates)

    async def all(self, seconds: float | None = None) -> bool:
        waits = [asyncio.create_task(gate.wait()) for gate in self._gates]
        await asyncio.wait(waits, timeout=seconds)
        for wait in waits:
            wait.cancel()
        return self.complete

    async def another(self) -> None:
        waits = [asyncio.create_task(gate.wait()) for gate in self._gates if not gate.is_set()]
        if not waits or self._open > self._told:
            return
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in waits:
            wait.cancel()

    async def whole(self) -> Answer:
        if self.journeys.breaks is not None:
            raise self.journeys.breaks
        self._told = self._open
        if not self.arrivals:
            return Answer(message=self.journeys.answer, question="q:17")
        return Answer(message=self.journeys.tell(f"{self._open} of {len(self._gates)} have answered."), question="q:17")

    async def rest(self) -> Answer:
        return Answer(message=self.journeys.tell(f"{self._open - self._told} more have answered."), question="q:18")

    async def aclose(self) -> None:
        self.closed = True


@dataclass
class RecordingLookups:
    journeys: Stands
    arrivals: Sequence[asyncio.Event] = ()
    made: list[RecordingLookup] = field(default_factory=list)
    instead: Answer | None = None  # there is nothing to wait for

    def _lookup(self, *call: object) -> RecordingLookup | Answer:
        self.journeys.calls.append(call)
        if self.instead is not None:
            return self.instead
        self.made.append(RecordingLookup(self.journeys, call, self.arrivals))
        return self.made[-1]

    async def ask(self, query: str, connection: str | None, asked: Asked) -> RecordingLookup | Answer:
        return self._lookup("missing", query, connection, asked.by)

    async def again(self, question: str, asked: Asked) -> RecordingLookup | Answer:
        return self._lookup("check_again", question)

    async def retry(self, question: str, connection: str, asked: Asked) -> RecordingLookup | Answer:
        return self._lookup("retry_connection", question, connection)

    async def details(self, question: str, connection: str, asked: Asked) -> RecordingLookup | Answer:
        return self._lookup("details", question, connection)
