"""What time it is in the simulated world: the real time plus an offset that the page and tests move."""

from datetime import UTC, datetime, timedelta


class SandboxClock:
    """Moving the clock moves the whole world: records appear, agreements expire."""

    def __init__(self, offset: timedelta = timedelta()) -> None:
        self._offset = offset

    def now(self) -> datetime:
        """The simulated time, aware, in UTC."""
        return datetime.now(UTC) + self._offset

    def move_to(self, moment: datetime) -> None:
        if moment.tzinfo is None:
            raise ValueError("the clock moves to aware times only")
        self._offset = moment - datetime.now(UTC)

    def advance(self, seconds: float) -> None:
        self._offset += timedelta(seconds=seconds)
