"""The simulated world: one clock, one Slack workspace and the simulated PSAs, with the controls over all of them."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.psa.contract import SimulatedPsa
from sandbox.serve import serving
from sandbox.slack import identity
from sandbox.slack.directory import directory
from sandbox.slack.page import routes as page_routes
from sandbox.slack.web import LocalSlack

MORNING = time(8, 1, tzinfo=UTC)  # a minute after the daily digest
CALLS_SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """What a starter of the sandbox needs to know; printed as one JSON line.

    ``connections`` are ready to be added to the app: name, psa, settings, secrets. All credentials are the sandbox's
    own, and open nothing else.
    """

    page: str
    slack_api: str
    psas: dict[str, str] = field(default_factory=dict)
    slack: dict[str, str] = field(default_factory=dict)
    connections: list[dict[str, Any]] = field(default_factory=list)
    alerts_channel: str = "C0ALERTS"

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class World:
    """Moving the clock moves everything; the app is told, so that its own clock follows."""

    def __init__(self, clock: SandboxClock, slack: LocalSlack, psas: Sequence[SimulatedPsa]) -> None:
        self.clock = clock
        self.slack = slack
        self.psas = by_name(psas)

    @asynccontextmanager
    async def running(self, *, port: int = 0, psa_port: int = 0) -> AsyncIterator[Addresses]:
        """Serves the page, the workspace and every PSA; the second PSA gets the port after the first's."""
        async with AsyncExitStack() as stack:
            psas: dict[str, str] = {}
            for index, (name, psa) in enumerate(self.psas.items()):
                psas[name] = await stack.enter_async_context(serving(psa.app, port=psa_port and psa_port + index))
            url = await stack.enter_async_context(serving(self.app(), port=port))
            self.slack.workspace.base_url = url
            yield Addresses(
                page=url,
                slack_api=f"{url}/api/",
                psas=psas,
                slack={"bot_token": identity.BOT_TOKEN, "signing_secret": self.slack.deliveries.signing_secret},
                connections=[_connection(psa, psas[name]) for name, psa in self.psas.items()],
            )

    def app(self) -> web.Application:
        return self.slack.app(
            [
                *page_routes(lambda: directory(self.slack.workspace)),
                web.get("/_control/stories", self.show_stories),
                web.get("/_control/stories/{psa}/{story}/records", self.show_records),
                web.post("/_control/stories/{psa}/{story}/{verb:fix|unfix}", self.change_story),
                web.get("/_control/psa", self.show_psas),
                web.post("/_control/psa/{psa}/fault", self.break_psa),
                web.get("/_control/psa/{psa}/configure", self.show_changes),
                web.post("/_control/psa/{psa}/configure/{change}", self.configure),
                web.delete("/_control/psa/{psa}/configure/{change}", self.configure),
                web.get("/_control/clock", self.show_clock),
                web.post("/_control/clock", self.move_clock),
            ]
        )

    async def show_stories(self, request: web.Request) -> web.Response:
        return web.json_response(self.stories())

    def stories(self) -> list[dict[str, Any]]:
        return [{"psa": name, **asdict(story)} for name, psa in self.psas.items() for story in psa.stories]

    async def show_records(self, request: web.Request) -> web.Response:
        psa = self._psa(request)
        try:
            return web.json_response(psa.records(request.match_info["story"]))
        except KeyError:
            raise _not_found("story") from None

    async def change_story(self, request: web.Request) -> web.Response:
        psa = self._psa(request)
        change: Callable[[str], None] = psa.fix if request.match_info["verb"] == "fix" else psa.unfix
        try:
            change(request.match_info["story"])
        except KeyError:
            raise _not_found("story") from None
        self.slack.workspace.stream.publish("stories", self.stories())
        return web.json_response(self.stories())

    async def show_psas(self, request: web.Request) -> web.Response:
        return web.json_response([_shown(name, psa) for name, psa in self.psas.items()])

    async def break_psa(self, request: web.Request) -> web.Response:
        psa = self._psa(request)
        body = await _object(request)
        try:
            psa.break_with(str(body.get("fault", "")))
        except KeyError:
            raise _not_found("fault") from None
        self.slack.workspace.stream.publish("stories", self.stories())
        return web.json_response(_shown(request.match_info["psa"], psa))

    async def show_changes(self, request: web.Request) -> web.Response:
        return _changes(self._psa(request))

    async def configure(self, request: web.Request) -> web.Response:
        """POST makes the change in the PSA's setup, DELETE takes it back."""
        psa = self._psa(request)
        change = psa.configure if request.method == "POST" else psa.unconfigure
        try:
            change(request.match_info["change"])
        except KeyError:
            raise _not_found("change") from None
        return _changes(psa)

    async def show_clock(self, request: web.Request) -> web.Response:
        return web.json_response({"now": self.clock.now().isoformat()})

    async def move_clock(self, request: web.Request) -> web.Response:
        """``{"to": ISO time | "tomorrow-morning"}`` or ``{"advance_seconds": n}``. → also whether the app followed."""
        self._move(await _object(request))
        self.slack.workspace.post_due()
        now = {"now": self.clock.now().isoformat()}
        self.slack.workspace.stream.publish("clock", now)
        followed = await self.slack.deliveries.tell("/_testing/clock", now)
        return web.json_response(now | {"app_followed": followed})

    def _move(self, body: dict[str, Any]) -> None:
        target, seconds = body.get("to"), body.get("advance_seconds")
        if target == "tomorrow-morning":
            self.clock.move_to(next_morning(self.clock.now()))
        elif isinstance(target, str):
            self.clock.move_to(_moment(target))
        elif isinstance(seconds, int | float) and not isinstance(seconds, bool):
            self.clock.advance(seconds)
        else:
            raise _bad("Say where to move the clock: to, or advance_seconds.")

    def _psa(self, request: web.Request) -> SimulatedPsa:
        psa = self.psas.get(request.match_info["psa"])
        if psa is None:
            raise _not_found("psa")
        return psa


