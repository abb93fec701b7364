"""What each button does, for whom, and where the result is shown."""

from dataclasses import replace

import pytest

from bot.journeys import RunNews
from bot.messages import Button, Choice, Message, Picker, Place
from bot.render.words import Words
from bot.slack.announcing import Announcer
from bot.slack.buttons import action_of
from bot.slack.clicks import PRESSED
from tests.bot.slack.stage import ANSWER, RecordingJourneys, Stage, said, stage

QUESTION, RUN, SCHEDULE = "q:17", "r:812", "s:3:full:4"
ASKING: list[tuple[str, str, tuple[object, ...]]] = [
    ("missing.pick", "q:17:47:11", ("pick", "q:17", "47:11")),
    ("missing.suggest", "q:17:4711", ("suggested", "q:17", "4711")),
    ("missing.suggest", "q:17", ("suggested", "q:17", "")),
    ("missing.check_again", QUESTION, ("check_again", "q:17")),
    ("missing.details", "q:17:cw-prod", ("details", "q:17", "cw-prod")),
    ("missing.details#2", "q:17:at:east", ("details", "q:17", "at:east")),
    ("missing.retry", "q:17:halo-uk", ("retry_connection", "q:17", "halo-uk")),
    ("missing.retry", "q:17", ("retry_connection", "q:17", "")),
    ("roster.page", "3", ("connections", 3)),
    ("roster.page", "nonsense", ("connections", 1)),
    ("roster.test", "cw-prod", ("test", "cw-prod")),
    ("roster.pause", "cw-prod", ("pause", "cw-prod")),
    ("roster.resume", "cw-prod", ("resume", "cw-prod")),
    ("connection.resume", "cw-prod", ("resume", "cw-prod")),
    ("use.choose", "cw-lab", ("bind", "cw-lab", "C0GENERAL")),
    ("use.choose", "all", ("unbind", "C0GENERAL")),
    ("missing.sync_full", QUESTION, ("sync_full", "q:17")),
    ("missing.sync_one", QUESTION, ("sync_one", "q:17")),
    ("run.cancel", RUN, ("cancel", "r:812")),
    ("run.help", RUN, ("help_with", "r:812")),
    ("run.accept", RUN, ("accept", "r:812")),
    ("run.reject", RUN, ("reject", "r:812")),
    ("alert.retry", RUN, ("retry", "r:812")),
    ("permissions.test", "cw-prod", ("rights", "cw-prod")),
    ("rules.show", "psa-version", ("rules", "psa-version")),
    ("permissions.whole", "cw-prod", ("rights.whole", "cw-prod")),
    ("history.pick", "h:3:47:11", ("history.pick", 3, "47:11")),
    ("history.pick", "h:x:4711", ("history.pick", 0, "4711")),
    ("option.again", "priorities:P0", ("option.again", "priorities:P0")),
    ("option.sync", "o:3", ("sync_settings", "o:3")),
    ("filter.change", "f:3", ("filter.form", "f:3")),
    ("filter.usual", "f:3", ("filter.usual", "f:3")),
    ("filter.sync", "f:3", ("filter.sync", "f:3")),
    ("schedule.show", "s:3", ("chosen", "s:3")),
    ("schedule.change", SCHEDULE, ("form", SCHEDULE)),
    ("schedule.suggested", SCHEDULE, ("suggested", SCHEDULE)),
    ("schedule.undo", SCHEDULE, ("undo", SCHEDULE)),
    ("schedule.sync", "s:3", ("sync", "s:3", False)),
    ("schedule.sync_anyway", "s:3:17", ("sync", "s:3:17", True)),
    ("menu.status", "", ("status",)),
    ("menu.run", "status", ("status",)),
]
EXPLAINING = [("menu.missing", "How to use /psa missing"), ("menu.help", "What /psa can do")]


def showing(action: str, value: str) -> Message:
    button = (
        Picker(action=action, placeholder="Which one?", choices=(Choice(label="Acme Ltd", value=value),))
        if action.endswith(".pick")
        else Button(action=action, label="Press", value=value)
    )
    return replace(ANSWER, actions=(button,))


