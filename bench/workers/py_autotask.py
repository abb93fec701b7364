"""A loop over py-autotask's queries for everything that a sync needs: accounts, contracts and what these bill.

Runs in an environment of its own, where neither the product nor its libraries are installed.
"""

import json
import sys
import time
from typing import Any, Final

from py_autotask import AutotaskClient  # type: ignore[import-not-found]  # not installed beside mypy

from bench.workers.memory import peak_megabytes

ENTITIES: Final = ("Companies", "Contracts", "ContractServices", "ContractServiceBundles")
UNITS: Final = ("ContractServiceUnits", "ContractServiceBundleUnits")
PAGE: Final = 500


def read(client: Any, entity: str, filters: list[dict[str, Any]]) -> int:
    """Page after page by rising id: the library's own ``query_all`` does not come past the first page."""
    rows, last = 0, -1
    while True:
        asked = [*filters, {"op": "gt", "field": "id", "value": last}]
        items = client.query(entity, filters=asked, max_records=PAGE).items
        if not items:
            return rows
        rows, last = rows + len(items), items[-1]["id"]
        if len(items) < PAGE:
            return rows


def main() -> None:
    given = json.load(sys.stdin)
    keys = given["secrets"]
    client = AutotaskClient.create(
        username=keys["username"],
        integration_code=keys["integration_code"],
        secret=keys["secret"],
        api_url=f"{given['settings']['zone_url']}/ATServicesRest",
    )
    by_itself = len(client.companies.query_all({"op": "gte", "field": "id", "value": 0}))
    begun = time.perf_counter()
    rows = {entity: read(client, entity, []) for entity in ENTITIES}
    today = [
        {"op": "lte", "field": "startDate", "value": given["today"]},
        {"op": "gte", "field": "endDate", "value": given["today"]},
    ]
    rows |= {entity: read(client, entity, today) for entity in UNITS}
    seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": seconds, "rows": rows, "by_itself": by_itself, "peak_mb": peak_megabytes()}))


if __name__ == "__main__":
    main()
