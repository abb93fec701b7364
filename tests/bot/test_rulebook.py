"""The rules of one PSA, and why each of them is there."""

import pytest

from bot.conversation.rulebook import Rules
from bot.journeys import Asked
from bot.messages import Picker, Place, plain
from bot.render.words import Words
from bot.rulebook import Pack, Rulebook, Unclear, pack_of
from bot.store.database import Database
from bot.store.queries import connections
from connectors.registry import specs
from rules.engine import Engine
from tests.bot.daily import BOX, MONDAY, fits_slack

KINDS = sorted(specs())
AGENT = Asked(by="U0AGENT", name="Dana Agent", place=Place(channel="C0GENERAL"))


async def connected(db: Database, **kinds: str) -> None:
    for name, kind in kinds.items():
        await connections.add(db, BOX, name=name, psa=kind, settings={}, secrets={}, now=MONDAY)


async def told(db: Database, engine: Engine, word: str) -> str:
    answer = await Rules(Words(), Rulebook(db, engine), "/psa").show(word, AGENT)
    fits_slack(answer.message)
    return plain(answer.message.blocks)


@pytest.mark.requirement("R16")
@pytest.mark.parametrize("kind", KINDS)
async def test_the_pack_of_a_psa_is_listed_rule_by_rule(sqlite_database: Database, engine: Engine, kind: str) -> None:
    said = await told(sqlite_database, engine, kind.upper())
    pack = pack_of(engine, kind)
    assert said.startswith(f"{len(pack.cards)} rules for {specs()[kind].nouns.psa}")
    for card in engine.cards:
        assert (f" · {card.id}" in said) is (kind in card.psas)
    assert ("cannot tell" in said) is bool(pack.untold)


@pytest.mark.requirement("R17")
async def test_each_rule_says_why_it_is_there_when_it_is_asked_for(sqlite_database: Database, engine: Engine) -> None:
    for card in engine.cards:
        said = await told(sqlite_database, engine, card.id)
        assert said.startswith(card.title)
        assert card.why in said
        assert card.links[0].url in said


@pytest.mark.requirement("R17")
async def test_every_rule_of_a_pack_can_be_picked_for_its_reason(sqlite_database: Database, engine: Engine) -> None:
    answer = await Rules(Words(), Rulebook(sqlite_database, engine), "/psa").show("autotask", AGENT)
    [picker] = answer.message.actions
    assert isinstance(picker, Picker)
    assert [choice.value for choice in picker.choices] == [card.id for card in engine.pack("autotask")]


async def test_without_a_word_it_is_the_only_psa_that_is_connected(sqlite_database: Database, engine: Engine) -> None:
    await connected(sqlite_database, east="autotask", west="autotask")
    assert "rules for Autotask" in await told(sqlite_database, engine, "")
    await connected(sqlite_database, uk="halopsa")
    said = await told(sqlite_database, engine, "")
    assert "/psa rules autotask" in said
    assert "/psa rules halopsa" in said
    assert "syncro" not in said


async def test_a_connection_is_as_good_as_its_psa(sqlite_database: Database, engine: Engine) -> None:
    await connected(sqlite_database, east="autotask", uk="halopsa")
    assert "rules for HaloPSA" in await told(sqlite_database, engine, "@UK")


@pytest.mark.parametrize("word", ["nonsense", "<!channel>", "@nowhere"])
async def test_a_word_that_means_nothing_offers_the_psas(sqlite_database: Database, engine: Engine, word: str) -> None:
    found = await Rulebook(sqlite_database, engine).look_up(word)
    assert found == Unclear(word=word, kinds=tuple(KINDS))
    assert f"called “{word}”" in await told(sqlite_database, engine, word)


def test_rules_that_a_psa_cannot_answer_are_marked_as_not_needed(engine: Engine) -> None:
    pack = pack_of(engine, "syncro")
    assert isinstance(pack, Pack)
    assert all(not card.told_by(pack.spec.gives) for card in pack.cards if card.id in pack.untold)
