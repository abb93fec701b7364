"""Checks of an account's name: does it stand under several ids, and is it a name at all?"""

import re
from collections.abc import Sequence
from typing import Final

from rules.answers import Answer, failed, passed, rows_of, unknown
from rules.billing import runs
from rules.literals import Facts

# The variable of a message that was never filled in: clientName, {{clientName}}, ${client_name}, %companyName% …
_WHO: Final = r"(?:client|account|company|customer|organi[sz]ation)"
_PLACEHOLDER: Final = re.compile(rf"{_WHO}_?name|[\[{{$%<#]+\s*{_WHO}[_ ]?name\s*[\]}}%>#]*", re.IGNORECASE)


def name_is_unique(facts: Facts) -> Sequence[Answer]:
    """Does the same name stand under several ids, and which of them is the active one (R37, R38)?"""
    if "twins" not in facts:
        return unknown("twins")
    twins = rows_of(facts, "twins")
    if not twins:
        return passed()
    itself = {key: facts[key] for key in ("id", "name", "status", "active", "deleted", "changed_at") if key in facts}
    rows = [_side(row) for row in (itself, *twins)]
    standing = [row["id"] for row in rows if row["state"] == "active"]
    undecided = [row["id"] for row in rows if row["state"] == "not decidable"]
    return failed(same_name=rows, standing=standing, undecided=undecided)


def _side(row: Facts) -> Facts:
    return {key: row.get(key) for key in ("id", "name", "status", "changed_at")} | {"state": _state(row)}


def _state(row: Facts) -> str:
    if row.get("deleted") is True:
        return "recycled"
    if row.get("active") is False:
        return "inactive"
    return "active" if row.get("deleted") is False or row.get("active") is True else "not decidable"


def name_is_real(facts: Facts) -> Sequence[Answer]:
    """Does a placeholder stand in the place of the name, or would it in the billing tool (R22)?

    It does for an active contract of an account whose type is not pulled. A company may really be called clientName:
    the PSA itself says so, and then the name is its own.
    """
    if "name" not in facts:
        return unknown("name")
    name, copied = str(facts["name"]), str(facts.get("copied_name", ""))
    if _is_placeholder(copied) and facts.get("found_live") is not True:
        return unknown("found_live", shown=copied)
    if _is_placeholder(copied) and copied != name:
        return failed(shown=copied, contracts=[])
    if "types_are_pulled" not in facts:
        return unknown("types_are_pulled", shown=None)
    return passed(shown=name) if facts["types_are_pulled"] is True else _of_contracts(facts, name)


def _of_contracts(facts: Facts, name: str) -> Sequence[Answer]:
    if "agreements" not in facts:
        return unknown("agreements", shown=None)
    contracts = [row["name"] for row in rows_of(facts, "agreements") if "status" in row and runs(row)]
    return failed(shown="clientName", contracts=contracts) if contracts else passed(shown=name)


def _is_placeholder(name: str) -> bool:
    return _PLACEHOLDER.fullmatch(name.strip()) is not None
