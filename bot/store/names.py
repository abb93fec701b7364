"""Finding a company by the name that a person typed: exact, prefix, initials, then typos (measured in tech.md §3)."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from anyascii import anyascii
from rapidfuzz import fuzz, process

from bot.store.legal_forms import LEGAL_FORMS
from bot.store.snapshot import NameRow

LONG_FORMS: Final = tuple(form for form in LEGAL_FORMS if len(form) > 3)  # shorter ones resemble anything
LONGEST_FORM: Final = max(len(form.split()) for form in LEGAL_FORMS)
DOT_OF_AN_ABBREVIATION: Final = re.compile(r"(?<!\w\w)\.|\.(?!\w)")
NOT_A_WORD: Final = re.compile(r"[^0-9a-z]+")
TYPO: Final = 80.0  # how alike, of 100, a name has to be to be taken for the one that was meant
RESEMBLES: Final = 55.0  # and to be offered as "did you mean"
MANY: Final = 2_000  # rows; a search through more goes to a thread


class How(StrEnum):
    """How a name matched, best first."""

    EXACT = "exact"
    PREFIX = "prefix"
    INITIALS = "initials"
    FUZZY = "fuzzy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An account that may be the one that was meant. ``score``: 0 to 100."""

    id: str
    name: str
    how: How
    score: float
    visible: bool | None = None
    gone: bool = False


