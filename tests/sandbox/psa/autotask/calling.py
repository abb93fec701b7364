"""Calls the simulated Autotask as a program would."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from sandbox.psa.autotask.server import SimulatedAutotask

API = "/zone3/ATServicesRest/V1.0"
EVERYTHING = {"op": "exist", "field": "id"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def error(self) -> str:
        (text,) = self.json["errors"]
        return str(text)

    @property
    def ids(self) -> list[int]:
        return [row["id"] for row in self.json["items"]]

    @property
    def following(self) -> str | None:
        url: str | None = self.json["pageDetails"]["nextPageUrl"]
        return url


class Caller:
    """``user``: who signs in; a test may change it."""

    def __init__(self, psa: SimulatedAutotask, session: aiohttp.ClientSession, url: str) -> None:
        self.psa = psa
        self.url = url
        self.user = "admin"
        self._session = session

    def keys(self, **changes: str | None) -> dict[str, str]:
        given = self.psa.credentials(self.user)
        headers = {
            "UserName": given["username"],
            "Secret": given["secret"],
            "ApiIntegrationCode": given["integration_code"],
            "Content-Type": "application/json",
            **changes,
        }
        return {name: value for name, value in headers.items() if value is not None}

    async def raw(
        self, url: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, body: Any = None
    ) -> Reply:
        """``body`` that is not bytes is sent as JSON."""
        content = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        address = url if url.startswith("http") else self.url + url
        async with self._session.request(method, URL(address, encoded=True), data=content, headers=headers) as response:
            return Reply(status=response.status, headers=dict(response.headers), text=await response.text())

    async def get(self, path: str) -> Reply:
        return await self.raw(API + path, headers=self.keys())

    async def post(self, path: str, body: Any) -> Reply:
        return await self.raw(API + path, method="POST", headers=self.keys(), body=body)

    async def query(self, *conditions: Any, entity: str = "Companies", **more: Any) -> Reply:
        return await self.post(f"/{entity}/query", {"filter": list(conditions), **more})

    async def names(self, *conditions: Any) -> list[str]:
        reply = await self.query(*conditions)
        assert reply.status == 200, reply.text
        return [row["companyName"] for row in reply.json["items"]]

    async def refusal(self, *conditions: Any, **more: Any) -> str:
        reply = await self.query(*conditions, **more)
        assert reply.status == 500, reply.text
        return reply.error
