"""Subscriptions, incidents, and the proofs that nothing is said or done twice."""

import asyncio

from bot.store.database import Database
from bot.store.queries import channels, connections
from tests.bot.daily import connected

from .records import HOUR, NOW


async def subscribe(
    db: Database,
    channel: str = "C0ALERTS",
    kind: str = "digest",
    at: str = "08:00",
    connection_id: int | None = None,
) -> bool:
    _, new = await channels.subscribe(
        db, channel=channel, kind=kind, at=at, by="U0AGENT", now=NOW, connection_id=connection_id
    )
    return new


async def test_a_channel_subscribes_once_and_can_change_the_time(database: Database) -> None:
    assert await subscribe(database)
    assert not await subscribe(database, at="09:30")
    (subscription,) = await channels.subscriptions(database)
    assert (subscription.channel, subscription.kind, subscription.at) == ("C0ALERTS", "digest", "09:30")
    assert (subscription.by, subscription.created_at) == ("U0AGENT", NOW)


async def test_subscriptions_are_found_by_kind_and_by_channel(database: Database) -> None:
    for channel, kind in (("C0ALERTS", "digest"), ("C0ALERTS", "failures"), ("C0BILLING", "digest")):
        await subscribe(database, channel, kind)
    digests = await channels.subscriptions(database, kind="digest")
    alerts = await channels.subscriptions(database, channel="C0ALERTS")
    assert [each.channel for each in digests] == ["C0ALERTS", "C0BILLING"]
    assert [each.kind for each in alerts] == ["digest", "failures"]


async def test_hearing_of_one_connection_takes_the_place_of_hearing_of_all_and_the_other_way_round(
    database: Database,
) -> None:
    first, second = await connected(database), await connected(database, "cw-lab")
    assert await subscribe(database, kind="failures", at="")
    for one in (first, second):
        assert await subscribe(database, kind="failures", at="", connection_id=one.id)
    assert not await subscribe(database, kind="failures", at="", connection_id=first.id)
    found = await channels.subscriptions(database, kind="failures")
    assert [(each.connection_id, each.connection) for each in found] == [(first.id, "cw-prod"), (second.id, "cw-lab")]
    assert found[0].hears_of(first.id)
    assert not found[0].hears_of(second.id)
    assert await channels.unsubscribe(database, channel="C0ALERTS", kind="failures", connection_id=first.id)
    assert await subscribe(database, kind="failures", at="")
    [every] = await channels.subscriptions(database, kind="failures")
    assert (every.connection_id, every.connection) == (None, None)
    assert every.hears_of(first.id)


async def test_a_subscription_to_one_connection_goes_with_it(database: Database) -> None:
    one = await connected(database)
    await subscribe(database, kind="failures", at="", connection_id=one.id)
    await connections.remove(database, one.id)
    assert await channels.subscriptions(database) == []


async def test_unsubscribing_says_whether_there_was_anything(database: Database) -> None:
    await subscribe(database)
    assert await channels.unsubscribe(database, channel="C0ALERTS", kind="digest")
    assert not await channels.unsubscribe(database, channel="C0ALERTS", kind="digest")


async def test_an_incident_that_goes_on_is_counted_and_one_that_was_closed_is_opened_anew(database: Database) -> None:
    asking = {"key": "cw-prod:permission", "channel": "C0ALERTS"}
    first, new = await channels.open_incident(database, **asking, facts={"run": 1}, now=NOW)
    assert (new, first.count, first.ts, first.opened_at) == (True, 1, None, NOW)
    await channels.place_incident(database, first.id, "1.0")
    again, new = await channels.open_incident(database, **asking, facts={"run": 2}, now=NOW + HOUR)
    assert (new, again.id, again.count, again.ts) == (False, first.id, 2, "1.0")
    assert (again.opened_at, again.last_at, again.facts) == (NOW, NOW + HOUR, {"run": 2})
    (closed,) = await channels.close_incidents(database, key="cw-prod:permission", now=NOW + 2 * HOUR)
    assert (closed.id, closed.state, closed.last_at) == (first.id, "closed", NOW + 2 * HOUR)
    assert await channels.close_incidents(database, key="cw-prod:permission", now=NOW) == []
    reopened, new = await channels.open_incident(database, **asking, facts={}, now=NOW + 3 * HOUR)
    assert (new, reopened.id != first.id, reopened.count) == (True, True, 1)


async def test_each_channel_has_an_incident_of_its_own_and_closing_closes_all(database: Database) -> None:
    for key, channel in (("a", "C0ALERTS"), ("a", "C0BILLING"), ("b", "C0ALERTS")):
        await channels.open_incident(database, key=key, channel=channel, facts={}, now=NOW)
    assert [each.channel for each in await channels.open_incidents(database, key="a")] == ["C0ALERTS", "C0BILLING"]
    assert len(await channels.close_incidents(database, key="a", now=NOW)) == 2
    assert [each.key for each in await channels.open_incidents(database)] == ["b"]


async def test_of_twenty_that_would_post_the_same_one_may(database: Database) -> None:
    claims = await asyncio.gather(*(channels.claim(database, "run-7:C0ALERTS", NOW) for _ in range(20)))
    assert sum(claim.new for claim in claims) == 1


async def test_after_a_restart_a_post_that_was_made_is_known_with_its_place(database: Database) -> None:
    await channels.claim(database, "run-7:C0ALERTS", NOW)
    unsure = await channels.claim(database, "run-7:C0ALERTS", NOW + HOUR)
    assert (unsure.new, unsure.ts, unsure.claimed_at) == (False, None, NOW)
    await channels.delivered(database, "run-7:C0ALERTS", "1.0")
    assert (await channels.claim(database, "run-7:C0ALERTS", NOW)).ts == "1.0"


async def test_a_post_that_surely_failed_may_be_made_again_but_one_that_was_made_may_not(database: Database) -> None:
    await channels.claim(database, "a", NOW)
    await channels.release(database, "a")
    assert (await channels.claim(database, "a", NOW)).new
    await channels.delivered(database, "a", "1.0")
    await channels.release(database, "a")
    assert not (await channels.claim(database, "a", NOW)).new


async def test_a_payload_is_taken_up_once_however_often_slack_sends_it(database: Database) -> None:
    asked = await asyncio.gather(*(channels.first_time(database, "trigger-1", NOW) for _ in range(10)))
    assert sum(asked) == 1
    assert await channels.first_time(database, "trigger-2", NOW)


async def test_a_schedule_fires_once_per_time_however_many_clocks_tick(database: Database) -> None:
    ticks = await asyncio.gather(*(channels.fire_once(database, "digest:C0ALERTS", NOW) for _ in range(10)))
    assert sum(ticks) == 1
    assert await channels.fire_once(database, "digest:C0ALERTS", NOW + HOUR)


async def test_proofs_are_forgotten_when_they_are_too_old_to_matter(database: Database) -> None:
    for at in (NOW - HOUR, NOW + HOUR):
        await channels.first_time(database, f"payload {at}", at)
        await channels.fire_once(database, "digest", at)
        await channels.claim(database, f"post {at}", at)
    assert await channels.forget(database, NOW) == 3
    assert not await channels.first_time(database, f"payload {NOW + HOUR}", NOW)
    assert await channels.first_time(database, f"payload {NOW - HOUR}", NOW)
