"""What Slack knows about people: their names, and who is in a user group. Both are remembered for a while."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.slack.calls import Caller

_NAMES_KEPT: Final = timedelta(hours=1)
_GROUPS_KEPT: Final = timedelta(minutes=1)
_PATIENCE: Final = 2.0


class People:
    """``patience`` in seconds: a name is not worth waiting for."""

    def __init__(self, caller: Caller, now: Callable[[], datetime], patience: float = _PATIENCE) -> None:
        self._caller = caller
        self._now = now
        self._patience = patience
        self._names: dict[str, tuple[str, datetime]] = {}
        self._groups: dict[str, tuple[frozenset[str], datetime]] = {}

    async def name(self, user: str, otherwise: str) -> str:
        """What people call this person; ``otherwise`` when Slack does not say in time."""
        known = self._names.get(user)
        if known is not None and known[1] > self._now():
            return known[0]
        try:
            async with asyncio.timeout(self._patience):
                called = await self._caller.ask("users.info", {"user": user})
        except TimeoutError:
            return otherwise
        told = called.data.get("user") or {}
        profile = told.get("profile") or {}
        name = str(profile.get("display_name") or profile.get("real_name") or told.get("real_name") or "")
        if called.ok and name:
            self._names[user] = (name, self._now() + _NAMES_KEPT)
        return name or otherwise

    async def members(self, group: str) -> frozenset[str] | None:
        """None: Slack did not say."""
        known = self._groups.get(group)
        if known is not None and known[1] > self._now():
            return known[0]
        called = await self._caller.ask("usergroups.users.list", {"usergroup": group})
        if not called.ok:
            return None
        members = frozenset(str(user) for user in called.data.get("users") or ())
        self._groups[group] = (members, self._now() + _GROUPS_KEPT)
        return members
