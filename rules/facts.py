"""A Case made into the facts of the vocabulary: what was not read stays absent, what was read empty is null."""

from collections.abc import Collection, Iterable
from typing import Final

from connectors.records import Access, AccessProbe, Account, Option, Ref, Table
from rules.agreement_facts import agreement_facts, agreements_of, copied_agreements
from rules.kleene import Truth
from rules.literals import Facts
from rules.model import Case
from rules.operators import plain
from rules.places import ALLOW_LISTS
from rules.telling import FactDict, pointed, told

__all__ = [
    "ACCOUNT_PROBES",
    "AGREEMENT_PROBES",
    "LINE_PROBES",
    "SIGHT",
    "STANDARD_STATUSES",
    "access_of",
    "account_access",
    "account_facts",
    "agreements_of",
    "connection_facts",
    "hidden_types",
    "is_active",
    "stands",
    "subject_of",
]

# The names under which ConnectWise ships its own statuses. All of them can be renamed, so a name outside this set is
# a risk, never a failure (R48, C18).
STANDARD_STATUSES: Final = frozenset({"active", "inactive", "not approved", "not-approved"})
# The probe that proves the right to read accounts, in any PSA's words.
ACCOUNT_PROBES: Final = frozenset({"companies", "accounts", "clients", "customers"})
AGREEMENT_PROBES: Final = frozenset({"agreements", "contracts", "recurring-invoices"})

# Rights of their own by which only some accounts come back, without an error (BMS §5, HALO §5).
ACCOUNT_LIMITS: Final = frozenset({"security-scope", "all-customers"})
# What has to be proven before "not found" may be said.
SIGHT: Final = ACCOUNT_PROBES | ACCOUNT_LIMITS
# PSAs whose types are mere groups: nobody is left out by them unless an operator says so (HALO §4).
GROUPED: Final = frozenset({"halopsa"})
# Of agreements' lines, where the PSA keeps them behind a right of their own.
LINE_PROBES: Final = frozenset(
    {
        "agreement-lines",
        "lines",
        "contract-services",
        "contract-service-units",
        "contract-bundles",
        "contract-bundle-units",
    }
)


def account_facts(case: Case) -> FactDict:
    """Every fact about the account, its agreements among them."""
    return _moments(case) | _account(case) | _copy(case) | agreement_facts(case)


def connection_facts(case: Case) -> FactDict:
    facts = _moments(case) | told(psa_version=case.psa_version, has_allow_list=case.psa in ALLOW_LISTS)
    if case.probes is not None:
        facts["probes"] = tuple(_probe(probe) for probe in case.probes)
    return facts


def subject_of(case: Case) -> Account | None:
    """The account that the rules judge: the live record, or the copy where the PSA could not be read."""
    if case.account is not None or case.live.present is False:
        return case.account
    return case.cached.account


def is_active(account: Account) -> Truth:
    """The PSA's own mark, where it keeps one instead of a status."""
    if account.active is None and account.disabled is not None:
        return not account.disabled
    return account.active


def stands(account: Account) -> Truth:
    """Neither recycled nor switched off. None: the PSA did not say."""
    active = is_active(account)
    if account.deleted or active is False:
        return False
    return True if account.deleted is False or active else None


def access_of(probes: Iterable[AccessProbe] | None, ids: Collection[str]) -> Access | None:
    """The outcome of the first probe of that kind; None when none was made."""
    return next((probe.access for probe in probes or () if probe.id in ids), None)


def account_access(probes: Iterable[AccessProbe] | None) -> Access | None:
    """Granted means all of them."""
    made = tuple(probes or ())
    access = access_of(made, ACCOUNT_PROBES)
    limits = [probe for probe in made if probe.id in ACCOUNT_LIMITS]
    limited = any(probe.access in {Access.EMPTY, Access.REFUSED} for probe in limits)
    return Access.EMPTY if access is Access.GRANTED and limited else access


def _moments(case: Case) -> FactDict:
    facts: FactDict = {"today": case.today, "now": case.now}
    if case.last_full_sync_started_at is not None or case.cached.as_of is None:
        facts["last_full_sync_at"] = case.last_full_sync_started_at
    return facts


def _account(case: Case) -> FactDict:
    facts: FactDict = {}
    account = subject_of(case)
    if account is not None:
        facts |= {"id": account.id, "name": account.name} | told(
            identifier=account.identifier,
            active=is_active(account),
            disabled=account.disabled,
            deleted=account.deleted,
            deleted_at=account.deleted_at,
            created_at=account.created_at,
            changed_at=account.changed_at,
        )
        facts |= pointed("status", account.status) | pointed("parent", account.parent)
        if account.types is not None:
            facts["types"] = tuple(kind.name for kind in account.types) or None
        facts |= _pulled(case, account)
    return facts | _twins(case) | _rights(case)