async def pressed(bot: Stage, action: str, value: str, user: str = "agent") -> None:
    """Asks, so that a message with the button stands there, and presses it."""
    bot.journeys.answer = showing(action, value)
    await bot.types("missing Acme", user=user)
    message = bot.slack.messages()[-1]
    assert (await bot.slack.click(message.ts, action, value, user=user)).ok
    await bot.settled()


@pytest.mark.parametrize(("action", "value", "call"), ASKING)
async def test_each_button_asks_its_journey(action: str, value: str, call: tuple[object, ...]) -> None:
    async with stage() as bot:
        await pressed(bot, action, value)
        assert call in bot.journeys.calls


@pytest.mark.parametrize(("action", "said_"), EXPLAINING)
async def test_menu_buttons_explain(action: str, said_: str) -> None:
    async with stage() as bot:
        await pressed(bot, action, "")
        assert bot.texts() == [said_]


def test_every_button_is_tested_here() -> None:
    tested = {action_of(action) for action, _, _ in ASKING} | {action for action, _ in EXPLAINING}
    assert set(PRESSED) - tested == {"missing.share"}


async def test_a_connection_that_is_resumed_from_another_card_leaves_that_card_as_it_is() -> None:
    async with stage() as bot:
        await pressed(bot, "connection.resume", "cw-prod")
        card, beside = bot.slack.messages()
        assert card.edited is None
        assert beside.ephemeral_to == "U0AGENT"


async def test_an_answer_to_a_click_replaces_the_clicked_private_message() -> None:
    async with stage() as bot:
        await pressed(bot, "missing.check_again", QUESTION)
        (message,) = bot.slack.messages()
        assert message.edited is not None


async def test_a_button_of_an_older_version_is_explained() -> None:
    async with stage() as bot:
        await pressed(bot, "missing.gone", "x")
        assert bot.texts()[-1].startswith("This button is from an older version of me.")


async def test_a_button_that_only_opens_an_address_needs_no_answer() -> None:
    async with stage() as bot:
        await pressed(bot, "link.psa", "x")
        assert bot.texts() == [ANSWER.summary]


@pytest.mark.requirement("R175", "R176")
async def test_a_sync_shows_its_progress_in_one_card_and_its_result_in_the_cards_thread() -> None:
    async with stage() as bot:
        await pressed(bot, "missing.sync_full", QUESTION)
        answer, card, result = bot.slack.messages()
        assert answer.text == ANSWER.summary
        assert (card.text, card.ephemeral_to) == ("Done", None)
        assert card.edited is not None
        assert (result.text, result.thread_ts) == ("Acme Ltd is visible now.", card.ts)
        assert {"type": "user", "user_id": "U0AGENT"} in result.blocks[0]["elements"][0]["elements"]
        assert ("announced", "r:812", "C0GENERAL") in bot.journeys.calls


async def test_where_the_bot_cannot_post_the_sync_is_told_in_private() -> None:
    async with stage() as bot:
        bot.slack.workspace.remove("C0GENERAL")
        await bot.types("resync")
        assert bot.texts() == [
            "Dana Agent started a full sync of cw-prod.",
            "Reading accounts",
            "Acme Ltd is visible now.",
        ]
        assert {message.ephemeral_to for message in bot.slack.messages()} == {"U0AGENT"}
        assert ("announced", "r:812", None) in bot.journeys.calls


async def test_a_long_private_run_keeps_the_last_use_for_its_result() -> None:
    news = [RunNews(card=said(f"Phase {number}")) for number in range(20)]
    ended = RunNews(card=said("Done"), result=said("All is well."))
    async with stage(journeys=RecordingJourneys(news=[*news, ended])) as bot:
        bot.slack.workspace.remove("C0GENERAL")
        await bot.types("resync")
        assert bot.texts()[-1] == "All is well."
        assert len(bot.texts()) == 5
        assert {call.ok for call in bot.slack.calls("response_url")} == {True}


async def test_a_result_whose_card_was_deleted_still_arrives() -> None:
    async with stage() as bot:
        bot.journeys.before_result = lambda: bot.slack.workspace.messages.delete(bot.slack.messages()[-1])
        await bot.types("resync")
        assert bot.texts() == ["Acme Ltd is visible now."]
        assert bot.slack.messages()[0].ephemeral_to == "U0AGENT"


