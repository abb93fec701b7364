"""The verdict on an account from copy, live record and rules: the truth table of the product, row by row."""

from typing import Final

from connectors.records import Access
from rules.facts import account_access
from rules.model import Case, Verdict

RECYCLED: Final = "account-not-recycled"  # the rule whose failure means: not this record, another one


def verdict_of(case: Case, *, visible: bool | None, failed: frozenset[str], by_design: frozenset[str]) -> Verdict:
    """``visible`` is the predicate, ``failed`` the blocking rules that fail on the account, ``by_design`` a subset."""
    if case.live.present is None:
        return Verdict.CANNOT_TELL
    if case.live.present is False:
        return _not_there(case)
    if RECYCLED in failed:
        return Verdict.DUPLICATE_OR_RECYCLED
    if visible is None:
        return Verdict.CANNOT_TELL
    return _eligible(case) if visible else _hidden(case, by_design)


def shown(case: Case) -> bool:
    """The last sync stored it, and did not store it as hidden."""
    return case.cached.present and case.cached.visible is not False


def read_right_proven(case: Case) -> bool:
    """Not found may only be said where the right to read accounts was proven in the same answer."""
    return account_access(case.probes) is Access.GRANTED


def _not_there(case: Case) -> Verdict:
    if not read_right_proven(case):
        return Verdict.CANNOT_TELL
    return Verdict.GONE_IN_PSA if case.cached.present else Verdict.NOT_FOUND


def _eligible(case: Case) -> Verdict:
    if not shown(case):
        return Verdict.NOT_SYNCED_YET
    # Nothing hides it, but somebody may look at the recycled record of the same name (R37).
    recycled_twin = any(twin.deleted for twin in case.twins or ())
    return Verdict.DUPLICATE_OR_RECYCLED if recycled_twin else Verdict.VISIBLE


def _hidden(case: Case, by_design: frozenset[str]) -> Verdict:
    if shown(case):
        return Verdict.STALE_ELIGIBILITY
    return Verdict.EXCLUDED_BY_DESIGN if by_design else Verdict.BLOCKED
