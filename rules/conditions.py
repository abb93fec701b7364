"""Condition trees of the cards made into closures: typed at load, three-valued, every look leaves a trace."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from rules.kleene import Truth, all_of, any_of, opposite
from rules.literals import Facts, Path, Refused, Value, fact_of
from rules.model import Leaf
from rules.operators import OPERATORS, ORDER, READ, key_of
from rules.vocabulary import Fact, FactType, Scope

Test = Callable[[Facts], Truth]
Looks = Callable[[Facts], Iterator[Leaf]]

ABSENT: Final = object()
_DEEPEST: Final = 12
_WORDS: Final = ("today", "now")  # stand for the facts of that name


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A compiled tree. ``test`` is the fast path; ``looks`` tells how it came to its answer."""

    test: Test
    looks: Looks
    facts: tuple[str, ...]  # read by it, in the order of the tree

    def trace(self, facts: Facts) -> tuple[Leaf, ...]:
        return tuple(self.looks(facts))


def compile_condition(tree: object, scope: Scope, path: Path = (), depth: int = 0) -> Condition:
    """Raises Refused, with the path, where the tree does not fit the facts."""
    if not isinstance(tree, Mapping) or not tree:
        raise Refused(path, f"Write a condition as fact: value, or all/any/not/some/every, not {tree!r}.")
    if depth > _DEEPEST:
        raise Refused(path, f"Conditions are nested deeper than {_DEEPEST}: write them flatter.")
    parts = [_entry(str(key), value, scope, (*path, key), depth + 1) for key, value in tree.items()]
    return parts[0] if len(parts) == 1 else _joined(parts, all_of)


def _entry(key: str, value: object, scope: Scope, path: Path, depth: int) -> Condition:
    match key:
        case "all" | "any":
            return _joined(_each(value, scope, path, depth), all_of if key == "all" else any_of)
        case "not":
            return _negated(compile_condition(value, scope, path, depth))
        case "some" | "every":
            return _over_list(value, scope, path, depth, any_of if key == "some" else all_of)
        case _:
            return _comparisons(key, value, scope, path)


def _each(trees: object, scope: Scope, path: Path, depth: int) -> list[Condition]:
    if not isinstance(trees, list) or not trees:
        raise Refused(path, f"Write a list of conditions, not {trees!r}.")
    return [compile_condition(tree, scope, (*path, number), depth) for number, tree in enumerate(trees)]


def _joined(parts: Sequence[Condition], join: Callable[[Iterator[Truth]], Truth]) -> Condition:
    tests = tuple(part.test for part in parts)
    return Condition(
        test=lambda facts: join(test(facts) for test in tests),
        looks=lambda facts: (leaf for part in parts for leaf in part.looks(facts)),
        facts=_distinct(name for part in parts for name in part.facts),
    )


def _negated(part: Condition) -> Condition:
    return Condition(test=lambda facts: opposite(part.test(facts)), looks=part.looks, facts=part.facts)


def _over_list(
    written: object, scope: Scope, path: Path, depth: int, join: Callable[[Iterator[Truth]], Truth]
) -> Condition:
    if not isinstance(written, Mapping) or len(written) != 1:
        raise Refused(path, "Write one list of records and its condition, such as agreements: {type: Managed}.")
    [(name, tree)] = written.items()
    fact = fact_of(scope, str(name), (*path, name))
    if fact.type is not FactType.RECORDS:
        raise Refused((*path, name), f"{name!r} is of type {fact.type}, not a list of records.")
    inner = compile_condition(tree, fact.of or {}, (*path, name), depth)

    def test(facts: Facts) -> Truth:
        rows = facts.get(name, ABSENT)
        return None if rows is ABSENT else join(inner.test(row) for row in _rows(rows))

    def looks(facts: Facts) -> Iterator[Leaf]:
        rows = facts.get(name, ABSENT)
        if rows is ABSENT:
            yield Leaf(fact=name, wanted="a list", got=shown(ABSENT), held=None)
            return
        for row in _rows(rows):
            for leaf in inner.looks(row):
                yield Leaf(fact=f"{name}.{leaf.fact}", wanted=leaf.wanted, got=leaf.got, held=leaf.held)

    return Condition(test=test, looks=looks, facts=(str(name),))


def _rows(rows: Any) -> Sequence[Facts]:
    return rows or ()


