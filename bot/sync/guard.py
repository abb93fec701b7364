"""Does this snapshot lose too much to be believed? A lost permission looks like a mass deletion with status 200."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from connectors.contract import Nouns


class Cause(StrEnum):
    """Why a snapshot probably lost so much, most telling first."""

    PERMISSION = "permission"
    TABLE = "table"
    FILTER = "filter"
    CREDENTIALS = "credentials"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """A loss is too much from ``at_least`` records on, when it is more than ``share`` of what was there."""

    share: float = 0.20
    at_least: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What one kind of record came to. ``before`` None: never synced. ``lost``: known before, not returned now.

    ``left``: they were returned, and the filter leaves them out now.
    """

    accounts: bool  # True: accounts, False: agreements
    before: int | None
    after: int
    lost: int
    left: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What else changed since the snapshot that is believed now."""

    refused: tuple[str, ...] = ()  # rights that a probe found refused or limited, in the PSA's words
    unreadable: tuple[str, ...] = ()  # tables that could not be read
    filter_changed: bool = False
    credentials_changed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A snapshot that is set aside: what it lost, and what probably happened."""

    losses: tuple[Loss, ...]
    cause: Cause
    message: str


def too_much(loss: Loss, limits: Limits) -> bool:
    """Nothing at all is never believed at once: neither after something, nor as the first answer (U4)."""
    if loss.after == 0 and loss.before != 0:
        return True
    if not loss.before:
        return False
    return loss.lost >= limits.at_least and loss.lost > limits.share * loss.before


def refusal(losses: Sequence[Loss], limits: Limits, clues: Clues, nouns: Nouns) -> Refusal | None:
    """None: the snapshot can be believed."""
    bad = tuple(loss for loss in losses if too_much(loss, limits))
    if not bad:
        return None
    cause = likely_cause(clues)
    what = "; ".join(_lost(loss, nouns) for loss in bad)
    return Refusal(losses=bad, cause=cause, message=f"{what}. {_because(cause, clues, nouns)}")


def likely_cause(clues: Clues) -> Cause:
    if clues.refused:
        return Cause.PERMISSION
    if clues.unreadable:
        return Cause.TABLE
    if clues.filter_changed:
        return Cause.FILTER
    if clues.credentials_changed:
        return Cause.CREDENTIALS
    return Cause.NOT_KNOWN


def _lost(loss: Loss, nouns: Nouns) -> str:
    noun = nouns.accounts if loss.accounts else nouns.agreements
    if loss.left:
        return f"{loss.lost:,} of {loss.before:,} {noun} were changed, and would be left out by the filter now"
    if loss.before is None:
        return f"{nouns.psa} returned no {noun} at all"
    if loss.after == 0:
        return f"{nouns.psa} returned no {noun} at all, where there were {loss.before:,}"
    return f"{loss.lost:,} of {loss.before:,} {noun} did not come back from {nouns.psa}"


def _because(cause: Cause, clues: Clues, nouns: Nouns) -> str:
    match cause:
        case Cause.PERMISSION:
            rotated = " Its credentials were changed since the last sync." if clues.credentials_changed else ""
            return f"The API user probably lost a right: {_named(clues.refused)}.{rotated}"
        case Cause.TABLE:
            return f"A table could not be read: {_named(clues.unreadable)}."
        case Cause.FILTER:
            return f"The filter that says which {nouns.accounts} are pulled was changed since the last sync."
        case Cause.CREDENTIALS:
            return "The credentials were changed since the last sync: the new API user probably sees less."
        case _:
            return f"Either the API user lost a right, or they were really removed in {nouns.psa}."


def _named(names: Sequence[str]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown
