"""Is a full sync due, or will a quick one do? Pure: whoever starts syncs by the clock asks here."""

from datetime import datetime, timedelta
from typing import Final

from bot.store.run import RunKind, SyncRun
from connectors.contract import Quick, Spec

FULL_AT_LEAST_EVERY: Final = timedelta(days=3)  # where quick syncs are used: product.md 6.4
OUTSIDE_PEAK_HOURS: Final = timedelta(days=2)  # a day sooner, so that it need not fall into them (R232)


def why_not_quick(spec: Spec, connection: str, last_full: SyncRun | None) -> str:
    """In words for people, with what to do instead; empty where there can be a quick sync."""
    if not spec.quick.is_offered:
        return f"There is no quick sync for {spec.nouns.psa}. {spec.quick.why} Start a full sync instead."
    if last_full is None:
        return (
            f"{connection} was never synced in full, so there is nothing to bring up to date. Start a full sync first."
        )
    return ""


def kind_due(
    quick: Quick,
    last_full: SyncRun | None,
    last_quick: SyncRun | None,
    now: datetime,
    every: timedelta = FULL_AT_LEAST_EVERY,
) -> RunKind:
    """``last_full`` and ``last_quick``: the newest that succeeded.

    Only a full sync proves a deletion, so that one is due after ``every`` at the latest (X28); also at once, where a
    quick one found that the filter or the tables had been changed, which concerns accounts that did not change.
    """
    return RunKind.FULL if full_is_due(quick, last_full, last_quick, now, every) else RunKind.QUICK


def full_is_due(
    quick: Quick,
    last_full: SyncRun | None,
    last_quick: SyncRun | None,
    now: datetime,
    every: timedelta = FULL_AT_LEAST_EVERY,
) -> bool:
    if not quick.is_offered or last_full is None or last_full.started_at is None:
        return True
    if last_quick is not None and last_quick.id > last_full.id and last_quick.counts.get("needs_full"):
        return True
    # A clock that was set back makes the last one lie ahead: nobody knows then how long ago that was.
    return not timedelta() <= now - last_full.started_at < every
