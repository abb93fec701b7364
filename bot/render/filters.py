"""Which accounts a sync pulls, in words."""

from collections.abc import Sequence
from typing import Final

from bot.render.words import short
from connectors.records import AccountFilter, Option

SHORT: Final = 4  # labels of one kind where there is little room; the rest is counted


def filter_words(which: AccountFilter, most: int | None = None) -> str:
    """``most``: labels of each kind. None: all of them."""
    statuses = "any status" if which.statuses is None else _labels(which.statuses, most)
    types = "any type" if which.types is None else _labels(which.types, most)
    left_out = (*which.left_out_statuses, *which.left_out_types)
    left = f" Left out: {_labels(left_out, most)}." if left_out else ""
    return f"Pulled: status {statuses}; type {types}.{left}"


def _labels(options: Sequence[Option], most: int | None) -> str:
    shown = [short(option.name) for option in options[:most]]
    more = f" and {len(options) - len(shown):,} more" if len(options) > len(shown) else ""
    return f"{', '.join(shown)}{more}" if shown else "none"
