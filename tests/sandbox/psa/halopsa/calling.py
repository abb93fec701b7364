"""Calls the simulated HaloPSA as a program would."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from sandbox.psa.halopsa.server import SimulatedHaloPsa

TOKEN = "/auth/token"
EVERYBODY = {"includeactive": "true", "includeinactive": "true"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


def paged(number: int = 1, size: int = 100, **more: str) -> dict[str, str]:
    return {"pageinate": "true", "page_no": str(number), "page_size": str(size), **more}


class Caller:
    def __init__(self, psa: SimulatedHaloPsa, session: aiohttp.ClientSession, url: str) -> None:
        self.psa = psa
        self.url = url
        self._session = session
        self._tokens: dict[str, str] = {}

    async def raw(self, path: str, *, method: str = "GET", token: str = "", **query: str) -> Reply:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self._session.request(method, self.url + path, params=query, headers=headers) as response:
            return Reply(status=response.status, headers=dict(response.headers), text=await response.text())

    async def post(self, form: Mapping[str, str], path: str = TOKEN, **query: str) -> Reply:
        async with self._session.post(self.url + path, params=query, data=form) as response:
            return Reply(status=response.status, headers=dict(response.headers), text=await response.text())

    async def sign_in(self, application: str = "unlimited", scope: str = "", **form: str) -> Reply:
        scopes = scope or " ".join(sorted(self.psa.applications[application].scopes))
        keys = self.psa.credentials(application)
        fields = {"grant_type": "client_credentials", **keys, "scope": scopes, **form}
        return await self.post(fields, tenant="examplemsp")

    async def token(self, application: str) -> str:
        if application not in self._tokens:
            reply = await self.sign_in(application)
            assert reply.status == 200, reply.text
            self._tokens[application] = reply.json["access_token"]
        return self._tokens[application]

    async def get(self, path: str, *, application: str = "unlimited", **query: str) -> Reply:
        return await self.raw(f"/api{path}", token=await self.token(application), **query)

    async def ids(self, path: str = "/Client", *, key: str = "clients", **query: str) -> list[int]:
        reply = await self.get(path, **query)
        assert reply.status == 200, reply.text
        return [row["id"] for row in reply.json[key]]
