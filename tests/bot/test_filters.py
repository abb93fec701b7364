"""Which accounts a connection pulls: shown, chosen from the PSA's own lists, and refused where those are newer."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.filters import STATUSES, TYPES, Filter, Filters, Renewed, labels, written
from bot.forms import SomeOf
from bot.messages import plain
from bot.psas import Psas
from bot.render import filter_form
from bot.render.words import Words
from bot.slack.modals import view_of
from bot.store.queries import audit, connections
from bot.store.queries.connections import Connection
from connectors.contract import Connector, Setup
from connectors.errors import PsaDown
from connectors.records import SettingsKind, SettingsRow, SettingsTable
from sandbox.slack.blockkit.surfaces import view_problems
from tests.bot.chat import GENERAL
from tests.bot.daily import HOSTILE, fits_slack
from tests.bot.sync.fakes import SETTINGS
from tests.bot.sync.stage import BOX, Stage


@dataclass
class Sieve:
    """Filters over a fake PSA with the statuses Active and Inactive, and the types Client and Prospect."""

    stage: Stage
    psas: Psas = field(init=False)
    filters: Filters = field(init=False)

    def __post_init__(self) -> None:
        self.psas = Psas(self.stage.db, BOX, self._build, self.stage.clock)
        self.filters = Filters(self.stage.db, self.psas, self.stage.clock)

    def _build(self, kind: str, setup: Setup) -> Connector:
        return self.stage.psa

    async def connection(self) -> Connection:
        found = await connections.by_id(self.stage.db, self.stage.connection.id)
        assert found is not None
        return found

    async def now(self) -> Filter:
        return await self.filters.of(await self.connection())

    async def choose(self, version: int, **chosen: tuple[str, ...]) -> Filter | Renewed:
        return await self.filters.change(await self.connection(), chosen, version=version, by="U0AGENT")


@pytest.fixture
async def sieve(lite: Stage) -> AsyncIterator[Sieve]:
    await lite.sync("settings")
    built = Sieve(stage=lite)
    yield built
    await built.psas.aclose()


@pytest.mark.requirement("R93", "R95", "R96")
async def test_the_default_is_shown_with_what_it_leaves_out(sieve: Sieve) -> None:
    found = await sieve.now()
    assert (found.statuses.pulled, found.statuses.left_out) == (("Active",), ("Inactive",))
    assert (found.types.pulled, found.types.left_out) == (("Client",), ("Prospect",))
    assert not found.custom
    words = plain(filter_form.account_filter(Words(), found).blocks)
    assert "Left out by type: Prospect" in words
    assert "The default" in words


@pytest.mark.requirement("R93", "R187", "R188")
async def test_what_is_chosen_from_the_newest_settings_counts_from_then_on(sieve: Sieve) -> None:
    before = await sieve.now()
    changed = await sieve.choose(before.version, include_types=("Client", "Prospect"), include_statuses=())
    assert isinstance(changed, Filter)
    assert changed.types.pulled == ("Client", "Prospect")
    assert changed.custom
    assert (await sieve.connection()).settings == {TYPES: "Client,Prospect"}
    [entry] = [one for one in await audit.recent(sieve.stage.db) if one.action == "change filter"]
    assert (entry.who, entry.target) == ("U0AGENT", "cw-prod")
    usual = await sieve.choose(before.version, include_types=(), include_statuses=())
    assert isinstance(usual, Filter)
    assert not usual.custom
    assert (await sieve.connection()).settings == {}


@pytest.mark.requirement("R244")
async def test_a_choice_from_older_settings_is_refused_and_changes_nothing(sieve: Sieve) -> None:
    before = await sieve.now()
    types = SettingsTable(
        kind=SettingsKind.COMPANY_TYPES, name="Company Types", rows=(SettingsRow(id="10", name="Client"),)
    )
    sieve.stage.psa.told_settings = [types if one.kind is types.kind else one for one in SETTINGS]
    await sieve.stage.sync("settings")
    refused = await sieve.choose(before.version, include_types=("Prospect",))
    assert isinstance(refused, Renewed)
    assert refused.unknown == ("Prospect",)
    assert (await sieve.connection()).settings == {}
    message = filter_form.renewed(Words(), refused)
    fits_slack(message)
    assert "No longer offered: Prospect" in plain(message.blocks)
    assert [action.action for action in message.actions] == ["filter.change"]
    again = await sieve.choose(before.version, include_types=("Client",))
    assert isinstance(again, Renewed)
    assert again.unknown == ()


@pytest.mark.requirement("R245", "R246")
async def test_a_form_that_is_drawn_anew_offers_the_newest_lists_and_says_so(sieve: Sieve) -> None:
    found = await sieve.now()
    form = filter_form.form(Words(), found, renewed=True)
    assert [str(problem) for problem in view_problems(view_of(form, GENERAL))] == []
    [types] = [part for part in form.parts if isinstance(part, SomeOf) and part.name == TYPES]
    assert [option.value for option in types.options] == ["Client", "Prospect"]
    assert types.chosen == ("Client",)
    assert "The settings were synced meanwhile" in str(form.parts)


async def test_a_psa_that_is_down_shows_what_the_last_sync_used(sieve: Sieve) -> None:
    await sieve.stage.sync()
    sieve.stage.psa.fails["tables"] = PsaDown("ConnectWise is down.")
    found = await sieve.now()
    assert found.types.pulled == ("Client",)
    words = plain(filter_form.account_filter(Words(), found).blocks)
    assert "ConnectWise could not be asked: ConnectWise is down." in words


async def test_before_any_sync_a_psa_that_is_down_leaves_it_open(lite: Stage) -> None:
    lite.psa.fails["tables"] = PsaDown("ConnectWise is down.")
    sieve = Sieve(stage=lite)
    found = await sieve.now()
    assert (found.types.pulled, found.can_change) == (None, False)
    assert "all: there is nothing to choose from" in plain(filter_form.account_filter(Words(), found).blocks)
    await sieve.psas.aclose()


async def test_labels_that_the_tenant_no_longer_has_are_told(sieve: Sieve) -> None:
    connection = await sieve.connection()
    await connections.replace_settings(sieve.stage.db, connection.id, {STATUSES: "Sleeping"})
    found = await sieve.now()
    assert "Sleeping" in found.trouble
    fits_slack(filter_form.account_filter(Words(), found))


@pytest.mark.parametrize("name", HOSTILE)
async def test_what_a_psa_calls_its_types_stays_text(sieve: Sieve, name: str) -> None:
    found = await sieve.now()
    odd = replace(found, types=replace(found.types, offered=(name,), pulled=(name,), left_out=(name,)))
    fits_slack(filter_form.account_filter(Words(), odd, "Saved by <!channel>."))
    fits_slack(filter_form.renewed(Words(), Renewed(filter=odd, unknown=(name,))))
    assert [str(problem) for problem in view_problems(view_of(filter_form.form(Words(), odd), GENERAL))] == []


names = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n\x00"), min_size=1)


@given(st.lists(names.map(str.strip).filter(bool)))
def test_labels_come_back_from_a_setting_as_they_were_chosen(chosen: list[str]) -> None:
    assert labels(written(chosen)) == tuple(chosen)
