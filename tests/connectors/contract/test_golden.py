"""What each connector makes of its PSA's stories, record by record.

``PSA_BOT_GOLDEN=write`` writes the files anew; what then differs is read in the diff like any other change.
"""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final

from connectors.contract import Connector
from connectors.errors import NotFound, PermissionDenied
from connectors.records import Account, Agreement, LineItem
from tests.connectors.contract.reading import everybody
from tests.connectors.simulators import SIMULATORS, Size

STORIES_ALONE: Final = Size(accounts=0, eligible=0, agreements=0)
FOLDER: Final = Path(__file__).with_name("golden")


async def test_the_records_of_the_stories_are_the_ones_that_were_looked_at(kind: str) -> None:
    async with SIMULATORS[kind](STORIES_ALONE) as simulated:
        connector = simulated.connect()
        text = written(await everything(connector)).replace(simulated.url, "https://psa.example.com")
        await connector.aclose()
    golden = FOLDER / f"{kind}.jsonl"
    if os.environ.get("PSA_BOT_GOLDEN") == "write":
        golden.write_text(text, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == text


async def everything(connector: Connector) -> Mapping[str, Sequence[Account | Agreement | LineItem]]:
    agreements = [one async for page in connector.agreements() for one in page]
    lines = [line for one in agreements if one.lines is None for line in await lines_of(connector, one)]
    return {"account": await everybody(connector), "agreement": agreements, "line": lines}


async def lines_of(connector: Connector, agreement: Agreement) -> list[LineItem]:
    try:
        return list(await connector.lines(agreement.id))
    except (NotFound, PermissionDenied):
        return []


def written(records: Mapping[str, Sequence[Account | Agreement | LineItem]]) -> str:
    """A line for each, in the order of their ids."""
    lines = [
        json.dumps({"record": noun, **told(one)}, ensure_ascii=False)
        for noun, found in records.items()
        for one in sorted(found, key=lambda one: one.id)
    ]
    return "\n".join(lines) + "\n"


def told(value: Any) -> Any:
    """What is not told is left out, so that the files show what is."""
    if is_dataclass(value):
        named = {one.name: getattr(value, one.name) for one in fields(value) if one.name != "raw"}
        return {name: told(inner) for name, inner in named.items() if inner is not None}
    if isinstance(value, tuple):
        return [told(inner) for inner in value]
    return value if isinstance(value, bool) else str(value)
