"""``psa-bot rules``: the catalogue in the terminal."""

from pathlib import Path

import pytest

from tests.bot.cli.terminal import Terminal

CARD = Path(__file__).resolve().parents[3] / "rules" / "catalog" / "agreement-billing-cycle.yaml"


def test_the_list_has_every_card_with_its_title(terminal: Terminal) -> None:
    listed = terminal.types("rules", "list", "--json").json
    cards = {file.stem for file in CARD.parent.glob("*.yaml")}
    assert {rule["id"] for rule in listed} == cards
    assert all(rule["title"] in terminal.types("rules", "list").out for rule in listed[:1])


@pytest.mark.requirement("R16")
def test_the_list_of_one_psa_is_its_own_pack(terminal: Terminal) -> None:
    packs = {
        psa: {rule["id"] for rule in terminal.types("rules", "list", "--psa", psa, "--json").json}
        for psa in ("autotask", "connectwise", "halopsa")
    }
    assert "account-name-is-real" in packs["autotask"]
    assert "psa-version" in packs["halopsa"] - packs["autotask"] - packs["connectwise"]
    assert "account-not-recycled" in packs["connectwise"] - packs["autotask"]
    assert "psa-version" in terminal.types("rules", "list", "--psa", "halopsa").out


def test_one_rule_is_shown_in_full(terminal: Terminal) -> None:
    shown = terminal.types("rules", "show", "agreement-billing-cycle")
    assert shown.code == 0
    assert "billing cycle" in shown.out.lower()
    assert terminal.types("rules", "show", "agreement-billing-cycle", "--json").json["file"] == CARD.name


def test_an_unknown_rule_is_named_beside_the_known_ones(terminal: Terminal) -> None:
    ran = terminal.types("rules", "show", "agreement-billing-circle")
    assert ran.code == 2
    assert "agreement-billing-cycle" in ran.err


def test_the_examples_of_all_cards_hold(terminal: Terminal) -> None:
    ran = terminal.types("rules", "check", "--json")
    assert (ran.code, ran.json["problems"]) == (0, [])
    assert ran.json["examples"] >= 3 * ran.json["rules"]


@pytest.mark.parametrize("as_json", [[], ["--json"]])
def test_an_example_that_does_not_hold_ends_with_1_and_is_named(
    terminal: Terminal, tmp_path: Path, as_json: list[str]
) -> None:
    wrong = CARD.read_text(encoding="utf-8").replace("id: agreement-billing-cycle", "id: ours", 1)
    (tmp_path / "ours.yaml").write_text(wrong.replace("expect: pass", "expect: fail", 1), encoding="utf-8")
    ran = terminal.types("rules", "check", *as_json, PSA_BOT_RULES_DIR=str(tmp_path))
    assert ran.code == 1
    assert "ours" in ran.out
