"""Calls to one tenant's API: allowed reads only, signed, answers checked, lists read whole."""

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from typing import Any

from connectors.contract import Spec
from connectors.errors import BadRequest, InvalidData, NotFound, Unreachable
from connectors.http import Http, Reply
from connectors.kaseya_family.address import Address
from connectors.kaseya_family.answers import Answer, Answers, NoSuchRecord, failure_of, folded
from connectors.kaseya_family.auth import Signature, Token
from connectors.kaseya_family.hourly import Hourly
from connectors.paging import Page, Row, one_by_one, side_by_side

Params = Mapping[str, str]
Question = Mapping[str, Any] | None  # None: a plain GET


class Api:
    """``purpose`` names a list of Spec.reads; a call that is not on it is never made (R247)."""

    def __init__(self, *, spec: Spec, http: Http, token: Token, address: Address, hourly: Hourly) -> None:
        self._spec = spec
        self._http = http
        self._token = token
        self._address = address
        self._hourly = hourly
        self._answers = Answers(psa=spec.nouns.psa, hide=token.hide)

    @property
    def psa(self) -> str:
        return self._spec.nouns.psa

    @property
    def page_size(self) -> int:
        return self._spec.page_size

    async def get(self, purpose: str, path: str, params: Params | None = None) -> Answer:
        self._allow(purpose, path, f"GET {path}")
        return self._answers.opened(await self._signed(path, params, None), path)

    async def ask(self, purpose: str, path: str, question: Mapping[str, Any]) -> Answer:
        """POST of a search, where there is no other way to read."""
        self._allow(purpose, f"POST {path}", f"POST {path}")
        return self._answers.opened(await self._signed(path, None, question), path)

    async def row(self, purpose: str, path: str) -> Row:
        """One record; with or without the envelope (BMS §3). Raises NoSuchRecord also where nothing stands in it."""
        found = folded((await self.get(purpose, path)).result)
        if found is None:
            raise NoSuchRecord(f"{self.psa} has no such record, or hides it from the API user.", call=f"GET {path}")
        if not isinstance(found, dict):
            raise InvalidData(f"{self.psa}'s answer is not the record that was asked for.", call=f"GET {path}")
        return found

    async def rows(self, purpose: str, path: str, params: Params | None = None) -> Sequence[Row]:
        """One page: for lists that are known to be short or that know no pages."""
        return self.rows_in(await self.get(purpose, path, params), f"GET {path}")

    async def size(self, purpose: str, path: str, params: Params) -> int | None:
        """How many records fit. None: some, and the list does not say how many."""
        answer = await self.get(purpose, path, {**params, "PageSize": "1", "PageNumber": "1"})
        if answer.total is not None:
            return answer.total
        return None if self.rows_in(answer, f"GET {path}") else 0

    def bulk(self, purpose: str, path: str, params: Params) -> AsyncIterator[Sequence[Row]]:
        """Every record of a long list, with several pages on their way at once."""
        return side_by_side(Records(self, purpose, path, params), at_once=self._spec.parallel_calls)

    async def all(self, purpose: str, path: str, params: Params) -> AsyncGenerator[Sequence[Row], None]:
        """The same page by page, for a reader who may stop early."""
        async for rows in one_by_one(Records(self, purpose, path, params)):
            yield rows

    def rows_in(self, answer: Answer, call: str) -> Sequence[Row]:
        return self._answers.rows(answer, call)

    async def _signed(self, path: str, params: Params | None, question: Question) -> Reply:
        """A token that the server calls stale inside a 200 is renewed, and the call made once more (BMS §3)."""
        signature = Signature(self._token)
        reply = await self._somewhere(path, params, question, signature)
        failure = failure_of(reply) if reply.status == 200 else None
        if failure is None or not failure.is_stale or signature.is_fresh:
            return reply
        self._token.forget(signature.turn)
        return await self._somewhere(path, params, question, signature)

    async def _somewhere(self, path: str, params: Params | None, question: Question, signature: Signature) -> Reply:
        """Where the first host is not there, at the next one that the vendor's documents name."""
        base = self._address.base
        try:
            return await self._sent(f"{base}{path}", path, params, question, signature)
        except (NotFound, Unreachable):
            if not self._address.next_after(base):
                raise
        return await self._sent(f"{self._address.base}{path}", path, params, question, signature)

    async def _sent(
        self, url: str, path: str, params: Params | None, question: Question, signature: Signature
    ) -> Reply:
        call = f"GET {path}" if question is None else f"POST {path}"
        await self._hourly.turn(call)
        if question is None:
            return await self._http.get(url, call=call, params=params, auth=signature)
        return await self._http.ask(url, call=call, body=question, auth=signature)

    def _allow(self, purpose: str, wanted: str, call: str) -> None:
        if not any(re.fullmatch(pattern, wanted) for pattern in self._spec.reads[purpose]):
            raise BadRequest(f"This bot may not call {wanted} for the purpose “{purpose}”.", call=call)


class Records:
    """One list, as paging reads it. Every page says how long the whole list is, so that nothing is counted apart."""

    def __init__(self, api: Api, purpose: str, path: str, params: Params) -> None:
        self._api = api
        self._purpose = purpose
        self._path = path
        self._params = params
        self._page_size = api.page_size
        self._first: object = None
        self._total: int | None = None
        self._was_told = asyncio.Event()

    @property
    def page_size(self) -> int:
        """What the server gives at most, which may be less than was asked for."""
        return self._page_size

    async def numbered(self, number: int) -> Page:
        page = {"PageSize": str(self._api.page_size), "PageNumber": str(number)}
        answer = await self._api.get(self._purpose, self._path, {**self._params, **page})
        rows = self._api.rows_in(answer, f"GET {self._path}")
        beginning = rows[0].get("id") if rows else None
        if number == 1:
            self._first = beginning
            if rows and answer.total is not None and len(rows) < min(answer.total, self._page_size):
                self._page_size = len(rows)
        elif rows and beginning == self._first:
            return Page(rows=())  # a list that knows no pages begins anew for ever
        self._total = answer.total
        self._was_told.set()
        is_last = answer.total is not None and number * self._page_size >= answer.total
        return Page(rows=rows, has_links=is_last)  # as if links were sent, and none to a next page

    async def follow(self, url: str) -> Page:
        raise NotFound(f"{self._api.psa} sends no links from page to page.", call=f"GET {self._path}")

    async def count(self) -> int:
        """As the last page said. Raises NotFound where it did not say."""
        await self._was_told.wait()
        if self._total is None:
            raise NotFound(f"{self._api.psa} does not say how long this list is.", call=f"GET {self._path}")
        return self._total
