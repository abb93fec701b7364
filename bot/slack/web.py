"""What the bot serves over HTTP, and Socket Mode for those who cannot be reached from outside."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.calls import web_client

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def web_app(slack: AsyncApp, beside: Iterable[web.RouteDef] = ()) -> web.Application:
    """Everything Slack sends comes to one address; ``beside`` is what else is answered."""

    async def events(request: web.Request) -> web.Response:
        try:
            asked = await to_bolt_request(request)
        except UnicodeDecodeError:
            return web.Response(status=400, text="not UTF-8")
        return await to_aiohttp_response(await slack.async_dispatch(asked))

    app = web.Application()
    app.add_routes([web.post("/slack/events", events), *beside])
    return app


class Socket:
    """``connected`` is for /readyz: a socket that is away for long means that nobody hears the commands."""

    def __init__(self, handler: AsyncSocketModeHandler) -> None:
        self._handler = handler

    async def connected(self) -> bool:
        return bool(await self._handler.client.is_connected())


@asynccontextmanager
async def socket_mode(slack: AsyncApp, app_token: str, client: AsyncWebClient) -> AsyncIterator[Socket]:
    """Connects outwards, through the same Web API address as everything else."""
    opener = web_client(app_token, client.base_url, client.session)
    handler = AsyncSocketModeHandler(slack, app_token, web_client=opener)
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt ships this one without types
        yield Socket(handler)
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call]  # the same
