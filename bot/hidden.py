"""Journey ``psa-bot hidden``: the accounts that were synced and are not visible, by the rule that hides them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.store.database import Database
from bot.store.queries import runs, snapshots
from bot.store.queries.connections import Connection
from bot.store.snapshot import HiddenRow
from rules.engine import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A rule and the accounts that it hides, or of which it could not be told. An account may have several."""

    rule: str
    title: str
    accounts: tuple[HiddenRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """One connection's hidden accounts. ``as_of`` None: it was never synced. The most frequent reason comes first."""

    connection: str
    psa: str
    as_of: datetime | None
    run: int | None
    visible: int
    hidden: int
    cannot_tell: int
    reasons: tuple[Reason, ...]


async def register(db: Database, engine: Engine, connection: Connection) -> Register:
    """Reads the cache only."""
    rows = await snapshots.hidden(db, connection.id)
    last = await runs.last_success(db, connection.id)
    unknown = sum(row.visible is None for row in rows)
    return Register(
        connection=connection.name,
        psa=connection.psa,
        as_of=last.ended_at if last else None,
        run=last.id if last else None,
        visible=(await snapshots.totals(db, connection.id)).visible,
        hidden=len(rows) - unknown,
        cannot_tell=unknown,
        reasons=_by_reason(engine, rows),
    )


def _by_reason(engine: Engine, rows: Sequence[HiddenRow]) -> tuple[Reason, ...]:
    found = defaultdict[str, list[HiddenRow]](list)
    for row in rows:
        for rule in row.reasons:
            found[rule].append(row)
    reasons = (Reason(rule=rule, title=_title(engine, rule), accounts=tuple(its)) for rule, its in found.items())
    return tuple(sorted(reasons, key=lambda reason: (-len(reason.accounts), reason.rule)))


def _title(engine: Engine, rule: str) -> str:
    """A rule that the sync knew may be gone by now: an operator's own."""
    card = engine.card(rule)
    return card.title if card else rule
