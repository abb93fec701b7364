"""The facts about agreements and their lines: live ones, those of the copy, and those of the parent account."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Final

from connectors.records import Agreement, Capability, LineItem
from rules.kleene import Truth
from rules.literals import Facts
from rules.model import Case
from rules.telling import FactDict, pointed, told

# What decides whether an agreement is still as it was: not its address, and not what is never stored.
_COMPARED: Final = tuple(one.name for one in fields(Agreement) if one.name not in {"raw", "url"})


def agreements_of(case: Case) -> tuple[Agreement, ...] | None:
    """Its agreements: live ones, or those of the copy where the PSA could not be read."""
    if case.agreements is None and case.live.present is None and case.cached.present:
        return tuple(agreement for agreement in case.cached.agreements if agreement.id not in case.cached.last_seen)
    return case.agreements


def agreement_facts(case: Case) -> FactDict:
    """``agreements`` and ``parent_agreements``, where they were read."""
    own, of_parent = agreements_of(case), case.parent_agreements
    if own is None and of_parent is None:
        return {}
    setting = _setting(case)
    facts: FactDict = {}
    if own is not None:
        facts["agreements"] = tuple(_agreement(one, setting) for one in own)
    if of_parent is not None:
        facts["parent_agreements"] = tuple(_agreement(one, setting) for one in of_parent)
    return facts


def copied_agreements(case: Case) -> tuple[Facts, ...]:
    cached = case.cached
    return tuple(
        {"id": agreement.id, "name": agreement.name}
        | told(changed_at=agreement.changed_at, last_seen_at=cached.last_seen.get(agreement.id, cached.as_of))
        | pointed("type", agreement.type)
        for agreement in cached.agreements
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """What all agreements of a case have in common."""

    today: date
    now: datetime
    options: Mapping[str, str]  # billing option by id of the cycle
    allowed: Mapping[str, bool]  # by id of the type
    gives_lines: bool
    gives_quantity: bool
    copied: Mapping[str, Agreement]  # live ones only need to be compared with these


def _setting(case: Case) -> _Setting:
    live = case.live.present is True
    return _Setting(
        today=case.today,
        now=case.now,
        options=_cycle_options(case),
        allowed=_allowed_types(case),
        gives_lines=Capability.AGREEMENT_LINES in case.gives,
        gives_quantity=Capability.LINE_QUANTITY in case.gives,
        copied={one.id: one for one in case.cached.agreements} if live else {},
    )


def _agreement(agreement: Agreement, setting: _Setting) -> Facts:
    facts: FactDict = {
        "today": setting.today,
        "now": setting.now,
        "id": agreement.id,
        "name": agreement.name,
        "gives_lines": setting.gives_lines,
    }
    facts |= told(
        status=agreement.status,
        cancelled=agreement.cancelled,
        pending=agreement.pending,
        paused=agreement.paused,
        starts_on=agreement.starts_on,
        ends_on=agreement.ends_on,
        one_time=agreement.one_time,
        recurring=agreement.recurring,
        billing_option=agreement.billing_option,
        changed_at=agreement.changed_at,
    )
    facts |= pointed("type", agreement.type)
    if agreement.starts_on == date.min:
        facts["starts_on"] = None
    if agreement.open_ended:
        facts["ends_on"] = None
    _bill(facts, agreement, setting)
    _belong(facts, agreement, setting)
    return facts


def _bill(facts: FactDict, agreement: Agreement, setting: _Setting) -> None:
    cycle = agreement.billing_cycle
    if cycle is not None:
        # Null, or a pointer without an id, is what an agreement that does not recur looks like (CW §5.8, 1).
        facts["billing_cycle"] = cycle.name if cycle.id else None
        if agreement.billing_option is None:
            facts |= told(billing_option=setting.options.get(cycle.id))
    if agreement.lines is not None:
        facts["lines"] = tuple(_line(line, setting) for line in agreement.lines)


def _belong(facts: FactDict, agreement: Agreement, setting: _Setting) -> None:
    """Its type, its parent, and what the copy holds of it."""
    if agreement.type is not None and agreement.type.id in setting.allowed:
        facts["type_is_allowed"] = setting.allowed[agreement.type.id]
    if agreement.parent is not None:
        facts |= pointed("parent", agreement.parent)
        facts["parent_id"] = agreement.parent.id or None
    facts |= pointed("billed_to", agreement.billed_to)
    before = setting.copied.get(agreement.id)
    if before is not None:
        facts |= told(same_as_copy=_same(agreement, before))


def _line(line: LineItem, setting: _Setting) -> Facts:
    facts: FactDict = {
        "today": setting.today,
        "id": line.id,
        "name": line.name,
        "gives_quantity": setting.gives_quantity,
    }
    return facts | told(
        quantity=line.quantity,
        billable=line.billable,
        recurring=line.recurring,
        active=line.active,
        starts_on=line.starts_on,
        ends_on=line.ends_on,
    )


def _same(live: Agreement, before: Agreement) -> Truth:
    """For PSAs that keep no date of the last change. What only one of the two tells proves nothing."""
    pairs = [(getattr(live, name), getattr(before, name)) for name in _COMPARED]
    if any(now != then and None not in (now, then) for now, then in pairs):
        return False
    return True if all(now == then for now, then in pairs) else None


def _cycle_options(case: Case) -> Mapping[str, str]:
    rows = case.tables.billing_cycles.rows if case.tables is not None else None
    return {row.id: str(row.flags["billingOptions"]) for row in rows or () if row.flags.get("billingOptions")}


def _allowed_types(case: Case) -> Mapping[str, bool]:
    rows = case.tables.agreement_types.rows if case.tables is not None else None
    return {row.id: bool(row.flags["allowed"]) for row in rows or () if row.flags.get("allowed") is not None}
