"""The findings of a diagnosis in the fewest words: one rule once, its records listed, its steps not repeated."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from bot.render.words import plural, short
from connectors.contract import Nouns
from connectors.records import Because
from rules.model import AgreementChain, Diagnosis, Finding, State

RIGHTS: Final = "permissions"  # the rule with one finding per right: told together, not one by one
READABLE: Final = "account-is-readable"  # all that can be asked where no account was found
AGREEMENT: Final = "agreement"  # a record's kind
MOST_RECORDS: Final = 5  # of one group; the rest is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A record, or a check, and what is said of it alone."""

    name: str
    url: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """``record`` is set where there is just one; ``items`` where there are several. ``more`` are not shown."""

    mark: str
    title: str
    record: Item | None
    reason: str
    items: tuple[Item, ...] = ()
    more: str = ""
    steps: tuple[str, ...] = ()
    error_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sorted:
    """What a diagnosis says, by what it means for the reader; ``passed`` counts checks without any objection."""

    failing: tuple[Group, ...] = ()
    unknown: tuple[Group, ...] = ()
    advice: tuple[Group, ...] = ()
    beside: tuple[Group, ...] = ()
    rights: tuple[str, ...] = ()
    passed: int = 0


def sort(diagnosis: Diagnosis | None, nouns: Nouns, *, nobody: bool) -> Sorted:
    """``nobody``: no account was found, so that only one check has a meaning."""
    if diagnosis is None:
        return Sorted()
    findings = [each for each in diagnosis.findings if each.rule != RIGHTS and (each.rule == READABLE or not nobody)]
    beside = [each for each in findings if _is_beside(each, diagnosis)]
    rest = [each for each in findings if each not in beside]
    rest.sort(key=lambda each: _is_detour(each, diagnosis))
    unknown = [each for each in rest if each.state is State.UNKNOWN]
    objections = {each.rule for each in findings if each.state in {State.FAIL, State.UNKNOWN}}
    passed = {each.rule for each in findings if each.state is State.PASS} - objections
    return Sorted(
        failing=_by_rule([each for each in rest if each.state is State.FAIL and each.blocks], nouns),
        unknown=_unknown(unknown, nouns),
        advice=_by_rule([each for each in rest if each.state is State.FAIL and not each.blocks], nouns),
        beside=_beside(beside, diagnosis, nouns),
        rights=_rights(diagnosis),
        passed=0 if nobody else len(passed),
    )


def nearest_agreement(diagnosis: Diagnosis) -> AgreementChain | None:
    """The one that passes once what is enough to fix is fixed."""
    enough = set(diagnosis.enough_to_fix)
    near = (
        each for each in diagnosis.agreements if each.failed and not each.unknown and enough.issuperset(each.failed)
    )
    return next(near, None) if enough else None


def _is_detour(finding: Finding, diagnosis: Diagnosis) -> bool:
    """Failing, but on an agreement that need not be repaired, or need not be repaired first."""
    if finding.state is not State.FAIL or finding.record is None or finding.record.kind != AGREEMENT:
        return False
    near = nearest_agreement(diagnosis)
    return near is not None and finding.record.id != near.id


def _is_beside(finding: Finding, diagnosis: Diagnosis) -> bool:
    """One agreement that passes is enough: what others lack hides nothing (C17)."""
    about_one = finding.blocks and finding.record is not None and finding.record.kind == AGREEMENT
    objects = finding.state in {State.FAIL, State.UNKNOWN}
    return about_one and objects and any(each.qualifies for each in diagnosis.agreements)


def _beside(findings: Sequence[Finding], diagnosis: Diagnosis, nouns: Nouns) -> tuple[Group, ...]:
    """The agreements that are not pulled (C17: they are listed), each with the first reason."""
    first: dict[str, Finding] = {}
    for finding in findings:
        if finding.record is not None:
            first.setdefault(finding.record.id, finding)
    if not first:
        return ()
    items, more = _items(list(first.values()), nouns)
    them = plural(len(diagnosis.agreements), nouns.agreement, nouns.agreements)
    title = f"{len(first)} of {them} {'is' if len(first) == 1 else 'are'} not pulled; one that passes is enough"
    return (Group(mark="➖", title=title, record=None, reason="", items=items, more=more),)