def _comparisons(name: str, written: object, scope: Scope, path: Path) -> Condition:
    fact = fact_of(scope, name, path)
    if not isinstance(written, Mapping):
        return _comparison(name, fact, "is", written, scope, path)
    if not written:
        raise Refused(path, f"Write an operator: {', '.join((*OPERATORS, READ))}.")
    parts = [_comparison(name, fact, str(op), wanted, scope, (*path, op)) for op, wanted in written.items()]
    return parts[0] if len(parts) == 1 else _joined(parts, all_of)


def _comparison(name: str, fact: Fact, op: str, wanted: object, scope: Scope, path: Path) -> Condition:
    test = _test(name, fact, op, wanted, scope, path)

    def looks(facts: Facts) -> Iterator[Leaf]:
        yield Leaf(fact=name, wanted=_wanted(op, wanted), got=shown(facts.get(name, ABSENT)), held=test(facts))

    return Condition(test=test, looks=looks, facts=(name,))


def _test(name: str, fact: Fact, op: str, wanted: object, scope: Scope, path: Path) -> Test:
    if op == READ:
        if not isinstance(wanted, bool):
            raise Refused(path, f"{READ} takes true or false, not {wanted!r}.")
        return lambda facts: (name in facts) is wanted
    operator = OPERATORS.get(op)
    if operator is None:
        raise Refused(path, f"There is no operator {op!r}. Known: {', '.join((*OPERATORS, READ))}.")
    if fact.type not in operator.fits:
        fitting = ", ".join(known for known, other in OPERATORS.items() if fact.type in other.fits)
        raise Refused(path, f"{op!r} does not fit {name!r}, which is of type {fact.type}. Fitting: {fitting}, {READ}.")
    other = _other_fact(wanted, fact, scope, path)
    if other is not None:
        return _against_fact(name, op, other, path)
    compare, when_null = operator.build(wanted, fact, path), operator.when_null(wanted)

    def test(facts: Facts) -> Truth:
        got = facts.get(name, ABSENT)
        if got is ABSENT:
            return None
        return when_null if got is None else compare(got)

    return test


def _other_fact(wanted: object, fact: Fact, scope: Scope, path: Path) -> str | None:
    """``today``, ``now`` or ``{fact: name}``: compare with another fact of the same type."""
    if isinstance(wanted, Mapping):
        if set(wanted) != {"fact"}:
            raise Refused(path, f"Write a value, or {{fact: name}} to compare with another fact, not {wanted!r}.")
        other = str(wanted["fact"])
    elif fact.type in {FactType.DAY, FactType.MOMENT} and wanted in _WORDS:
        other = str(wanted)
    else:
        return None
    if fact_of(scope, other, path).type is not fact.type:
        raise Refused(path, f"{other!r} is of type {scope[other].type}, not {fact.type}.")
    return other


def _against_fact(name: str, op: str, other: str, path: Path) -> Test:
    if op in {"is", "is_not"}:
        same = op == "is"
        return lambda facts: _both(facts, name, other, lambda got, wanted: (key_of(got) == key_of(wanted)) is same)
    if op not in ORDER:
        raise Refused(path, f"{op!r} cannot compare with another fact. Use is, is_not or {', '.join(ORDER)}.")
    in_order = ORDER[op]
    return lambda facts: _both(
        facts, name, other, lambda got, wanted: got is not None and wanted is not None and in_order(got, wanted)
    )


def _both(facts: Facts, name: str, other: str, compare: Callable[[Any, Any], bool]) -> Truth:
    got, wanted = facts.get(name, ABSENT), facts.get(other, ABSENT)
    return None if got is ABSENT or wanted is ABSENT else compare(got, wanted)


def _wanted(op: str, wanted: object) -> str:
    value = f"fact {wanted['fact']}" if isinstance(wanted, Mapping) else shown(wanted)
    return f"{op.replace('_', ' ')} {value}"


def shown(value: Value) -> str:
    """A fact in words, for the trace."""
    match value:
        case None:
            return "empty"
        case bool():
            return "yes" if value else "no"
        case datetime() | date():
            return value.isoformat()
        case list() | tuple():
            return ", ".join(shown(one) for one in value) or "empty"
        case Mapping():
            return str(value.get("name") or value.get("id") or "a record")
        case _:
            return "could not be read" if value is ABSENT else str(value)


def _distinct(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
