"""Which connection a channel means: at most one, changed in place, and gone with its connection."""

import asyncio

from bot.store.database import Database
from bot.store.queries import bindings, connections
from bot.store.queries.connections import Connection
from tests.bot.sync.stage import BOX

from .records import HOUR, NOW


async def connected(db: Database, name: str = "cw-prod") -> Connection:
    return await connections.add(db, BOX, name=name, psa="connectwise", settings={}, secrets={}, now=NOW)


async def test_a_channel_is_bound_to_one_connection_and_to_another_in_its_place(database: Database) -> None:
    first, second = await connected(database), await connected(database, "cw-lab")
    await bindings.bind(database, channel="C0BILLING", connection_id=first.id, by="U0AGENT", now=NOW)
    await bindings.bind(database, channel="C0BILLING", connection_id=second.id, by="U0ADMIN", now=NOW + HOUR)
    bound = await bindings.of(database, "C0BILLING")
    assert bound is not None
    assert (bound.channel, bound.connection, bound.psa) == ("C0BILLING", "cw-lab", "connectwise")
    assert (bound.by, bound.created_at) == ("U0ADMIN", NOW + HOUR)
    assert await bindings.of(database, "C0GENERAL") is None


async def test_unbinding_says_whether_there_was_anything(database: Database) -> None:
    one = await connected(database)
    await bindings.bind(database, channel="C0BILLING", connection_id=one.id, by="U0AGENT", now=NOW)
    assert await bindings.unbind(database, "C0BILLING")
    assert not await bindings.unbind(database, "C0BILLING")
    assert await bindings.of(database, "C0BILLING") is None


async def test_a_binding_goes_with_its_connection(database: Database) -> None:
    one = await connected(database)
    await bindings.bind(database, channel="C0BILLING", connection_id=one.id, by="U0AGENT", now=NOW)
    await connections.remove(database, one.id)
    assert await bindings.of(database, "C0BILLING") is None


async def test_two_people_who_bind_a_channel_at_once_leave_it_bound_to_one_of_both(database: Database) -> None:
    first, second = await connected(database), await connected(database, "cw-lab")
    await asyncio.gather(
        *(
            bindings.bind(database, channel="C0BILLING", connection_id=one.id, by="U0AGENT", now=NOW)
            for one in (first, second)
        )
    )
    bound = await bindings.of(database, "C0BILLING")
    assert bound is not None
    assert bound.connection in {"cw-prod", "cw-lab"}
