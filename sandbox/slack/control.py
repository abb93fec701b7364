"""The control routes under ``/_control``: what the page, scripts and tests do and see (the stable interface).

Every answer to a verb is ``{"status", "ack_ms"}`` of the delivery, with ``error`` when the app did not take it.
A refusal is a status of 4xx with ``{"ok": false, "error", …}``.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.slack.api import Api
from sandbox.slack.deliveries import Deliveries, Delivery
from sandbox.slack.directory import directory
from sandbox.slack.elements import CHOSEN
from sandbox.slack.faults import Fault
from sandbox.slack.people import DEFAULT_CHANNEL, DEFAULT_USER, People
from sandbox.slack.refusal import Refused, missing_argument
from sandbox.slack.socket import REASONS, Sockets
from sandbox.slack.workspace import Workspace

Body = Mapping[str, Any]
Verb = Callable[[Body], Awaitable[Any]]
HEARTBEAT_SECONDS = 15.0
TOKEN_ERRORS = ("", "account_inactive", "token_revoked", "invalid_auth", "token_expired")
_CHOICES = (*dict.fromkeys(CHOSEN.values()),)


@dataclass(slots=True, kw_only=True)
class Control:
    workspace: Workspace
    people: People
    deliveries: Deliveries
    api: Api
    sockets: Sockets

    def routes(self) -> list[web.RouteDef]:
        verbs: dict[str, Verb] = {
            "command": self.command,
            "click": self.click,
            "suggest": self.suggest,
            "submit": self.submit,
            "close": self.close,
            "mention": self.mention,
            "message": self.message,
            "home": self.home,
            "redeliver": self.redeliver,
            "fault": self.fault,
            "token": self.token,
            "channel": self.channel,
            "rates": self.rates,
            "disconnect": self.disconnect,
        }
        return [
            *(web.post(f"/_control/{name}", _answering(verb)) for name, verb in verbs.items()),
            web.get("/_control/messages", self.messages),
            web.get("/_control/views", self.views),
            web.get("/_control/calls", self.calls),
            web.get("/_control/deliveries", self.delivered),
            web.get("/_control/workspace", self.described),
            web.get("/_control/stream", self.stream),
        ]

    async def command(self, body: Body) -> Any:
        """``{"text": "/psa missing Acme", "channel": "#general", "user": "agent"}``"""
        return (await self.people.command(_text(body), **_whose(body), channel=_channel(body))).as_json()

    async def click(self, body: Body) -> Any:
        """``{"ts" | "view_id", "action_id", "value"?, "block_id"?, "user"?}``, or a ``selected_…`` for the value."""
        chosen = {name: body[name] for name in _CHOICES if name in body and name != "value"}
        delivery = await self.people.click(
            action_id=_needed(body, "action_id"), value=chosen or body.get("value"), **_where(body), **_whose(body)
        )
        return delivery.as_json()

    async def suggest(self, body: Body) -> Any:
        """``{"ts" | "view_id", "action_id", "query"}`` → also ``options`` or ``option_groups``."""
        query = str(body.get("query", body.get("value", "")))
        delivery = await self.people.suggest(
            action_id=_needed(body, "action_id"), query=query, **_where(body), **_whose(body)
        )
        offered = delivery.body if isinstance(delivery.body, dict) else {}
        return delivery.as_json() | {name: offered[name] for name in ("options", "option_groups") if name in offered}

    async def submit(self, body: Body) -> Any:
        """``{"view_id", "values": {action_id: value} | {block_id: {action_id: value}}}`` → also ``errors``."""
        values = body.get("values") or body.get("state") or {}
        delivery = await self.people.submit(view_id=_needed(body, "view_id"), values=values, **_whose(body))
        said = delivery.body if isinstance(delivery.body, dict) else {}
        return delivery.as_json() | {name: said[name] for name in ("response_action", "errors") if name in said}

    async def close(self, body: Body) -> Any:
        """``{"view_id", "whole_stack"?}``; ``delivered`` is false where the app does not want to know."""
        delivery = await self.people.close(
            view_id=_needed(body, "view_id"), whole_stack=bool(body.get("whole_stack")), **_whose(body)
        )
        return _acked(delivery)

    async def mention(self, body: Body) -> Any:
        """``{"text", "channel"?, "thread_ts"?}``"""
        delivery = await self.people.mention(
            _text(body), channel=_channel(body), thread_ts=body.get("thread_ts"), **_whose(body)
        )
        return delivery.as_json()

    async def message(self, body: Body) -> Any:
        """An ordinary message; ``@psa-bot`` in it is a mention. → also ``ts``."""
        message, delivery = await self.people.say(
            _text(body), channel=_channel(body), thread_ts=body.get("thread_ts"), **_whose(body)
        )
        return _acked(delivery) | {"ts": message.ts}

    async def home(self, body: Body) -> Any:
        """``{"user"?}``"""
        return _acked(await self.people.home(**_whose(body)))

    async def redeliver(self, body: Body) -> Any:
        """``{"times"?, "at_once"?}``: the last delivery again."""
        if not self.deliveries.log:
            raise Refused("nothing_was_delivered", status=409)
        again = await self.deliveries.redeliver(
            self.deliveries.log[-1], times=int(body.get("times", 1)), at_once=bool(body.get("at_once"))
        )
        return [delivery.as_json() for delivery in again]

    async def fault(self, body: Body) -> Any:
        """``{"method", "kind", "times"?, "retry_after"?, "seconds"?, "error"?}``; kind ``none`` clears the method's."""
        method = _needed(body, "method")
        if body.get("kind") == "none":
            self.api.faults.clear(None if method == "*" else method)
        else:
            known = {name: body[name] for name in ("times", "retry_after", "seconds", "error") if name in body}
            self.api.faults.order(Fault(method=method, kind=_needed(body, "kind"), **known))
        return [fault.as_json() for fault in self.api.faults.standing]

    async def token(self, body: Body) -> Any:
        """``{"error": "account_inactive" | "token_revoked" | …, "scopes"?: […]}``; an empty error switches it on."""
        error = str(body.get("error", ""))
        if error not in TOKEN_ERRORS:
            raise Refused("unknown_token_error", status=400)
        self.workspace.token_error = error
        if "scopes" in body:
            self.workspace.scopes = frozenset(body["scopes"])
        return {"error": error, "scopes": sorted(self.workspace.scopes)}

    async def channel(self, body: Body) -> Any:
        """``{"channel", "archived"?, "member"?, "private"?}``: archives it, lets the app in or out."""
        channel = self.workspace.channel(_needed(body, "channel"))
        if "member" in body:
            channel = (self.workspace.invite if body["member"] else self.workspace.remove)(channel.id)
        flags = {name: bool(body[name]) for name in ("archived", "private") if name in body}
        changed = self.workspace.change_channel(channel, **flags)
        return {"id": changed.id, "archived": changed.archived, "members": sorted(changed.members)}

    async def rates(self, body: Body) -> Any:
        """``{"on": false}``"""
        self.api.rates.on = bool(body.get("on", True))
        return {"on": self.api.rates.on}

    async def disconnect(self, body: Body) -> Any:
        """``{"reason": "refresh_requested" | "warning" | "link_disabled"}`` to every socket."""
        reason = str(body.get("reason", REASONS[1]))
        if reason not in REASONS:
            raise Refused("unknown_reason", status=400)
        return {"told": await self.sockets.disconnect(reason)}

    async def messages(self, request: web.Request) -> web.Response:
        """``?channel=%23general&after=TS&user=agent``, each optional; ephemeral ones and replies included."""
        self.workspace.post_due()
        query = request.query
        try:
            channel = self.workspace.channel(query["channel"]).id if query.get("channel") else None
            user = self.workspace.user(query["user"]).id if query.get("user") else None
        except Refused as refused:
            return _refused(refused)
        found = self.workspace.messages.within(channel=channel, after=query.get("after", ""), user=user)
        return web.json_response([message.as_json() for message in found])

    async def views(self, request: web.Request) -> web.Response:
        """``?user=agent`` → ``{"home": view | null, "modals": [view, …]}``, the topmost modal last."""
        try:
            user = self.workspace.user(request.query.get("user", DEFAULT_USER))
        except Refused as refused:
            return _refused(refused)
        home = self.workspace.views.home(user.id)
        modals = [view.as_json() for view in self.workspace.views.stack(user.id)]
        return web.json_response({"home": home.as_json() if home else None, "modals": modals})

    async def calls(self, request: web.Request) -> web.Response:
        method = request.query.get("method")
        calls = [call.as_json() for call in self.workspace.calls if method in {None, call.method}]
        return web.json_response(calls)

    async def delivered(self, request: web.Request) -> web.Response:
        shown = [
            one.as_json() | {"kind": one.kind, "retry_num": one.retry_num, "payload": one.payload}
            for one in self.deliveries.log
        ]
        return web.json_response(shown)

    async def described(self, request: web.Request) -> web.Response:
        return web.json_response(directory(self.workspace))

    async def stream(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events: message, edit, delete, view, clock, stories."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"})
        with suppress(ConnectionResetError), self.workspace.stream.listening() as queue:  # the page may be closed
            await response.prepare(request)
            await response.write(b": hello\n\n")
            while True:
                try:
                    change = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    await response.write(b": still here\n\n")
                    continue
                if change is None:
                    break
                await response.write(f"event: {change.event}\ndata: {json.dumps(change.data)}\n\n".encode())
        return response


