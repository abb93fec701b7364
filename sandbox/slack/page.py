"""The workspace's web page: a frame rendered on the server, its static files, and the policy that keeps content inert.

Everything that changes comes through ``/_control/*`` (static/api.js names each call and its shape).
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent

# No inline script, no foreign script or style, and no string ever becomes markup (trusted types refuse innerHTML).
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: https: http://127.0.0.1:* http://localhost:*",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
}

HEADERS = {
    "Content-Security-Policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",  # a newer checkout is a newer page, also within one browser session
}


class Page:
    """Renders the frame for the workspace as it is now; ``workspace`` answers what ``GET /_control/workspace`` does."""

    def __init__(self, workspace: Callable[[], Mapping[str, Any]]) -> None:
        self._workspace = workspace
        self._files = {path.name: path for path in sorted((HERE / "static").iterdir()) if path.is_file()}
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    async def show(self, request: web.Request) -> web.Response:
        html = self._templates.get_template("page.html.j2").render(workspace=self._workspace())
        return web.Response(text=html, content_type="text/html", headers=HEADERS)

    async def file(self, request: web.Request) -> web.FileResponse:
        path = self._files.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound(text="There is no such file.")
        return web.FileResponse(path, headers=HEADERS)


def routes(workspace: Callable[[], Mapping[str, Any]]) -> list[web.RouteDef]:
    """The page's routes: ``/`` and ``/static/*``."""
    page = Page(workspace)
    return [web.get("/", page.show), web.get("/static/{name}", page.file)]
