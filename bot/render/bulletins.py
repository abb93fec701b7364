"""What goes to channels on its own, and what /psa status says: alert, digest, status, subscriptions."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.alerts import Bulletin, News, cause
from bot.digest import DigestLine, DigestReport
from bot.messages import Button, Message
from bot.overview import LOOKED_AT, Overview, Standing
from bot.render.runs import (
    ENDS,
    changed,
    decide,
    duration,
    kinds,
    lasted,
    moment_of,
    name_of,
    nouns_of,
    reason_of,
    retry,
    who_must_act,
)
from bot.render.timetables import next_sync
from bot.render.words import Words, plural, short
from bot.store.queries.channels import Subscription
from bot.store.queries.runs import RunState, SyncRun
from bot.sync.result import DISK_FULL
from connectors.registry import specs

ICONS: Final = {"ok": "🟩", "failing": "🟥", "retrying": "🟨", "stale": "🟨", "never_synced": "⬜", "paused": "⏸"}
STATES: Final = {
    "ok": "ok",
    "failing": "failing",
    "retrying": "did not get through, is tried again",
    "stale": "data is old",
    "never_synced": "never synced",
    "paused": "paused",
}
NEWS_ICONS: Final = {News.FAILING: "🟥", News.RESOLVED: "🟩", News.PAUSED: "⏸", News.REMOVED: "➖"}
MOST_LOST: Final = 5  # names in a digest's line
MOST_IN_FULL: Final = 10  # connections in a status or a digest; the rest is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One connection in a digest or a status, in words."""

    icon: str
    name: str
    psa: str
    state: str
    as_of: datetime | None
    took: str
    quick_at: datetime | None  # of a quick sync since then
    visible: int
    hidden: int
    changes: str
    lost: str
    next: str
    now: str
    failures: str
    failing_since: datetime | None
    problem: str
    calls: str
    upgraded: str


def alert(words: Words, bulletin: Bulletin, now: datetime) -> Message:
    psa = nouns_of(bulletin.psa).psa
    run, failing = bulletin.run, bulletin.news is News.FAILING
    headline = f"{bulletin.connection}: {_what_happened(bulletin)}"
    reason = reason_of(run) if run and failing else ""
    return words.message(
        "alert",
        summary=f"{headline} {reason}".strip(),
        actions=_actions(run, psa) if run and failing else (),
        news=bulletin.news.value,
        icon=NEWS_ICONS[bulletin.news],
        headline=headline,
        reason=reason,
        connection=bulletin.connection,
        psa=psa,
        who=who_must_act(run.error if run else None, psa),
        as_of=bulletin.data_as_of,
        now=now,
        failures=_times(bulletin.failures),
        count=bulletin.failures,
        since=bulletin.since,
        last=moment_of(run) if run else now,
        lasted=duration((moment_of(run) if run else now) - bulletin.since),
        causes=[each.replace("_", " ") for each in bulletin.causes],
        cause=cause(run) if run and failing else "",
        disk_full=run is not None and (run.error or {}).get("cause") == DISK_FULL,
        by_us=run is not None and (run.error or {}).get("who_must_act") == "us",
        call=str((run.error or {}).get("call") or "") if run else "",
        run=run.id if run else 0,
    )


def digest(words: Words, report: DigestReport) -> Message:
    need, count = report.need_somebody, len(report.lines)
    lines = [line_of(line.standing, line) for line in report.lines]
    how = f"{need} of {plural(count, 'connection')} {needs(need)}" if need else "all well"
    return words.message(
        "digest",
        summary=f"PSA sync: {how}" if count else "PSA sync: no PSA is connected yet",
        at=report.at,
        count=count,
        need=need,
        needs=needs(need),
        now=report.at,
        lines=lines[:MOST_IN_FULL],
        more=_rest(lines),
    )


def status(words: Words, overview: Overview, command: str) -> Message:
    standings = sorted(overview.connections, key=lambda standing: not standing.needs_somebody)
    lines = [line_of(standing) for standing in standings]
    states = tally(line.state for line in lines)
    return words.message(
        "status",
        summary=f"{plural(len(lines), 'connection')}: {states}" if lines else "No PSA is connected yet.",
        actions=(Button(action="menu.status", label="Refresh"),),
        lines=lines[:MOST_IN_FULL],
        more=_rest(lines),
        count=len(lines),
        need=overview.need_somebody,
        needs=needs(overview.need_somebody),
        now=overview.at,
        kinds=kinds(),
        command=command,
    )


