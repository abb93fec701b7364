"""Which workspace and which bot user the token belongs to: asked once, after acknowledging, and again while unknown."""

import asyncio
from dataclasses import dataclass

from bot.slack.calls import Caller, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    team: str
    bot_user: str
    bot_id: str


class SlackUnavailable(Exception):
    """Slack did not say who we are. ``outcome`` is the name of how the question ended."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(f"Slack did not say who this bot is: {outcome.value}")
        self.outcome = outcome


class Whoami:
    """``identity`` raises SlackUnavailable: without it nobody's workspace can be checked, so nothing is done."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._known: Identity | None = None
        self._lock = asyncio.Lock()

    @property
    def known(self) -> Identity | None:
        return self._known

    async def identity(self) -> Identity:
        async with self._lock:
            if self._known is None:
                self._known = await self._ask()
            return self._known

    async def _ask(self) -> Identity:
        called = await self._caller.ask("auth.test", {})
        if not called.ok:
            raise SlackUnavailable(called.outcome)
        told = called.data
        return Identity(
            team=str(told.get("team_id", "")), bot_user=str(told.get("user_id", "")), bot_id=str(told.get("bot_id", ""))
        )
