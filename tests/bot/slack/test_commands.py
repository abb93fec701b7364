"""What a person types, and what comes back."""

import asyncio

import pytest

from tests.bot.slack.stage import RecordingJourneys, stage


async def test_a_question_is_answered_for_the_person_alone() -> None:
    async with stage() as bot:
        assert await bot.types("missing Acme") == ["Acme Ltd is not synced yet."]
        (message,) = bot.slack.messages()
        assert message.ephemeral_to == "U0AGENT"
        assert bot.journeys.calls == [("missing", "Acme", None, "U0AGENT"), ("answered", "q:17", "C0GENERAL")]


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ('missing "Acme', "Acme"),
        ("missing “Acme Ltd”", "Acme Ltd"),
        ("MISSING    Acme   ", "Acme"),
        ("missing Øre & Söns <Ltd>", "Øre & Söns <Ltd>"),
        ("missing --force", "--force"),
        ("why O'Brien", "O'Brien"),
    ],
)
async def test_a_name_arrives_as_it_was_meant(typed: str, asked: str) -> None:
    async with stage() as bot:
        await bot.types(typed)
        assert bot.journeys.calls[0] == ("missing", asked, None, "U0AGENT")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "What is wrong?"),
        ("help", "What /psa can do"),
        ("HELP missing", "How to use /psa missing"),
        ("help mising", "How to use /psa missing"),
        ("help xyzzy", "What /psa can do"),
        ("mising Acme", "Did you mean /psa missing Acme?"),
        ("Acme Ltd", "Did you mean /psa missing Acme Ltd?"),
        ("missing", "Which customer?"),
        ("subscribe", "Say failures or digest."),
        ("subscribe digest at noon", "Give the time like this: 08:00."),
    ],
)
async def test_every_way_of_typing_it_wrong_has_a_helpful_answer(typed: str, said: str) -> None:
    async with stage() as bot:
        assert await bot.types(typed) == [said]
        assert bot.journeys.calls == []


@pytest.mark.parametrize(
    ("typed", "call"),
    [
        ("status", ("status",)),
        ("connections", ("connections", 1)),
        ("subscribe digest at 8am", ("subscribe", "digest", "08:00", None)),
        ("subscribe failures", ("subscribe", "failures", None, None)),
        ("unsubscribe digest", ("unsubscribe", "digest", None)),
        ("subscriptions", ("subscriptions",)),
        ("permissions", ("rights", None)),
        ("rules", ("rules", "")),
        ("rules Autotask please", ("rules", "Autotask")),
        ("rights @cw-prod", ("rights", "cw-prod")),
        ("resync @cw-prod", ("resync", "cw-prod", "Dana Agent")),
        ("resync settings @cw-prod", ("resync", "cw-prod", "Dana Agent", "settings")),
        ("option priority P0", ("option", "priority P0", None)),
        ("filter @cw-prod", ("filter", "cw-prod")),
        ("note 812 new board", ("note", 812, "new board")),
        ("history Acme", ("history", "Acme", None)),
        ("missing Acme in cw-prod", ("missing", "Acme", "cw-prod", "U0AGENT")),
    ],
)
async def test_each_verb_asks_its_journey(typed: str, call: tuple[object, ...]) -> None:
    async with stage() as bot:
        await bot.types(typed)
        assert bot.journeys.calls[0] == call


async def test_a_did_you_mean_button_runs_the_corrected_command() -> None:
    async with stage() as bot:
        await bot.types("mising Smith & Sons")
        (message,) = bot.slack.messages()
        assert (await bot.slack.click(message.ts, "menu.run", "missing Smith & Sons")).ok
        await bot.settled()
        assert bot.journeys.calls[0] == ("missing", "Smith & Sons", None, "U0AGENT")
        assert bot.texts() == ["Acme Ltd is not synced yet."]


async def test_a_mention_in_a_thread_is_answered_in_that_thread() -> None:
    async with stage() as bot:
        await bot.slack.mention("agent", "#general", "missing Acme &amp; Sons")
        await bot.settled()
        asked, answer = bot.slack.messages()
        assert answer.thread_ts == asked.ts
        assert answer.ephemeral_to is None
        assert bot.journeys.calls[0] == ("missing", "Acme & Sons", None, "U0AGENT")


async def test_another_command_name_is_told_the_right_one() -> None:
    async with stage() as bot:
        delivery = await bot.slack.deliveries.deliver(
            "slash_commands", {"command": "/other", "text": "", "team_id": "T0LOCAL", "user_id": "U0AGENT"}
        )
        assert delivery.status == 200
        assert "/psa" in delivery.body["text"]


@pytest.mark.requirement("R173", "R239", "R242")
async def test_fifty_commands_at_once_are_acknowledged_within_a_second_and_all_answered() -> None:
    journeys = RecordingJourneys()
    journeys.gate.clear()  # every PSA is slow
    async with stage(journeys=journeys) as bot:
        sent = (bot.slack.slash("agent", "#general", f"/psa missing Acme {number}") for number in range(50))
        deliveries = await asyncio.gather(*sent)
        assert {delivery.status for delivery in deliveries} == {200}
        assert max(delivery.ack_ms for delivery in deliveries) < 1000
        journeys.gate.set()
        await bot.settled()
        assert {call[1] for call in journeys.calls if call[0] == "missing"} == {f"Acme {n}" for n in range(50)}
        assert bot.texts().count("Acme Ltd is not synced yet.") == 50


async def test_looking_up_is_said_when_the_answer_takes_long() -> None:
    journeys = RecordingJourneys()
    journeys.gate.clear()
    async with stage(journeys=journeys) as bot:
        await bot.slack.slash("agent", "#general", "/psa missing Acme")
        await bot.slack.wait_for(lambda message: message.text == 'Looking up "Acme" …')
        journeys.gate.set()
        await bot.settled()
        assert bot.texts()[-1] == "Acme Ltd is not synced yet."


@pytest.mark.requirement("R176")
async def test_a_click_that_takes_long_is_answered_in_the_clicked_message() -> None:
    async with stage() as bot:
        await bot.types("missing Acme")
        (message,) = bot.slack.messages()
        bot.journeys.gate.clear()
        await bot.slack.click(message.ts, "missing.check_again")
        await bot.slack.wait_for(lambda each: each.text.startswith("Looking up"))
        bot.journeys.gate.set()
        await bot.settled()
        assert bot.texts() == ["Acme Ltd is not synced yet."]