def name_key(name: str) -> str:
    """What two spellings of one company have in common: ``Acmé & Sons, Ltd.`` → ``acme and sons``."""
    folded = anyascii(name).casefold().replace("'", "").replace("&", " and ")
    if "." in folded:
        folded = DOT_OF_AN_ABBREVIATION.sub("", folded)
    words = NOT_A_WORD.sub(" ", folded).split()
    while len(words) > 1 and words[0] == "the":
        del words[0]
    while ending := _legal_ending(words):
        del words[-ending:]
    return " ".join(words) or " ".join(name.casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names prepared for many searches: what a stage looks up is worked out once. Numbers are places in ``rows``."""

    rows: Sequence[NameRow]
    keys: Sequence[str]
    sorted_keys: Sequence[str]  # the words of each key in the order of the alphabet
    both_keys: Sequence[str]  # of name and identifier
    exact: Mapping[str, Sequence[int]]  # by key, identifier's key and id
    initials: Mapping[str, Sequence[int]]

    @classmethod
    def of(cls, rows: Sequence[NameRow]) -> "Names":
        exact, initials = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
        for place, row in enumerate(rows):
            initials[_first_letters(row.key)].append(place)
            for key in {row.key, row.identifier_key, row.id}:
                exact[key].append(place)
        return cls(
            rows=rows,
            keys=[row.key for row in rows],
            sorted_keys=[_in_order(row.key) for row in rows],
            both_keys=[f"{row.key}\n{row.identifier_key}" for row in rows],
            exact=dict(exact),
            initials=dict(initials),
        )

    def __len__(self) -> int:
        return len(self.rows)


Rows = Sequence[NameRow] | Names


def rank(query: str, rows: Rows, limit: int = 10) -> list[Match]:
    """The accounts that ``query`` (a name, an id or an identifier) may mean, best first."""
    wanted, names = _Wanted(text=query.strip(), key=name_key(query)), _prepared(rows)
    if not wanted.key:
        return []
    found: dict[str, Match] = {}
    for stage in (_exact, _prefix, _initials, _typos):
        for match in sorted(stage(wanted, names), key=lambda match: (-match.score, match.name, match.id)):
            found.setdefault(match.id, match)
        if len(found) >= limit:
            break
    return list(found.values())[:limit]


def nearest(query: str, rows: Rows, limit: int = 3) -> list[Match]:
    """For "did you mean": names that resemble ``query``, however far from it they are otherwise."""
    names = _prepared(rows)
    found = {match.id: match for match in rank(query, names, limit)}
    wanted = _Wanted(text=query.strip(), key=name_key(query))
    for match in _alike(wanted, names, RESEMBLES, limit):
        found.setdefault(match.id, match)
    return list(found.values())[:limit]


async def search(
    query: str,
    rows: Rows,
    limit: int = 10,
    by: Callable[[str, Rows, int], list[Match]] = rank,
) -> list[Match]:
    """``rank`` (or ``nearest``) without holding up the event loop."""
    return await asyncio.to_thread(by, query, rows, limit) if len(rows) > MANY else by(query, rows, limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wanted:
    text: str
    key: str


def _prepared(rows: Rows) -> Names:
    return rows if isinstance(rows, Names) else Names.of(rows)


def _exact(wanted: _Wanted, names: Names) -> Iterator[Match]:
    for place in {*names.exact.get(wanted.key, ()), *names.exact.get(wanted.text, ())}:
        row = names.rows[place]
        if row.name == wanted.text:
            yield _match(row, How.EXACT, 100)
        elif wanted.key in {row.key, row.identifier_key} or row.id == wanted.text:
            yield _match(row, How.EXACT, 99)


def _prefix(wanted: _Wanted, names: Names) -> Iterator[Match]:
    """Of the whole name first, then of any of its words; the less is left over, the better."""
    key, inside = wanted.key, f" {wanted.key}"
    for row in [names.rows[place] for place, keys in enumerate(names.both_keys) if key in keys]:
        if row.key.startswith(key) or row.identifier_key.startswith(key):
            yield _match(row, How.PREFIX, 50 + 40 * len(key) / max(len(row.key), len(key)))
        elif inside in row.key:
            yield _match(row, How.PREFIX, 50 * len(key) / len(row.key))


def _initials(wanted: _Wanted, names: Names) -> Iterator[Match]:
    """Both ways: IBM finds International Business Machines, and the other way round."""
    short, long = wanted.key.replace(" ", ""), _first_letters(wanted.key)
    if len(short) > 1:
        for place in names.initials.get(short, ()):
            yield _match(names.rows[place], How.INITIALS, 80)
    if len(long) > 1:
        for place in names.exact.get(long, ()):
            if names.keys[place] == long:
                yield _match(names.rows[place], How.INITIALS, 70)


def _typos(wanted: _Wanted, names: Names) -> Iterator[Match]:
    return _alike(wanted, names, TYPO, None)


def _alike(wanted: _Wanted, names: Names, least: float, limit: int | None) -> Iterator[Match]:
    """The better of two measures: letter by letter, and with the words in order of the alphabet."""
    best: dict[int, float] = {}
    for text in {wanted.key, _without_forms(wanted.key)}:
        for typed, keys in ((text, names.keys), (_in_order(text), names.sorted_keys)):
            for _, score, place in process.extract(typed, keys, scorer=fuzz.ratio, score_cutoff=least, limit=limit):
                best[place] = max(score, best.get(place, 0.0))
    for place, score in sorted(best.items(), key=lambda pair: (-pair[1], names.rows[pair[0]].name)):
        yield _match(names.rows[place], How.FUZZY, score)


def _without_forms(key: str) -> str:
    """Of a typed name only: a legal form in the wrong place or misspelt (Umbrella Corporaton) is not in the key."""
    words = key.split()
    kept = [word for word in words if not process.extractOne(word, LONG_FORMS, scorer=fuzz.ratio, score_cutoff=85)]
    return " ".join(kept) or key


def _match(row: NameRow, how: How, score: float) -> Match:
    return Match(id=row.id, name=row.name, how=how, score=score, visible=row.visible, gone=row.gone)


def _in_order(key: str) -> str:
    return " ".join(sorted(key.split()))


def _first_letters(key: str) -> str:
    return "".join(word[0] for word in key.split())


def _legal_ending(words: Sequence[str]) -> int:
    """How many words at the end are a legal form; 0: none, or nothing would be left."""
    for length in range(min(LONGEST_FORM, len(words) - 1), 0, -1):
        if " ".join(words[-length:]) in LEGAL_FORMS:
            return length
    return 0
