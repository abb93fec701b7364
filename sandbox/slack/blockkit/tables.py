"""Block Kit's table and data_table: rows, cells, and the characters that all cells share."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.slack.blockkit.checks import (
    Check,
    Problem,
    Shape,
    array,
    boolean,
    by_type,
    integer,
    listed,
    number,
    one_of,
    string,
)
from sandbox.slack.blockkit.objects import BLOCK_ID
from sandbox.slack.blockkit.rich_text import RICH_TEXT

CELL_CHARACTERS = 10_000

CELL = by_type(
    {
        "raw_text": Shape({"text": string(CELL_CHARACTERS, 1)}),
        "raw_number": Shape({"value": number, "text": string(CELL_CHARACTERS, 1)}),
        "rich_text": RICH_TEXT,
    }
)
COLUMN = Shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})


def _column_or_nothing(value: Any, at: str) -> Iterator[Problem]:
    if value is not None:
        yield from COLUMN(value, at)


def rows_are_equally_long(value: Mapping[str, Any], at: str) -> Iterator[Problem]:
    rows = [row for row in listed(value, "rows") if isinstance(row, list)]
    if len({len(row) for row in rows}) > 1:
        yield Problem(f"{at}/rows", "all rows must have the same number of cells")


def cells_share_a_budget(value: Mapping[str, Any], at: str) -> Iterator[Problem]:
    total = characters(value.get("rows"))
    if total > CELL_CHARACTERS:
        yield Problem(f"{at}/rows", f"all cells together must be less than {CELL_CHARACTERS + 1} characters")


def characters(value: Any) -> int:
    """The characters of every ``text`` inside."""
    if isinstance(value, dict):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(characters(item) for name, item in value.items() if not isinstance(item, str))
    return sum(characters(item) for item in value) if isinstance(value, list) else 0


RULES = (rows_are_equally_long, cells_share_a_budget)
NAMED: dict[str, Check] = {"block_id": BLOCK_ID}

TABLE = Shape(
    {"rows": array(array(CELL, 20), 100)},
    {**NAMED, "column_settings": array(_column_or_nothing, 20, 0)},
    RULES,
)

# Sources say 101 or 201 rows and 10,000 or 20,000 characters: the smaller ones (Slack §2.5).
DATA_TABLE = Shape(
    {"rows": array(array(CELL, 20), 101, 2), "caption": string(255, 1)},
    {**NAMED, "page_size": integer(1, 100), "row_header_column_index": integer(0, 19)},
    RULES,
)
