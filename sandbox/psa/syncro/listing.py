"""Answers a list: which rows fit, in which order, which page, and what ``meta`` says about it (SYN §2)."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sandbox.psa.records import Json
from sandbox.psa.syncro.errors import invalid

Fits = Callable[[Json], bool]
TRUE: Final = frozenset({"true", "1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One kind of list: its name in the answer, its fixed page size, and which numbers its ``meta`` has."""

    name: str
    page_size: int
    meta: tuple[str, ...] = ("total_pages", "total_entries", "per_page", "page")
    ignores_page: bool = False

    def answer(self, rows: Sequence[Json], query: Mapping[str, str]) -> Json:
        number = 1 if self.ignores_page else page_number(query)
        start = (number - 1) * self.page_size
        numbers = {
            "total_pages": math.ceil(len(rows) / self.page_size),
            "total_entries": len(rows),
            "per_page": self.page_size,
            "page": number,
        }
        body: Json = {self.name: list(rows[start : start + self.page_size])}
        return {**body, "meta": {name: numbers[name] for name in self.meta}} if self.meta else body


def page_number(query: Mapping[str, str]) -> int:
    text = query.get("page", "1")
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 100_000):
        raise invalid(f"Page {text} is not a page number")
    return int(text)


def check_query(query: Mapping[str, str], known: Sequence[str]) -> None:
    unknown = sorted(set(query) - set(known))
    if unknown:
        raise invalid(*(f"{name} is not a parameter" for name in unknown))


def customers_that_fit(rows: Sequence[Json], query: Mapping[str, str], *, searches_words: bool) -> Sequence[Json]:
    """Disabled ones are left out unless they are asked for."""
    filters: list[Fits] = []
    if query.get("include_disabled", "false").casefold() not in TRUE:
        filters.append(lambda row: not row["disabled"])
    if wanted := query.get("query"):
        filters.append(_by_words(wanted) if searches_words else _by_text(wanted))
    filters += [_like(name, query[name]) for name in ("business_name", "firstname", "lastname") if name in query]
    if "id[]" in query:
        ids = {_id(text) for text in query["id[]"].split(",")}
        filters.append(lambda row: row["id"] in ids)
    return [row for row in rows if all(fits(row) for fits in filters)]


def _by_text(wanted: str) -> Fits:
    text = wanted.casefold()
    return lambda row: any(text in str(row[name] or "").casefold() for name in ("business_name", "fullname", "email"))


def _by_words(wanted: str) -> Fits:
    """What a search engine does that drops signs and looks for whole beginnings of words."""
    words = _words(wanted)

    def fits(row: Json) -> bool:
        there = _words(f"{row['business_name'] or ''} {row['fullname']}")
        return bool(words) and all(any(one.startswith(word) for one in there) for word in words)

    return fits


def _words(text: str) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in text.casefold()).split()


def _like(name: str, wanted: str) -> Fits:
    return lambda row: wanted.casefold() in str(row[name] or "").casefold()


def _id(text: str) -> int:
    if not text.isdigit():
        raise invalid("id is not a number")
    return int(text)


def in_order(rows: Sequence[Json], query: Mapping[str, str], known: Mapping[str, Any]) -> Sequence[Json]:
    """``business_name ASC``. Without it rows move between the pages: here they always do, so that nobody forgets."""
    asked = query.get("sort")
    if asked is None:
        turn = (page_number(query) * 7) % len(rows) if rows else 0
        return [*rows[turn:], *rows[:turn]]
    field, _, direction = asked.partition(" ")
    if field not in known or direction.upper() not in {"ASC", "DESC"}:
        raise invalid(f"sort {asked} is not a field and a direction")
    return sorted(rows, key=lambda row: _sort_key(row[field]), reverse=direction.upper() == "DESC")


def _sort_key(value: Any) -> tuple[bool, Any]:
    return value is not None, value if isinstance(value, int) else str(value or "")
