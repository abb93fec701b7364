"""One result of ``/psa missing`` in ready words: what the template reads, with no decision left to it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.answers import AccountAnswer, Result
from bot.candidates import Near
from bot.render.findings import Sorted, nearest_agreement, sort
from bot.render.timetables import next_sync
from bot.render.words import ago, plural, short
from connectors.errors import ConnectorError
from connectors.records import Account
from rules.model import Case, Diagnosis, State, Verdict
from rules.verdict import read_right_proven

ICONS: Final = {
    Verdict.VISIBLE: "✅",
    Verdict.CANNOT_TELL: "❔",
    Verdict.NOT_FOUND: "🔍",
    Verdict.AMBIGUOUS: "🔍",
    Verdict.NOT_SYNCED_YET: "🔄",
    Verdict.EXCLUDED_BY_DESIGN: "➖",
    Verdict.MAPPING_DECISION: "➖",
    Verdict.FOUND_BUT_HIDDEN: "➖",
}
MOST_SHOWN: Final = 10  # candidates in the text; the picker holds up to 100
MOST_RIGHTS: Final = 5
LONG_NAME: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One result as the template reads it."""

    icon: str
    summary: str
    url: str | None
    open_label: str
    trouble: str
    columns: tuple[Column, ...]
    twins: tuple[Column, ...]
    said: Sorted
    enough: str
    rights: tuple[str, ...]
    more_rights: int
    not_tested: str
    candidates: tuple[Near, ...]
    more_candidates: int
    nearest: str
    running: datetime | None
    connection: str
    paused: bool
    last_sync: datetime | None
    next_sync: str
    old_after: str
    spent: str


def view(result: Result, query: str) -> View:
    first = result.accounts[0] if result.accounts else None
    diagnosis = first.diagnosis if first else result.diagnosis
    said = sort(diagnosis, result.nouns, nobody=first is None)
    return View(
        icon=icon(result),
        summary=summary(result, query),
        url=first.url if first and first.case.live.present is not False else None,
        open_label=f"Open in {result.nouns.psa}",
        trouble=result.trouble.message if isinstance(result.trouble, ConnectorError) and first is None else "",
        columns=_columns(first.case, result) if first else (),
        twins=_twins(result),
        said=said,
        enough=_enough(diagnosis),
        rights=said.rights[:MOST_RIGHTS],
        more_rights=len(said.rights[MOST_RIGHTS:]),
        not_tested="; ".join(_inside(line) for line in result.not_tested) if first else "",
        candidates=tuple(
            Near(id=each.id, name=short(each.name), detail=each.detail) for each in result.candidates[:MOST_SHOWN]
        ),
        more_candidates=len(result.candidates[MOST_SHOWN:]),
        nearest=", ".join(f"{short(each.name)} ({each.id})" for each in result.nearest),
        running=result.running.started_at or result.running.requested_at if result.running else None,
        connection=f"{result.connection} ({result.nouns.psa})",
        paused=result.paused,
        last_sync=result.last_sync.ended_at if result.last_sync else None,
        next_sync=next_sync(result.next_sync_at, paused=result.paused),
        old_after=plural(result.old_after.days, "day") if result.old_after else "",
        spent=_spent(result, diagnosis),
    )


def icon(result: Result) -> str:
    return ICONS.get(result.verdict, "❌")


def summary(result: Result, query: str) -> str:
    """With names of five thousand letters shortened: the sentence must be seen to its end."""
    cases = [each.case for each in result.accounts]
    accounts = [account.name for case in cases for account in (case.account, case.cached.account) if account]
    agreements = [each.name for case in cases for each in (*(case.agreements or ()), *case.cached.agreements)]
    text = result.summary
    for name in (*accounts, *agreements, query, result.connection):
        for written in (name, " ".join(name.split())):
            text = text.replace(written, short(name)) if len(written) > LONG_NAME else text
    return text


