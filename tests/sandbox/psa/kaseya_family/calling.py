"""Calls the simulated server as a program would."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from sandbox.psa.kaseya_family.server import SimulatedKaseya

SIGN_IN = "/v2/security/authenticate"
REFRESH = "/v2/security/refreshtoken"
USER = "/v2/security/userinfo"
TYPES = "/v2/system/accounttypes/lookup"
ACCOUNTS = "/v2/crm/accounts/summary"
LOOKUP = "/v2/crm/accounts/lookup"
CONTRACTS = "/v2/finance/contracts/summary"
CONTRACTS_LOOKUP = "/v2/finance/contracts/lookup"
SERVICES = "/v2/admin/finance/services/lookup"
SEARCH = "/v2/admin/finance/services/31/relatedservices/search"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.text)

    @property
    def rows(self) -> list[dict[str, Any]]:
        assert self.json["success"] is True, self.text
        return list(self.json["result"])

    @property
    def error(self) -> str:
        body = self.json
        assert body["success"] is False, self.text
        return str(body["error"]["message"])


class Caller:
    def __init__(self, psa: SimulatedKaseya, session: aiohttp.ClientSession, url: str) -> None:
        self.psa = psa
        self.url = url
        self.token = ""
        self._session = session

    async def raw(self, path: str, *, method: str = "GET", **sent: Any) -> Reply:
        async with self._session.request(method, self.url + path, **sent) as response:
            return Reply(status=response.status, text=await response.text(), headers=dict(response.headers))

    async def sign_in(self, user: str = "psabot", **changes: str) -> Reply:
        keys = self.psa.credentials(user)
        form = {
            "grantType": "password",
            "userName": keys["username"],
            "password": keys["password"],
            "tenant": self.psa.connection(self.url)["settings"]["tenant"],
            **changes,
        }
        reply = await self.raw(SIGN_IN, method="POST", data={name: text for name, text in form.items() if text})
        if reply.status == 200 and reply.json["success"]:
            self.token = reply.json["result"]["accessToken"]
        return reply

    async def get(self, path: str, **query: Any) -> Reply:
        if not self.token:
            await self.sign_in()
        names = {name.replace("_", "."): str(value) for name, value in query.items()}
        return await self.raw(path, params=names, headers={"Authorization": f"Bearer {self.token}"})

    async def post(self, path: str, body: Any) -> Reply:
        if not self.token:
            await self.sign_in()
        return await self.raw(path, method="POST", json=body, headers={"Authorization": f"Bearer {self.token}"})
