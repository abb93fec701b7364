"""ConnectWise's filter language: values quoted so that every name can be asked for (CW §3)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import quote_plus

from connectors.errors import BadRequest
from connectors.records import AccountFilter, Option

# A URL should stay under 2,000 characters (CW §3.3) and a name stands in it twice.
_LONGEST_ENCODED: Final = 600
_IDS_AT_ONCE: Final = 100  # 100 to 200 ids a call (CW §3.3)
_CHOICES_AT_ONCE: Final = 40
# Neither quote can be escaped by any documented rule, and a backslash may or may not escape (CW §3.2).
_UNSPEAKABLE: Final = re.compile(r"[\"'\\\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """``conditions`` look at the record, ``children`` at the entries of its arrays, such as a company's types."""

    conditions: str = ""
    children: str = ""

    def params(self) -> dict[str, str]:
        wanted = {"conditions": self.conditions, "childConditions": self.children}
        return {name: text for name, text in wanted.items() if text}


def literal(text: str) -> str:
    """A quoted string. ``[`` would begin a date, so it is written ``[[]``."""
    quote = "'" if '"' in text else '"'
    return f"{quote}{text.replace('[', '[[]')}{quote}"


def searchable(name: str) -> str:
    """The part of a name that can be sent: whole when it holds at most one kind of quote, else its longest fragment."""
    name = name.strip()
    if "\\" in name or not name.isprintable() or ('"' in name and "'" in name):
        name = max(_UNSPEAKABLE.split(name), key=len).strip()
    while len(quote_plus(literal(name))) > _LONGEST_ENCODED:
        name = name[: len(name) * 3 // 4].strip()
    if not name:
        raise BadRequest("ConnectWise cannot search for a name of only quotes and backslashes: use its RecId.")
    return name


def named_like(name: str) -> Query:
    """Any company, also a deleted one. ``contains``, because ``like`` knows no escape for its wildcard (CW §3.2)."""
    wanted = literal(searchable(name))
    return Query(conditions=f"name contains {wanted} OR identifier contains {wanted}")


def named_exactly(name: str) -> Query | None:
    """None: the name cannot be sent whole."""
    if searchable(name) != name.strip():
        return None
    return Query(conditions=f"name = {literal(name.strip())} OR identifier = {literal(name.strip())}")


def holds(name: str, *texts: str | None) -> bool:
    """Our own comparison: what was sent may be a fragment, and the server's collation is not ours."""
    wanted = _comparable(name.strip())
    return any(wanted in _comparable(text) for text in texts if text)


def _comparable(text: str) -> str:
    return text.casefold().replace("\x00", "\ufffd")  # as our records spell it


def of_company(account_id: str) -> Query:
    return Query(conditions=f"company/id={int(account_id)}")


def eligible(which: AccountFilter) -> Iterator[Query]:
    """Companies that a sync pulls: not deleted, one of the statuses and any of the types (R91, X30).

    Several queries only where one would be too long; a company may then come back from more than one.
    """
    for statuses in _chunks(which.statuses, _IDS_AT_ONCE):
        for types in _chunks(which.types, _CHOICES_AT_ONCE):
            yield Query(
                conditions=" AND ".join(["deletedFlag=false", *_one_of("status/id", statuses)]),
                # The vendor's guide excludes "in" from childConditions; OR works in every version (CW §3.1).
                children=" OR ".join(f"types/id={int(row.id)}" for row in types or ()),
            )


def changed_since(moment: datetime) -> Query:
    """Of whatever status and type, also deleted ones. The filter's name is not that of the answer's field (CW §3.1)."""
    return Query(conditions=f"lastUpdated > [{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}]")


def kept_statuses(which: AccountFilter) -> Iterator[Query]:
    for statuses in _chunks(which.statuses, _IDS_AT_ONCE):
        yield Query(conditions=" AND ".join(["deletedFlag=false", *_one_of("status/id", statuses)]))


def _one_of(path: str, rows: Sequence[Option] | None) -> list[str]:
    return [] if rows is None else [f"{path} in ({','.join(str(int(row.id)) for row in rows)})"]


def _chunks(rows: Sequence[Option] | None, size: int) -> Iterator[Sequence[Option] | None]:
    """None filters nothing and is one chunk; an empty choice lets nothing through and is none."""
    if rows is None:
        yield None
        return
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
