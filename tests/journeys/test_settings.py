"""Configuration tables through real HTTP: a settings sync with its diff by name, and why an option cannot be chosen."""

import pytest

from bot.store.queries import runs, settings
from bot.store.queries.runs import RunKind, RunState
from connectors.records import SettingsKind
from connectors.registry import specs
from rules.engine import Engine
from tests.journeys.planning import modal
from tests.journeys.town import Town, a_town, words


async def synced(town: Town) -> str:
    await town.type("/psa resync settings")
    done = await town.says("The settings sync of cw-prod is done.")
    return words(done)


@pytest.mark.requirement("R150", "R151", "R172", "R173", "R175", "R183", "R243")
async def test_a_new_board_and_a_removed_status_are_named_by_the_next_settings_sync(town: Town) -> None:
    for change in ("board-added", "status-removed"):
        town.psa.configure(change)
    said = await synced(town)
    assert "+ 1 Service Boards: Projects" in said
    assert "Waiting" in said
    assert "✅ boards:" in said
    assert "❔ statuses: which status may follow which cannot be read by the API" in said
    assert "Never read: tickets, history, passwords" in said
    copy = await settings.read(town.bot.db, 1)
    assert "Projects" in [row.name for row in copy.tables[SettingsKind.BOARDS].offered]


@pytest.mark.requirement("R156", "R212", "R215")
async def test_an_option_that_somebody_switched_off_is_explained_and_one_that_is_new_is_a_sync_away(town: Town) -> None:
    town.psa.configure("board-added")
    answer = await town.type('/psa option board "Projects"')
    assert "is in ConnectWise, but the copy does not have it yet" in words(answer)
    await town.click(answer, "option.sync")
    await town.says("The settings sync of cw-prod is done.")
    again = await town.type("/psa option board Projects")
    assert "can be chosen" in words(again)


@pytest.mark.requirement("R157")
async def test_a_connection_that_works_has_its_settings_read_without_anybody_asking(town: Town) -> None:
    newest = await runs.latest(town.bot.db, 1, 1, kinds=[RunKind.SETTINGS])
    assert [run.state for run in newest] == [RunState.SUCCEEDED]


@pytest.mark.requirement("R142", "R143", "R144", "R145", "R146", "R147", "R148", "R149")
@pytest.mark.parametrize("kind", sorted(specs()))
async def test_every_psa_is_synced_with_all_the_tables_that_it_has(
    tmp_path_factory: pytest.TempPathFactory, engine: Engine, kind: str
) -> None:
    async with a_town(tmp_path_factory.mktemp("town"), engine, psas=(kind,)) as town:
        copy = await settings.read(town.bot.db, 1)
        run = (await runs.latest(town.bot.db, 1, 1, kinds=[RunKind.SETTINGS]))[0]
        assert set(copy.tables) == set(specs()[kind].settings_tables)
        assert run.counts["tables"]["rows"] > 0
        assert not [one for one in run.counts["verified"] if one["state"] == "fail"]


@pytest.mark.parametrize(
    "text", ["option", "option colour red", 'option priority "<!channel>"', "option priority " + "x" * 300]
)
async def test_a_wrong_or_hostile_option_is_answered_kindly(town: Town, text: str) -> None:
    assert words(await town.type(f"/psa {text}"))


@pytest.mark.requirement("R176", "R187", "R188", "R189", "R243", "R244", "R245")
async def test_the_filter_is_chosen_in_a_form_and_an_old_form_is_refused_with_a_fresh_one_at_hand(town: Town) -> None:
    card = await town.type("/psa filter")
    assert "Prospect" in words(card)
    await town.click(card, "filter.change")
    old = await modal(town)
    town.psa.configure("board-added")
    await synced(town)
    told = await town.post("submit", view_id=old["id"], values={"include_types": ["Client"]}, user="agent")
    assert "errors" not in told
    refused = await town.says("Nothing was changed: the settings of cw-prod were synced meanwhile.")
    await town.click(refused, "filter.change")
    fresh = await modal(town)
    await town.post("submit", view_id=fresh["id"], values={"include_types": ["Client", "Prospect"]}, user="agent")
    saved = await town.says("Saved by Dana Agent.")
    assert "Chosen by a person." in words(saved)
    await town.click(saved, "filter.sync")
    await town.says("The full sync of cw-prod is done.")
    assert "Initech" in words(await town.type("/psa history Initech"))
