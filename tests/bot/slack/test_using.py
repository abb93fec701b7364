"""A channel that is bound to a connection: what the verbs mean there, who may bind it, and how the answer says so."""

from typing import Any

import pytest

from bot.slack.registry import TAKES_CONNECTION, VERBS
from tests.bot.slack.stage import RecordingJourneys, Stage, stage

NOTE = "Limited to cw-lab: this channel is bound to it. /psa use all undoes it."


def bound() -> RecordingJourneys:
    made = RecordingJourneys()
    made.bindings.bound["C0GENERAL"] = "cw-lab"
    return made


def notes(bot: Stage) -> list[str]:
    """Of all messages, the small print at their end."""
    blocks: list[dict[str, Any]] = [block for message in bot.slack.messages() for block in message.blocks]
    return [block["elements"][0]["text"] for block in blocks if block["type"] == "context"]


def test_every_verb_that_takes_a_connection_means_the_channels() -> None:
    for verb in VERBS:
        assert ("[@connection]" in verb.grammar) == (verb.takes in TAKES_CONNECTION)


@pytest.mark.parametrize(
    ("typed", "call"),
    [
        ("missing Acme", ("missing", "Acme", "cw-lab", "U0AGENT")),
        ("missing Acme @cw-prod", ("missing", "Acme", "cw-prod", "U0AGENT")),
        ("missing Acme @all", ("missing", "Acme", None, "U0AGENT")),
        ("missing Acme @ALL", ("missing", "Acme", None, "U0AGENT")),
        ("resync", ("resync", "cw-lab", "Dana Agent")),
        ("resync @cw-prod", ("resync", "cw-prod", "Dana Agent")),
        ("resync all", ("resync", None, "Dana Agent")),
        ("history Acme", ("history", "Acme", "cw-lab")),
        ("status", ("status",)),
        ("subscribe failures", ("subscribe", "failures", None, "cw-lab")),
        ("subscribe failures @cw-prod", ("subscribe", "failures", None, "cw-prod")),
        ("subscribe failures @all", ("subscribe", "failures", None, None)),
        ("subscribe digest at 8", ("subscribe", "digest", "08:00", None)),
        ("unsubscribe failures", ("unsubscribe", "failures", None)),
        ("unsubscribe failures @cw-prod", ("unsubscribe", "failures", "cw-prod")),
        ("unsubscribe failures @all", ("unsubscribe", "failures", None)),
    ],
)
async def test_there_each_verb_means_the_channels_connection_unless_another_or_all_are_named(
    typed: str, call: tuple[object, ...]
) -> None:
    async with stage(journeys=bound()) as bot:
        await bot.types(typed)
        assert bot.journeys.calls[0][: len(call)] == call


@pytest.mark.parametrize("typed", ["missing Acme", "history Acme", "resync"])
async def test_the_answer_says_that_it_was_limited_and_how_to_undo_it(typed: str) -> None:
    async with stage(journeys=bound()) as bot:
        await bot.types(typed)
        assert notes(bot) == [NOTE]


@pytest.mark.parametrize("typed", ["missing Acme @cw-prod", "missing Acme @all", "status"])
async def test_what_was_not_limited_says_nothing_of_it(typed: str) -> None:
    async with stage(journeys=bound()) as bot:
        await bot.types(typed)
        assert notes(bot) == []


async def test_another_channel_means_all_connections() -> None:
    async with stage(journeys=bound()) as bot:
        await bot.types("missing Acme", channel="#billing")
        assert bot.journeys.calls[0] == ("missing", "Acme", None, "U0AGENT")


@pytest.mark.parametrize(
    ("typed", "call"),
    [
        ("use", ("use",)),
        ("use cw-lab", ("bind", "cw-lab", "C0GENERAL")),
        ("use @cw-lab", ("bind", "cw-lab", "C0GENERAL")),
        ("use all", ("unbind", "C0GENERAL")),
        ("use @All", ("unbind", "C0GENERAL")),
    ],
)
async def test_a_channel_is_bound_by_name_shown_without_one_and_unbound_by_all(
    typed: str, call: tuple[object, ...]
) -> None:
    async with stage(journeys=bound()) as bot:
        await bot.types(typed)
        assert bot.journeys.calls == [call, *bot.journeys.calls[1:]]
        assert notes(bot) == []


@pytest.mark.parametrize("typed", ["use cw-lab", "use all"])
async def test_who_may_not_start_a_sync_may_not_bind_a_channel_and_the_try_is_written_down(typed: str) -> None:
    async with stage(allowed=("U0ADMIN",)) as bot:
        (told,) = await bot.types(typed)
        assert told.startswith("You may not bind a channel to a connection here.")
        assert bot.journeys.calls == []
        assert bot.notebook.audited == [("U0AGENT", "bind a channel to a connection", "C0GENERAL", "denied: no")]
        await bot.types("use")
        assert bot.journeys.calls[0] == ("use",)
