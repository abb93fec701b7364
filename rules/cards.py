"""One rule card, checked and ready to run: refused with file and line where anything in it does not fit."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn, cast

import msgspec
from jinja2 import Template, TemplateError

from connectors.records import Because, Capability
from rules import literals
from rules.answers import Answer, Check, truth_of
from rules.checks import CHECKS
from rules.conditions import Condition, compile_condition
from rules.kleene import Truth
from rules.literals import Facts, Refused, facts_from
from rules.reading import Document, RuleError, read_card
from rules.shapes import KEYS, CardShape, Decides, Expect, WordsShape
from rules.vocabulary import SCOPES, Asks, Scope
from rules.words import Phrasebook, Words, rendered

_PLACE: Final = re.compile(r"[ -]+at (?:`key` in )?`\$?(.*)`$")
_CHECK: Final = "python:rules.checks."
_PSA_DOWN: Final = "{{ the.psa }} could not be read, so this cannot be told now."


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One test of a card. A fact that is not given could not be read."""

    given: Facts
    expect: Expect
    says: str | None
    because: Because | None
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where to read on; ``psas`` empty: for all."""

    label: str
    url: str
    psas: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One rule. Exactly one of ``expect`` and ``check`` is set."""

    id: str
    title: str
    heading: Template  # the title with the PSA's own nouns
    why: str
    psas: frozenset[str]
    asks: Asks
    needs: frozenset[Capability]
    needs_any: frozenset[Capability]
    decides: Decides
    order: int
    by_design: bool
    expect: Condition | None
    check: Check | None
    not_needed_if: Condition | None
    fail: tuple[Words, ...]
    cannot_tell: tuple[Words, ...]
    passes: Template | None
    evidence: tuple[str, ...]
    repair: Facts
    follows: Mapping[str, Facts]
    links: tuple[Link, ...]
    source: str
    examples: tuple[Example, ...]
    file: Path
    text: str

    @property
    def blocks(self) -> bool:
        return self.decides is Decides.BLOCKS

    @property
    def is_freshness(self) -> bool:
        return self.decides is Decides.FRESHNESS

    @property
    def asks_presence(self) -> bool:
        """It judges whether the record is there, so it has an answer on one that is not."""
        return "found_live" in self.evidence

    def told_by(self, gives: frozenset[Capability]) -> bool:
        """The PSA can tell what the rule needs."""
        return self.needs <= gives and (not self.needs_any or bool(self.needs_any & gives))

    def repaired(self, psa: str) -> Facts:
        """The facts that are different once it is fixed, with those that the PSA then works out by itself."""
        return {**self.repair, **self.follows.get(psa, {})}

    def link(self, psa: str) -> str | None:
        return next((link.url for link in self.links if not link.psas or psa in link.psas), None)

    def spared(self, facts: Facts) -> bool:
        """Its own condition says that it is not needed here."""
        return self.not_needed_if is not None and self.not_needed_if.test(facts) is True

    def holds(self, facts: Facts) -> Truth:
        """The fast path: the answer alone."""
        if self.spared(facts):
            return True
        return self.expect.test(facts) if self.expect is not None else truth_of(self.answers(facts))

    def answers(self, facts: Facts) -> Sequence[Answer]:
        """The answers of its Python check."""
        return self.check(facts) if self.check is not None else ()


def load_card(file: Path, phrasebook: Phrasebook, *, built_in: bool) -> Card:
    """Raises RuleError, which names file and line and says what to do."""
    document = read_card(file)
    shape = _shaped(document)
    try:
        return _Maker(document, shape, phrasebook, SCOPES[shape.asks], built_in).card()
    except Refused as refused:
        raise document.error(refused.path, refused.problem) from None


def _shaped(document: Document) -> CardShape:
    try:
        return msgspec.convert(document.value, CardShape)
    except msgspec.ValidationError as error:
        raise _explained(document, str(error)) from None


def _explained(document: Document, message: str) -> RuleError:
    """Msgspec says ``Expected … - at `$.fail[0].fix```: its place becomes a line, and known names are added."""
    place = _PLACE.search(message)
    path: literals.Path = ()
    if place:
        found = re.findall(r"\[(\d+)\]|\.?([^.\[\]]+)", place[1])
        path = tuple(int(number) if number else name for number, name in found)
    problem = _PLACE.sub("", message).replace("Object", "This", 1).replace("`", "'")
    unknown = re.search(r"unknown field '(.*)'", problem)
    if unknown:
        path = (*path, unknown[1])
        problem += f". Known: {', '.join(sorted(KEYS[str(path[0]) if len(path) > 1 else '']))}"
    return document.error(path, f"{problem}.")


