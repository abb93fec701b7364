"""Calls to one tenant's API: allowed reads only, signed, sent to where the API is now, answers checked."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.connectwise.address import Address
from connectors.connectwise.answers import is_lost, refusal
from connectors.connectwise.auth import Keys
from connectors.connectwise.conditions import Query
from connectors.connectwise.spec import SPEC
from connectors.errors import BadRequest, InvalidData
from connectors.http import Http, Reply, decoded, next_link
from connectors.paging import Page, Row, is_last, one_by_one, side_by_side


class Api:
    """``purpose`` names a list of SPEC.reads; a path that is not on it is never called (R247)."""

    def __init__(self, *, http: Http, address: Address, keys: Keys) -> None:
        self._http = http
        self._address = address
        self._keys = keys

    async def get(self, purpose: str, path: str, params: Mapping[str, str] | None = None) -> Any:
        return self._data(await self.reply(purpose, path, params), path)

    async def row(self, purpose: str, path: str, params: Mapping[str, str] | None = None) -> Row:
        return _an_object(await self.get(purpose, path, params), path)

    async def rows(self, purpose: str, path: str, params: Mapping[str, str] | None = None) -> Sequence[Row]:
        """One page: for lists that are known to be short."""
        return _a_list(await self.get(purpose, path, params), path)

    async def count(self, purpose: str, path: str, query: Query) -> int:
        """Of the records at ``path`` that fit."""
        row = await self.row(purpose, f"{path}/count", query.params())
        number = row.get("count")
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise InvalidData("ConnectWise's count is not a number.", call=f"GET {path}/count")
        return number

    def all(self, purpose: str, path: str, query: Query, fields: str) -> AsyncIterator[Sequence[Row]]:
        """Every record, page by page, in order of id."""
        return one_by_one(self._listing(purpose, path, query, fields))

    def bulk(self, purpose: str, path: str, query: Query, fields: str) -> AsyncIterator[Sequence[Row]]:
        """The same for long lists, with several pages on their way at once."""
        return side_by_side(self._listing(purpose, path, query, fields), at_once=SPEC.parallel_calls)

    async def every(self, purpose: str, path: str, fields: str) -> AsyncIterator[Sequence[Row]]:
        """For lists that are nearly always one page, which costs one call: by rising id, so that a row that vanishes
        meanwhile moves no other past a page border.
        """
        listing = self._listing(purpose, path, Query(), fields)
        while True:
            page = await listing.numbered(1)
            if page.rows:
                yield page.rows
            ids = [row["id"] for row in page.rows if isinstance(row.get("id"), int)]
            if not ids or is_last(page, listing):
                return
            listing = self._listing(purpose, path, Query(conditions=f"id > {max(ids)}"), fields)

    async def reply(self, purpose: str, path: str, params: Mapping[str, str] | None = None) -> Reply:
        """After an answer from nowhere the address is looked up once more, and the call made again (CW §1.3)."""
        self._allow(purpose, path)
        base = await self._address.base()
        call = f"GET {path}"
        reply = await self._http.get(f"{base}{path}", call=call, params=params, auth=self._keys)
        if is_lost(reply) and (moved := await self._address.renewed(base)):
            return await self._http.get(f"{moved}{path}", call=call, params=params, auth=self._keys)
        return reply

    async def follow(self, purpose: str, path: str, url: str) -> Reply:
        """A next link, as it is: it carries its own query (CW §3.2)."""
        self._allow(purpose, path)
        return await self._http.get(url, call=f"GET {path}", auth=self._keys)

    async def base(self) -> str:
        return await self._address.base()

    def page(self, reply: Reply, path: str) -> Page:
        """A foreign next link is not followed, and then pages are counted."""
        rows, following = _a_list(self._data(reply, path), path), next_link(reply)
        foreign = "next" in reply.links and bool(reply.links["next"]) and following is None
        return Page(rows=rows, next_url=following, has_links=reply.has_links and not foreign)

    def _listing(self, purpose: str, path: str, query: Query, fields: str) -> "Records":
        # Without an order rows move between pages (CW §2).
        params = {**query.params(), "fields": fields, "orderBy": "id asc", "pageSize": str(SPEC.page_size)}
        return Records(api=self, purpose=purpose, path=path, query=query, params=params)

    def _allow(self, purpose: str, path: str) -> None:
        if not any(re.fullmatch(pattern, path) for pattern in SPEC.reads[purpose]):
            raise BadRequest(f"This bot may not read {path} for the purpose “{purpose}”.", call=f"GET {path}")

    def _data(self, reply: Reply, path: str) -> Any:
        if reply.status != 200:
            raise refusal(reply, path, self._keys.without_secrets(reply.beginning))
        return decoded(reply, "ConnectWise")


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """One list of the API, as paging reads it."""

    api: Api
    purpose: str
    path: str
    query: Query
    params: Mapping[str, str]

    @property
    def page_size(self) -> int:
        return SPEC.page_size

    async def numbered(self, number: int) -> Page:
        reply = await self.api.reply(self.purpose, self.path, {**self.params, "page": str(number)})
        return self.api.page(reply, self.path)

    async def follow(self, url: str) -> Page:
        return self.api.page(await self.api.follow(self.purpose, self.path, url), self.path)

    async def count(self) -> int:
        return await self.api.count(self.purpose, self.path, self.query)


def _an_object(value: Any, path: str) -> Row:
    if not isinstance(value, dict):
        raise InvalidData("ConnectWise's answer is not the record that was asked for.", call=f"GET {path}")
    return value


def _a_list(value: Any, path: str) -> Sequence[Row]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise InvalidData("ConnectWise's answer is not the list that was asked for.", call=f"GET {path}")
    return value
