"""Why a sync took longer than usual: slow answers, or more rows; a broken network is an error of its own (R216)."""

from collections.abc import Collection
from statistics import quantiles
from typing import Any, Final

from bot.store.queries.runs import SyncRun

FEW: Final = 5  # answers that say nothing about a host
SLOWER: Final = 2.0  # times the usual
WORTH_A_WORD: Final = 200  # milliseconds: below that nobody waits for it
MORE_ROWS: Final = 1.5


def latency(seconds: Collection[float]) -> dict[str, Any]:
    """For a run's counts: how long the PSA's answers took, in milliseconds. Nothing where there were hardly any."""
    if len(seconds) < FEW:
        return {}
    parts = quantiles(seconds, n=20, method="inclusive")
    return {"answers": {"p50_ms": round(parts[9] * 1000), "p95_ms": round(parts[18] * 1000)}}


def why_slow(run: SyncRun, before: SyncRun | None, psa: str) -> str:
    """In words, against the last success before it; empty where neither answers nor rows explain it."""
    if before is None:
        return ""
    now, usual = _p50(run), _p50(before)
    if now is not None and usual is not None and now > usual * SLOWER and now - usual > WORTH_A_WORD:
        return f"{psa} answers in {now / 1000:.1f} s, usually in {usual / 1000:.1f} s"
    if before.rows and run.rows > before.rows * MORE_ROWS:
        return f"it read {run.rows:,} rows, usually {before.rows:,}"
    return ""


def _p50(run: SyncRun) -> int | None:
    answers = run.counts.get("answers") or {}
    return int(answers["p50_ms"]) if "p50_ms" in answers else None
