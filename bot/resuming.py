"""Follows the syncs that questions wait for and that nobody in this process tells of: no answer is lost."""

from datetime import datetime, timedelta
from typing import Final

from bot.app import Bot
from bot.messages import Place
from bot.slack.front import Front
from bot.store.queries import questions, runs
from bot.store.queries.questions import Question
from bot.store.queries.runs import SyncRun
from bot.sync.recover import is_run_again

SETTLED: Final = timedelta(seconds=20)  # a sync that is younger is about to be told of by whoever pressed the button
OLD_NEWS: Final = timedelta(days=1)


async def take_up(bot: Bot, face: Front, *, older_than: timedelta) -> None:
    """After a restart, and where a sync was started on the command line or anew by the recovery."""
    first: dict[int, Question] = {}
    for question in await questions.waiting(bot.db):
        first.setdefault(question.run_id or 0, question)
    for run_id, question in first.items():
        name = f"r:{run_id}"
        run = await runs.get(bot.db, run_id)
        if run is None or face.announcer.follows(name) or not _is_ours_to_tell(run, bot.clock.now(), older_than):
            continue
        place = Place(channel=question.channel, thread_ts=question.thread_ts)
        reply = face.desk.replies.to_person(question.asked_by, place)
        face.background.start(face.announcer.resume(name, place, reply))


def _is_ours_to_tell(run: SyncRun, now: datetime, older_than: timedelta) -> bool:
    """Not yet, where its starter is about to; no more, where it is old news; not this one, where it is run again."""
    if is_run_again(run):
        return False
    if run.ended_at is not None and now - run.ended_at > OLD_NEWS:
        return False
    return run.attempt > 1 or now - run.requested_at >= older_than
