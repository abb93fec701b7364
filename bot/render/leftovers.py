"""What a sync found that does not fit, in lines: agreements without a customer, agreements that were dropped."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from bot.render.timetables import in_utc
from bot.render.words import plural, short
from bot.store.queries.runs import SyncRun
from bot.sync.orphans import Because
from connectors.contract import Nouns

NAMED: Final = 3  # in a line; the run's JSON has more of them
WHY: Final[Mapping[str, str]] = MappingProxyType(
    {
        Because.TYPE: "left out by type",
        Because.STATUS: "left out by status",
        Because.RECYCLED: "in the recycle bin",
        Because.NOT_READABLE: "not readable for the API user",
        Because.NOT_LISTED: "there, but not in the list: too new for this sync",
    }
)


def lines(run: SyncRun, nouns: Nouns) -> tuple[str, ...]:
    said = (_dropped(run, nouns), _without_account(run, nouns), _changed_meanwhile(run))
    return tuple(line for line in said if line)


def _dropped(run: SyncRun, nouns: Nouns) -> str:
    """After a full sync their disappearance is said, not assumed (R46, R47)."""
    stale: Mapping[str, Any] = run.counts.get("stale") or {}
    said = ""
    if count := stale.get("dropped", 0):
        names = _several([_seen(one) for one in stale["first"]], count)
        which = plural(count, nouns.agreement, nouns.agreements)
        said = f"{nouns.psa} no longer returns {which}, and the copy no longer counts {_them(count)}: {names}."
    if back := stale.get("back", 0):
        returned = plural(back, nouns.agreement, nouns.agreements)
        said = f"{said} Returned again: {returned}.".strip()
    return said


def _seen(one: Mapping[str, Any]) -> str:
    return f"{_named(one)}, last seen {in_utc(datetime.fromisoformat(one['last_seen_at']))}"


def _without_account(run: SyncRun, nouns: Nouns) -> str:
    found: Mapping[str, Any] = run.counts.get("without_account") or {}
    if not found:
        return ""
    count = run.counts["agreements"]["without_account"]
    told = "; ".join(f"{number:,} {_why(because, nouns)}" for because, number in found["because"].items())
    names = _several([f"{_named(one)}{_detail(one)}" for one in found["first"]], count)
    belong = f"{plural(count, nouns.agreement, nouns.agreements)} without a {nouns.account} in the copy"
    of_them = f" Of {_their(found['accounts'], nouns)}: {told}." if told else ""
    return f"{belong}: {names}.{of_them}"


def _their(count: int, nouns: Nouns) -> str:
    return f"their {plural(count, nouns.account, nouns.accounts)}"


def _why(because: str, nouns: Nouns) -> str:
    return f"not in {nouns.psa}" if because == Because.NOT_THERE else WHY.get(because, "not looked up")


def _detail(one: Mapping[str, Any]) -> str:
    return f" ({short(one['detail'], 60)})" if one.get("detail") else ""


def _named(one: Mapping[str, Any]) -> str:
    name = f"“{short(one['name'], 60)}”"
    return f"{name} of {short(one['account_name'], 60)}" if one.get("account_name") else name


def _several(names: Sequence[str], count: int) -> str:
    shown = ", ".join(names[:NAMED])
    more = count - min(NAMED, len(names))
    return f"{shown} and {more:,} more" if more > 0 else shown


def _them(count: int) -> str:
    return "it" if count == 1 else "them"


def _changed_meanwhile(run: SyncRun) -> str:
    if not run.counts.get("changed_meanwhile"):
        return ""
    return "The settings of this connection were changed while it ran: it used the old ones, the next one uses the new."
