"""What every simulated PSA offers to the page, to the world and to tests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aiohttp import web


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that the PSA received. ``query`` is the decoded query string, in order, as sent."""

    method: str
    path: str
    query: Mapping[str, str]
    status: int
    member: str = ""  # the API member that signed in; empty when nobody did


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One customer with one thing wrong (or nothing), as a person would tell it."""

    id: str  # acme
    company: str  # Acme Ltd
    title: str
    text: str  # one sentence: what is wrong
    fix_label: str  # Set the billing cycle to Monthly
    fixed: bool = False
    whole_psa: bool = False  # it takes something from every customer, so it begins fixed


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigurationChange:
    """What somebody may change in the PSA's setup, such as a new board."""

    id: str  # board-added
    title: str  # A new board “Projects”
    made: bool = False


class SimulatedPsa(Protocol):
    """A strict stand-in for one PSA. It speaks HTTP through ``app`` and is changed only through these methods."""

    @property
    def kind(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def connection_name(self) -> str:
        """What the demo calls the connection to it: cw-prod."""
        ...

    def connection(self, url: str) -> dict[str, dict[str, str]]:
        """``settings`` and ``secrets`` of a connection to it, when it is served at ``url``."""
        ...

    @property
    def app(self) -> web.Application: ...

    @property
    def stories(self) -> Sequence[Story]: ...

    @property
    def faults(self) -> Mapping[str, str]:
        """Fault name to its label; ``none`` is the first."""
        ...

    @property
    def fault(self) -> str: ...

    @property
    def calls(self) -> list[Call]: ...

    def fix(self, story_id: str) -> None:
        """Do in the PSA what a person would do to repair the story. KeyError: there is no such story."""
        ...

    def unfix(self, story_id: str) -> None: ...

    def break_with(self, fault: str) -> None:
        """Answer every call with this fault until it is set to ``none``. KeyError: there is no such fault."""
        ...

    @property
    def changes(self) -> Sequence[ConfigurationChange]: ...

    def configure(self, change_id: str) -> None:
        """Make this change to the PSA's configuration. KeyError: there is no such change."""
        ...

    def unconfigure(self, change_id: str) -> None:
        """Take it back."""
        ...

    def records(self, story_id: str) -> list[dict[str, Any]]:
        """The story's records with the fields that matter, for the page's panel."""
        ...