def _answering(verb: Verb) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        try:
            return web.json_response(await verb(_object(await request.text())))
        except Refused as refused:
            return _refused(refused)

    return answer


def _object(text: str) -> Body:
    try:
        body = json.loads(text or "{}")
    except json.JSONDecodeError:
        raise Refused("invalid_json", status=400) from None
    if not isinstance(body, dict):
        raise Refused("json_not_object", status=400)
    return body


def _refused(refused: Refused) -> web.Response:
    """Slack's own refusals come with status 200; a script that asked for something impossible needs to see it."""
    return web.json_response(refused.body(), status=refused.status if refused.status != 200 else 400)


def _needed(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise missing_argument(name)
    return value


def _text(body: Body) -> str:
    return _needed(body, "text")


def _channel(body: Body) -> str:
    return str(body.get("channel") or DEFAULT_CHANNEL)


def _whose(body: Body) -> dict[str, str]:
    return {"user": str(body.get("user") or DEFAULT_USER)}


def _where(body: Body) -> dict[str, Any]:
    places = {name: str(body[name]) for name in ("ts", "view_id", "block_id") if body.get(name)}
    if "ts" not in places and "view_id" not in places:
        raise missing_argument("ts")
    return places


def _acked(delivery: Delivery | None) -> dict[str, Any]:
    return {"status": 200, "ack_ms": 0, "delivered": False} if delivery is None else delivery.as_json()
