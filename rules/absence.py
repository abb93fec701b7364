"""Why a fact is absent: so that an unknown can say whether a right, the PSA or nobody is the cause."""

from collections.abc import Iterable, Mapping

from connectors.records import Access, Because, Table
from rules.facts import LINE_PROBES, hidden_types
from rules.model import Case


def why_absent(case: Case) -> Mapping[str, Because]:
    """The reason by fact, where one is known. Any other absent fact is simply missing from what was read."""
    reasons = _from_tables(case)
    for name, because in (
        ("agreements", case.agreements_because),
        ("parent_agreements", case.parent_agreements_because),
        ("probes", case.probes_because),
        ("psa_version", case.psa_version_because),
    ):
        if getattr(case, name) is None and because is not None:
            reasons[name] = because
    if any(probe.id in LINE_PROBES and probe.access in {Access.REFUSED, Access.EMPTY} for probe in case.probes or ()):
        reasons["lines"] = Because.PERMISSION
    return reasons


def because_of(absent: Iterable[str], case: Case) -> Because:
    """Why these facts are absent: a right that lacks is said before anything else, because somebody can grant it."""
    reasons = why_absent(case)
    known = [reasons[name] for name in absent if name in reasons]
    if known:
        return Because.PERMISSION if Because.PERMISSION in known else known[0]
    if case.live.present is None and case.live.because is not None:
        return case.live.because
    return Because.INPUT_MISSING


def _from_tables(case: Case) -> dict[str, Because]:
    reasons: dict[str, Because] = {}
    tables = case.tables
    if tables is None:
        return reasons
    for table, names in (
        (tables.statuses, ("status_is_pulled", "status_in_table", "status_is_standard", "pulled_statuses")),
        (tables.types, ("types_are_pulled", "pulled_types")),
        (tables.billing_cycles, ("billing_option",)),
        (tables.agreement_types, ("hidden_types", "type_is_allowed")),
    ):
        reasons |= dict.fromkeys(names, _because(table)) if table.rows is None else {}
    if tables.agreement_types.rows is not None and hidden_types(case) is None:
        reasons["hidden_types"] = Because.NOT_EXPOSED
    return reasons


def _because(table: Table) -> Because:
    return table.because or Because.INPUT_MISSING