async def test_an_answer_is_shared_with_the_name_of_who_shared_it() -> None:
    async with stage() as bot:
        await pressed(bot, "missing.share", QUESTION)
        private, shared = bot.slack.messages()
        assert (private.ephemeral_to, shared.ephemeral_to) == ("U0AGENT", None)
        assert shared.blocks[0]["elements"] == private.blocks[0]["elements"]
        assert shared.blocks[-1]["elements"][0]["text"] == "Shared by Dana Agent"


async def test_sharing_twice_stands_once() -> None:
    async with stage() as bot:
        await pressed(bot, "missing.share", QUESTION)
        await bot.slack.click(bot.slack.messages()[0].ts, "missing.share")
        await bot.settled()
        assert len(bot.slack.messages()) == 2


async def test_sharing_where_the_bot_is_not_a_member_says_how_to_invite_it() -> None:
    async with stage() as bot:
        bot.slack.workspace.remove("C0GENERAL")
        await pressed(bot, "missing.share", QUESTION)
        assert bot.texts()[-1].startswith("I could not post in this channel, because I am not in it.")


async def test_a_click_in_a_shared_message_is_answered_to_its_person_alone() -> None:
    async with stage() as bot:
        await pressed(bot, "missing.share", QUESTION)
        bot.journeys.answer = showing("missing.check_again", QUESTION)
        shared = bot.slack.messages()[-1]
        bot.slack.workspace.messages.edit(shared, bot.slack.workspace.now(), blocks=_blocks("missing.check_again"))
        await bot.slack.click(shared.ts, "missing.check_again", user="admin")
        await bot.settled()
        assert bot.slack.messages()[-1].ephemeral_to == "U0ADMIN"
        assert bot.slack.messages()[1].ts == shared.ts


def _blocks(action: str) -> tuple[dict[str, object], ...]:
    text = {"type": "plain_text", "text": "Press"}
    button = {"type": "button", "action_id": action, "text": text, "value": QUESTION}
    return ({"type": "actions", "block_id": "b", "elements": [button]},)


@pytest.mark.parametrize(
    ("action", "value"),
    [
        ("missing.sync_full", QUESTION),
        ("missing.sync_one", QUESTION),
        ("run.cancel", RUN),
        ("run.accept", RUN),
        ("run.reject", RUN),
        ("alert.retry", RUN),
        ("use.choose", "cw-lab"),
        ("roster.pause", "cw-prod"),
        ("roster.resume", "cw-prod"),
        ("connection.resume", "cw-prod"),
    ],
)
async def test_what_changes_a_sync_is_only_for_those_who_may(action: str, value: str) -> None:
    async with stage(allowed=("U0ADMIN",)) as bot:
        await pressed(bot, action, value)
        assert [call[0] for call in bot.journeys.calls] == ["missing", "answered"]
        assert len(bot.notebook.audited) == 1


class Pacing:
    """Announcer's clock: each look at it is a second later."""

    def __init__(self) -> None:
        self.at = 0.0

    def monotonic(self) -> float:
        self.at += 1
        return self.at


async def test_news_that_come_too_fast_are_left_out_but_never_the_last() -> None:
    news = [RunNews(card=said(f"Phase {number}")) for number in range(10)]
    journeys = RecordingJourneys(news=[*news, RunNews(card=said("Done"), result=said("All is well."))])
    async with stage(journeys=journeys) as bot:
        announcer = Announcer(
            journeys, bot.line.notifier, Words(), Pacing().monotonic, card_every=5.0, private_every=60.0
        )
        place = await bot.line.notifier.post(Place(channel="C0GENERAL"), said("Started"), key="card")
        assert place is not None
        await announcer.follow("r:812", place)
        edits = [call.arguments["text"] for call in bot.slack.calls("chat.update")]
        assert 1 < len(edits) < 10
        assert edits[-1] == "Done"
        assert bot.texts() == ["Done", "All is well."]


async def test_a_note_to_the_starter_comes_beside_the_card() -> None:
    async with stage() as bot:
        bot.journeys.note = said("You will be told.")
        await bot.types("resync")
        note, card, _ = bot.slack.messages()
        assert (note.text, note.ephemeral_to, card.ephemeral_to) == ("You will be told.", "U0AGENT", None)
