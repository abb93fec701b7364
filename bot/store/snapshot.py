"""What a sync hands to the store, and what the store hands back: frozen records, never rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from connectors.records import Account, Agreement


class InvalidSnapshot(Exception):
    """The snapshot contradicts itself; nothing was written and the old one stays (R184). Safe to show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedAccount:
    """An account with the verdict that the rules gave it. ``visible`` None: they could not tell.

    ``qualifying``: how many of its agreements pass every rule.
    """

    account: Account
    visible: bool | None
    reasons: tuple[str, ...] = ()
    qualifying: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StaleAgreement:
    """An agreement that is kept although the PSA no longer returns it (R46)."""

    agreement: Agreement
    stale_since: datetime
    last_seen_at: datetime
    last_seen_run: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CachedAccount:
    """One account as the last syncs left it."""

    account: Account
    agreements: tuple[Agreement, ...]
    visible: bool | None
    verdict_reasons: tuple[str, ...]
    first_seen_run: int
    last_seen_run: int
    last_seen_at: datetime
    agreements_stale: tuple[StaleAgreement, ...] = ()
    gone_at: datetime | None = None  # only from ``gone``: when a sync no longer found it
    gone_run: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRow:
    """What a search by name needs of an account; ``key`` and ``identifier_key`` are ``name_key`` of the two."""

    id: str
    name: str
    key: str
    visible: bool | None
    identifier_key: str = ""
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenRow:
    """An account of the snapshot that is not visible. ``visible`` None: that could not be told."""

    id: str
    name: str
    visible: bool | None
    reasons: tuple[str, ...]


class What(StrEnum):
    """What a run did to an account."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    BECAME_VISIBLE = "became_visible"
    BECAME_HIDDEN = "became_hidden"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One account's difference. ``fields`` are the keys of ``before`` and ``after``.

    A field is the record's own (``status``), ``visible``, ``reasons``, or an agreement's:
    ``agreements.88`` (came or went) and ``agreements.88.billing_cycle``.
    """

    account_id: str
    name: str
    what: What
    fields: tuple[str, ...] = ()
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What a run changed. ``changed`` counts accounts whose own fields or agreements differ.

    An account may count in ``changed`` and in ``became_…``. A connection's first snapshot only adds: that is a
    beginning, not a change.
    """

    added: int = 0
    removed: int = 0
    changed: int = 0
    became_visible: int = 0
    became_hidden: int = 0

    def counts(self) -> dict[str, int]:
        """The ``changes`` object of ``psa-bot sync --json``."""
        return {
            "added": self.added,
            "removed": self.removed,
            "changed": self.changed,
            "became_visible": self.became_visible,
            "became_hidden": self.became_hidden,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """How much a connection's snapshot holds. ``agreements`` leaves out stale ones."""

    accounts: int
    visible: int
    agreements: int
    stale_agreements: int = 0
