"""What time it is: handed in everywhere, so that tests and the demo can move it."""

from datetime import UTC, datetime, timedelta
from typing import Final

FIRST_WAIT: Final = timedelta(minutes=1)
LONGEST_WAIT: Final = timedelta(hours=1)


def patience(tries: int) -> timedelta:
    """How long to wait after so many deliveries in vain before the next: a minute, doubled up to an hour."""
    return min(FIRST_WAIT * (1 << min(tries - 1, 10)), LONGEST_WAIT)


class Clock:
    """The real time plus an offset. Only the demo and tests ever move it."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self._offset = offset

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return datetime.now(UTC) + self._offset

    def move_to(self, moment: datetime) -> None:
        self._offset = moment - datetime.now(UTC)

    @classmethod
    def starting(cls, moment: datetime | None) -> "Clock":
        clock = cls()
        if moment is not None:
            clock.move_to(moment)
        return clock
