"""Why the filter leaves an account out: for records that came without it being pushed to the PSA."""

from collections.abc import Iterable

from connectors.records import Account, AccountFilter, Option, Ref


def why_left_out(account: Account, which: AccountFilter) -> str | None:
    """The class of R89 that the filter leaves it out as. What the PSA did not say leaves nothing out."""
    if account.deleted:
        return "recycled"
    if account.status is not None and not _is_among((account.status,), which.statuses):
        return "inactive"
    if account.types is not None and not _is_among(account.types, which.types):
        return "prospect"
    return None


def _is_among(told: Iterable[Ref], pulled: Iterable[Option] | None) -> bool:
    """A half of the filter whose table could not be read filters nothing."""
    return pulled is None or not {ref.id for ref in told}.isdisjoint(row.id for row in pulled)
