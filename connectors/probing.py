"""What the probes of every PSA have in common: which rights are asked about, and how an outcome is told."""

from collections.abc import Collection, Iterable

from connectors.contract import Right
from connectors.errors import ConnectorError, PermissionDenied
from connectors.records import Access, AccessProbe


def wanted_rights(rights: Iterable[Right], only: Collection[str] | None) -> tuple[Right, ...]:
    """What a probe is about, in the Spec's order."""
    return tuple(right for right in rights if only is None or right.id in only)


def raise_if_unanswered(said: Iterable[ConnectorError | None]) -> None:
    """``said``: what became of each call of a probe, None where it was answered. A refused right is an answer, too.

    Where not one is, nobody is let in at all, and no single right can be judged.
    """
    errors = tuple(said)
    unanswered = [error for error in errors if error is not None and not isinstance(error, PermissionDenied)]
    if unanswered and len(unanswered) == len(errors):
        raise unanswered[0]


def probed(right: Right, access: Access, detail: str, *, rows: int | None = None) -> AccessProbe:
    """``rows``: how many came back; None: they were not counted."""
    return AccessProbe(
        id=right.id,
        right=right.right,
        call=f"GET {right.path}" if right.path else "",
        access=access,
        used_by=right.used_by,
        often_missed=right.often_missed,
        rows=rows,
        detail=detail,
    )
