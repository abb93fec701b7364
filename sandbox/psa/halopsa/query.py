"""Reads the query of a list call (HALO §2). Unlike the real server it refuses names that it does not know."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sandbox.psa.halopsa.errors import invalid

CAP: Final = 100  # rows of a page, whatever is asked for (HALO §2)
UNPAGED: Final = 50
_FLAGS: Final = frozenset({"pageinate", "idonly", "includeactive", "includeinactive", "includelines", "includedetails"})
_NUMBERS: Final = frozenset({"page_no", "page_size", "count", "toplevel_id", "client_id", "contract_id", "lookupid"})
PAGING: Final = frozenset({"pageinate", "page_no", "page_size", "count", "order", "orderdesc", "search", "idonly"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """The questions of one call. ``page_no`` 0: not by pages, then ``count`` rows at most."""

    flags: Mapping[str, bool]
    numbers: Mapping[str, int]
    search: str
    order: str
    descending: bool
    page_no: int
    page_size: int

    def flag(self, name: str) -> bool:
        return self.flags.get(name, False)


def read_query(query: Mapping[str, str], known: frozenset[str]) -> Query:
    """Refused: a name that the endpoint has not, a flag that is none, a number that is none."""
    wrong = {name: ["The query parameter is not known."] for name in query if name not in known}
    flags, numbers = dict[str, bool](), dict[str, int]()
    for name, text in query.items():
        if name in _FLAGS or name == "orderdesc":
            flags[name] = text == "true"
            if text not in {"true", "false"}:
                wrong[name] = [f"The value '{text}' is not valid for {name}."]
        elif name in _NUMBERS and not re.fullmatch(r"-?\d{1,10}", text):
            wrong[name] = [f"The value '{text}' is not valid for {name}."]
        elif name in _NUMBERS:
            numbers[name] = int(text)
    if flags.get("pageinate") and flags.get("idonly"):
        wrong["idonly"] = ["idonly cannot be used with pagination."]
    if wrong:
        raise invalid(wrong)
    paged = flags.get("pageinate", False)
    return Query(
        flags=flags,
        numbers=numbers,
        search=query.get("search", ""),
        order=query.get("order", ""),
        descending=flags.get("orderdesc", False),
        page_no=max(1, numbers.get("page_no", 1)) if paged else 0,
        page_size=min(CAP, max(1, numbers.get("page_size", UNPAGED))) if paged else numbers.get("count", UNPAGED),
    )


def like(pattern: str, *, literal: bool) -> re.Pattern[str]:
    """``%pattern%`` as the database matches it: wildcards and classes work. ``literal``: somebody escaped them."""
    if literal:
        return re.compile(re.escape(pattern), re.IGNORECASE)
    parts = []
    for part in re.findall(r"\[[^\]]*\]|.", pattern, re.DOTALL):
        if part.startswith("[") and len(part) > 2:
            parts.append(f"[{re.escape(part[1:-1]).replace(chr(92) + '^', '^', 1)}]")
        else:
            parts.append({"%": ".*", "_": "."}.get(part, re.escape(part)))
    return re.compile("".join(parts), re.IGNORECASE | re.DOTALL)
