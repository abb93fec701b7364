"""Calls to one tenant's API: named reads only, signed, sent to its zone, answers checked."""

import logging
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from connectors.autotask.address import Address, Zone
from connectors.autotask.answers import refusal
from connectors.autotask.auth import Keys
from connectors.autotask.filters import Condition, after
from connectors.autotask.spec import SPEC
from connectors.errors import BadRequest, InvalidData, SignInFailed
from connectors.http import Http, Reply, Timing, decoded
from connectors.paging import Row

REFUSALS: Final = 2  # wrong secrets lock the user, so after two refusals in a row nobody tries for a while (AT §1.1)
LOCKED_FOR: Final = 300.0
_BEFORE_ALL: Final = -1  # account 0 is the MSP itself

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """``following``: the next page's address, when there is one."""

    rows: Sequence[Row]
    following: str = ""

    @property
    def is_in_order(self) -> bool:
        ids = [row["id"] for row in self.rows if isinstance(row.get("id"), int)]
        return len(ids) == len(self.rows) and ids == sorted(ids)


class Api:
    """``purpose`` names a list of SPEC.reads; what is not on it is never called (R247)."""

    def __init__(self, *, http: Http, address: Address, keys: Keys, timing: Timing) -> None:
        self._http = http
        self._address = address
        self._keys = keys
        self._timing = timing
        self._refusals = 0
        self._refused_at = 0.0

    async def get(self, purpose: str, path: str) -> Mapping[str, Any]:
        return self._object(await self._call(purpose, path, None), path)

    async def some(self, purpose: str, entity: str, condition: Condition, fields: Sequence[str], limit: int) -> Page:
        """The first page only."""
        return await self._page(purpose, f"/{entity}/query", _question(condition, fields, limit))

    async def count(self, purpose: str, entity: str, condition: Condition) -> int:
        path = f"/{entity}/query/count"
        row = self._object(await self._call(purpose, path, {"filter": [condition]}), path)
        number = row.get("queryCount")
        if isinstance(number, bool) or not isinstance(number, int) or number < 0:
            raise InvalidData("Autotask's count is not a number.", call=f"POST {path}")
        return number

    async def every(
        self, purpose: str, entity: str, condition: Condition, fields: Sequence[str]
    ) -> AsyncIterator[Sequence[Row]]:
        """Every record once, by rising id: a row that vanishes or appears meanwhile moves no other (AT §2.3).

        That rows come in the order of their ids is not promised for every entity. Where they do not, the server's own
        next pages are followed.
        """
        last, path = _BEFORE_ALL, f"/{entity}/query"
        while True:
            question = _question(after(condition, last), fields, SPEC.page_size)
            page = await self._page(purpose, path, question)
            if not page.is_in_order:
                _log.info("Rows do not come by id.", extra={"action": "autotask.unordered", "entity": entity})
                async for rows in self._followed(purpose, path, question, page):
                    yield rows
                return
            if page.rows:
                yield page.rows
                last = page.rows[-1]["id"]
            if not page.rows or not page.following:
                return

    async def zone(self) -> Zone:
        return await self._address.zone()

    async def version(self) -> str | None:
        return await self._address.version()

    async def _followed(
        self, purpose: str, path: str, question: Mapping[str, Any], page: Page
    ) -> AsyncIterator[Sequence[Row]]:
        """A page that began with POST goes on with POST and the same body (AT §2.3)."""
        followed = set[str]()
        while True:
            if page.rows:
                yield page.rows
            if not page.following:
                return
            if page.following in followed:
                raise InvalidData("Autotask's list of pages runs in a circle.", call=f"POST {path}")
            followed.add(page.following)
            page = await self._page(purpose, f"{path}/next", question, page.following)

    async def _page(self, purpose: str, path: str, question: Mapping[str, Any], url: str = "") -> Page:
        answer = self._object(await self._call(purpose, path, question, url), path)
        rows, details = answer.get("items"), answer.get("pageDetails")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise InvalidData("Autotask's answer is not the list that was asked for.", call=f"POST {path}")
        if not isinstance(details, Mapping):
            raise InvalidData("Autotask did not say whether more rows follow.", call=f"POST {path}")
        following = details.get("nextPageUrl")
        return Page(rows=rows, following=await self._own(following, path) if isinstance(following, str) else "")

    async def _own(self, url: str, path: str) -> str:
        """The next page, only on the zone's own host: a foreign one would get our keys."""
        if not url:
            return ""
        here = urlsplit((await self._address.zone()).base)
        try:
            there = urlsplit(url)
            same = (there.scheme, there.hostname, there.port) == (here.scheme, here.hostname, here.port)
        except ValueError:
            same = False
        if not same:
            raise InvalidData(
                "Autotask's next page lies on another host, so it was not asked for.", call=f"POST {path}"
            )
        return url

    async def _call(self, purpose: str, path: str, question: Mapping[str, Any] | None, url: str = "") -> Any:
        """After a 401 the zone is looked up once more, and the call made again where it moved (AT §1.2)."""
        self._allow(purpose, path, "GET" if question is None else "POST")
        self._check_lock(purpose)
        zone = await self._address.zone()
        reply = await self._send(zone, path, question, url)
        if reply.status == 401 and (moved := await self._address.renewed(zone)):
            reply = await self._send(moved, path, question, "")
        if reply.status == 401:
            self._refusals += 1
            self._refused_at = self._timing.clock()
        if reply.status != 200:
            raise refusal(reply, path, self._keys.without_secrets(reply.beginning))
        self._refusals = 0
        return decoded(reply, "Autotask")

    async def _send(self, zone: Zone, path: str, question: Mapping[str, Any] | None, url: str) -> Reply:
        if question is None:
            return await self._http.get(f"{zone.base}{path}", call=f"GET {path}", auth=self._keys)
        return await self._http.ask(url or f"{zone.base}{path}", call=f"POST {path}", body=question, auth=self._keys)

    def _allow(self, purpose: str, path: str, method: str) -> None:
        """A POST has to be named as such."""
        named = path if method == "GET" else f"{method} {path}"
        if not any(re.fullmatch(pattern, named) for pattern in SPEC.reads[purpose]):
            raise BadRequest(f"This bot may not read {path} for the purpose “{purpose}”.", call=f"{method} {path}")

    def _check_lock(self, purpose: str) -> None:
        """A connection test is a person's own try, and always made."""
        if purpose == "check" or self._refusals < REFUSALS:
            return
        if self._timing.clock() - self._refused_at < LOCKED_FOR:
            raise SignInFailed(
                "Autotask refused the sign-in twice, so it is not tried again for some minutes: more wrong tries lock "
                "the API user. Check the username and the secret, then test the connection.",
                call="GET /ThresholdInformation",
            )
        self._refusals = 0

    @staticmethod
    def _object(value: Any, path: str) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise InvalidData("Autotask's answer is not what was asked for.", call=path)
        return value


def _question(condition: Condition, fields: Sequence[str], limit: int) -> Mapping[str, Any]:
    return {"MaxRecords": limit, "IncludeFields": list(fields), "filter": [condition]}
