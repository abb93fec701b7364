"""Socket Mode: hello, envelopes and their acknowledgements, refreshes and disconnects (Slack §2.3)."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from sandbox.slack.deliveries import EVENTS, Ack
from sandbox.slack.identity import APP_ID
from sandbox.slack.workspace import Workspace

MOST_CONNECTIONS = 10
REASONS = ("warning", "refresh_requested", "link_disabled")


@dataclass(slots=True, kw_only=True)
class Sockets:
    """A payload goes to any one connection, here to each in turn. An ack may carry the answer's body."""

    workspace: Workspace
    _open: list[web.WebSocketResponse] = field(default_factory=list)
    _waiting: dict[str, asyncio.Future[Any]] = field(default_factory=dict)
    _turn: "count[int]" = field(default_factory=count)

    @property
    def connected(self) -> bool:
        return bool(self._open)

    async def send(self, kind: str, payload: dict[str, Any], retry: Mapping[str, Any]) -> Ack:
        """Waits for the acknowledgement; the caller limits how long."""
        envelope_id = str(uuid4())
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "accepts_response_payload": kind != EVENTS,
            "payload": payload,
            **retry,
        }
        connection = self._open[next(self._turn) % len(self._open)]
        answer = self._waiting[envelope_id] = asyncio.get_running_loop().create_future()
        try:
            await connection.send_json(envelope)
            return Ack(status=200, body=await answer)
        finally:
            del self._waiting[envelope_id]

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from its ticket to its end."""
        if request.query.get("ticket") not in self.workspace.tickets:
            raise web.HTTPForbidden(text="invalid ticket")
        self.workspace.tickets.discard(request.query["ticket"])
        connection = web.WebSocketResponse(heartbeat=None)
        await connection.prepare(request)
        if len(self._open) >= MOST_CONNECTIONS:
            await _say_goodbye(connection, "too_many_websockets")
            return connection
        self._open.append(connection)
        try:
            await connection.send_json(self._hello())
            await self._listen(connection)
        finally:
            if connection in self._open:
                self._open.remove(connection)
        return connection

    async def disconnect(self, reason: str = "refresh_requested") -> int:
        """How many connections were told. A ``warning`` only announces that the connection will be refreshed."""
        told = list(self._open)
        for connection in told:
            if reason == "warning":
                await connection.send_json(_goodbye(reason))
            else:
                self._open.remove(connection)
                await _say_goodbye(connection, reason)
        return len(told)

    async def _listen(self, connection: web.WebSocketResponse) -> None:
        async for message in connection:
            if message.type is not WSMsgType.TEXT:
                continue
            try:
                said = json.loads(message.data)
            except json.JSONDecodeError:
                continue  # Slack ignores what it does not understand
            answer = self._waiting.get(str(said.get("envelope_id"))) if isinstance(said, dict) else None
            if answer is not None and not answer.done():
                answer.set_result(said.get("payload") or None)

    def _hello(self) -> dict[str, Any]:
        return {
            "type": "hello",
            "num_connections": len(self._open),
            "debug_info": {"host": "local-workspace", "approximate_connection_time": 18_060},
            "connection_info": {"app_id": APP_ID},
        }


def _goodbye(reason: str) -> dict[str, Any]:
    return {"type": "disconnect", "reason": reason, "debug_info": {"host": "local-workspace"}}


async def _say_goodbye(connection: web.WebSocketResponse, reason: str) -> None:
    await connection.send_json(_goodbye(reason))
    await connection.close()
