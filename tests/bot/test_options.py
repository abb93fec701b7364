"""Why can something not be chosen? Inactive, no right, a filter, not synced: each with its evidence and next step."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from bot.answers import UnknownConnection
from bot.conversation.choosing import Choosing, split
from bot.messages import Button, Message, plain
from bot.options import OptionAnswer, Options, Why, kind_of
from bot.psas import Psas
from bot.render.words import Words
from connectors.contract import Connector, Setup
from connectors.errors import PsaDown
from connectors.records import Because, SettingsKind, SettingsRow, SettingsTable
from tests.bot.chat import AGENT
from tests.bot.daily import HOSTILE, fits_slack
from tests.bot.sync.fakes import SETTINGS
from tests.bot.sync.stage import BOX, Stage

PRIORITIES = SettingsKind.PRIORITIES


@dataclass
class Desk:
    """Options over a fake PSA whose settings were synced once."""

    stage: Stage
    psas: Psas = field(init=False)
    options: Options = field(init=False)

    def __post_init__(self) -> None:
        self.psas = Psas(self.stage.db, BOX, self._build, self.stage.clock)
        self.options = Options(self.stage.db, self.psas, self.stage.clock)

    def _build(self, kind: str, setup: Setup) -> Connector:
        return self.stage.psa

    def put(self, *rows: SettingsRow, kind: SettingsKind = PRIORITIES, because: Because | None = None) -> None:
        changed = SettingsTable(kind=kind, name="Priorities", rows=None if because else rows, because=because)
        self.stage.psa.told_settings = [changed if one.kind is kind else one for one in SETTINGS]

    async def why(self, name: str, kind: SettingsKind = PRIORITIES) -> OptionAnswer:
        [answer] = await self.options.explain(kind, name, None)
        return answer

    async def says(self, text: str) -> Message:
        message = (await Choosing(Words(), self.options, "/psa").explain(text, None, AGENT)).message
        fits_slack(message)
        return message


@pytest.fixture
async def desk(lite: Stage) -> AsyncIterator[Desk]:
    await lite.sync("settings")
    built = Desk(stage=lite)
    yield built
    await built.psas.aclose()


@pytest.mark.requirement("R156", "R212")
async def test_an_inactive_option_is_told_with_the_row_and_since_when(desk: Desk) -> None:
    message = await desk.says("priority “P0”")
    assert message.summary == "P0 is inactive in ConnectWise, so Priorities does not offer it."
    assert "No settings sync ever saw it active." in plain(message.blocks)
    desk.put(SettingsRow(id="p1", name="P1", active=False))
    run = await desk.stage.sync("settings")
    assert (await desk.why("p1")).inactive_since == run.ended_at


@pytest.mark.requirement("R213")
async def test_a_table_that_may_not_be_read_is_unknown_and_says_which_right(desk: Desk) -> None:
    desk.put(because=Because.PERMISSION)
    message = await desk.says("priority P0")
    assert message.summary == "Nobody can tell: the API user may not read Priorities."
    assert "Give the API user the right to read Priorities" in plain(message.blocks)
    assert [each.action for each in message.actions] == ["option.again"]


@pytest.mark.requirement("R214")
async def test_a_company_type_that_the_filter_leaves_out_is_told_as_left_out_on_purpose(desk: Desk) -> None:
    answer = await desk.why("Prospect", SettingsKind.COMPANY_TYPES)
    assert answer.why is Why.FILTERED
    assert (await desk.why("Client", SettingsKind.COMPANY_TYPES)).why is Why.OFFERED


@pytest.mark.requirement("R215")
async def test_an_option_that_is_newer_than_the_copy_offers_a_sync(desk: Desk) -> None:
    desk.put(SettingsRow(id="p5", name="P5"))
    message = await desk.says("priority P5")
    assert message.summary == "P5 is in ConnectWise, but the copy does not have it yet."
    sync = message.actions[0]
    assert isinstance(sync, Button)
    assert (sync.action, sync.value) == ("option.sync", f"o:{desk.stage.connection.id}")


async def test_an_option_that_is_gone_from_the_psa_stays_only_until_the_next_sync(desk: Desk) -> None:
    desk.put(SettingsRow(id="p5", name="P5"))
    assert (await desk.why("P1")).why is Why.REMOVED
    await desk.stage.sync("settings")
    assert (await desk.why("P1")).why is Why.NOT_THERE


async def test_a_name_that_is_not_there_shows_the_nearest(desk: Desk) -> None:
    answer = await desk.why("P2")
    assert (answer.why, set(answer.nearest)) == (Why.NOT_THERE, {"P1", "P0"})
    assert "Close to it: " in plain((await desk.says("priority P2")).blocks)


async def test_a_psa_that_is_down_leaves_it_open_and_shows_the_copy(desk: Desk) -> None:
    desk.stage.psa.fails["settings_tables"] = PsaDown("ConnectWise is down.")
    message = await desk.says("priority P1")
    words = plain(message.blocks)
    assert message.summary == "Nobody can tell now."
    assert "ConnectWise is down." in words
    assert "In the copy: there" in words
    assert "In the PSA now: not known" in words


async def test_a_table_that_this_psa_does_not_have_is_said(desk: Desk) -> None:
    sources = (await desk.options.explain(SettingsKind.SOURCES, "Phone", None))[0]
    assert sources.why is not Why.NOT_THERE
    desk.put(because=Because.NOT_EXPOSED)
    assert (await desk.why("P1")).why is Why.NO_SUCH_TABLE


async def test_before_any_settings_sync_the_psa_alone_answers(lite: Stage) -> None:
    desk = Desk(stage=lite)
    answer = await desk.why("P1")
    assert (answer.why, answer.as_of) == (Why.NOT_SYNCED, None)
    assert "settings were never synced" in plain((await desk.says("priority P1")).blocks)
    await desk.psas.aclose()


async def test_of_two_rows_of_one_name_the_one_in_use_counts(desk: Desk) -> None:
    desk.put(SettingsRow(id="p7", name="P0", active=False), SettingsRow(id="p8", name="p0 ", active=True))
    assert (await desk.why("P0")).live == SettingsRow(id="p8", name="p0 ", active=True)


async def test_an_unknown_connection_or_table_is_answered_with_those_there_are(desk: Desk) -> None:
    with pytest.raises(UnknownConnection):
        await desk.options.explain(PRIORITIES, "P0", "nope")
    unknown = await Choosing(Words(), desk.options, "/psa").explain("priority P0", "nope", AGENT)
    assert "cw-prod" in plain(unknown.message.blocks)
    for text in ("colour red", "priority", ""):
        assert (await desk.says(text)).summary == "Which table is it in?"


async def test_the_button_asks_for_the_same_option_again(desk: Desk) -> None:
    again = (await desk.says("ticket type Incident")).actions[-1]
    assert isinstance(again, Button)
    assert again.value == "ticket_types:Incident"
    answer = await Choosing(Words(), desk.options, "/psa").again("priorities:P1", AGENT)
    assert answer.message.summary == "P1 can be chosen: Priorities offers it."


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_people_and_psas_write_stays_text(desk: Desk, name: str) -> None:
    desk.put(SettingsRow(id="p1", name=name), SettingsRow(id="p2", name=f"{name} two", active=False))
    await desk.says(f"priority {name}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("priority P0", (PRIORITIES, "P0")),
        ("Priorities “P 0”", (PRIORITIES, "P 0")),
        ("ticket type Incident", (SettingsKind.TICKET_TYPES, "Incident")),
        ("custom field Tier", (SettingsKind.CUSTOM_FIELDS, "Tier")),
        ("company status Active", (SettingsKind.COMPANY_STATUSES, "Active")),
        ("status Waiting on parts", (SettingsKind.STATUSES, "Waiting on parts")),
        ("SLA Gold", (SettingsKind.SLAS, "Gold")),
        ("colour red", (None, "colour red")),
    ],
)
def test_a_table_is_named_in_the_singular_or_the_plural(text: str, expected: tuple[SettingsKind | None, str]) -> None:
    assert split(text) == expected


@pytest.mark.parametrize("kind", SettingsKind)
def test_every_table_can_be_named(kind: SettingsKind) -> None:
    assert kind_of(kind.value) is kind
    assert kind_of(kind.value.replace("_", " ").upper()) is kind
