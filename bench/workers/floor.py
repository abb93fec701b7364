"""The floor: download the same pages of the same fields with the same filter, one after the other, and drop them."""

import asyncio
import json
import sys
import time
from typing import Any

import httpx

from bench.workers.psa import client
from connectors import registry
from connectors.connectwise.conditions import eligible
from connectors.connectwise.normalize import ACCOUNT_FIELDS, AGREEMENT_FIELDS
from connectors.connectwise.spec import SPEC
from connectors.contract import Setup, filter_from


async def filter_of(given: dict[str, Any]) -> dict[str, str]:
    """What the product's connector would ask for with this tenant's tables."""
    connector = registry.build(
        "connectwise", Setup(settings=given["settings"], secrets=given["secrets"], allow_insecure_loopback=True)
    )
    try:
        (query,) = eligible(filter_from(await connector.tables(), given["settings"]))
    finally:
        await connector.aclose()
    return query.params()


def download(http: httpx.Client, path: str, params: dict[str, str]) -> tuple[int, int]:
    """Calls and bytes."""
    calls = size = 0
    url, query = path, {**params, "orderBy": "id asc", "pageSize": str(SPEC.page_size)}
    while url:
        reply = http.get(url, params=query or None).raise_for_status()
        calls, size = calls + 1, size + len(reply.content)
        url, query = reply.links.get("next", {}).get("url", ""), {}
    return calls, size


def main() -> None:
    given = json.load(sys.stdin)
    chosen = asyncio.run(filter_of(given))
    with client(given) as http:
        http.get("/system/info").raise_for_status()
        begun = time.perf_counter()
        companies = download(http, "/company/companies", {**chosen, "fields": ACCOUNT_FIELDS})
        agreements = download(http, "/finance/agreements", {"fields": AGREEMENT_FIELDS})
        seconds = time.perf_counter() - begun
    print(
        json.dumps(
            {
                "seconds": seconds,
                "calls": companies[0] + agreements[0],
                "bytes": companies[1] + agreements[1],
                "company_bytes": companies[1],
                "filter": chosen,
            }
        )
    )


if __name__ == "__main__":
    main()