def subscriptions(
    words: Words, subscribed: Sequence[Subscription], command: str, did: str = "", zone: str = ""
) -> Message:
    """``zone`` is the one in which the hours are meant; empty: it is not said."""
    summary = did or "What this channel gets."
    return words.message("subscriptions", summary=summary, did=did, subscribed=subscribed, command=command, zone=zone)


def _what_happened(bulletin: Bulletin) -> str:
    name = name_of(bulletin.kind)
    match bulletin.news:
        case News.RESOLVED:
            return f"the {name} works again."
        case News.PAUSED:
            return "the connection is paused, so nothing is synced."
        case News.REMOVED:
            return "the connection was removed."
        case _:
            state = bulletin.run.state if bulletin.run else RunState.FAILED
            passing = state is RunState.INCOMPLETE and bulletin.failures > 1
            return f"the {name} {ENDS[state]}{f' {_times(bulletin.failures)} in a row' if passing else ''}."


def _actions(run: SyncRun, psa: str) -> tuple[Button, ...]:
    if run.state is RunState.REFUSED:
        return (*decide(run, psa), retry(run, first=False))
    return (retry(run),)


def line_of(standing: Standing, digested: DigestLine | None = None) -> Line:
    last, running, streak = standing.last, standing.running, standing.streak
    took = lasted(last) if last else None
    return Line(
        icon=ICONS[standing.state],
        name=standing.connection.name,
        psa=nouns_of(standing.connection.psa).psa,
        state=STATES[standing.state],
        as_of=last.ended_at if last else None,
        took=duration(took) if took is not None else "",
        quick_at=standing.quick.ended_at if standing.quick else None,
        visible=standing.totals.visible,
        hidden=standing.totals.accounts - standing.totals.visible,
        changes=changed(digested.changes) if digested else "",
        lost=_lost(digested) if digested else "",
        next=next_sync(standing.next_sync_at, paused=standing.connection.paused),
        now=f"{name_of(running.kind)}: {running.phase or 'waiting for its turn'}" if running else "",
        failures=_times(len(streak)) if streak else "",
        failing_since=moment_of(streak[-1]) if streak else None,
        problem=_problem(streak[0]) if streak else "",
        calls=_calls(standing),
        upgraded=_upgraded(standing),
    )


def _lost(line: DigestLine) -> str:
    """The first names; the rest is counted."""
    names = [short(one.name or one.account_id, 40) for one in line.lost[:MOST_LOST]]
    more = len(line.lost) - len(names)
    return ", ".join(names) + (f" and {more:,} more" if more > 0 else "")


def _calls(standing: Standing) -> str:
    """Of what we allow ourselves; questions are not counted here."""
    limits = specs()[standing.connection.psa].limits
    if not limits:
        return ""
    limit = limits[0]
    window = {1: "minute", 60: "hour"}.get(limit.minutes, f"{limit.minutes} minutes")
    return f"{standing.calls:,} of {limit.ours:,} in the last {window}"


def _upgraded(standing: Standing) -> str:
    """After an upgrade the settings may be other ones (R155, R225)."""
    if standing.version_changed is None:
        return ""
    before, now = (short(version, 40) for version in standing.version_changed)
    return f"{nouns_of(standing.connection.psa).psa} is {now} now, {before} at the last settings sync"


def _problem(run: SyncRun) -> str:
    return reason_of(run) or f"The {name_of(run.kind)} {ENDS[run.state]}."


def _times(count: int) -> str:
    if count == 1:
        return "once"
    return f"{'at least ' if count >= LOOKED_AT else ''}{count} times"


def needs(count: int) -> str:
    return "needs somebody" if count == 1 else "need somebody"


def _rest(lines: Sequence[Line]) -> str:
    """What is not shown is counted: "40 more: 38 ok, 2 paused"."""
    rest = lines[MOST_IN_FULL:]
    return f"{len(rest)} more: {tally(line.state for line in rest)}" if rest else ""


def tally(states: Iterable[str]) -> str:
    return ", ".join(f"{count:,} {state}" for state, count in Counter(states).most_common())
