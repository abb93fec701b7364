"""Calls to one tenant's API: allowed reads only, signed, paged, answers checked (HALO §2)."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Final

from connectors.errors import BadRequest, InvalidData, NotFound, SignInFailed
from connectors.halopsa.address import Address
from connectors.halopsa.answers import SIGN_IN, NoSuchRecord, refusal
from connectors.halopsa.auth import Signature, SignIn
from connectors.halopsa.spec import SPEC
from connectors.http import Http, Reply, decoded
from connectors.paging import Page, Row, side_by_side

# Where a list stands in its envelope; any other is the only list there is (HALO §2).
_KEYS: Final[Mapping[str, str]] = {
    "/Client": "clients",
    "/RecurringInvoice": "invoices",
    "/ClientContract": "contracts",
    "/Item": "items",
    "/Site": "sites",
    "/Users": "users",
}


class Api:
    """``purpose`` names a list of SPEC.reads; a path that is not on it is never called (R247)."""

    def __init__(self, *, http: Http, address: Address, sign_in: SignIn) -> None:
        self._http = http
        self._address = address
        self._sign_in = sign_in

    async def get(self, purpose: str, path: str, params: Mapping[str, str] | None = None) -> Any:
        self._allow(purpose, path)
        await self._address.settle()
        is_bulk = purpose == "full"
        reply = await self._signed(path, params, is_bulk=is_bulk) or await self._signed(path, params, is_bulk=is_bulk)
        if reply is None:
            raise SignInFailed(SIGN_IN, call=f"GET {path}", status=401)
        if reply.status != 200:
            raise self._refused(reply, path)
        return decoded(reply, "HaloPSA")

    async def row(self, purpose: str, path: str, params: Mapping[str, str] | None = None) -> Row:
        value = await self.get(purpose, path, params)
        if not isinstance(value, dict | None):
            raise InvalidData("HaloPSA's answer is not the record that was asked for.", call=f"GET {path}")
        return value or {}

    async def record(self, purpose: str, path: str, params: Mapping[str, str]) -> Row | None:
        """By its id. A record that is not there is refused, or comes as nothing; which of them nobody documents."""
        try:
            return await self.row(purpose, path, params) or None
        except NoSuchRecord:
            return None

    async def some(
        self, purpose: str, path: str, params: Mapping[str, str] | None = None
    ) -> tuple[Sequence[Row], int | None]:
        """One answer's rows, and how many there are of them all; None: it does not say."""
        return _rows(await self.get(purpose, path, params), path)

    async def count(self, purpose: str, path: str, params: Mapping[str, str] | None = None) -> int | None:
        """Only the number, so one row is asked for."""
        _, total = await self.some(purpose, path, {**(params or {}), **page(1, 1)})
        return total

    async def every(
        self, purpose: str, path: str, params: Mapping[str, str] | None = None
    ) -> AsyncIterator[Sequence[Row]]:
        """Every record once, several pages on their way at a time. Fewer than Halo counts are no answer."""
        records, found = Records(api=self, purpose=purpose, path=path, params=params or {}), 0
        async for rows in side_by_side(records, at_once=SPEC.parallel_calls):
            found += len(rows)
            yield rows
        if records.total is not None and found < records.total:
            raise InvalidData(
                f"HaloPSA counts {records.total:,} records but returned only {found:,}.", call=f"GET {path}"
            )

    async def _signed(self, path: str, params: Mapping[str, str] | None, *, is_bulk: bool) -> Reply | None:
        """None: the token was not taken, as when somebody revoked it. A new one may be."""
        signature = Signature(self._sign_in)
        url = f"{self._address.api}{path}"
        reply = await self._http.get(url, call=f"GET {path}", params=params, auth=signature, is_bulk=is_bulk)
        if reply.status != 401:
            return reply
        self._sign_in.refuse(signature.used)
        return None

    def _refused(self, reply: Reply, path: str) -> Exception:
        if reply.status == 403:
            self._sign_in.doubt()
        return refusal(reply, path, self._sign_in.without_secrets(reply.beginning))

    def _allow(self, purpose: str, path: str) -> None:
        if not any(re.fullmatch(pattern, path) for pattern in SPEC.reads[purpose]):
            raise BadRequest(f"This bot may not read {path} for the purpose “{purpose}”.", call=f"GET {path}")


def page(number: int, size: int = SPEC.page_size) -> dict[str, str]:
    """``pageinate`` is how Halo spells it. Without an order rows move between pages (HALO §2)."""
    return {"pageinate": "true", "page_no": str(number), "page_size": str(size), "order": "id"}


class Records:
    """One list, as paging reads it. Each page says how many rows there are, so nothing is asked for counting."""

    def __init__(self, *, api: Api, purpose: str, path: str, params: Mapping[str, str]) -> None:
        self._api = api
        self._purpose = purpose
        self._path = path
        self._params = params
        self._begun = asyncio.Event()
        self._size = SPEC.page_size
        self._met: set[object] = set()
        self.total: int | None = None

    @property
    def page_size(self) -> int:
        """As large as the server's own first page: it may return less than was asked for."""
        return self._size

    async def numbered(self, number: int) -> Page:
        rows, self.total = await self._api.some(self._purpose, self._path, {**self._params, **page(number)})
        if number == 1:
            self._met.clear()
            if self.total is not None and 0 < len(rows) < self.total:
                self._size = len(rows)
            self._begun.set()
        if self.total is None:
            return Page(rows=self._new(rows))
        return Page(rows=rows, has_links=number * self._size >= self.total)

    async def follow(self, url: str) -> Page:
        raise NotFound("HaloPSA has no links to next pages.", call=f"GET {self._path}")

    async def count(self) -> int:
        """What the last page said; NotFound where Halo sends a bare list."""
        await self._begun.wait()
        if self.total is None:
            raise NotFound("HaloPSA does not count this list.", call=f"GET {self._path}")
        return self.total

    def _new(self, rows: Sequence[Row]) -> Sequence[Row]:
        """A bare list may ignore the page: one that brings nothing new is the end."""
        fresh = [row for row in rows if row.get("id") not in self._met]
        self._met.update(row.get("id") for row in fresh)
        return rows if fresh else ()


def _rows(value: Any, path: str) -> tuple[Sequence[Row], int | None]:
    found, total = value, None
    if isinstance(value, dict):
        lists = [one for one in value.values() if isinstance(one, list)]
        found = value.get(_KEYS.get(path, ""), lists[0] if len(lists) == 1 else None)
        total = value.get("record_count")
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise InvalidData("HaloPSA's answer is not the list that was asked for.", call=f"GET {path}")
    return found, total if isinstance(total, int) and not isinstance(total, bool) and total >= 0 else None
