"""What the API user's security scope hides: the look-up knows accounts that the lists leave out (BMS §4, §5)."""

from collections.abc import Mapping, Sequence

from connectors.errors import NotFound, PermissionDenied
from connectors.http import at_once
from connectors.kaseya_family.api import Api
from connectors.kaseya_family.rights import ACCOUNTS_LOOKUP, SCOPE
from connectors.paging import Row


class Scope:
    """The look-up can be asked with and without the scope. That the difference is what is hidden, its name says."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def compared(self, purpose: str, which: Mapping[str, str]) -> tuple[Sequence[Row], Sequence[Row]] | None:
        """Inside of the scope, and those outside. None: this PSA does not offer the look-up, or not to us."""
        both = await self._both(purpose, which)
        if both is None:
            return None
        inside, everything = both
        seen = {row.get("id") for row in inside}
        return inside, [row for row in everything if row.get("id") not in seen]

    async def hides_any(self, purpose: str, visible: int) -> bool | None:
        """By the page on which the list of the ``visible`` ends: without the scope it goes on. None: not told.

        Only how long the pages are is compared, because nothing is said about their order.
        """
        page = visible // self._api.page_size + 1
        both = await self._both(purpose, {"PageNumber": str(page)})
        return None if both is None else len(both[1]) > len(both[0])

    def hides(self, row: Row) -> PermissionDenied:
        """The refusal that the PSA does not make."""
        name, identity = row.get("name") or "this account", row.get("id")
        return PermissionDenied(
            f"{self._api.psa} has “{name}” (account ID {identity}), but the security scope of the API user hides it.",
            right=SCOPE,
            call=f"GET {ACCOUNTS_LOOKUP}",
        )

    async def _both(self, purpose: str, which: Mapping[str, str]) -> tuple[Sequence[Row], Sequence[Row]] | None:
        try:
            async with at_once() as group:
                inside = group.create_task(self._rows(purpose, which, scoped=True))
                everything = group.create_task(self._rows(purpose, which, scoped=False))
        except (NotFound, PermissionDenied):
            return None
        return inside.result(), everything.result()

    async def _rows(self, purpose: str, which: Mapping[str, str], *, scoped: bool) -> Sequence[Row]:
        page = {"PageSize": str(self._api.page_size), "PageNumber": "1"}
        scope = {"Filter.WithSecurityScope": str(scoped).lower(), "Filter.WithInactiveAccounts": "true"}
        return await self._api.rows(purpose, ACCOUNTS_LOOKUP, {**page, **scope, **which})
