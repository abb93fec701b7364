"""Who is no longer visible since a sync: grouped by the rule that turned, with what else changed near it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.messages import Message
from bot.render.history import title
from bot.render.runs import moment_of, name_of, nouns_of
from bot.render.words import Words, plural, short
from bot.store.queries.history import Regression
from bot.watch import Nearby, Report
from connectors.contract import Nouns
from rules.engine import Engine
from rules.model import Verdict

MOST_NAMED: Final = 10  # of one reason; the rest is counted
MOST_REASONS: Final = 8
GONE: Final = {
    Verdict.DUPLICATE_OR_RECYCLED: "In the recycle bin, or merged into another",
    Verdict.NOT_FOUND: "Deleted: {psa} says that there is no such {account}",
    Verdict.CANNOT_TELL: "Nobody can tell: {psa} did not let us read them",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    reason: str
    count: int
    names: tuple[str, ...]
    more: int


def regressions(words: Words, engine: Engine, report: Report, command: str) -> Message:
    nouns = nouns_of(report.connection.psa)
    count = len(report.regressions)
    groups = _groups(report.regressions, engine, nouns)
    who = plural(count, nouns.account, nouns.accounts)
    headline = f"{report.connection.name}: {who} {'is' if count == 1 else 'are'} no longer visible."
    return words.message(
        "regressions",
        summary=headline,
        headline=headline,
        groups=groups[:MOST_REASONS],
        more=len(groups[MOST_REASONS:]),
        near=_near(report.nearby),
        rights=report.nearby.rights_lost,
        credentials_at=report.nearby.credentials_changed_at,
        psa=nouns.psa,
        connection=report.connection.name,
        first=short(report.regressions[0].name),
        command=command,
        run=report.run.id,
        kind=name_of(report.run.kind),
        at=moment_of(report.run),
    )


def _groups(found: Sequence[Regression], engine: Engine, nouns: Nouns) -> list[Group]:
    """One account may have several reasons. The most frequent reason comes first."""
    by_reason = defaultdict[str, list[str]](list)
    for one in found:
        for reason in _reasons(one, engine, nouns):
            by_reason[reason].append(short(one.name or one.account_id))
    groups = [
        Group(reason=reason, count=len(names), names=tuple(names[:MOST_NAMED]), more=len(names[MOST_NAMED:]))
        for reason, names in by_reason.items()
    ]
    return sorted(groups, key=lambda group: -group.count)


def _reasons(one: Regression, engine: Engine, nouns: Nouns) -> Sequence[str]:
    gone = next((said for verdict, said in GONE.items() if one.verdict == verdict.value), None)
    if gone is not None:
        return [gone.format(psa=nouns.psa, account=nouns.account)]
    return [title(engine, rule) for rule in one.rules] or [f"{nouns.psa} no longer returns them"]


def _near(nearby: Nearby) -> tuple[str, ...]:
    """What else changed since the sync before; the rights and the credentials have sentences of their own."""
    version = [f"The version changed from {nearby.version[0]} to {nearby.version[1]}"] if nearby.version else []
    which = ["The filter of this connection changed"] if nearby.filter_changed else []
    return (*version, *which)
