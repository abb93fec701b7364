"""What a channel asks for, at which hour, and who asked for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import UnknownConnection
from bot.store.database import Database
from bot.store.queries import audit
from bot.subscriptions import BadHour, Subscriptions, read_hour
from tests.bot.daily import ALERTS, BILLING, HOUR, MONDAY, connected
from tests.bot.sync.fakes import MovingClock


@pytest.mark.parametrize(
    ("typed", "hour"), [("8", "08:00"), ("8:30", "08:30"), (" 17:05 ", "17:05"), ("0:00", "00:00"), ("23:59", "23:59")]
)
def test_an_hour_is_read_as_people_write_it(typed: str, hour: str) -> None:
    assert read_hour(typed) == hour


@pytest.mark.parametrize("typed", ["24:00", "8:60", "noon", "", "8:5", "-1", "٨", "8:00:00"])
def test_what_is_no_time_of_day_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(BadHour, match="08:00"):
        read_hour(typed)


@given(st.text(max_size=8))
def test_whatever_is_typed_is_an_hour_or_a_kind_refusal(typed: str) -> None:
    try:
        hour = read_hour(typed)
    except BadHour:
        hour = "08:00"
    assert read_hour(hour) == hour


async def test_a_channel_gets_what_it_asked_for_and_both_kinds_are_apart(database: Database) -> None:
    subscriptions = Subscriptions(database, MovingClock(MONDAY))
    failures, new = await subscriptions.add(ALERTS, "failures", None, by="U0AGENT")
    assert (failures.at, new) == ("", True)
    digest, new = await subscriptions.add(ALERTS, "digest", None, by="U0AGENT")
    assert (digest.at, new) == ("08:00", True)
    assert [each.kind for each in await subscriptions.of(ALERTS)] == ["failures", "digest"]
    assert await subscriptions.of(BILLING) == []


async def test_asking_again_is_no_news_and_another_hour_counts_from_now(database: Database) -> None:
    clock = MovingClock(MONDAY)
    subscriptions = Subscriptions(database, clock)
    first, _ = await subscriptions.add(ALERTS, "digest", "8", by="U0AGENT")
    clock.pass_by(3600)
    same, new = await subscriptions.add(ALERTS, "digest", "08:00", by="U0ADMIN")
    assert (same.id, same.created_at, new) == (first.id, MONDAY, False)
    later, new = await subscriptions.add(ALERTS, "digest", "07:00", by="U0ADMIN")
    assert (later.at, later.by, later.created_at, new) == ("07:00", "U0ADMIN", MONDAY + HOUR, False)
    assert len(await subscriptions.of(ALERTS)) == 1


@pytest.mark.requirement("R98")
async def test_a_channel_can_hear_of_one_connection_and_an_unknown_one_is_named(database: Database) -> None:
    await connected(database)
    subscriptions = Subscriptions(database, MovingClock(MONDAY))
    only, new = await subscriptions.add(ALERTS, "failures", None, by="U0AGENT", connection="CW-Prod")
    assert (only.connection, new) == ("cw-prod", True)
    with pytest.raises(UnknownConnection):
        await subscriptions.add(ALERTS, "failures", None, by="U0AGENT", connection="nowhere")
    assert await subscriptions.remove(ALERTS, "failures", by="U0AGENT", connection="cw-prod")
    assert [each.detail for each in await audit.recent(database) if each.action == "subscribe failures"] == ["cw-prod"]


async def test_a_bad_hour_changes_nothing(database: Database) -> None:
    subscriptions = Subscriptions(database, MovingClock(MONDAY))
    with pytest.raises(BadHour):
        await subscriptions.add(ALERTS, "digest", "25:00", by="U0AGENT")
    assert await subscriptions.of(ALERTS) == []
    assert await audit.recent(database) == []


async def test_every_change_is_audited_with_the_person_and_the_channel(database: Database) -> None:
    subscriptions = Subscriptions(database, MovingClock(MONDAY))
    await subscriptions.add(ALERTS, "digest", "9", by="U0AGENT")
    assert await subscriptions.remove(ALERTS, "digest", by="U0ADMIN")
    assert not await subscriptions.remove(ALERTS, "digest", by="U0ADMIN")
    written = [(each.who, each.action, each.target, each.outcome) for each in await audit.recent(database)]
    assert sorted(written) == [
        ("U0ADMIN", "unsubscribe digest", ALERTS, "done"),
        ("U0ADMIN", "unsubscribe digest", ALERTS, "nothing to do"),
        ("U0AGENT", "subscribe digest", ALERTS, "done"),
    ]
