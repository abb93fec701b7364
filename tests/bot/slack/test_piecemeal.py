"""Answers that come one by one: what is known is told soon, nothing is lost, and nothing is said too often."""

import asyncio

import pytest

from bot.journeys import Answer
from tests.bot.slack.stage import RecordingJourneys, Stage, said, stage


def journeys(connections: int) -> tuple[RecordingJourneys, list[asyncio.Event]]:
    """Nobody has answered yet. The gates are those of the connections, in order."""
    made = RecordingJourneys()
    made.gate.clear()
    made.lookups.arrivals = [asyncio.Event() for _ in range(connections - 1)]
    return made, [made.gate, *made.lookups.arrivals]


async def typed(bot: Stage, text: str = "missing Acme") -> None:
    assert (await bot.slack.slash("agent", "#general", f"/psa {text}")).status == 200


async def shown(bot: Stage, text: str) -> None:
    await bot.slack.wait_for(lambda message: message.text == text)


async def test_when_all_answer_soon_there_is_one_message() -> None:
    made, gates = journeys(3)
    for gate in gates:
        gate.set()
    async with stage(journeys=made) as bot:
        assert await bot.types("missing Acme") == ["3 of 3 have answered."]
        assert made.lookups.made[0].closed


@pytest.mark.requirement("R239")
async def test_a_slow_one_delays_nobody_and_is_added_once_when_it_has_answered() -> None:
    made, gates = journeys(3)
    gates[0].set()
    gates[1].set()
    async with stage(journeys=made) as bot:
        await typed(bot)
        await shown(bot, "2 of 3 have answered.")
        gates[2].set()
        await bot.settled()
        assert bot.texts() == ["2 of 3 have answered.", "1 more have answered."]
        assert [call for call in made.calls if call[0] == "answered"] == [
            ("answered", "q:17", "C0GENERAL"),
            ("answered", "q:18", "C0GENERAL"),
        ]


async def test_several_slow_ones_are_added_together_and_looking_up_is_said_only_while_nobody_answered() -> None:
    made, gates = journeys(4)
    async with stage(journeys=made) as bot:
        await typed(bot)
        await shown(bot, 'Looking up "Acme" …')
        gates[0].set()
        await shown(bot, "1 of 4 have answered.")
        for gate in gates[1:]:
            gate.set()
            await asyncio.sleep(0)
        await bot.settled()
        assert bot.texts() == ['Looking up "Acme" …', "1 of 4 have answered.", "3 more have answered."]
        assert len(bot.slack.calls("response_url")) == 3


async def test_after_a_mention_the_one_message_in_the_thread_is_edited_as_they_answer() -> None:
    made, gates = journeys(3)
    async with stage(journeys=made) as bot:
        await bot.slack.mention("agent", "#general", "missing Acme")
        await shown(bot, 'Looking up "Acme" …')
        for number, gate in enumerate(gates, 1):
            gate.set()
            await shown(bot, f"{number} of 3 have answered.")
        await bot.settled()
        _, answer = bot.slack.messages()
        assert (answer.text, answer.ephemeral_to) == ("3 of 3 have answered.", None)


async def test_a_private_card_that_was_pressed_is_replaced_and_its_last_use_is_kept_for_the_whole() -> None:
    made, gates = journeys(9)
    async with stage(journeys=made) as bot:
        made.gate.set()
        await bot.types("status")  # answered with a card that has the buttons of a real answer
        made.gate.clear()
        [card] = bot.slack.messages()
        await bot.slack.click(card.ts, "missing.check_again")
        await shown(bot, 'Looking up "it again" …')
        for number, gate in enumerate(gates, 1):
            gate.set()
            if number <= 3:
                await shown(bot, f"{number} of 9 have answered.")
        await bot.settled()
        assert bot.texts() == ["9 of 9 have answered."]
        assert [call.ok for call in bot.slack.calls("response_url")] == [True] * 6  # one of them answered "status"


async def test_where_there_is_nothing_to_wait_for_the_reason_is_the_only_message() -> None:
    made, _ = journeys(2)
    made.lookups.instead = Answer(message=said("There is no such connection."))
    async with stage(journeys=made) as bot:
        assert await bot.types("missing Acme") == ["There is no such connection."]


async def test_what_breaks_while_they_answer_is_told_with_an_error_id() -> None:
    made, gates = journeys(1)
    made.breaks = RuntimeError("a s3cret bug")
    gates[0].set()
    async with stage(journeys=made) as bot:
        (text,) = await bot.types("missing Acme")
        assert text.startswith("Something went wrong on my side.")
        assert made.lookups.made[0].closed
