"""The loop that pyconnectwise's own README shows, over all companies and all agreements.

Runs in an environment of its own, where neither the product nor its libraries are installed.
"""

import json
import sys
import time
from typing import Any

from pyconnectwise import ConnectWiseManageAPIClient  # type: ignore[import-not-found]  # not installed beside mypy

from bench.workers.memory import peak_megabytes


class OverHttp(ConnectWiseManageAPIClient):  # type: ignore[misc]  # the same
    """The library writes https:// into every address, and the simulated server speaks plain http.

    So it is spared the TLS handshake that it would make for every call.
    """

    def _make_request(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        return super()._make_request(method, url.replace("https://", "http://", 1), *args, **kwargs)


def read(endpoint: Any, page_size: int, params: dict[str, str]) -> tuple[int, int, int]:
    """Records, calls and bytes."""
    records = calls = size = 0
    page = endpoint.paginated(1, page_size, dict(params))
    while page.has_data:
        calls, size = calls + 1, size + len(page.response.content)
        for _ in page:
            records += 1
        page.get_next_page()
    return records, calls, size


def main() -> None:
    given = json.load(sys.stdin)
    keys = given["secrets"]
    api = OverHttp(
        given["settings"]["company"],
        given["settings"]["site"].removeprefix("http://"),
        keys["client_id"],
        keys["public_key"],
        keys["private_key"],
    )
    begun = time.perf_counter()
    companies = read(api.company.companies, given["page_size"], given["filter"])
    agreements = read(api.finance.agreements, given["page_size"], {})
    seconds = time.perf_counter() - begun
    print(
        json.dumps(
            {
                "seconds": seconds,
                "calls": companies[1] + agreements[1],
                "bytes": companies[2] + agreements[2],
                "company_bytes": companies[2],
                "companies": companies[0],
                "agreements": agreements[0],
                "peak_mb": peak_megabytes(),
            }
        )
    )


if __name__ == "__main__":
    main()
