"""Values written in a card (an operand, an example's fact, a repair) made into facts of the right type, or refused."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from difflib import get_close_matches

from rules.vocabulary import Fact, FactType, Scope

Path = tuple[str | int, ...]
Value = object  # None: read and empty
Facts = Mapping[str, Value]


class Refused(Exception):
    """Something in a card is wrong: where, and what to do. The card's reader adds the file and the line."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(problem)
        self.path = path
        self.problem = problem


def fact_of(scope: Scope, name: str, path: Path) -> Fact:
    """The fact of that name, or a refusal that lists the known ones."""
    if name not in scope:
        close = get_close_matches(name, scope, n=1)
        hint = f" Did you mean {close[0]}?" if close else ""
        raise Refused(path, f"There is no fact {name!r}. Known here: {', '.join(sorted(scope))}.{hint}")
    return scope[name]


def facts_from(written: object, scope: Scope, path: Path) -> Facts:
    """Facts as a card writes them: absent means "could not be read", null means "read, and empty"."""
    if not isinstance(written, Mapping):
        raise Refused(path, f"Write facts as name: value, not {written!r}.")
    return {
        str(name): None if value is None else value_from(value, fact_of(scope, str(name), (*path, name)), (*path, name))
        for name, value in written.items()
    }


def value_from(written: object, fact: Fact, path: Path) -> Value:
    """One value of the fact's type."""
    if fact.type is FactType.RECORDS:
        return _records(written, fact, path)
    if fact.type is FactType.TEXTS:
        if not isinstance(written, list):
            raise Refused(path, f"Write a list of texts, not {written!r}.")
        return tuple(_text(one, path) for one in written)
    return _SCALARS[fact.type](written, path)


def _records(written: object, fact: Fact, path: Path) -> Value:
    if not isinstance(written, list):
        raise Refused(path, f"Write a list of records, not {written!r}.")
    return tuple(facts_from(one, fact.of or {}, (*path, number)) for number, one in enumerate(written))


def _text(written: object, path: Path) -> str:
    if not isinstance(written, str):
        raise Refused(path, f"{written!r} is not a text: put it into quotes.")
    return written


def _flag(written: object, path: Path) -> bool:
    if not isinstance(written, bool):
        raise Refused(path, f"{written!r} is neither true nor false.")
    return written


def _number(written: object, path: Path) -> Decimal:
    if isinstance(written, bool) or not isinstance(written, int | float):
        raise Refused(path, f"{written!r} is not a number.")
    return Decimal(str(written))


def _day(written: object, path: Path) -> date:
    if isinstance(written, date) and not isinstance(written, datetime):
        return written
    if isinstance(written, str):
        try:
            return date.fromisoformat(written)
        except ValueError:
            pass  # said below, with what to write
    raise Refused(path, f"{written!r} is not a day: write it like 2026-11-21.")


def _moment(written: object, path: Path) -> datetime:
    moment: object = written
    if isinstance(written, str):
        try:
            moment = datetime.fromisoformat(written)
        except ValueError:
            moment = None
    if not isinstance(moment, datetime):
        raise Refused(path, f"{written!r} is not a time: write it like 2026-11-21T10:00:00Z.")
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


_SCALARS = {
    FactType.TEXT: _text,
    FactType.FLAG: _flag,
    FactType.NUMBER: _number,
    FactType.DAY: _day,
    FactType.MOMENT: _moment,
}
