"""Who may start, stop and judge syncs: listed people, and members of listed user groups. Nobody listed: everybody."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol


class May(StrEnum):
    YES = "yes"
    NO = "no"
    UNSURE = "unsure"  # Slack did not say who is in a group: then no, for now


class Groups(Protocol):
    async def members(self, group: str) -> frozenset[str] | None: ...


class Permissions:
    """Asked when a command is typed and again at every click: a button outlives the permission it was drawn with."""

    def __init__(self, allowed: Sequence[str], groups: Groups) -> None:
        self._people = frozenset(one for one in allowed if not one.startswith("S"))
        self._groups = tuple(one for one in allowed if one.startswith("S"))
        self._directory = groups

    async def resync(self, user: str) -> May:
        if not self._people and not self._groups:
            return May.YES
        if user in self._people:
            return May.YES
        unsure = False
        for group in self._groups:
            members = await self._directory.members(group)
            if members is not None and user in members:
                return May.YES
            unsure = unsure or members is None
        return May.UNSURE if unsure else May.NO
