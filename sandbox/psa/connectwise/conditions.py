"""Parses a condition string into a tree of comparisons (CW §3.1)."""

from dataclasses import dataclass
from typing import Final

from sandbox.psa.connectwise.tokens import ConditionError, Mark, Token, tokens

DEEPEST: Final = 50
ORDERED: Final = frozenset({"=", "!=", "<", "<=", ">", ">="})
WORDS: Final = frozenset({"contains", "like", "in"})
CONSTANTS: Final = frozenset({"true", "false", "null"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """``status/id in (1, 2)``. ``values`` has one entry for every operator but ``in``."""

    field: Token
    operator: str
    negated: bool
    values: tuple[Token, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """All of these hold."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Either:
    """At least one of these holds."""

    parts: tuple["Condition", ...]


Condition = Comparison | Every | Either


def parse(source: str, *, backslash_escapes: bool = False) -> Condition:
    """AND binds tighter than OR."""
    parser = _Parser(list(tokens(source, backslash_escapes=backslash_escapes)))
    condition = parser.either(0)
    parser.expect_end()
    return condition


class _Parser:
    def __init__(self, read: list[Token]) -> None:
        self._tokens = read
        self._next = 0

    def either(self, depth: int) -> Condition:
        parts = [self._every(depth)]
        while self._take_word("or"):
            parts.append(self._every(depth))
        return parts[0] if len(parts) == 1 else Either(parts=tuple(parts))

    def _every(self, depth: int) -> Condition:
        parts = [self._one(depth)]
        while self._take_word("and"):
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else Every(parts=tuple(parts))

    def _one(self, depth: int) -> Condition:
        if not self._take_sign("("):
            return self._comparison()
        if depth == DEEPEST:
            raise self._unexpected()
        inside = self.either(depth + 1)
        self._expect_sign(")")
        return inside

    def _comparison(self) -> Comparison:
        field = self._take()
        if field.mark is not Mark.WORD or field.value.lower() in CONSTANTS | WORDS | {"and", "or", "not"}:
            raise ConditionError("a field name was expected, not", field.raw, field.position)
        negated = self._take_word("not")
        operator = self._take()
        word = operator.value.lower()
        allowed = WORDS if negated else WORDS | ORDERED
        if operator.mark not in {Mark.SIGN, Mark.WORD} or word not in allowed:
            raise ConditionError("unknown operator", operator.raw, operator.position)
        values = self._list() if word == "in" else (self._value(),)
        return Comparison(field=field, operator=word, negated=negated, values=values)

    def _list(self) -> tuple[Token, ...]:
        self._expect_sign("(")
        values = [self._value()]
        while self._take_sign(","):
            values.append(self._value())
        self._expect_sign(")")
        return tuple(values)

    def _value(self) -> Token:
        token = self._take()
        if token.mark in {Mark.TEXT, Mark.NUMBER, Mark.MOMENT}:
            return token
        if token.mark is Mark.WORD and token.value.lower() in CONSTANTS:
            return token
        raise ConditionError("a value was expected, not", token.raw, token.position)

    def _take(self) -> Token:
        token = self._tokens[self._next]
        self._next = min(self._next + 1, len(self._tokens) - 1)
        return token

    def _take_word(self, word: str) -> bool:
        token = self._tokens[self._next]
        return self._step(matches=token.mark is Mark.WORD and token.value.lower() == word)

    def _take_sign(self, sign: str) -> bool:
        token = self._tokens[self._next]
        return self._step(matches=token.mark is Mark.SIGN and token.value == sign)

    def _step(self, *, matches: bool) -> bool:
        self._next += matches
        return matches

    def _expect_sign(self, sign: str) -> None:
        if not self._take_sign(sign):
            raise self._unexpected()

    def expect_end(self) -> None:
        if self._tokens[self._next].mark is not Mark.END:
            raise self._unexpected()

    def _unexpected(self) -> ConditionError:
        token = self._tokens[self._next]
        return ConditionError("unexpected token", token.raw, token.position)
