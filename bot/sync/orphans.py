"""Agreements whose account did not come back: the newest of the accounts are asked for, one by one (R77).

A few reads within the PSA's budget; what was not asked for is counted, and never guessed at.
"""

import asyncio
import heapq
import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from bot.store.queries import stages
from bot.store.queries.stages import Stage, Staged
from bot.store.statements import chunks
from bot.sync.filtering import why_left_out
from bot.sync.judging import Bench
from bot.sync.result import Json
from bot.sync.work import Work
from connectors.errors import ConnectorError, NotFound, PermissionDenied
from connectors.records import Account, AccountFilter, Agreement

log = logging.getLogger(__name__)

ASKED: Final = 50  # accounts, whose agreements changed last
SHOWN: Final = 20  # agreements in the run's counts; the rest is a number
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


class Because(StrEnum):
    """Why an agreement's account is not in the copy."""

    TYPE = "type"  # the filter leaves it out by its types
    STATUS = "status"  # the filter leaves it out by its status
    RECYCLED = "recycled"
    NOT_READABLE = "not_readable"
    NOT_THERE = "not_there"
    NOT_LISTED = "not_listed"  # it is there and would be pulled, but the list did not bring it: it came too late
    NO_ACCOUNT = "no_account"  # the agreement names none, or none that could be told
    NOT_ASKED = "not_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """``detail``: the types or the status, in the PSA's own words; the account's name, where it is known now."""

    because: Because
    detail: str = ""
    name: str = ""


async def explain(work: Work, stage: Stage, bench: Bench, staged: Staged) -> Json:
    """For a run's counts; empty where there is none."""
    if not staged.orphans:
        return {}
    newest = await _newest(work, stage)
    account_ids = list(dict.fromkeys(one.account_id for one in newest if one.account_id))[:ASKED]
    found = await _asked(work, account_ids, bench.filter)
    told = Counter(explained.because.value for explained in found.values())
    told[Because.NOT_ASKED.value] = max(0, staged.orphaned - len(found))
    return {
        "without_account": {
            "accounts": staged.orphaned,
            "because": {because: number for because, number in told.items() if number},
            "first": [_shown(one, found) for one in newest[:SHOWN]],
        }
    }


async def _newest(work: Work, stage: Stage) -> Sequence[Agreement]:
    """Those that changed last, with some to spare, because several may be of one account."""
    kept: list[tuple[datetime, int, Agreement]] = []
    number = 0
    async for one in stages.orphans(work.db, stage):
        number -= 1  # of the same moment, the first one counts as the newer
        item = (one.changed_at or LONG_AGO, number, one)
        if len(kept) < 4 * ASKED:
            heapq.heappush(kept, item)
        else:
            heapq.heappushpop(kept, item)
    return [one for _, _, one in sorted(kept, key=lambda item: item[:2], reverse=True)]


async def _asked(work: Work, account_ids: Sequence[str], which: AccountFilter) -> dict[str, Explained]:
    """As many at a time as the PSA takes. A PSA that does not answer is not asked on: the sync itself went well."""
    found: dict[str, Explained] = {}
    for some in chunks(account_ids, work.connector.spec.parallel_calls):
        answers = await asyncio.gather(*(_why(work, account_id, which) for account_id in some))
        found |= {key: why for key, why in zip(some, answers, strict=True) if why is not None}
        if None in answers:
            break
    return found


async def _why(work: Work, account_id: str, which: AccountFilter) -> Explained | None:
    """None: the PSA did not answer."""
    try:
        account = await work.connector.account(account_id)
    except PermissionDenied:
        return Explained(because=Because.NOT_READABLE)
    except NotFound:
        return Explained(because=Because.NOT_THERE)
    except ConnectorError as error:
        extra = {"action": "orphan_not_explained", "call": error.call}
        log.info("Why an agreement has no account could not be asked.", extra=extra)
        return None
    return Explained(because=Because.NOT_THERE) if account is None else _of(account, which)


def _of(account: Account, which: AccountFilter) -> Explained:
    match why_left_out(account, which):
        case "recycled":
            return Explained(because=Because.RECYCLED, name=account.name)
        case "inactive":
            detail = account.status.name if account.status else ""
            return Explained(because=Because.STATUS, detail=detail, name=account.name)
        case "prospect":
            detail = ", ".join(kind.name for kind in account.types or ())
            return Explained(because=Because.TYPE, detail=detail, name=account.name)
        case _:
            return Explained(because=Because.NOT_LISTED, name=account.name)


def _shown(agreement: Agreement, found: dict[str, Explained]) -> Json:
    account_id = agreement.account_id
    untold = Explained(because=Because.NOT_ASKED if account_id else Because.NO_ACCOUNT)
    explained = found.get(account_id or "", untold)
    return {
        "id": agreement.id,
        "name": agreement.name,
        "account_id": account_id,
        "account_name": explained.name or agreement.account_name,
        "because": explained.because.value,
        "detail": explained.detail,
    }
