"""``psa-bot rules``: the catalogue, its examples, and one rule in full. Needs no database."""

import argparse
from pathlib import Path
from typing import Any

from bot.exits import CommandError, Exit, Said
from rules.cards import Card
from rules.engine import Engine
from rules.examples import check_examples
from rules.pages import card_section


def run(rules_dir: Path | None, arguments: argparse.Namespace) -> Said:
    """Raises RuleError, with file and line."""
    engine = Engine.load(rules_dir)
    match arguments.action:
        case "list":
            cards = engine.pack(arguments.psa) if arguments.psa else engine.cards
            text = "\n".join(f"{card.id:32} {card.title}" for card in cards)
            return Said(document=[_document(card) for card in cards], text=text)
        case "check":
            return _check(engine)
        case _:
            return _show(engine, arguments.id)


def _check(engine: Engine) -> Said:
    problems = [str(problem) for card in engine.cards for problem in check_examples(card)]
    examples = sum(len(card.examples) for card in engine.cards)
    return Said(
        document={"rules": len(engine.cards), "examples": examples, "problems": problems},
        text="\n".join([*problems, f"{len(engine.cards)} rules, {examples} examples, {len(problems)} problems."]),
        exit=Exit.NO if problems else Exit.DONE,
    )


def _show(engine: Engine, rule: str) -> Said:
    card = engine.card(rule)
    if card is None:
        known = ", ".join(each.id for each in engine.cards)
        raise CommandError(f"There is no rule “{rule}”. There are: {known}.", Exit.USAGE)
    return Said(document=_document(card), text=card_section(card))


def _document(card: Card) -> dict[str, Any]:
    return {
        "id": card.id,
        "title": card.title,
        "why": card.why,
        "psas": sorted(card.psas),
        "asks": str(card.asks),
        "decides": str(card.decides),
        "source": card.source,
        "file": card.file.name,
    }