def _unknown(findings: Sequence[Finding], nouns: Nouns) -> tuple[Group, ...]:
    """What has one cause is told once: a right that lacks, or a PSA that is down, makes many checks unknown."""
    groups: list[Group] = []
    single = list(findings)
    causes = {
        Because.PERMISSION: "need a right that the API user lacks",
        Because.PSA_DOWN: f"could not be made, because {nouns.psa} could not be read",
    }
    for because, words in causes.items():
        of_it = [each for each in findings if each.because is because]
        if len({each.rule for each in of_it}) > 1:
            groups.append(_of_cause(of_it, words))
            single = [each for each in single if each not in of_it]
    return (*groups, *_by_rule(single, nouns))


def _of_cause(findings: Sequence[Finding], words: str) -> Group:
    """Where all say the same, the checks are only named."""
    by_title = {each.title: each for each in findings}
    same = len({each.reason for each in findings}) == 1
    items = tuple(Item(name=title, url=None, reason="" if same else each.reason) for title, each in by_title.items())
    return Group(
        mark="❔",
        title=f"{len(items)} checks {words}",
        record=None,
        reason="",
        items=items[:MOST_RECORDS],
        more=_more(len(items) - MOST_RECORDS, "check", "checks"),
        steps=_merged(findings),
    )


def _merged(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Each step once. The last one, such as "Check again.", stays last: that of the first finding stands for all."""
    fixes = [each.fix for each in findings if each.fix]
    if not fixes:
        return ()
    lasts = {fix[-1] for fix in fixes}
    before = dict.fromkeys(step for fix in fixes for step in fix if step not in lasts)
    return (*before, fixes[0][-1])


def _by_rule(findings: Sequence[Finding], nouns: Nouns) -> tuple[Group, ...]:
    """In the order in which the engine found them; several records of one rule and one cure make one group."""
    groups: dict[tuple[str, State, tuple[str, ...]], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.state, finding.fix), []).append(finding)
    return tuple(_group(group, nouns) for group in groups.values())


def _group(findings: Sequence[Finding], nouns: Nouns) -> Group:
    first = findings[0]
    agreements = [each for each in findings if each.record is not None and each.record.kind == AGREEMENT]
    errors = tuple(dict.fromkeys(each.error_id for each in findings if each.error_id is not None))
    same = len({each.reason for each in findings}) == 1
    items, more = _items(findings, nouns, with_reasons=not same) if len(findings) > 1 else ((), "")
    return Group(
        mark=_mark(first),
        title=first.title,
        record=_item(first, "") if len(findings) == 1 and agreements else None,
        reason=first.reason if same else "",
        items=items,
        more=more,
        steps=first.fix,
        error_ids=errors,
    )


def _items(findings: Sequence[Finding], nouns: Nouns, *, with_reasons: bool = True) -> tuple[tuple[Item, ...], str]:
    shown = tuple(_item(each, each.reason if with_reasons else "") for each in findings[:MOST_RECORDS])
    return shown, _more(len(findings) - len(shown), nouns.agreement, nouns.agreements)


def _item(finding: Finding, reason: str) -> Item:
    return Item(name=short(finding.record.name if finding.record else finding.title), url=finding.url, reason=reason)


def _more(count: int, one: str, many: str) -> str:
    return f"and {count:,} more {one if count == 1 else many}" if count > 0 else ""


def _mark(finding: Finding) -> str:
    if finding.state is State.UNKNOWN:
        return "❔"
    return "❌" if finding.blocks else "⚠️"


def _rights(diagnosis: Diagnosis) -> tuple[str, ...]:
    """Rights that this bot itself needs and does not have; nobody is told to grant what we do not use (C9)."""
    return tuple(
        str(each.evidence["right"])
        for each in diagnosis.findings
        if each.rule == RIGHTS and each.state is State.FAIL and each.evidence.get("needed_by") == "this bot"
    )
