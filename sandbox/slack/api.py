"""The Web API over HTTP: reads any of the three body shapes, checks token, scope and rate, injects faults, records."""

import asyncio
import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from sandbox.slack import identity
from sandbox.slack.faults import Fault, Faults
from sandbox.slack.methods import METHODS
from sandbox.slack.methods.method import Method
from sandbox.slack.rates import Rates
from sandbox.slack.refusal import Refused
from sandbox.slack.workspace import ApiCall, Workspace

SECRET_ARGUMENTS = frozenset({"token", "client_secret", "code"})
MOST_CALLS = 10_000  # older ones are forgotten


@dataclass(slots=True, kw_only=True)
class Api:
    workspace: Workspace
    faults: Faults = field(default_factory=Faults)
    rates: Rates = field(default_factory=Rates)
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One call of a method, from the request to the recorded answer."""
        name = request.match_info["method"]
        fault = self.faults.take(name)
        arguments: dict[str, Any] = {}
        if fault is not None and fault.kind in {"rate_limited", "server_error"}:
            return self._record(name, arguments, _broken(fault), fault.kind)
        try:
            await self._spoil(fault)
            arguments = await read_arguments(request)
            response, error = web.json_response(self._run(name, request, arguments)), ""
        except Refused as refused:
            response, error = _refusal(refused), refused.error
        if fault is not None and fault.kind == "drop":
            hang_up(request)
            error = error or "dropped"
        return self._record(name, arguments, response, error)

    def record(self, method: str, arguments: Mapping[str, Any], status: int, error: str) -> None:
        """Keeps the call without its secrets."""
        shown = {key: value for key, value in arguments.items() if key not in SECRET_ARGUMENTS}
        call = ApiCall(
            method=method, status=status, ok=not error, error=error, at=self.workspace.now(), arguments=shown
        )
        del self.workspace.calls[: -MOST_CALLS + 1]
        self.workspace.calls.append(call)

    def _record(self, name: str, arguments: Mapping[str, Any], response: web.Response, error: str) -> web.Response:
        self.record(name, arguments, response.status, error)
        return response

    async def _spoil(self, fault: Fault | None) -> None:
        if fault is None:
            return
        if fault.kind == "slow":
            await self.sleep(fault.seconds)
        if fault.kind == "invalid_blocks":
            raise Refused("invalid_blocks", messages=["[ERROR] ordered by a test [json-pointer:/blocks]"])
        if fault.kind == "error":
            raise Refused(fault.error)

    def _run(self, name: str, request: web.Request, arguments: dict[str, Any]) -> dict[str, Any]:
        method = METHODS.get(name)
        if method is None:
            raise Refused("unknown_method", extra={"req_method": name})
        self._check_token(method, token_of(request, arguments))
        self._check_scope(method)
        self._check_rate(method, arguments)
        return {"ok": True, **method.run(self.workspace, arguments)}

    def _check_token(self, method: Method, token: str) -> None:
        kinds = {identity.BOT_TOKEN: "bot", identity.APP_TOKEN: "app"}
        if method.token == "none":  # noqa: S105 - a kind of token, not one
            return
        if not token:
            raise Refused("not_authed")
        if token not in kinds:
            raise Refused("invalid_auth")
        if kinds[token] != method.token:
            raise Refused("not_allowed_token_type")
        if self.workspace.token_error:
            raise Refused(self.workspace.token_error)

    def _check_scope(self, method: Method) -> None:
        if method.scopes and not self.workspace.scopes.intersection(method.scopes):
            provided = ",".join(sorted(self.workspace.scopes))
            raise Refused("missing_scope", extra={"needed": method.scopes[0], "provided": provided})

    def _check_rate(self, method: Method, arguments: Mapping[str, Any]) -> None:
        now = self.workspace.now()
        wait = 0
        if method.posts:
            wait = self.rates.message(self._channel_id(arguments), now)
        elif method.per_minute is not None:
            wait = self.rates.method(method.name, method.per_minute, now)
        if wait:
            raise Refused("ratelimited", status=429, extra={"retry_after": wait})

    def _channel_id(self, arguments: Mapping[str, Any]) -> str:
        named = str(arguments.get("channel", ""))
        known = {f"#{one.name}": one.id for one in self.workspace.channels.values()}
        return known.get(f"#{named.removeprefix('#')}", named)


def token_of(request: web.Request, arguments: Mapping[str, Any]) -> str:
    header = request.headers.get("Authorization", "")
    return header.removeprefix("Bearer ").strip() or str(arguments.get("token") or "")


def client_credentials(request: web.Request) -> dict[str, str]:
    """OAuth's client id and secret may come as HTTP basic authentication; slack_sdk sends them so."""
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind != "Basic":
        return {}
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return {}
    return {"client_id": client_id, "client_secret": secret}


async def read_arguments(request: web.Request) -> dict[str, Any]:
    """The query, and the body as JSON or as a form (Slack §1.4: clients use all three)."""
    arguments: dict[str, Any] = {**request.query, **client_credentials(request)}
    if request.method != "POST":
        return arguments
    if request.content_type == "application/json":
        return arguments | _json_object(await request.text())
    if request.content_type in {"application/x-www-form-urlencoded", "multipart/form-data"}:
        form = await request.post()
        return arguments | {name: value for name, value in form.items() if isinstance(value, str)}
    if await request.read():
        raise Refused("invalid_post_type")
    return arguments


def _json_object(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text or "{}")
    except json.JSONDecodeError:
        raise Refused("invalid_json") from None
    if not isinstance(body, dict):
        raise Refused("json_not_object")
    return body


def hang_up(request: web.Request) -> None:
    """Drops the connection: the caller cannot know that its call was carried out (Slack §0.10)."""
    if request.transport is not None:
        request.transport.abort()


def _broken(fault: Fault) -> web.Response:
    if fault.kind == "server_error":
        return web.Response(status=500, text="<html><body>Server Error</body></html>", content_type="text/html")
    return _refusal(Refused("ratelimited", status=429, extra={"retry_after": fault.retry_after}))


def _refusal(refused: Refused) -> web.Response:
    body = refused.body()
    wait = body.pop("retry_after", None)
    headers = {"Retry-After": str(wait)} if wait else {}
    return web.json_response(body, status=refused.status, headers=headers)
