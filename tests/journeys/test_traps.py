"""What misleads a tool that believes a PSA too soon, through Slack and the PSA over real HTTP (product 6.5)."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.store.queries import connections
from rules.engine import Engine
from sandbox.psa.connectwise.permissions import AGREEMENTS, COMPANY_MAINTENANCE, Level
from sandbox.psa.kaseya_family.ways import Fails
from tests.journeys.town import Town, a_town, words


def inquire(town: Town, function: str, level: Level) -> None:
    one = town.psa.members["psabot"]
    levels = {**one.role.inquire, function: level}
    town.psa.members["psabot"] = replace(one, role=replace(one.role, inquire=levels))


@pytest.mark.requirement("R42")
async def test_a_connection_test_that_passes_does_not_mean_that_everything_can_be_read(town: Town) -> None:
    inquire(town, AGREEMENTS, Level.NONE)
    [connection] = await connections.every(town.bot.db)
    connector = await town.bot.psas.connector(connection)
    assert (await connector.check()).version
    assert "the API user may not read the agreements" in words(await town.type("/psa missing Stark"))


@pytest.mark.requirement("R42", "X29")
async def test_a_list_that_comes_back_empty_and_without_an_error_is_not_none(town: Town) -> None:
    inquire(town, AGREEMENTS, Level.MY)
    said = words(await town.type("/psa missing Stark"))
    assert "Cannot tell whether Stark Industries should be visible" in said
    assert "No agreement was returned, although the last sync had Stark MSA and Stark backup." in said


@pytest.mark.requirement("R41", "X29")
async def test_a_role_that_sees_only_its_own_companies_never_hears_that_one_is_gone(town: Town) -> None:
    assert "is visible" in words(await town.type("/psa missing Stark"))
    inquire(town, COMPANY_MAINTENANCE, Level.MY)
    said = words(await town.type("/psa missing Stark"))
    assert "Cannot tell whether Stark Industries is in ConnectWise" in said
    assert "no longer" not in said


@pytest.mark.requirement("R56", "X35")
@pytest.mark.parametrize("kind", ["kaseya-bms", "pulseway"])
async def test_a_refusal_inside_an_answer_of_200_is_a_refusal(tmp_path: Path, engine: Engine, kind: str) -> None:
    async with a_town(tmp_path, engine, (kind,)) as town:
        psa = town.psas[kind]
        psa.ways.fails = Fails.ENVELOPE
        await town.break_psa("forbidden-agreements", kind)
        company = next(story.company for story in psa.stories if story.id == "well")
        said = words(await town.type(f"/psa missing {company}"))
        assert f"Cannot tell whether {company} should be visible: the API user may not read the contracts" in said
        assert not {call.status for call in psa.calls} & {401, 403}


@pytest.mark.requirement("R98")
async def test_the_same_name_on_two_connections_is_two_customers(tmp_path: Path, engine: Engine) -> None:
    async with a_town(tmp_path, engine, ("autotask", "syncro")) as town:
        said = words(await town.type("/psa missing Dunder Mifflin"))
        assert "it has no contract at all" in said
        assert "syncro-prod: hidden. Dunder Mifflin is in Syncro but hidden: no recurring invoice has" in said
        limited = words(await town.type("/psa missing Dunder Mifflin @syncro-prod"))
        assert "Autotask" not in limited


@pytest.mark.requirement("R22")
async def test_a_customer_that_is_really_called_client_name_is_one_like_any_other(
    tmp_path: Path, engine: Engine
) -> None:
    async with a_town(tmp_path, engine, ("autotask",)) as town:
        psa = town.psas["autotask"]
        psa.tenant.companies.change(
            29683513, companyType=psa.tenant.picklists.value("Companies", "companyType", "Customer")
        )
        said = words(await town.type("/psa missing clientName"))
        assert "clientName is in Autotask, but not synced yet" in said
