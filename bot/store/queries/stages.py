"""What a run reads before it is believed: written page by page, asked, compared, and at last put in force or swept."""

from bot.store.comparing import Comparison, compare
from bot.store.quick_stage import concerned, leaving, note_leaving
from bot.store.staged import Staged, agreements_of, count, lost, orphans
from bot.store.staging import Covers, Stage, open_stage, settle, stage_accounts, stage_agreements
from bot.store.staleness import Dropped, Staleness, staleness
from bot.store.sweeping import sweep_stages

__all__ = [
    "Comparison",
    "Covers",
    "Dropped",
    "Stage",
    "Staged",
    "Staleness",
    "agreements_of",
    "compare",
    "concerned",
    "count",
    "leaving",
    "lost",
    "note_leaving",
    "open_stage",
    "orphans",
    "settle",
    "stage_accounts",
    "stage_agreements",
    "staleness",
    "sweep_stages",
]
