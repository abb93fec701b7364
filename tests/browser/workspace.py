"""A stand-in for the sandbox's control API: answers the page from memory, records what it sends, pushes events."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.slack import page
from tests.browser import gallery
from tests.browser.views import home

JSON = dict[str, Any]

WORKSPACE: JSON = {
    "team": {"id": "T0LOCAL", "name": "Local MSP"},
    "channels": [
        {"id": "C0GENERAL", "name": "general", "topic": "Questions and answers"},
        {"id": "C0ALERTS", "name": "psa-alerts", "topic": "Syncs that failed"},
        {"id": "C0BILLING", "name": "billing", "topic": "The month's invoices"},
    ],
    "users": [
        {"id": "U0AGENT", "key": "agent", "name": "Dana Agent"},
        {"id": "U0ADMIN", "key": "admin", "name": "Robin Admin"},
        {"id": "U0FINANCE", "key": "finance", "name": "Kim Finance"},
    ],
    "groups": [{"id": "S0BILLING", "handle": "billing-team"}],
    "app": {"user": "U0PSABOT", "name": "psa-bot", "slackbot": "USLACKBOT"},
    "commands": [
        {
            "name": "/psa",
            "description": "Why is a customer missing?",
            "usage_hint": "missing <customer> | status | help",
            "verbs": [
                {"name": "missing", "usage": "<customer>", "help": "Why is this customer not in the list?"},
                {"name": "sync", "usage": "[full|quick|settings]", "help": "Read the PSA again."},
                {"name": "status", "usage": "", "help": "How fresh the data is, and what failed."},
                {"name": "subscribe", "usage": "failures | digest", "help": "Post alerts in this channel."},
                {"name": "help", "usage": "[verb]", "help": "All of this, with examples."},
            ],
        }
    ],
}

STORIES: list[JSON] = [
    {
        "psa": "connectwise",
        "id": "acme",
        "company": "Acme Ltd",
        "title": "Not synced yet",
        "text": "Created yesterday with a monthly agreement; the last sync was four days ago.",
        "fix_label": "Nothing to fix in the PSA: sync it",
        "fixed": False,
    },
    {
        "psa": "connectwise",
        "id": "globex",
        "company": "Globex Corporation",
        "title": "Billing cycle None",
        "text": "Its only agreement has the billing cycle None.",
        "fix_label": "Set the billing cycle to Monthly",
        "fixed": False,
    },
    {
        "psa": "connectwise",
        "id": "umbrella",
        "company": "Umbrella Inc",
        "title": "Twice, once in the recycle bin",
        "text": "Two companies share the name; one was merged and stands in the recycle bin, still Active.",
        "fix_label": "Empty the recycle bin",
        "fixed": True,
    },
    {
        "psa": "halopsa",
        "id": "duff",
        "company": "Duff Brewing",
        "title": "A disabled invoice",
        "text": "Its only recurring invoice is disabled.",
        "fix_label": "Enable the recurring invoice",
        "fixed": False,
        "whole_psa": False,
    },
    {
        "psa": "halopsa",
        "id": "zorin",
        "company": "Zorin Industries",
        "title": "An old build",
        "text": "The server runs version 2.99, which is older than 2.146.",
        "fix_label": "Upgrade to 2.206.1",
        "fixed": True,
        "whole_psa": True,
    },
]
TITLES = {"connectwise": "ConnectWise", "halopsa": "HaloPSA"}
CONNECTIONS = {"connectwise": "cw-prod", "halopsa": "halo-uk"}

FAULTS = {
    "none": "Everything works",
    "down": "Down: 503 with a maintenance page",
    "slow": "Slow: ten seconds per answer",
}


class FakeWorkspace:
    """``requests`` is every POST as (path, body); ``answers`` and ``refused`` override what a path answers."""

    def __init__(self, messages: list[JSON] | None = None) -> None:
        self.messages = list(gallery.conversation() if messages is None else messages)
        self.stories = [dict(story) for story in STORIES]
        self.faults = dict.fromkeys(TITLES, "none")
        self.now = gallery.NOW
        self.requests: list[tuple[str, JSON]] = []
        self.answers: dict[str, Any] = {}
        self.refused: set[str] = set()
        self.modals: list[JSON] = []
        self.url = ""
        self._arrived = asyncio.Condition()
        self._listeners: set[asyncio.Queue[tuple[str, Any]]] = set()

    def app(self) -> web.Application:
        app = web.Application()
        app.add_routes(page.routes(lambda: WORKSPACE))
        app.add_routes(
            [
                web.get("/_control/stream", self._stream),
                web.get("/_control/stories/{psa}/{story}/records", self._records),
                web.get("/_control/{what}", self._get),
                web.post("/_control/{path:.+}", self._post),
            ]
        )
        return app

    def push(self, event: str, body: Any) -> None:
        for queue in self._listeners:
            queue.put_nowait((event, body))

    def hang_up(self) -> None:
        """Ends every open stream, as a server that stops does."""
        self.push("", None)

    def say(self, message: JSON) -> JSON:
        self.messages.append(message)
        self.push("message", message)
        return message

    def edit(self, message: JSON, **changes: Any) -> JSON:
        edited = {**message, **changes, "edited": gallery.ts(0, 9)}
        self.messages[self.messages.index(message)] = edited
        self.push("edit", edited)
        return edited

    async def asked(self, path: str) -> JSON:
        """The first body that was posted to the path; waits for it."""
        async with asyncio.timeout(10), self._arrived:
            await self._arrived.wait_for(lambda: any(one == path for one, _ in self.requests))
        return next(body for one, body in self.requests if one == path)

    async def _get(self, request: web.Request) -> web.Response:
        answers: Mapping[str, Any] = {
            "workspace": WORKSPACE,
            "messages": self.messages,
            "views": {"home": None, "modals": self.modals},
            "stories": self.stories,
            "psa": [self._psa(kind) for kind in self.faults],
            "clock": {"now": self.now.isoformat()},
            "calls": [{"method": "chat.postEphemeral", "status": 200, "ok": True, "error": ""}],
        }
        return web.json_response(answers[request.match_info["what"]])

    def _psa(self, kind: str) -> JSON:
        path = {"connectwise": "/company/companies", "halopsa": "/api/RecurringInvoice"}[kind]
        return {
            "kind": kind,
            "title": TITLES[kind],
            "connection": CONNECTIONS[kind],
            "fault": self.faults[kind],
            "faults": FAULTS,
            "calls": [{"method": "GET", "path": path, "query": {"conditions": "id=4711"}, "status": 200}],
        }

    async def _records(self, request: web.Request) -> web.Response:
        """What a story's fix changes can be seen in them."""
        story = next(one for one in self.stories if one["id"] == request.match_info["story"])
        customer = {
            "kind": "customer",
            "id": "48",
            "name": story["company"],
            "exists": True,
            "groups": ["Gold", "East"],
        }
        invoice = {
            "kind": "recurring invoice",
            "id": "948",
            "name": "",
            "exists": story["fixed"],
            "disabled": not story["fixed"],
            "ends": None,
            "last_updated": "2025-11-21T09:30:00Z",
        }
        return web.json_response([customer, invoice])

    async def _post(self, request: web.Request) -> web.Response:
        path, body = request.match_info["path"], await request.json()
        async with self._arrived:
            self.requests.append((path, body))
            self._arrived.notify_all()
        self._change(path, body)
        status = 409 if path in self.refused else 200
        return web.json_response(self.answers.get(path, {"status": 200, "ack_ms": 12}), status=status)

    def _change(self, path: str, body: JSON) -> None:
        match path.split("/"):
            case ["stories", _, story, verb]:
                next(one for one in self.stories if one["id"] == story)["fixed"] = verb == "fix"
            case ["psa", kind, "fault"]:
                self.faults[kind] = body["fault"]
            case ["home"]:
                self.push("view", {"action": "publish", "user": "U0AGENT", "view": home()})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b"retry: 150\n\n")
        queue: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._listeners.add(queue)
        try:
            while True:
                event, body = await queue.get()
                if not event:
                    return response
                await response.write(f"event: {event}\ndata: {json.dumps(body)}\n\n".encode())
        except (ConnectionResetError, asyncio.CancelledError):
            return response
        finally:
            self._listeners.discard(queue)
