"""Modals: opened within Slack's three seconds, drawn anew while they are filled in, checked, and answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.forms import Filled, Form, OneOf, TextLine, Ticks, TimeOfDay
from bot.messages import Button, Choice, Paragraph, Place, Span
from bot.slack.asking import InView
from bot.slack.calls import Called, Json, Outcome
from bot.slack.limits import problems
from bot.slack.modals import filled_in, memory_of, view_of
from bot.slack.opening import Modals
from sandbox.slack.blockkit.surfaces import view_problems
from sandbox.slack.elements import state_of
from sandbox.slack.views import View
from tests.bot.daily import HOSTILE
from tests.bot.slack.recording_schedules import FORM
from tests.bot.slack.stage import Stage, said, stage
from tests.bot.slack.test_clicks import SCHEDULE, pressed

HERE = Place(channel="C0GENERAL", thread_ts="1.0")
OPTIONS = tuple(Choice(label=f"the {day}", value=str(day), detail=f"day {day}") for day in range(1, 6))
EVERYTHING = Form(
    name="everything",
    title="Everything there is in a form",  # longer than Slack shows
    memory="s:3:full:4",
    parts=(
        Paragraph(spans=(Span(text="Words", bold=True),)),
        Ticks(name="ticks", label="Ticks", options=OPTIONS, chosen=("2", "3"), hint="Any number"),
        OneOf(name="spread", label="Spread", options=OPTIONS, chosen="1", spread=True),
        OneOf(name="select", label="Select", options=OPTIONS, chosen="5", live=True),
        TimeOfDay(name="at", label="At", chosen="07:00"),
        TextLine(name="line", label="Line", text="as it was", placeholder="like this"),
        TextLine(name="empty", label="Empty", live=True),
    ),
)


def opened(bot: Stage) -> View:
    view = bot.slack.modal()
    assert view is not None
    return view


def shown(view: View) -> str:
    return str(view.blocks)


async def with_modal(bot: Stage, form: Form = FORM) -> View:
    bot.journeys.schedules.shown = form
    await pressed(bot, "schedule.change", SCHEDULE)
    return opened(bot)


def test_a_form_is_a_view_that_slack_takes() -> None:
    view = view_of(EVERYTHING, HERE)
    assert [str(problem) for problem in view_problems(view)] == []
    assert problems(view["blocks"], "modal") == []
    assert view["submit"]["text"] == "Save"
    assert len(view["title"]["text"]) == 24


def test_what_was_filled_in_is_read_back_by_the_names_of_the_fields() -> None:
    view = view_of(EVERYTHING, HERE)
    view["state"] = {"values": state_of(view["blocks"], {})}
    assert filled_in(view) == {
        "ticks": ("2", "3"),
        "spread": ("1",),
        "select": ("5",),
        "at": ("07:00",),
        "line": ("as it was",),
        "empty": (),
    }
    assert memory_of(view) == ("s:3:full:4", HERE)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_breaks_a_modal_and_none_comes_alive(text: str) -> None:
    option = Choice(label=text, value="x", detail=text)
    form = replace(
        EVERYTHING,
        title=text,
        parts=(
            Paragraph(spans=(Span(text=text),)),
            Ticks(name="ticks", label=text[:1500], options=(option,), hint=text[:1500]),
            TextLine(name="line", label="Line", text=text, placeholder=text),
        ),
    )
    view = view_of(form, HERE)
    assert [str(problem) for problem in view_problems(view)] == []
    assert "mrkdwn" not in str(view)


def test_a_modal_that_says_nothing_to_fill_in_has_nothing_to_send() -> None:
    view = view_of(replace(EVERYTHING, submit=""), HERE)
    assert "submit" not in view
    assert view["close"]["text"] == "Close"


async def test_a_button_opens_the_modal_and_what_is_submitted_is_answered_in_private() -> None:
    async with stage() as bot:
        view = await with_modal(bot)
        assert view.body["title"]["text"] == "Sync schedule"
        told = await bot.slack.submit(view.id, {"weekly": ["on"], "peak": "9-18"})
        assert (told.status, told.body) == (200, None)
        await bot.settled()
        filled: Filled = {"weekly": ("on",), "peak": ("9-18",)}
        assert bot.journeys.calls[-2:] == [
            ("save", "s:3:full:4", filled, "U0AGENT"),
            ("answered", "q:17", "C0GENERAL"),
        ]
        assert bot.slack.messages()[-1].ephemeral_to == "U0AGENT"
        assert bot.slack.modal() is None


async def test_what_is_wrong_is_part_of_the_acknowledgement_and_nothing_is_saved() -> None:
    async with stage() as bot:
        view = await with_modal(bot)
        bot.journeys.schedules.errors = {"peak": "Write it like 09:00-18:00."}
        told = await bot.slack.submit(view.id, {"peak": "noon"})
        assert told.body == {"response_action": "errors", "errors": {"peak": "Write it like 09:00-18:00."}}
        await bot.settled()
        assert opened(bot).id == view.id
        assert "save" not in {call[0] for call in bot.journeys.calls}
        bot.journeys.schedules.errors = {}
        await bot.slack.submit(view.id, {"peak": "9-18"})
        await bot.settled()
        assert "save" in {call[0] for call in bot.journeys.calls}


async def test_a_check_that_breaks_still_acknowledges_and_the_person_hears_of_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with stage() as bot:
        view = await with_modal(bot)
        bot.journeys.schedules.checking_breaks = RuntimeError("broken")
        bot.journeys.breaks = RuntimeError("broken as well")
        told = await bot.slack.submit(view.id, {})
        assert told.status == 200
        await bot.settled()
        assert "What was filled in could not be checked." in caplog.text
        assert "Something went wrong on my side." in bot.texts()[-1]


async def test_the_same_submission_delivered_three_times_is_saved_once() -> None:
    async with stage() as bot:
        view = await with_modal(bot)
        told = await bot.slack.submit(view.id, {})
        await bot.slack.redeliver(told, times=2, at_once=True)
        await bot.settled()
        assert [call[0] for call in bot.journeys.calls].count("save") == 1


async def test_a_field_that_others_depend_on_draws_the_modal_anew() -> None:
    async with stage() as bot:
        view = await with_modal(bot)
        bot.journeys.schedules.redrawn = replace(FORM, title="Drawn anew")
        await bot.slack.click(view.id, "peak", "9-18")
        await bot.settled()
        assert ("changed", "s:3:full:4", {"weekly": (), "peak": ("9-18",)}) in bot.journeys.calls
        assert opened(bot).body["title"]["text"] == "Drawn anew"
        bot.journeys.schedules.redrawn = said("The connection was removed.")
        await bot.slack.click(view.id, "weekly", ["on"])
        await bot.settled()
        assert "The connection was removed." in shown(opened(bot))
        assert "submit" not in opened(bot).body


async def slowly(bot: Stage) -> None:
    """Presses the button; the form is not there before the gate is opened."""
    button = Button(action="schedule.change", label="Change…", value=SCHEDULE)
    bot.journeys.answer = replace(said("Schedule"), actions=(button,))
    await bot.types("schedule")
    bot.journeys.gate.clear()
    await bot.slack.click(bot.slack.messages()[-1].ts, "schedule.change", SCHEDULE)


async def test_a_form_that_takes_longer_is_shown_in_a_modal_that_stands_open() -> None:
    async with stage() as bot:
        await slowly(bot)
        await bot.slack.wait_until(lambda: bot.slack.modal() is not None)
        assert "One moment" in shown(opened(bot))
        bot.journeys.gate.set()
        await bot.settled()
        assert opened(bot).body["title"]["text"] == "Sync schedule"


async def test_a_modal_that_slack_does_not_open_in_time_is_explained() -> None:
    async with stage() as bot:
        bot.slack.workspace.triggers.life = timedelta(seconds=-1)
        await pressed(bot, "schedule.change", SCHEDULE)
        assert bot.slack.modal() is None
        assert bot.texts()[-1].startswith("The form did not open in time.")


async def test_nobodys_name_is_asked_for_before_a_modal_is_opened() -> None:
    """Slack gives three seconds, and a name may take two of them."""
    async with stage() as bot:
        await with_modal(bot)
        asked = [call.method for call in bot.slack.calls()]
        assert asked.index("users.info") < asked.index("views.open")  # for the command
        assert asked.count("users.info") == 1
        bot.front.desk.people._names.clear()
        await pressed(bot, "schedule.change", SCHEDULE)
        later = [call.method for call in bot.slack.calls()][len(asked) :]
        assert later.count("users.info") == 1  # for the command again, and not for the press


async def test_who_may_not_is_told_in_the_modal() -> None:
    async with stage(allowed=("U0ADMIN",)) as bot:
        view = await with_modal(bot)
        assert "You may not change the schedule here." in shown(view)
        assert "submit" not in view.body
        assert bot.notebook.audited == [("U0AGENT", "change the schedule", SCHEDULE, "denied: no")]


async def test_whether_a_person_may_is_asked_again_when_the_modal_is_submitted() -> None:
    async with stage() as bot:
        view = await with_modal(bot)
        bot.front.desk.permissions._people = frozenset({"U0ADMIN"})
        await bot.slack.submit(view.id, {})
        await bot.settled()
        assert "save" not in {call[0] for call in bot.journeys.calls}
        assert bot.texts()[-1].startswith("You may not change the schedule here.")


async def test_a_modal_of_an_older_version_is_acknowledged_and_closes() -> None:
    async with stage() as bot:
        view = await with_modal(bot, replace(FORM, name="gone"))
        await bot.slack.click(view.id, "peak", "9-18")
        assert (await bot.slack.submit(view.id, {})).status == 200
        await bot.settled()
        assert not {"changed", "save"} & {call[0] for call in bot.journeys.calls}


@dataclass
class Overtaken:
    """A Web API in which somebody else changed the view first. ``hashes``: which version each update was made for."""

    errors: list[str]
    hashes: list[object] = field(default_factory=list)

    async def call(self, method: str, payload: Json) -> Called:
        self.hashes.append(payload.get("hash"))
        error = self.errors.pop(0)
        return Called(outcome=Outcome.REFUSED if error else Outcome.DELIVERED, error=error)

    async def ask(self, method: str, params: Mapping[str, str]) -> Called:
        raise AssertionError(method)


def in_view(name: str = "V1") -> InView:
    return InView(id=name, hash="h1", form="schedule", memory="", filled={})


@pytest.mark.parametrize(
    ("errors", "hashes", "renewed"),
    [
        ([""], ["h1"], True),
        (["hash_conflict", ""], ["h1", None], True),
        (["not_found"], ["h1"], False),
    ],
)
async def test_a_view_that_changed_meanwhile_is_renewed_all_the_same(
    errors: list[str], hashes: list[object], renewed: bool
) -> None:
    api = Overtaken(errors)
    modals = Modals(api)
    modals.heard(in_view(), "2.0")
    assert await modals.renew(in_view(), "2.0", FORM, HERE) is renewed
    assert api.hashes == hashes


async def test_what_was_changed_later_is_not_drawn_over_by_what_was_changed_before() -> None:
    api = Overtaken(["", "hash_conflict"])
    modals = Modals(api)
    modals.heard(in_view(), "2.0")
    modals.heard(in_view(), "1.0")
    assert not await modals.renew(in_view(), "1.0", FORM, HERE)
    assert api.hashes == []
    for number in range(1_001):
        modals.heard(in_view(f"V{number + 10}"), "1.0")
    assert await modals.renew(in_view(), "1.0", FORM, HERE)  # forgotten: many others were changed since
