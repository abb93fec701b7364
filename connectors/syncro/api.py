"""Calls to one Syncro account: allowed reads only, signed, answers unwrapped, both kinds of 401 told apart."""

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from connectors.errors import BadRequest, InvalidData, WebPage
from connectors.http import Http, Reply, decoded
from connectors.paging import Row
from connectors.syncro.answers import ME, NoSuchRecord, refusal, told
from connectors.syncro.auth import Token
from connectors.syncro.spec import SPEC

_LOGIN_PAGE: Final = "Syncro answered with a web page where data was expected: check the subdomain of the connection."
Params = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One page of a list with its ``meta``, of which any number may be missing (SYN §2)."""

    rows: Sequence[Row]
    number: int
    total_pages: int | None = None
    total_entries: int | None = None


class Api:
    """``purpose`` names a list of SPEC.reads; a path that is not on it is never called (R247)."""

    def __init__(self, *, http: Http, root: str, token: Token) -> None:
        self._http = http
        self._root = root
        self._token = token
        self._proofs = 0
        self._proving = asyncio.Lock()

    async def get(self, purpose: str, path: str, params: Params | None = None) -> Any:
        """The answer's JSON; None where it is the literal null."""
        if not any(re.fullmatch(pattern, path) for pattern in SPEC.reads[purpose]):
            raise BadRequest(f"This bot may not read {path} for the purpose “{purpose}”.", call=f"GET {path}")
        reply = await self._reply(path, params, is_bulk=purpose == "full")
        if reply.status == 401 and path != ME:
            await self._prove_token()
        return self._data(reply, path)

    async def whole(self, purpose: str, path: str) -> Row:
        """An answer that is one object, such as the settings."""
        return _an_object(await self.get(purpose, path), path)

    async def record(self, purpose: str, path: str, name: str) -> Row:
        """One record, ``{"customer": {…}}``. A deleted one may come as null with status 200 (SYN §3)."""
        body = await self.get(purpose, path)
        inner = body.get(name, body) if isinstance(body, Mapping) else body
        if inner is None:
            raise NoSuchRecord("Syncro has no such record: it was deleted.", call=f"GET {path}", status=200)
        return _an_object(inner, path)

    async def leaf(self, purpose: str, path: str, name: str, params: Params, number: int = 1) -> Leaf:
        """One page of a list, ``{"customers": […], "meta": {…}}``."""
        body = _an_object(await self.get(purpose, path, {**params, "page": str(number)}), path)
        rows, meta = body.get(name), body.get("meta")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise InvalidData("Syncro's answer is not the list that was asked for.", call=f"GET {path}")
        meta = meta if isinstance(meta, Mapping) else {}
        if _number(meta.get("page")) not in {None, number}:
            raise InvalidData("Syncro sent another page than the one that was asked for.", call=f"GET {path}")
        pages, entries = _number(meta.get("total_pages")), _number(meta.get("total_entries"))
        return Leaf(rows=rows, number=number, total_pages=pages, total_entries=entries)

    async def _reply(self, path: str, params: Params | None = None, *, is_bulk: bool = False) -> Reply:
        return await self._http.get(
            f"{self._root}{path}", call=f"GET {path}", params=params, auth=self._token, is_bulk=is_bulk
        )

    async def _prove_token(self) -> None:
        """Syncro says 401 for a missing permission as well as for a wrong token; only ``/me`` tells which (SYN §3).

        Raises SignInFailed for the token. Who was refused before a proof ended shares its outcome.
        """
        refused_at = self._proofs
        async with self._proving:
            if self._proofs == refused_at:
                self._data(await self._reply(ME), ME)
                self._proofs += 1

    def _data(self, reply: Reply, path: str) -> Any:
        if reply.status != 200:
            raise refusal(reply, path, self._token.without_secrets(told(reply)[:200]))
        try:
            return decoded(reply, SPEC.nouns.psa)
        except InvalidData as error:
            kind, message = (WebPage, _LOGIN_PAGE) if isinstance(error, WebPage) else (InvalidData, error.message)
            raise kind(
                message,
                call=error.call,
                status=error.status,
                detail=self._token.without_secrets(error.detail),
                request_id=error.request_id,
            ) from None


def _an_object(value: Any, path: str) -> Row:
    if not isinstance(value, dict):
        raise InvalidData("Syncro's answer is not the record that was asked for.", call=f"GET {path}")
    return value


def _number(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None
