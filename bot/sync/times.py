"""How long a sync usually takes, and from when on it is slow: hints for people, never timeouts (C1, C2)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from bot.store.queries.runs import RunKind, SyncRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """The expected time in seconds. Past ``slow_after`` a run is called slow."""

    low: float
    high: float
    slow_after: float


# Seed 000: 10 to 30 minutes for a full sync; seed 003: 1 to 2 minutes for the settings, help after 5.
DEFAULT_BANDS: Mapping[str, Band] = MappingProxyType(
    {
        RunKind.FULL: Band(low=600, high=1800, slow_after=1800),
        RunKind.QUICK: Band(low=5, high=120, slow_after=300),
        RunKind.ONE: Band(low=1, high=30, slow_after=60),
        RunKind.SETTINGS: Band(low=60, high=120, slow_after=300),
    }
)
LEAST_SLACK = 30.0  # seconds: twice a very short time is not worth a word


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """A run's time against what was expected. ``usual`` None: no run has succeeded yet."""

    elapsed: float
    usual: float | None
    band: Band
    slow: bool
    because: str = ""  # of one that was slow, where that can be told
    help_offered: bool = False


HELP_AFTER = 300.0  # seconds of a settings sync (R219); any other is helped with once it is slow


def expected(kind: RunKind, usual: float | None, bands: Mapping[str, Band] = DEFAULT_BANDS) -> Band:
    """Learned from the connection's own successes as soon as there is one."""
    if usual is None:
        return bands[kind]
    return Band(low=usual / 2, high=usual * 1.5, slow_after=usual * 2 + LEAST_SLACK)


def timing(run: SyncRun, usual: float | None, now: datetime, bands: Mapping[str, Band] = DEFAULT_BANDS) -> Timing:
    band = expected(run.kind, usual, bands)
    lasted = 0.0 if run.started_at is None else ((run.ended_at or now) - run.started_at).total_seconds()
    elapsed = max(0.0, lasted)  # a clock that was set back makes its start lie ahead
    slow = elapsed > band.slow_after
    helped = elapsed > HELP_AFTER if run.kind is RunKind.SETTINGS else slow
    return Timing(elapsed=elapsed, usual=usual, band=band, slow=slow, help_offered=helped)
