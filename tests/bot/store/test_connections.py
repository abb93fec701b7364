"""PSA connections and their secrets."""

import pytest
from sqlmodel import select

from bot.store.database import Database
from bot.store.queries import connections, runs, snapshots
from bot.store.queries.connections import Connection, NameTaken, NoSuchConnection
from bot.store.secrets import SecretBox, SecretKeyError, new_key
from bot.store.tables import ConnectionRow

from .records import HOUR, NOW, connected, judged, snapshot, started, write_full

SECRETS = {"public_key": "canary-public", "private_key": "canary-private"}


@pytest.fixture
def box() -> SecretBox:
    return SecretBox([new_key()])


async def add(db: Database, box: SecretBox, name: str = "cw-prod") -> Connection:
    return await connections.add(
        db,
        box,
        name=name,
        psa="connectwise",
        settings={"site": "na.psa.test"},
        secrets=SECRETS,
        time_zone="America/Toronto",
        now=NOW,
    )


async def test_a_connection_is_found_by_its_name_in_any_case_and_by_its_id(database: Database, box: SecretBox) -> None:
    added = await add(database, box, "CW-Prod")
    assert (added.name, added.psa, added.settings) == ("CW-Prod", "connectwise", {"site": "na.psa.test"})
    assert (added.paused, added.time_zone, added.created_at) == (False, "America/Toronto", NOW)
    assert await connections.by_name(database, "cw-PROD") == added
    assert await connections.by_id(database, added.id) == added
    assert await connections.by_name(database, "other") is None
    assert await connections.by_id(database, added.id + 1) is None


async def test_two_connections_cannot_differ_in_case_alone(database: Database, box: SecretBox) -> None:
    await add(database, box)
    with pytest.raises(NameTaken, match="CW-PROD"):
        await add(database, box, "CW-PROD")


async def test_all_connections_come_in_the_order_of_their_names(database: Database, box: SecretBox) -> None:
    for name in ("zulu", "Alpha", "mike"):
        await add(database, box, name)
    assert [connection.name for connection in await connections.every(database)] == ["Alpha", "mike", "zulu"]


@pytest.mark.requirement("R100")
async def test_secrets_are_sealed_in_the_database_and_absent_from_the_record(
    database: Database, box: SecretBox
) -> None:
    added = await add(database, box)
    async with database.read() as session:
        row = (await session.exec(select(ConnectionRow))).one()
    assert "canary" not in row.model_dump_json() + repr(added)
    assert await connections.secrets_of(database, box, added.id) == SECRETS


@pytest.mark.requirement("R100")
async def test_nothing_is_stored_where_there_is_no_key_to_seal_with(database: Database) -> None:
    with pytest.raises(SecretKeyError):
        await add(database, SecretBox([]))
    assert await connections.every(database) == []


@pytest.mark.requirement("R100")
async def test_after_resealing_all_connections_the_old_key_is_not_needed(database: Database) -> None:
    old, new = new_key(), new_key()
    ids = [(await add(database, SecretBox([old]), name)).id for name in ("one", "two")]
    assert await connections.reseal(database, SecretBox([new, old])) == 2
    for connection_id in ids:
        assert await connections.secrets_of(database, SecretBox([new]), connection_id) == SECRETS


@pytest.mark.requirement("R100")
async def test_resealing_with_the_wrong_key_changes_nothing(database: Database, box: SecretBox) -> None:
    added = await add(database, box)
    with pytest.raises(SecretKeyError):
        await connections.reseal(database, SecretBox([new_key()]))
    assert await connections.secrets_of(database, box, added.id) == SECRETS


async def test_secrets_and_settings_can_be_replaced(database: Database, box: SecretBox) -> None:
    added = await add(database, box)
    await connections.replace_secrets(database, box, added.id, {"public_key": "new"}, NOW)
    await connections.replace_settings(database, added.id, {"site": "eu.psa.test"})
    found = await connections.by_id(database, added.id)
    assert found is not None
    assert found.settings == {"site": "eu.psa.test"}
    assert await connections.secrets_of(database, box, added.id) == {"public_key": "new"}


async def test_a_connection_can_be_paused_and_resumed(database: Database, box: SecretBox) -> None:
    added = await add(database, box)
    for paused in (True, False):
        await connections.set_paused(database, added.id, paused)
        found = await connections.by_id(database, added.id)
        assert found is not None
        assert found.paused is paused


async def test_what_is_not_there_cannot_be_changed(database: Database, box: SecretBox) -> None:
    with pytest.raises(NoSuchConnection, match="404"):
        await connections.set_paused(database, 404, True)
    with pytest.raises(NoSuchConnection, match="404"):
        await connections.secrets_of(database, box, 404)
    assert await connections.remove(database, 404) is False


@pytest.mark.requirement("R74")
async def test_removing_a_connection_removes_what_hangs_off_it_and_nothing_else(database: Database) -> None:
    first, second = [await connected(database, name) for name in ("one", "two")]
    for connection_id in (first, second):
        run = await started(database, connection_id)
        await write_full(database, run, "t", snapshot(connection_id, judged("4711")), now=NOW)
    assert await connections.remove(database, first)
    assert await runs.latest(database, first) == []
    assert await snapshots.account(database, first, "4711") is None
    assert await snapshots.account(database, second, "4711") is not None


async def test_when_the_secrets_changed_is_known(database: Database, box: SecretBox) -> None:
    added = await add(database, box)
    await connections.replace_secrets(database, box, added.id, SECRETS, NOW + HOUR)
    assert await connections.secrets_changed_at(database, added.id) == NOW + HOUR
    assert await connections.secrets_changed_at(database, 404) is None
