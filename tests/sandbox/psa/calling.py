"""Calls the simulated ConnectWise as a program would."""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from sandbox.psa.connectwise.server import SimulatedConnectWise

API = "/v2026_1/apis/3.0"
COMPANIES = "/company/companies"
AGREEMENTS = "/finance/agreements"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def ids(self) -> list[int]:
        return [row["id"] for row in self.json]

    def link(self, rel: str) -> str | None:
        """The target of one relation of the ``Link`` header."""
        for part in self.headers.get("Link", "").split(", <"):
            target, _, name = part.partition(">; ")
            if name == f'rel="{rel}"':
                return target.lstrip("<")
        return None


def sign_in_headers(company: str, public_key: str, private_key: str, client_id: str) -> dict[str, str]:
    plain = f"{company}+{public_key}:{private_key}".encode()
    return {"Authorization": f"Basic {base64.b64encode(plain).decode()}", "clientId": client_id}


class Caller:
    def __init__(self, psa: SimulatedConnectWise, session: aiohttp.ClientSession, url: str) -> None:
        self.psa = psa
        self.url = url
        self._session = session

    async def raw(
        self, path: str, *, method: str = "GET", headers: Mapping[str, str] | None = None, **query: str
    ) -> Reply:
        async with self._session.request(method, self.url + path, params=query, headers=headers) as response:
            text = await response.text()
            return Reply(status=response.status, headers=dict(response.headers), text=text)

    async def get(
        self, path: str, *, member: str = "psabot", headers: Mapping[str, str] | None = None, **query: Any
    ) -> Reply:
        signed_in = sign_in_headers(**self.psa.credentials(member))
        texts = {name: str(value) for name, value in query.items()}
        return await self.raw(API + path, headers={**signed_in, **(headers or {})}, **texts)

    async def follow(self, target: str) -> Reply:
        """A ``Link`` target, exactly as it came."""
        signed_in = sign_in_headers(**self.psa.credentials())
        async with self._session.get(target, headers=signed_in) as response:
            return Reply(status=response.status, headers=dict(response.headers), text=await response.text())

    async def names(self, conditions: str, path: str = COMPANIES) -> Sequence[str]:
        reply = await self.get(path, conditions=conditions, pageSize=1000)
        assert reply.status == 200, reply.text
        return [row["name"] for row in reply.json]

    async def refusal(self, path: str = COMPANIES, **query: Any) -> str:
        """The message of a 400."""
        reply = await self.get(path, **query)
        assert reply.status == 400, reply.text
        assert reply.json["code"] == "InvalidObject"
        return str(reply.json["message"])
