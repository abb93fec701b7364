"""What time it is: handed in everywhere, so that tests and the demo can move it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=1)
NOT_WORTH_A_STEP: Final = timedelta(seconds=1)  # what two clocks may differ by, and what asking for the time takes


def patience(tries: int) -> timedelta:
    """How long to wait after so many deliveries in vain before the next: a minute, doubled up to an hour."""
    return min(FIRST_WAIT * (1 << min(tries - 1, 10)), LONGEST_WAIT)


def machine_time() -> datetime:
    return datetime.now(UTC)


class Clock:
    """The machine's time, corrected to the one that it was told, plus an offset that only the demo and tests move."""

    def __init__(self, offset: timedelta = timedelta(), machine: Callable[[], datetime] = machine_time) -> None:
        self._offset = offset
        self._machine = machine
        self._correction = timedelta()

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return self._machine() + self._correction + self._offset

    def move_to(self, moment: datetime) -> None:
        self._offset = moment - self._machine() - self._correction

    def agree_with(self, told: datetime) -> None:
        """From now on it shows the time of whoever told it, such as the database that several machines share."""
        correction = told - self._machine()
        if abs(correction - self._correction) > NOT_WORTH_A_STEP:
            self._correction = correction

    @classmethod
    def starting(cls, moment: datetime | None) -> "Clock":
        clock = cls()
        if moment is not None:
            clock.move_to(moment)
        return clock
