"""What an endpoint is, and what its source of rows may look at."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sandbox.psa.connectwise.members import Member
from sandbox.psa.connectwise.permissions import Right, Scope
from sandbox.psa.connectwise.records import Collection
from sandbox.psa.connectwise.tenant import Tenant


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a source of rows may look at."""

    tenant: Tenant
    member: Member
    scope: Scope
    now: datetime
    parent_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One list, its count and its single records. ``path`` may hold one ``{parent}``."""

    path: str
    right: Right
    rows: Callable[[Asked], Collection]
    has_count: bool = True
    scoped: bool = False  # whether "My" and the Allow list shorten the list


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which endpoint a path means: the list, its count, or one record."""

    endpoint: Endpoint
    parent_id: int | None = None
    record_id: int | None = None
    count: bool = False
