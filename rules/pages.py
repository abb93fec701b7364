"""The catalogue as a page: docs/rules.md and ``psa-bot rules show`` are written from the cards, never by hand."""

from collections.abc import Collection, Iterator, Mapping

from rules.cards import Card, Example
from rules.engine import Engine
from rules.examples import WHEN
from rules.model import State
from rules.phrasing import phrase
from rules.places import TITLES
from rules.running import run
from rules.shapes import Decides, Expect
from rules.vocabulary import SCOPES, Asks
from rules.words import PLAIN_NOUNS, listed, readable

DECIDES = {
    Decides.BLOCKS: "hides the customer when it fails",
    Decides.WARNS: "advises; hides nobody",
    Decides.FRESHNESS: "is always shown first, and says whether a sync is enough",
}
ASKS = {
    Asks.ACCOUNT: "each account",
    Asks.AGREEMENT: "each agreement",
    Asks.CONNECTION: "each connection",
}
_EXPECTS = {
    Expect.PASS: "passes",
    Expect.FAIL: "fails",
    Expect.CANNOT_TELL: "cannot be told",
    Expect.NOT_NEEDED: "is not needed",
}
_INTRO = """# Rules

Why a customer is not visible, rule by rule. A customer is visible when every rule on the account passes and **one and
the same agreement** passes every rule on agreements. What could not be read is unknown: it never counts as passed.

This page is written from `rules/catalog/*.yaml` by `make docs`. Rules of your own go into the folder that
`PSA_BOT_RULES_DIR` names, one file each, in the same form; `psa-bot rules check` runs the examples of all of them, and
`rules/card.schema.json` gives an editor completion. Rules of your own can ask about the facts listed at the end. They
cannot run code.
"""


def rules_page(engine: Engine) -> str:
    """The whole page, in Markdown."""
    contents = "\n".join(f"| [`{card.id}`](#{card.id}) | {card.title} | {ASKS[card.asks]} |" for card in engine.cards)
    table = f"| rule | what is right | runs on |\n| --- | --- | --- |\n{contents}\n"
    sections = "\n".join(card_section(card) for card in engine.cards)
    return f"{_INTRO}\n{table}\n{sections}\n{_vocabulary()}"


def card_section(card: Card) -> str:
    """One rule in full."""
    return "\n".join(_section(card)) + "\n"


def _section(card: Card) -> Iterator[str]:
    yield f"## {card.id}\n"
    yield f"**{card.title}.** {card.why}\n"
    yield f"- Runs on {ASKS[card.asks]} of {listed(_titles(card.psas))}; {DECIDES[card.decides]}."
    if card.by_design:
        yield "- Failing means that the account is left out on purpose."
    if card.needs:
        yield f"- Needs a PSA that tells {', '.join(sorted(need.replace('_', ' ') for need in card.needs))}."
    if card.needs_any:
        yield f"- Needs a PSA that tells {' or '.join(sorted(need.replace('_', ' ') for need in card.needs_any))}."
    yield f"- Source: {card.source}."
    for link in card.links:
        yield f"- See [{link.label}]({link.url}){' for ' + listed(_titles(link.psas)) if link.psas else ''}."
    yield "\n| given | the rule | and says |\n| --- | --- | --- |"
    for example in card.examples:
        yield _row(example)
    yield "\nHow to fix it:"
    for steps, psas in _fixes(card).items():
        if psas != card.psas:
            yield f"\nIn {listed(_titles(psas))}:"
        yield "\n" + "\n".join(f"{number}. {step}" for number, step in enumerate(steps, start=1))


def _fixes(card: Card) -> Mapping[tuple[str, ...], set[str]]:
    """The steps as a person reads them, for each failing example, and the PSAs that they are for."""
    found: dict[tuple[str, ...], set[str]] = {}
    for example in card.examples:
        facts = {**WHEN, **example.given}
        for answer in run(card, facts) if example.expect is Expect.FAIL else ():
            for psa in TITLES if answer.state is State.FAIL else ():
                if psa in card.psas:
                    told = {**facts, **answer.evidence}
                    nouns = PLAIN_NOUNS | {"psa": TITLES[psa]}
                    fix = phrase(card, State.FAIL, None, told, psa=psa, nouns=nouns).fix
                    found.setdefault(fix, set()).add(psa)
    return found


def _titles(psas: Collection[str]) -> list[str]:
    return [title for psa, title in TITLES.items() if psa in psas]


def _row(example: Example) -> str:
    says = " ".join((example.says or "").split())
    return f"| {_cell(_given(example))} | {_EXPECTS[example.expect]} | {_cell(says)} |"


def _given(example: Example) -> str:
    facts = [f"{name}: {_value(value)}" for name, value in example.given.items()]
    return "; ".join(facts) or "nothing could be read"


def _value(value: object) -> str:
    """Records are told by what is given of them, not by their name alone."""
    if isinstance(value, tuple) and value and isinstance(value[0], Mapping):
        return "; ".join(", ".join(f"{key} {readable(one)}" for key, one in row.items()) for row in value)
    return str(readable(value)) or "empty"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _vocabulary() -> str:
    parts = ["## Facts\n", "An absent fact could not be read. `null` was read, and is empty.\n"]
    for asks, scope in SCOPES.items():
        parts.append(f"### On {ASKS[asks]}\n\n| fact | type | means |\n| --- | --- | --- |")
        parts += [f"| `{name}` | {fact.type} | {fact.means} |" for name, fact in scope.items()]
        parts.append("")
    return "\n".join(parts)
