"""A local Slack workspace for tests: ``async with local_slack(bot_url=…) as slack`` and then act and look."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from sandbox.clock import SandboxClock
from sandbox.serve import serving
from sandbox.slack.api import Api
from sandbox.slack.deliveries import Deliveries, Delivery
from sandbox.slack.faults import Fault
from sandbox.slack.manifest import Manifest, read_manifest
from sandbox.slack.messages import Message
from sandbox.slack.people import DEFAULT_CHANNEL, DEFAULT_USER
from sandbox.slack.views import View
from sandbox.slack.web import LocalSlack
from sandbox.slack.workspace import ApiCall, Clock

WAIT_SECONDS = 5.0
Matches = Callable[[Message], bool]


class Slack:
    """The verbs of a person, and what stands in the workspace. ``workspace``, ``deliveries``, ``api`` give the rest.

    ``ok`` is false for a delivery that the app did not acknowledge with 200 within three seconds.
    """

    def __init__(self, parts: LocalSlack, url: str) -> None:
        self._parts = parts
        self.url = url
        self.api_url = f"{url}/api/"
        self.workspace = parts.workspace
        self.deliveries = parts.deliveries
        self.api = parts.api
        self.sockets = parts.sockets
        self.people = parts.people

    @property
    def bot_url(self) -> str:
        return self.deliveries.bot_url

    @bot_url.setter
    def bot_url(self, url: str) -> None:
        """For an app that is started after the workspace, since it needs the workspace's address."""
        self.deliveries.bot_url = url

    async def slash(self, user: str, channel: str, text: str) -> Delivery:
        """``text`` begins with the command: ``/psa missing Acme``."""
        return await self.people.command(text, channel=channel, user=user)

    async def click(
        self, ts: str, action_id: str, value: Any = None, *, user: str = DEFAULT_USER, block_id: str | None = None
    ) -> Delivery:
        """Presses a button, or chooses ``value`` in a menu. ``ts`` may also be the id of a view."""
        return await self.people.click(**_place(ts), action_id=action_id, value=value, user=user, block_id=block_id)

    async def suggest(self, ts: str, action_id: str, query: str, *, user: str = DEFAULT_USER) -> Delivery:
        return await self.people.suggest(**_place(ts), action_id=action_id, query=query, user=user)

    async def submit(
        self, view_id: str, values: Mapping[str, Any] | None = None, *, user: str = DEFAULT_USER
    ) -> Delivery:
        return await self.people.submit(view_id=view_id, values=values, user=user)

    async def close(self, view_id: str, *, user: str = DEFAULT_USER) -> Delivery | None:
        return await self.people.close(view_id=view_id, user=user)

    async def mention(self, user: str, channel: str, text: str, *, thread_ts: str | None = None) -> Delivery:
        return await self.people.mention(text, channel=channel, user=user, thread_ts=thread_ts)

    async def home(self, user: str = DEFAULT_USER) -> Delivery | None:
        return await self.people.home(user=user)

    async def redeliver(self, delivery: Delivery, *, times: int = 1, at_once: bool = False) -> list[Delivery]:
        """The very same payload again; events carry Slack's retry headers."""
        return await self.deliveries.redeliver(delivery, times=times, at_once=at_once)

    def messages(self, channel: str = DEFAULT_CHANNEL, *, after: str = "", user: str | None = None) -> list[Message]:
        """Oldest first, replies and ephemeral ones included; ``user`` leaves out what is ephemeral to others."""
        self.workspace.post_due()
        seen_by = self.workspace.user(user).id if user else None
        where = self.workspace.channel(channel).id
        return list(self.workspace.messages.within(channel=where, after=after, user=seen_by))

    def modal(self, user: str = DEFAULT_USER) -> View | None:
        """The topmost open modal."""
        return next(reversed(self.workspace.views.stack(self.workspace.user(user).id)), None)

    def home_view(self, user: str = DEFAULT_USER) -> View | None:
        return self.workspace.views.home(self.workspace.user(user).id)

    def calls(self, method: str | None = None) -> list[ApiCall]:
        return [call for call in self.workspace.calls if method in {None, call.method}]

    def fault(self, method: str, kind: str, **how: Any) -> None:
        """``kind``: rate_limited, server_error, slow, drop, invalid_blocks, error. ``how``: times, retry_after …"""
        self.api.faults.order(Fault(method=method, kind=kind, **how))

    async def wait_for(
        self,
        predicate: Matches,
        timeout: float = WAIT_SECONDS,  # noqa: ASYNC109 - the name that readers expect
        *,
        channel: str | None = None,
    ) -> Message:
        """The first message that fits, standing already or within the time. TimeoutError lists what stood there."""
        where = self.workspace.channel(channel).id if channel else None
        with self.workspace.stream.listening() as changes:
            try:
                async with asyncio.timeout(timeout):
                    while True:
                        for message in self.workspace.messages.within(channel=where):
                            if predicate(message):
                                return message
                        await changes.get()
            except TimeoutError:
                stood = [(message.ts, message.text) for message in self.workspace.messages.within(channel=where)]
                raise TimeoutError(f"no message fits within {timeout} s; there are {stood}") from None

    async def wait_until(
        self,
        true: Callable[[], bool],
        timeout: float = WAIT_SECONDS,  # noqa: ASYNC109 - as in wait_for
    ) -> None:
        """For views, calls and whatever else changes with a message or a view."""
        with self.workspace.stream.listening() as changes:
            async with asyncio.timeout(timeout):
                while not true():
                    await changes.get()


@asynccontextmanager
async def local_slack(
    *,
    bot_url: str = "",
    clock: Clock | None = None,
    deadline: float = 3.0,
    sleep: Callable[[float], Any] = asyncio.sleep,
    limits: bool = True,
    port: int = 0,
    manifest: Path | None = None,
) -> AsyncIterator[Slack]:
    """``sleep`` waits where a slow fault or a retry says so; ``limits`` False switches the rate limits off.

    With a ``manifest`` the app has the commands, scopes and events that it asks for, and no others.
    """
    granted = read_manifest(manifest) if manifest else Manifest()
    workspace = granted.workspace(clock or SandboxClock())
    api = Api(workspace=workspace, sleep=sleep)
    api.rates.on = limits
    parts = LocalSlack(workspace, Deliveries(bot_url=bot_url, deadline=deadline, sleep=sleep), api=api)
    async with serving(parts.app(), port=port) as url:
        workspace.base_url = url
        yield Slack(parts, url)


def _place(ts_or_view: str) -> dict[str, str]:
    return {"view_id": ts_or_view} if ts_or_view.startswith("V") else {"ts": ts_or_view}
