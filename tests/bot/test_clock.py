"""The clock that everybody is handed, and how long to wait after a delivery in vain."""

from datetime import UTC, datetime, timedelta

from bot.clock import LONGEST_WAIT, Clock, patience

MOMENT = datetime(2026, 11, 21, 10, tzinfo=UTC)


def test_it_goes_on_from_where_it_was_moved_to() -> None:
    clock = Clock()
    clock.move_to(MOMENT)
    assert MOMENT <= clock.now() < MOMENT + timedelta(minutes=1)
    assert clock.now().tzinfo is UTC


def test_it_starts_at_a_given_moment_or_now() -> None:
    assert MOMENT <= Clock.starting(MOMENT).now() < MOMENT + timedelta(minutes=1)
    assert abs(Clock.starting(None).now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_patience_doubles_and_never_passes_its_limit_however_long_a_channel_is_gone() -> None:
    assert [patience(tries) // timedelta(minutes=1) for tries in (1, 2, 3)] == [1, 2, 4]
    assert patience(10_000) == LONGEST_WAIT


def test_a_clock_agrees_with_whoever_tells_it_the_time_and_can_still_be_moved() -> None:
    machine = [MOMENT]
    clock = Clock(machine=lambda: machine[0])
    clock.agree_with(MOMENT + timedelta(minutes=10))
    assert clock.now() == MOMENT + timedelta(minutes=10)
    machine[0] += timedelta(seconds=5)
    clock.agree_with(MOMENT + timedelta(minutes=10, seconds=5.4))  # what two clocks may differ by
    assert clock.now() == MOMENT + timedelta(minutes=10, seconds=5)
    clock.move_to(MOMENT + timedelta(days=1))
    assert clock.now() == MOMENT + timedelta(days=1)
    clock.agree_with(machine[0])
    assert clock.now() == MOMENT + timedelta(days=1) - timedelta(minutes=10)
