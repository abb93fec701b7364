"""The small checks that every Block Kit object is described with; each yields problems with a JSON pointer."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    pointer: str
    text: str

    def __str__(self) -> str:
        return f"[ERROR] {self.text} [json-pointer:{self.pointer}]"


Check = Callable[[Any, str], Iterator[Problem]]
Rule = Callable[[Mapping[str, Any], str], Iterator[Problem]]


def string(maximum: int, minimum: int = 0) -> Check:
    def check(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem(at, "must provide a string")
        elif len(value) < minimum:
            yield Problem(at, f"must be more than {minimum - 1} characters")
        elif len(value) > maximum:
            yield Problem(at, f"must be less than {maximum + 1} characters")

    return check


def url(maximum: int = 3000) -> Check:
    def check(value: Any, at: str) -> Iterator[Problem]:
        yield from string(maximum, 1)(value, at)
        if isinstance(value, str) and not value.startswith(("http://", "https://", "mailto:")):
            yield Problem(at, "must be a valid URL")

    return check


def boolean(value: Any, at: str) -> Iterator[Problem]:
    if not isinstance(value, bool):
        yield Problem(at, "must provide a boolean")


def number(value: Any, at: str) -> Iterator[Problem]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield Problem(at, "must provide a number")


def integer(minimum: int, maximum: int) -> Check:
    def check(value: Any, at: str) -> Iterator[Problem]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield Problem(at, "must provide an integer")
        elif not minimum <= value <= maximum:
            yield Problem(at, f"must be between {minimum} and {maximum}")

    return check


def one_of(*allowed: str) -> Check:
    def check(value: Any, at: str) -> Iterator[Problem]:
        if value not in allowed:
            yield Problem(at, f"must be one of {', '.join(allowed)}")

    return check


def anything(value: Any, at: str) -> Iterator[Problem]:
    """For what Slack fills in itself and we have no source for."""
    yield from ()


def array(check: Check, maximum: int, minimum: int = 1) -> Check:
    def check_all(value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem(at, "must provide an array")
            return
        if len(value) < minimum:
            yield Problem(at, f"no less than {minimum} items allowed")
        if len(value) > maximum:
            yield Problem(at, f"no more than {maximum} items allowed")
        for index, item in enumerate(value):
            yield from check(item, f"{at}/{index}")

    return check_all


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: required and optional keys, nothing else, and rules between keys. It is a Check itself."""

    required: Mapping[str, Check] = field(default_factory=dict)
    optional: Mapping[str, Check] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    def __call__(self, value: Any, at: str) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem(at, "must provide an object")
            return
        for name in self.required:
            if name not in value:
                yield Problem(at, f"missing required field: {name}")
        known = {**self.required, **self.optional}
        for name, item in value.items():
            if name == "type":
                continue  # by_type has looked at it
            if name in known:
                yield from known[name](item, f"{at}/{name}")
            else:
                yield Problem(f"{at}/{name}", f"invalid additional property: {name}")
        for rule in self.rules:
            yield from rule(value, at)


def by_type(shapes: Mapping[str, Check], *allowed: str) -> Check:
    """Chooses the shape by ``type``; ``allowed`` narrows the choice where a place takes only some types."""

    def check(value: Any, at: str) -> Iterator[Problem]:
        kind = value.get("type") if isinstance(value, dict) else None
        if not isinstance(value, dict):
            yield Problem(at, "must provide an object")
        elif not isinstance(kind, str) or kind not in shapes or (allowed and kind not in allowed):
            yield Problem(f"{at}/type", f"unsupported type: {kind}")
        else:
            yield from shapes[kind](value, at)

    return check


def listed(value: Mapping[str, Any], name: str) -> list[Any]:
    """The items under a key, for rules that look at what its own check may already have refused."""
    items = value.get(name)
    return items if isinstance(items, list) else []


def at_least_one(*names: str) -> Rule:
    def rule(value: Mapping[str, Any], at: str) -> Iterator[Problem]:
        if not any(value.get(name) for name in names):
            yield Problem(at, f"missing required field: one of {', '.join(names)}")

    return rule


def exactly_one(*names: str) -> Rule:
    def rule(value: Mapping[str, Any], at: str) -> Iterator[Problem]:
        if sum(name in value for name in names) != 1:
            yield Problem(at, f"must provide exactly one of {', '.join(names)}")

    return rule


def only_with(name: str, needed: str) -> Rule:
    def rule(value: Mapping[str, Any], at: str) -> Iterator[Problem]:
        if value.get(name) and not value.get(needed):
            yield Problem(f"{at}/{name}", f"is only allowed with {needed}")

    return rule