def next_morning(now: datetime) -> datetime:
    """The next 08:01 UTC, today's only when it has not come yet."""
    today = datetime.combine(now.astimezone(UTC).date(), MORNING)
    return today if today > now else today + timedelta(days=1)


def by_name(psas: Sequence[SimulatedPsa]) -> dict[str, SimulatedPsa]:
    """A PSA goes by its kind; a further one of the same kind by its connection's name."""
    named: dict[str, SimulatedPsa] = {}
    for psa in psas:
        named[psa.connection_name if psa.kind in named else psa.kind] = psa
    return named


def _connection(psa: SimulatedPsa, url: str) -> dict[str, Any]:
    return {"name": psa.connection_name, "psa": psa.kind, **psa.connection(url)}


def _changes(psa: SimulatedPsa) -> web.Response:
    return web.json_response([asdict(change) for change in psa.changes])


def _shown(name: str, psa: SimulatedPsa) -> dict[str, Any]:
    calls = [
        {"method": call.method, "path": call.path, "query": dict(call.query), "status": call.status}
        for call in psa.calls[-CALLS_SHOWN:]
    ]
    return {
        "kind": name,
        "title": psa.title,
        "connection": psa.connection_name,
        "fault": psa.fault,
        "faults": dict(psa.faults),
        "calls": calls,
    }


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _bad("The time is not in ISO format.") from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


async def _object(request: web.Request) -> dict[str, Any]:
    try:
        body = await request.json()
    except ValueError:
        raise _bad("The body is not JSON.") from None
    if not isinstance(body, dict):
        raise _bad("The body is not a JSON object.")
    return body


def _bad(text: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=text)


def _not_found(what: str) -> web.HTTPNotFound:
    return web.HTTPNotFound(text=f"There is no such {what}.")
