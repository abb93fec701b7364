"""Doing one job: the same in every engine."""

import logging
from collections.abc import Mapping

from bot.jobs.queue import Job, Work

log = logging.getLogger(__name__)


def known(works: Mapping[str, Work], job: Job) -> None:
    """Raises LookupError for work that nobody can do."""
    if job.task not in works:
        raise LookupError(f"No work is called {job.task!r}; known: {', '.join(sorted(works))}.")


async def do(works: Mapping[str, Work], job: Job) -> None:
    """Whatever breaks is logged: the work's own row says how it ended."""
    try:
        await works[job.task](job.key)
    except Exception:
        log.exception("A job broke and was given up.", extra={"action": "job_failed", "task": job.task, "key": job.key})
