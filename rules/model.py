"""What a rule sees (Case) and what it may answer (Finding, Diagnosis)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from connectors.records import AccessProbe, Account, AccountFilter, Agreement, Because, Capability, Tables


class State(StrEnum):
    """A rule's answer. Unknown is never counted as pass or fail."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    UNKNOWN = "unknown"
    NOT_NEEDED = "not_needed"


class Verdict(StrEnum):
    """The closed list of interface.md §4."""

    VISIBLE = "VISIBLE"
    FOUND_BUT_HIDDEN = "FOUND_BUT_HIDDEN"
    MAPPING_DECISION = "MAPPING_DECISION"
    NOT_SYNCED_YET = "NOT_SYNCED_YET"
    BLOCKED = "BLOCKED"
    EXCLUDED_BY_DESIGN = "EXCLUDED_BY_DESIGN"
    STALE_ELIGIBILITY = "STALE_ELIGIBILITY"
    DUPLICATE_OR_RECYCLED = "DUPLICATE_OR_RECYCLED"
    GONE_IN_PSA = "GONE_IN_PSA"
    NOT_FOUND = "NOT_FOUND"
    CANNOT_TELL = "CANNOT_TELL"
    AMBIGUOUS = "AMBIGUOUS"  # of a result with several candidates, never of one account


@dataclass(frozen=True, slots=True, kw_only=True)
class Cached:
    """What the last successful sync stored. ``present`` False with ``as_of`` set: synced, and not there.

    ``as_of`` None: never synced. ``visible`` is the verdict that the sync stored for the account. ``agreements`` may
    hold some that the PSA no longer returns: ``last_seen`` says when it last did, where that is not ``as_of``.
    """

    present: bool
    as_of: datetime | None
    run: int | None
    visible: bool | None = None
    account: Account | None = None
    agreements: tuple[Agreement, ...] = ()
    last_seen: Mapping[str, datetime] = field(default_factory=dict)  # by agreement id


@dataclass(frozen=True, slots=True, kw_only=True)
class Live:
    """What the PSA says now. ``present`` None: could not be read, and ``because`` says why."""

    present: bool | None
    as_of: datetime | None = None
    because: Because | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Everything known about one account at one moment. ``None`` means that it was not read or not told.

    ``account`` is the live record when there is one, else the cached one (the engine says which from ``live``).
    ``agreements`` None: could not be read (``agreements_because``). ``twins``: other accounts of the same name.
    ``parent_agreements``: those of ``account.parent``, read where the account's own do not make it visible; None with
    ``parent_agreements_because``: they should have been, and could not.
    """

    psa: str
    now: datetime
    today: date  # in the connection's time zone
    gives: frozenset[Capability]
    live: Live
    cached: Cached
    account: Account | None = None
    agreements: tuple[Agreement, ...] | None = None
    agreements_because: Because | None = None
    parent_agreements: tuple[Agreement, ...] | None = None
    parent_agreements_because: Because | None = None
    twins: tuple[Account, ...] | None = None
    probes: tuple[AccessProbe, ...] | None = None
    probes_because: Because | None = None
    filter: AccountFilter | None = None
    tables: Tables | None = None
    psa_version: str | None = None  # ConnectionCheck.version, as the PSA writes it
    psa_version_because: Because | None = None  # why it could not be read
    last_full_sync_started_at: datetime | None = None
    tool_words: Mapping[str, str] = field(default_factory=dict)  # the PSA's nouns for messages: account, accounts …
    query: str = ""  # what the person typed, to name an account that was not found


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRef:
    """The record that a finding is about."""

    kind: str  # account, agreement, connection
    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One look at one fact: what was wanted, what was there, and the answer (None: could not be told)."""

    fact: str
    wanted: str
    got: str
    held: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule's answer on one record, with evidence. ``(rule, record)`` is its stable identity."""

    rule: str
    title: str
    state: State
    record: RecordRef | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    fix: tuple[str, ...] = ()
    url: str | None = None  # of the record in the PSA
    link: str | None = None  # of the documentation
    because: Because | None = None
    error_id: str | None = None
    trace: tuple[Leaf, ...] = ()
    blocks: bool = True  # False: advice only, it never hides an account
    from_copy: bool = False  # True: the PSA could not be read, so this is about the last synced copy


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementChain:
    """How one agreement fared: ``qualifies`` None when a rule could not be told and none failed."""

    id: str
    name: str
    qualifies: bool | None
    failed: tuple[str, ...]
    unknown: tuple[str, ...] = ()
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """All findings on a case, in the order in which they are shown."""

    verdict: Verdict
    summary: str  # one sentence, enough to act on
    findings: tuple[Finding, ...]
    agreements: tuple[AgreementChain, ...]
    enough_to_fix: tuple[str, ...]
    not_tested: tuple[str, ...]
    visible: bool | None  # the visibility predicate on this case, whatever the cache says
    catalogue: str  # version of the rules that judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The visibility predicate alone, for a sync: ``reasons`` are the rules that failed, or could not be told."""

    visible: bool | None
    reasons: tuple[str, ...]
    qualifying: tuple[str, ...] = ()  # ids of the agreements that pass every agreement rule: a sync counts them
