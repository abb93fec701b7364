"""Calls the simulated Syncro as a program would."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp

from sandbox.psa.syncro.server import BASE, SimulatedSyncro


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class Caller:
    def __init__(self, psa: SimulatedSyncro, session: aiohttp.ClientSession, url: str) -> None:
        self.psa = psa
        self.url = url
        self._session = session

    async def raw(
        self,
        path: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        query: Sequence[tuple[str, str]] = (),
    ) -> Reply:
        async with self._session.request(method, self.url + path, params=list(query), headers=headers) as response:
            return Reply(status=response.status, headers=dict(response.headers), text=await response.text())

    async def get(self, path: str, *, member: str = "psabot", **query: Any) -> Reply:
        """``ids`` is sent as ``id[]``."""
        pairs = [("id[]", str(one)) for one in query.pop("ids", ())] + [
            (key, str(value)) for key, value in query.items()
        ]
        return await self.raw(BASE + path, headers=self.signed(member), query=pairs)

    def signed(self, member: str = "psabot") -> dict[str, str]:
        return {"Authorization": f"Bearer {self.psa.credentials(member)['api_token']}"}

    async def customers(self, **query: Any) -> list[dict[str, Any]]:
        """Of every page, in the order of their ids unless ``sort`` says otherwise."""
        asked = {"sort": "id ASC", **query}
        first = (await self.get("/customers", **asked)).json
        rest = [
            await self.get("/customers", **asked, page=number) for number in range(2, first["meta"]["total_pages"] + 1)
        ]
        return [*first["customers"], *(row for reply in rest for row in reply.json["customers"])]
