"""A full sync of any PSA, and then a bare download of the same pages, one after the other."""

import asyncio
import json
import re
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from math import ceil
from pathlib import Path
from typing import Any, Final

import httpx

from bench.workers.bot_at_work import connected, settings_in, synced
from bot.store.run import RunKind

# Lists of records without which there is no sync, whichever way they are read.
LISTS: Final = re.compile(
    r"/(company/companies|finance/agreements|Client|RecurringInvoice|customers|schedules"
    r"|(Companies|Contracts|ContractServices|ContractServiceUnits|ContractServiceBundles|ContractServiceBundleUnits)/query"
    r"|crm/accounts/summary|finance/contracts/summary)"
)


class Remembering(httpx.AsyncBaseTransport):
    """Passes calls on, and keeps what was asked."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self._inner = inner
        self.asked: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(httpx.Request(request.method, request.url, headers=request.headers, content=request.content))
        return await self._inner.handle_async_request(request)


def rows_in(body: Any) -> Sequence[dict[str, Any]]:
    """The longest list of records in an answer."""
    found = [rows_in(inner) for inner in body.values()] if isinstance(body, dict) else []
    own = [one for one in body if isinstance(one, dict) and "id" in one] if isinstance(body, list) else []
    return max([own, *found], key=len)


def pages_of(asked: Sequence[httpx.Request]) -> Iterator[tuple[str, httpx.Request, Sequence[dict[str, Any]]]]:
    """Each call that brought records of a list for the first time. The list, the call, its rows."""
    met: defaultdict[str, set[object]] = defaultdict(set)
    with httpx.Client(timeout=60, trust_env=False) as http:
        for request in asked:
            if (named := LISTS.search(request.url.path)) and request.url.path.endswith(named[0]):
                rows = rows_in(http.send(request).raise_for_status().json())
                ids = {row["id"] for row in rows}
                if len(ids - met[named[0]]) > 1:  # a count may bring one row
                    met[named[0]] |= ids
                    yield named[0], request, rows


def downloaded(pages: Sequence[httpx.Request]) -> float:
    with httpx.Client(timeout=60, trust_env=False) as http:
        http.send(pages[0])  # the connection is open
        begun = time.perf_counter()
        for request in pages:
            http.send(request)
        return time.perf_counter() - begun


def unavoidable(pages: Sequence[tuple[str, httpx.Request, Sequence[dict[str, Any]]]]) -> int:
    """So many calls it takes at the page size that the vendor gives, list by list."""
    rows, size = defaultdict[str, int](int), defaultdict[str, int](int)
    for name, _, found in pages:
        rows[name] += len(found)
        size[name] = max(size[name], len(found))
    return sum(ceil(rows[name] / size[name]) for name in rows)


async def main() -> None:
    given = json.load(sys.stdin)
    with tempfile.TemporaryDirectory() as folder:
        async with connected(settings_in(Path(folder)), given, leaps=True) as (bot, connection):
            connector: Any = await bot.psas.connector(connection)
            await connector.check()  # as ``connections add`` does
            client = connector._http._client  # noqa: SLF001 - nobody else may see what the product sends
            client._transport = memory = Remembering(client._transport)  # noqa: SLF001 - the same
            done, seconds, cpu = await synced(bot, connection, RunKind.FULL)
            pages = list(pages_of(memory.asked))
            floor = downloaded([request for _, request, _ in pages])
    answer = {"seconds": seconds, "cpu": cpu, "calls": done.calls, "counts": dict(done.counts)}
    print(json.dumps({**answer, "unavoidable": unavoidable(pages), "floor": floor}))


if __name__ == "__main__":
    asyncio.run(main())
