"""The world's controls: stories, faults and the clock, over a PSA that only remembers."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from sandbox.clock import SandboxClock
from sandbox.psa.configuration import Alteration, Configuration, added
from sandbox.psa.contract import Call, ConfigurationChange, Story
from sandbox.slack.deliveries import Deliveries
from sandbox.slack.identity import BOT_TOKEN, SIGNING_SECRET
from sandbox.slack.web import LocalSlack
from sandbox.slack.workspace import Workspace
from sandbox.world import Addresses, World, next_morning
from tests.sandbox.slack.recording import RecordingBot, recording_bot

Ask = Callable[..., Awaitable[tuple[int, Any]]]


class RememberingPsa:
    kind = "remembering"
    title = "Remembering"
    connection_name = "rm-prod"

    def __init__(self) -> None:
        self.app = web.Application()
        self.fault = "none"
        self.calls = [Call(method="GET", path="/companies", query={"page": "1"}, status=200)]
        self.setup = Configuration(
            {"boards": [{"id": 1, "name": "Help Desk"}]},
            [Alteration.of("board-added", "A new board", added("boards", {"id": 2, "name": "Projects"}))],
        )
        self._story = Story(id="acme", company="Acme Ltd", title="Missing", text="It is missing.", fix_label="Add it")

    def connection(self, url: str) -> dict[str, dict[str, str]]:
        return {"settings": {"site": url}, "secrets": {"key": "made up"}}

    @property
    def stories(self) -> Sequence[Story]:
        return [self._story]

    @property
    def faults(self) -> Mapping[str, str]:
        return {"none": "Everything works", "down": "Down"}

    def fix(self, story_id: str) -> None:
        self._change(story_id, fixed=True)

    def unfix(self, story_id: str) -> None:
        self._change(story_id, fixed=False)

    def break_with(self, fault: str) -> None:
        self.fault = {name: name for name in self.faults}[fault]

    @property
    def changes(self) -> Sequence[ConfigurationChange]:
        return self.setup.changes

    def configure(self, change_id: str) -> None:
        self.setup.make(change_id)

    def unconfigure(self, change_id: str) -> None:
        self.setup.undo(change_id)

    def records(self, story_id: str) -> list[dict[str, Any]]:
        return [{"kind": "company", "id": "4711", "name": {"acme": self._story}[story_id].company}]

    def _change(self, story_id: str, *, fixed: bool) -> None:
        self._story = replace({"acme": self._story}[story_id], fixed=fixed)


@pytest.fixture
def clock() -> SandboxClock:
    clock = SandboxClock()
    clock.move_to(datetime(2026, 11, 21, 10, tzinfo=UTC))
    return clock


@pytest.fixture
async def bot() -> AsyncIterator[RecordingBot]:
    async with recording_bot() as bot:
        yield bot


@pytest.fixture
async def world(clock: SandboxClock, bot: RecordingBot) -> World:
    return World(
        clock, LocalSlack(Workspace(clock=clock), Deliveries(bot_url=bot.url, deadline=60)), [RememberingPsa()]
    )


@pytest.fixture
async def addresses(world: World) -> AsyncIterator[Addresses]:
    async with world.running() as addresses:
        yield addresses


@pytest.fixture
async def ask(addresses: Addresses) -> AsyncIterator[Ask]:
    async with aiohttp.ClientSession(base_url=f"{addresses.page}/_control/") as session:

        async def ask(path: str, body: Any = None) -> tuple[int, Any]:
            method = "GET" if body is None else "POST"
            async with session.request(method, path, json=body) as response:
                return response.status, await response.json() if response.status == 200 else await response.text()

        yield ask


async def test_a_person_changes_the_setup_of_a_psa_and_takes_it_back(
    world: World, addresses: Addresses, ask: Ask
) -> None:
    told = {"id": "board-added", "title": "A new board"}
    assert await ask("psa/remembering/configure") == (200, [{**told, "made": False}])
    assert await ask("psa/remembering/configure/board-added", {}) == (200, [{**told, "made": True}])
    setup = world.psas["remembering"].setup  # type: ignore[attr-defined] # of the one above
    assert [row["name"] for row in setup.rows("boards")] == ["Help Desk", "Projects"]
    async with aiohttp.ClientSession() as session:
        address = f"{addresses.page}/_control/psa/remembering/configure"
        async with session.delete(f"{address}/board-added") as response:
            assert await response.json() == [{**told, "made": False}]
        async with session.delete(f"{address}/nothing") as response:
            assert response.status == 404
    assert [row["name"] for row in setup.rows("boards")] == ["Help Desk"]


async def test_the_page_the_workspace_and_the_psas_are_served(addresses: Addresses) -> None:
    assert addresses.slack_api == f"{addresses.page}/api/"
    url = addresses.psas["remembering"]
    [connection] = addresses.as_json()["connections"]
    assert (connection["name"], connection["psa"], connection["settings"]) == ("rm-prod", "remembering", {"site": url})
    assert addresses.slack == {"bot_token": BOT_TOKEN, "signing_secret": SIGNING_SECRET}
    async with aiohttp.ClientSession() as session:
        async with session.get(addresses.page) as response:
            assert (response.status, response.content_type) == (200, "text/html")
        async with session.get(url) as response:
            assert response.status == 404
        async with session.post(f"{addresses.slack_api}api.test") as response:
            assert (await response.json())["ok"]


async def test_a_story_is_fixed_and_unfixed(ask: Ask, world: World) -> None:
    with world.slack.workspace.stream.listening() as changes:
        _, stories = await ask("stories/remembering/acme/fix", {})
        assert [(story["psa"], story["id"], story["fixed"]) for story in stories] == [("remembering", "acme", True)]
        change = changes.get_nowait()
    assert change is not None
    assert (change.event, change.data) == ("stories", stories)
    await ask("stories/remembering/acme/unfix", {})
    assert not (await ask("stories"))[1][0]["fixed"]


async def test_the_records_of_a_story_are_shown(ask: Ask) -> None:
    records = await ask("stories/remembering/acme/records")
    assert records == (200, [{"kind": "company", "id": "4711", "name": "Acme Ltd"}])


async def test_a_psa_is_broken_and_shows_its_calls(ask: Ask) -> None:
    _, shown = await ask("psa/remembering/fault", {"fault": "down"})
    assert (shown["fault"], list(shown["faults"])) == ("down", ["none", "down"])
    assert (shown["title"], shown["connection"]) == ("Remembering", "rm-prod")
    _, psas = await ask("psa")
    assert psas[0]["calls"] == [{"method": "GET", "path": "/companies", "query": {"page": "1"}, "status": 200}]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("stories/remembering/nobody/fix", {}, 404),
        ("stories/other/acme/fix", {}, 404),
        ("stories/remembering/nobody/records", None, 404),
        ("stories/other/acme/records", None, 404),
        ("psa/remembering/fault", {"fault": "fire"}, 404),
        ("psa/remembering/configure/fire", {}, 404),
        ("psa/nobody/configure", None, 404),
        ("clock", {}, 400),
        ("clock", [], 400),
        ("clock", {"advance_seconds": True}, 400),
        ("clock", {"to": "yesterday"}, 400),
    ],
)
async def test_what_is_not_there_is_refused(ask: Ask, path: str, body: Any, status: int) -> None:
    assert (await ask(path, body))[0] == status


async def test_a_clock_body_that_is_no_json_is_refused(addresses: Addresses) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{addresses.page}/_control/clock", data="{") as response,
    ):
        assert response.status == 400


@pytest.mark.parametrize(
    ("body", "arrives"),
    [
        ({"to": "2026-12-24T18:00:00Z"}, datetime(2026, 12, 24, 18, tzinfo=UTC)),
        ({"to": "2026-12-24T18:00:00"}, datetime(2026, 12, 24, 18, tzinfo=UTC)),
        ({"to": "tomorrow-morning"}, datetime(2026, 11, 22, 8, 1, tzinfo=UTC)),
        ({"advance_seconds": 3600}, datetime(2026, 11, 21, 11, tzinfo=UTC)),
    ],
)
async def test_the_clock_moves_and_the_bot_is_told(
    ask: Ask, bot: RecordingBot, clock: SandboxClock, body: Any, arrives: datetime
) -> None:
    _, answer = await ask("clock", body)
    assert answer["app_followed"]
    assert bot.told == [{"now": answer["now"]}]
    assert abs(datetime.fromisoformat(answer["now"]) - arrives) < timedelta(seconds=30)
    assert abs(datetime.fromisoformat((await ask("clock"))[1]["now"]) - clock.now()) < timedelta(seconds=30)


@pytest.mark.parametrize("url", ["", "http://127.0.0.1:9"])
async def test_the_clock_moves_also_when_no_bot_listens(ask: Ask, world: World, url: str) -> None:
    world.slack.deliveries.bot_url = url
    _, answer = await ask("clock", {"advance_seconds": 1})
    assert not answer["app_followed"]


@pytest.mark.parametrize(
    ("now", "morning"),
    [
        (datetime(2026, 11, 21, 7, tzinfo=UTC), datetime(2026, 11, 21, 8, 1, tzinfo=UTC)),
        (datetime(2026, 11, 21, 8, 1, tzinfo=UTC), datetime(2026, 11, 22, 8, 1, tzinfo=UTC)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=UTC), datetime(2027, 1, 1, 8, 1, tzinfo=UTC)),
    ],
)
def test_the_next_morning_is_the_one_that_comes(now: datetime, morning: datetime) -> None:
    assert next_morning(now) == morning