def _pulled(case: Case, account: Account) -> FactDict:
    """What the connection's filter does with the account: by the ids of the tenant's own tables (R95)."""
    facts: FactDict = {}
    chosen = case.filter
    if case.psa not in GROUPED:
        facts["types_decide"] = True
    if chosen is not None:
        facts.setdefault("types_decide", chosen.custom)
        facts["filter_is_custom"] = chosen.custom
        facts |= _names("statuses", chosen.statuses, chosen.left_out_statuses)
        facts |= _names("types", chosen.types, chosen.left_out_types)
        if chosen.statuses is not None and account.status is not None:
            facts["status_is_pulled"] = account.status.id in {row.id for row in chosen.statuses}
        if chosen.types is not None and account.types is not None:
            # Some PSAs tell an account's type by its word alone, which then stands for the id (BMS §4).
            pulled = {word for row in chosen.types for word in (row.id, row.name)}
            ungrouped = not account.types and case.psa in GROUPED
            facts["types_are_pulled"] = ungrouped or any(kind.id in pulled for kind in account.types)
    if account.status is not None and case.tables is not None:
        facts |= _status_row(case.tables.statuses, account.status)
    return facts


def _names(kind: str, pulled: tuple[Option, ...] | None, left_out: tuple[Option, ...]) -> FactDict:
    if pulled is None:
        return {}
    return {
        f"pulled_{kind}": tuple(row.name for row in pulled),
        f"left_out_{kind}": tuple(row.name for row in left_out),
    }


def _status_row(table: Table, status: Ref) -> FactDict:
    """Judged by the row's name: ids differ from tenant to tenant, so a familiar id proves nothing."""
    if table.rows is None or status.is_empty:
        return {}
    row = next((row for row in table.rows if row.id == status.id), None)
    if row is None:
        return {"status_in_table": False}
    return {"status_in_table": True, "status_is_standard": plain(row.name) in STANDARD_STATUSES}


def _twins(case: Case) -> FactDict:
    if case.twins is None:
        return {}
    live = [twin.id for twin in case.twins if stands(twin) is True]
    facts: FactDict = {"twins": tuple(_twin(twin) for twin in case.twins)}
    if len(live) == 1 or not case.twins:
        facts["active_twin"] = live[0] if live else None
    elif all(stands(twin) is False for twin in case.twins):
        facts["active_twin"] = None
    return facts


def _twin(account: Account) -> Facts:
    return (
        {"id": account.id, "name": account.name}
        | told(
            active=is_active(account),
            deleted=account.deleted,
            changed_at=account.changed_at,
            url=account.url,
        )
        | pointed("status", account.status)
    )


def _rights(case: Case) -> FactDict:
    facts: FactDict = {"has_allow_list": case.psa in ALLOW_LISTS}
    rights = {
        "account_access": account_access(case.probes),
        "agreement_access": access_of(case.probes, AGREEMENT_PROBES),
    }
    for name, access in rights.items():
        if access is not None:
            facts[name] = str(access)
    if case.live.present is not None:
        facts["found_live"] = case.live.present
    hidden = hidden_types(case)
    return facts if hidden is None else facts | {"hidden_types": hidden}


def hidden_types(case: Case) -> tuple[str, ...] | None:
    """Agreement types that the role does not allow; None when the PSA did not tell."""
    rows = case.tables.agreement_types.rows if case.tables is not None else None
    told = [row for row in rows or () if row.flags.get("allowed") is not None]
    return tuple(row.name for row in told if row.flags["allowed"] is False) if told else None


def _copy(case: Case) -> FactDict:
    cached = case.cached
    facts: FactDict = {"in_copy": cached.present, "copied_at": cached.as_of}
    if not cached.present:
        return facts
    if cached.account is not None:
        facts |= told(
            copied_name=cached.account.name,
            copied_changed_at=cached.account.changed_at,
            copied_deleted=cached.account.deleted,
        )
    facts["copied_agreements"] = copied_agreements(case)
    return facts


def _probe(probe: AccessProbe) -> Facts:
    return {
        "id": probe.id,
        "right": probe.right,
        "call": probe.call,
        "access": str(probe.access),
        "used_by": probe.used_by,
        "often_missed": probe.often_missed,
        "detail": probe.detail,
    }