class _Maker:
    """Turns one shape into a Card; every step may raise Refused with the path of the mistake."""

    def __init__(self, document: Document, shape: CardShape, book: Phrasebook, scope: Scope, built_in: bool) -> None:  # noqa: FBT001 - one caller, by name
        self.document = document
        self.shape = shape
        self.book = book
        self.scope = scope
        self.built_in = built_in

    def card(self) -> Card:
        shape = self.shape
        self._check_names()
        heading = self._template(shape.title, ("title",))
        expect = self._condition(shape.expect, "expect")
        return Card(
            id=shape.id,
            title=rendered(heading, {}, {}),
            heading=heading,
            why=shape.why,
            psas=frozenset(shape.psas),
            asks=shape.asks,
            needs=frozenset(shape.needs),
            needs_any=frozenset(shape.needs_any),
            decides=shape.decides,
            order=shape.order,
            by_design=shape.by_design,
            expect=expect,
            check=self._python(),
            not_needed_if=self._condition(shape.not_needed_if, "not_needed_if"),
            fail=self._fails(),
            cannot_tell=self._cannot_tell(),
            passes=self._template(shape.pass_.says, ("pass", "says")) if shape.pass_ else None,
            evidence=self._evidence(expect),
            repair=facts_from(shape.repair, self.scope, ("repair",)),
            follows={psa: facts_from(facts, self.scope, ("follows", psa)) for psa, facts in shape.follows.items()},
            links=tuple(Link(label=link.label, url=link.url, psas=frozenset(link.psas)) for link in shape.links),
            source=shape.source,
            examples=self._examples(),
            file=self.document.file,
            text=self.document.text,
        )

    def _check_names(self) -> None:
        shape = self.shape
        if shape.id != self.document.file.stem:
            _refuse(("id",), f"{shape.id!r} is not the file's name: call the file {shape.id}.yaml.")
        if shape.title.split()[0].lower() in {"ensure", "check"}:
            _refuse(("title",), "Say what is right, such as 'Account type is Customer', not what to check.")
        if shape.decides is Decides.FRESHNESS and not self.built_in:
            _refuse(("decides",), "Only the built-in rule decides freshness: use blocks or warns.")
        if shape.check is not None and not self.built_in:
            _refuse(("check",), "Rules of your own cannot run code: write a condition under expect.")
        if (shape.expect is None) == (shape.check is None):
            _refuse(("expect",), "Write a condition under expect.")

    def _condition(self, tree: Mapping[str, object] | None, key: str) -> Condition | None:
        return None if tree is None else compile_condition(tree, self.scope, (key,))

    def _python(self) -> Check | None:
        written = self.shape.check
        if written is None:
            return None
        if written.removeprefix(_CHECK) not in CHECKS:
            _refuse(("check",), f"{written!r} is not there. Known: {', '.join(_CHECK + name for name in CHECKS)}.")
        return CHECKS[written.removeprefix(_CHECK)]

    def _fails(self) -> tuple[Words, ...]:
        words = self._words(self.shape.fail, "fail")
        for number, one in enumerate(words):
            path = ("fail", number) if len(words) > 1 else ("fail",)
            if not all(one.steps(psa) for psa in self.shape.psas):
                _refuse(path, "There is no fix for every PSA of the card: add the steps under fix.")
            if self.shape.decides is Decides.BLOCKS and one.in_short is None:
                _refuse(path, "A rule that blocks needs in_short: the end of 'Acme Ltd is hidden: …'.")
        return words

    def _cannot_tell(self) -> tuple[Words, ...]:
        words = self._words(self.shape.cannot_tell, "cannot_tell")
        psa_down = Words(says=self.book.template(_PSA_DOWN), in_short=None, fix={}, because=Because.PSA_DOWN)
        return (*words[:-1], psa_down, words[-1])

    def _words(self, written: WordsShape | list[WordsShape], key: str) -> tuple[Words, ...]:
        several = written if isinstance(written, list) else [written]
        paths: list[literals.Path] = [(key, number) for number in range(len(several))]
        if several is not written:
            paths = [(key,)]
        if several[-1].when is not None or several[-1].because is not None:
            _refuse(paths[-1], "The last one must fit always: write it without when and because.")
        return tuple(self._phrase(one, path) for one, path in zip(several, paths, strict=True))

    def _phrase(self, written: WordsShape, path: literals.Path) -> Words:
        fix = {"any": written.fix} if isinstance(written.fix, list) else cast("dict[str, list[str]]", written.fix or {})
        return Words(
            says=self._template(written.says, (*path, "says")),
            in_short=self._template(written.in_short, (*path, "in_short")) if written.in_short else None,
            fix={psa: tuple(self._template(step, (*path, "fix")) for step in steps) for psa, steps in fix.items()},
            when=None if written.when is None else compile_condition(written.when, self.scope, (*path, "when")),
            because=written.because,
        )

    def _template(self, text: str, path: literals.Path) -> Template:
        try:
            return self.book.template(text)
        except TemplateError as error:
            raise Refused(path, f"{text!r} is not a template: {error}.") from None

    def _evidence(self, expect: Condition | None) -> tuple[str, ...]:
        for number, name in enumerate(self.shape.evidence):
            literals.fact_of(self.scope, name, ("evidence", number))
        return tuple(self.shape.evidence) or (expect.facts if expect else ())

    def _examples(self) -> tuple[Example, ...]:
        missing = {Expect.PASS, Expect.FAIL, Expect.CANNOT_TELL} - {one.expect for one in self.shape.examples}
        if missing:
            _refuse(("examples",), f"There is no example that expects {', '.join(sorted(missing))}: add one.")
        return tuple(
            Example(
                given=facts_from(one.given, self.scope, ("examples", number, "given")),
                expect=one.expect,
                says=one.says,
                because=one.because,
                line=self.document.lines.get(("examples", number), 1),
            )
            for number, one in enumerate(self.shape.examples)
        )


def _refuse(path: literals.Path, problem: str) -> NoReturn:
    raise Refused(path, problem)
