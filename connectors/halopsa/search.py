"""What is asked of HaloPSA when customers are looked for, and what of its answer counts (HALO §2)."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from connectors.errors import BadRequest
from connectors.halopsa.normalize import ACTIVE, INACTIVE
from connectors.records import Account, AccountFilter

# The search is a database pattern, and nobody documents how to write these as themselves.
_PATTERN: Final = re.compile(r"[%_\[\]^\x00-\x1f]+")
_LONGEST: Final = 100  # a piece is enough: the answer is compared with the whole name
_GROUPS_AT_ONCE: Final = 10

Query = Mapping[str, str]


def everyone() -> Query:
    """Both marks are always sent: what comes without them is not documented."""
    return activity(active=True, inactive=True)


def activity(*, active: bool, inactive: bool) -> Query:
    return {"includeactive": str(active).lower(), "includeinactive": str(inactive).lower()}


def named_like(name: str) -> Query:
    """Asks for the longest piece of the name that is no pattern. Raises BadRequest where there is none."""
    pieces = [piece.strip()[:_LONGEST].strip() for piece in _PATTERN.split(name)]
    piece = max(pieces, key=len)
    if not piece:
        raise BadRequest(
            f"HaloPSA cannot look for “{name.strip()}”, because it takes these signs for wildcards: give another part "
            "of the name, or the customer ID.",
            call="GET /Client",
        )
    return {**everyone(), "search": piece}


def holds(name: str, account: Account) -> bool:
    """Halo also looks into other columns, and takes some signs for wildcards."""
    wanted = _comparable(name)
    return any(wanted in _comparable(text) for text in (account.name, account.identifier or ""))


def is_exactly(name: str, account: Account) -> bool:
    wanted = _comparable(name)
    return wanted in {_comparable(account.name), _comparable(account.identifier or "")}


def eligible(which: AccountFilter) -> Iterator[Query]:
    """Customers that a sync pulls, as far as Halo can choose them; ``pulls`` does the rest (R91)."""
    chosen = _activity(which)
    if chosen is None:
        return
    if which.types is None or not which.left_out_types or not is_countable(which):
        yield chosen
        return
    for group in which.types:
        yield {**chosen, "toplevel_id": group.id}


def is_countable(which: AccountFilter) -> bool:
    """Halo takes one group at a time. Of many, all are read and chosen here, which no count can say."""
    return which.types is None or not which.left_out_types or len(which.types) <= _GROUPS_AT_ONCE


def pulls(which: AccountFilter, account: Account) -> bool:
    """What the PSA did not say leaves nobody out."""
    by_status = which.statuses is None or account.status is None or account.status.id in {s.id for s in which.statuses}
    by_group = which.types is None or not account.types or account.types[0].id in {group.id for group in which.types}
    return by_status and by_group


def _activity(which: AccountFilter) -> Query | None:
    """None: neither is wanted."""
    wanted = {ACTIVE.id, INACTIVE.id} if which.statuses is None else {row.id for row in which.statuses}
    if not wanted & {ACTIVE.id, INACTIVE.id}:
        return None
    return activity(active=ACTIVE.id in wanted, inactive=INACTIVE.id in wanted)


def _comparable(text: str) -> str:
    return text.casefold().replace("\x00", "\ufffd").strip()