def _inside(line: str) -> str:
    """A sentence as a part of another."""
    return f"{line[:1].lower()}{line[1:].rstrip('.')}"


def _columns(case: Case, result: Result) -> tuple[Column, ...]:
    """Cache beside live: where they disagree is usually the answer."""
    age = f" · {ago(case.cached.as_of, case.now)}" if case.cached.as_of else ""
    return (
        Column(label=f"Cache{age}", text=_stored(case, result)),
        Column(label="Live · now", text=_seen(case, result)),
    )


def _stored(case: Case, result: Result) -> str:
    cached, nouns = case.cached, result.nouns
    if cached.as_of is None:
        return "never synced"
    if not cached.present:
        return "not there"
    shown = {True: "visible", False: "hidden", None: "visibility unknown"}[cached.visible]
    stale = len(cached.last_seen)
    current = plural(len(cached.agreements) - stale, nouns.agreement, nouns.agreements)
    no_longer = f", and {stale} that {nouns.psa} no longer returned" if stale else ""
    return f"there, {shown}, {current}{no_longer}"


def _seen(case: Case, result: Result) -> str:
    if case.live.present is None:
        return f"could not be read. {case.live.detail}".strip()
    if case.live.present:
        return _live_facts(case.account, case, result)
    return "not there" if read_right_proven(case) else "not shown to the API user, whose right to read is not proven"


def _live_facts(account: Account | None, case: Case, result: Result) -> str:
    nouns = result.nouns
    facts = [f"{nouns.account_id} {account.id}", *_standing(account)] if account else ["found"]
    if case.agreements is None:
        facts.append(f"{nouns.agreements} could not be read")
    else:
        facts.append(plural(len(case.agreements), nouns.agreement, nouns.agreements))
    return ", ".join(facts)


def _standing(account: Account) -> list[str]:
    facts = []
    if account.status is not None:
        facts.append(f"status {short(account.status.name) or 'none'}")
    if account.types is not None:
        facts.append(f"type {', '.join(short(each.name) for each in account.types) or 'none'}")
    if account.deleted:
        facts.append("in the recycle bin")
    return facts


def _enough(diagnosis: Diagnosis | None) -> str:
    """Said only where it is news: several checks fail, and fewer repairs suffice."""
    if diagnosis is None:
        return ""
    failing = {each.rule: each for each in diagnosis.findings if each.state is State.FAIL and each.blocks}
    if not diagnosis.enough_to_fix or len(diagnosis.enough_to_fix) >= len(failing):
        return ""
    titles = " and ".join(f"“{failing[rule].title}”" for rule in diagnosis.enough_to_fix if rule in failing)
    near = nearest_agreement(diagnosis)
    return f"{titles}, on {short(near.name)}" if near and len(diagnosis.agreements) > 1 else titles


def _twins(result: Result) -> tuple[Column, ...]:
    """Accounts of one name side by side, so that the right one is mapped (R38)."""
    if len(result.accounts) < 2:
        return ()
    the_id = result.nouns.account_id
    return tuple(Column(label=f"{the_id} {each.id}", text=_twin(each, result)) for each in result.accounts)


def _twin(each: AccountAnswer, result: Result) -> str:
    facts = [_live_facts(each.case.account, each.case, result).partition(", ")[2]]
    if each.case.account and each.case.account.changed_at:
        facts.append(f"last updated {each.case.account.changed_at:%d %b %Y}")
    facts.append("in our cache" if each.case.cached.present else "not in our cache")
    return ", ".join(facts)


def _spent(result: Result, diagnosis: Diagnosis | None) -> str:
    took = f"{result.elapsed_ms} ms" if result.elapsed_ms < 1000 else f"{result.elapsed_ms / 1000:.1f} s"
    parts = [plural(result.calls, "call"), took]
    return " · ".join([*parts, f"rules {diagnosis.catalogue}"] if diagnosis else parts)
