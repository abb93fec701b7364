"""The workspace's web server: Web API, response URLs, uploads, Socket Mode and control routes, on loopback only."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from urllib.parse import urlsplit

from aiohttp import web

from sandbox.slack import replies
from sandbox.slack.api import Api, hang_up, read_arguments
from sandbox.slack.control import Control
from sandbox.slack.deliveries import Deliveries
from sandbox.slack.faults import RESPONSE_URL, Fault
from sandbox.slack.people import People
from sandbox.slack.refusal import Refused
from sandbox.slack.socket import Sockets
from sandbox.slack.workspace import Workspace

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
MOST_BYTES = 20_000_000
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class LocalSlack:
    """All parts of one local workspace, wired together. ``more`` are further routes: the page's, the world's."""

    def __init__(self, workspace: Workspace, deliveries: Deliveries, *, api: Api | None = None) -> None:
        self.workspace = workspace
        self.deliveries = deliveries
        self.api = api or Api(workspace=workspace)
        self.sockets = Sockets(workspace=workspace)
        self.people = People(workspace=workspace, deliveries=deliveries)
        self.control = Control(
            workspace=workspace, people=self.people, deliveries=deliveries, api=self.api, sockets=self.sockets
        )
        deliveries.socket = self.sockets

    def app(self, more: Iterable[web.AbstractRouteDef] = ()) -> web.Application:
        app = web.Application(middlewares=[loopback_only], client_max_size=MOST_BYTES)
        app.add_routes(
            [
                web.route("*", "/api/{method}", self.api.answer),
                web.post("/_response/{ticket}", self.respond),
                web.post("/_upload/{file}", self.upload),
                web.get("/_files/{file}", self.download),
                web.get("/_socket", self.sockets.serve),
                *self.control.routes(),
                *more,
            ]
        )
        app.cleanup_ctx.append(self._closing)
        app.on_shutdown.append(self._shutting_down)
        return app

    async def respond(self, request: web.Request) -> web.Response:
        """A response URL. Its refusals carry a status, since clients look at nothing else."""
        fault = self.api.faults.take(RESPONSE_URL)
        arguments = {}
        try:
            await self._spoil(fault)
            arguments = await read_arguments(request)
            ticket = self.workspace.response_urls.spend(request.match_info["ticket"], self.workspace.now())
            replies.respond(self.workspace, ticket, arguments)
            response, error = web.json_response({"ok": True}), ""
        except Refused as refused:
            status = refused.status if refused.status != 200 else 400
            response, error = web.json_response(refused.body(), status=status), refused.error
        if fault is not None and fault.kind == "drop":
            hang_up(request)
        self.api.record(RESPONSE_URL, arguments, response.status, error)
        return response

    async def upload(self, request: web.Request) -> web.Response:
        upload = self.workspace.uploads.get(request.match_info["file"])
        if upload is None:
            raise web.HTTPNotFound(text="There is no such upload.")
        content = await _sent_bytes(request)
        if len(content) != upload.length:
            raise web.HTTPBadRequest(text=f"{upload.length} bytes were announced, {len(content)} came.")
        self.workspace.uploads[upload.id] = replace(upload, content=content)
        return web.Response(text=f"OK - {len(content)}")

    async def download(self, request: web.Request) -> web.Response:
        upload = self.workspace.uploads.get(request.match_info["file"])
        if upload is None or upload.content is None:
            raise web.HTTPNotFound(text="There is no such file.")
        name = upload.name.replace('"', "")
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
        return web.Response(body=upload.content, content_type="application/octet-stream", headers=headers)

    async def _spoil(self, fault: Fault | None) -> None:
        if fault is None or fault.kind == "drop":
            return
        if fault.kind == "slow":
            await self.api.sleep(fault.seconds)
            return
        statuses = {"rate_limited": 429, "server_error": 500}
        raise Refused(fault.error if fault.kind == "error" else fault.kind, status=statuses.get(fault.kind, 400))

    async def _closing(self, app: web.Application) -> AsyncIterator[None]:
        yield
        await self.deliveries.close()

    async def _shutting_down(self, app: web.Application) -> None:
        self.workspace.stream.end()
        with suppress(ConnectionError):  # a socket that is half closed needs no goodbye
            await self.sockets.disconnect()


@web.middleware
async def loopback_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A web page elsewhere must not reach the workspace through a visitor's browser (DNS rebinding, forged forms)."""
    origin = request.headers.get("Origin")
    if _hostname(f"//{request.host}") not in LOOPBACK or (origin and _hostname(origin) not in LOOPBACK):
        raise web.HTTPForbidden(text="The local workspace answers on loopback only.")
    return await handler(request)


def _hostname(address: str) -> str | None:
    try:
        return urlsplit(address).hostname
    except ValueError:
        return None


async def _sent_bytes(request: web.Request) -> bytes:
    """The file as the whole body, or as the first file of a form."""
    if request.content_type != "multipart/form-data":
        return await request.read()
    form = await request.post()
    for value in form.values():
        if isinstance(value, web.FileField):
            return value.file.read()
    return b""
