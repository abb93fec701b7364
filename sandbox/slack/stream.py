"""Tells whoever listens what changed: the web page over server-sent events, and tests that wait."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """``event`` is one of message, edit, delete, view, clock, stories, delivery."""

    event: str
    data: Any


class Stream:
    def __init__(self) -> None:
        self._listeners: set[asyncio.Queue[Change | None]] = set()

    def publish(self, event: str, data: Any) -> None:
        change = Change(event=event, data=data)
        for queue in self._listeners:
            queue.put_nowait(change)

    def end(self) -> None:
        """Lets every listener go, so that the server can stop."""
        for queue in self._listeners:
            queue.put_nowait(None)

    @contextmanager
    def listening(self) -> Iterator[asyncio.Queue[Change | None]]:
        """A queue of everything published while the block runs; None is the end."""
        queue: asyncio.Queue[Change | None] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            yield queue
        finally:
            self._listeners.discard(queue)
