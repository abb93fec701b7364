"""Reads a question: the parameters that an endpoint knows, checked, and the page that is wanted (BMS §2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sandbox.psa.kaseya_family.errors import invalid
from sandbox.psa.kaseya_family.ways import Finds, Ways
from sandbox.psa.records import Json

PAGING: Final = ("pagesize", "pagenumber", "sort", "exclude")
USUAL_PAGE: Final = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """``filters`` by their name in small letters, without ``Filter.`` before it."""

    filters: Mapping[str, str]
    size: int
    number: int

    def text(self, name: str) -> str:
        return self.filters.get(name, "")

    def flag(self, name: str, *, usual: bool | None = None) -> bool | None:
        value = self.filters.get(name, "").casefold()
        if value not in {"", "true", "false"}:
            raise invalid(f"The value '{value}' is not valid for {name}.")
        return usual if not value else value == "true"

    def number_of(self, name: str) -> int | None:
        value = self.filters.get(name, "")
        if value and not value.isdecimal():
            raise invalid(f"The value '{value}' is not valid for {name}.")
        return int(value) if value else None

    def page(self, rows: list[Json], ways: Ways) -> list[Json]:
        """Page 0 is the first page as well (BMS §2)."""
        size = min(self.size, ways.largest_page)
        first = (max(1, self.number) - 1) * size if ways.knows_pages else 0
        return rows[first : first + size]


def from_query(query: Mapping[str, str], known: Iterable[str]) -> Question:
    """``known``: as the document names them, such as ``Filter.AccountName``."""
    given = {name.casefold(): value for name, value in query.items()}
    names = {name.casefold() for name in known}
    for name in given:
        if name not in names and name not in PAGING:
            raise invalid(f"The parameter '{name}' is not known.")
    filters = {name.removeprefix("filter."): value for name, value in given.items() if name not in PAGING}
    return Question(
        filters=filters, size=_whole(given.get("pagesize"), USUAL_PAGE), number=_whole(given.get("pagenumber"), 1)
    )


def from_body(body: Any, known: Iterable[str]) -> Question:
    """Of a POST search."""
    if not isinstance(body, Mapping):
        raise invalid("A non-empty request body is required.")
    given = {str(name).casefold(): value for name, value in body.items()}
    filters = {str(name).casefold(): str(value) for name, value in (given.get("filter") or {}).items()}
    unknown = (filters.keys() - {name.casefold() for name in known}) | (given.keys() - {*PAGING, "filter"})
    if unknown:
        raise invalid(f"The field '{min(unknown)}' is not known.")
    return Question(
        filters=filters,
        size=_whole(str(given.get("pagesize", "")), USUAL_PAGE),
        number=_whole(str(given.get("pagenumber", "")), 1),
    )


def matches(wanted: str, name: str, finds: Finds) -> bool:
    wanted, name = wanted.casefold(), name.casefold()
    if finds is Finds.WHOLE:
        return wanted == name
    return name.startswith(wanted) if finds is Finds.BEGINNING else wanted in name


def _whole(text: str | None, usual: int) -> int:
    if not text:
        return usual
    if not text.isdecimal():
        raise invalid(f"The value '{text}' is not a number.")
    return int(text)
