"""Who may run next in a process: its places, of which one is kept for people and few are for long work."""

from collections.abc import Collection
from dataclasses import dataclass

from bot.jobs.queue import Job


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """One rule for every engine.

    The last place is kept for a person's short job: neither a night's worth of scheduled syncs nor a long one may make
    somebody wait. Of the others, scheduled long jobs get at most half, so that a few large connections do not keep a
    thousand small ones waiting.
    """

    at_once: int = 4

    @property
    def common(self) -> int:
        """All but the kept one; where there is only one, it is for everybody."""
        return max(1, self.at_once - 1)

    @property
    def long(self) -> int:
        return max(1, self.common // 2)

    def take(self, job: Job, running: Collection[Job]) -> bool:
        """May it start beside these?"""
        if len(running) >= self.at_once:
            return False
        if job.interactive and not job.long:
            return True
        if len(running) >= self.common:
            return False
        return job.interactive or not job.long or sum(each.long for each in running) < self.long
