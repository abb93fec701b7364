"""Puts together what the clock makes us say, for whichever process says it."""

from bot.app import Bot
from bot.postings import Postings, Sources
from bot.slack.front import Line


def postings(bot: Bot, line: Line) -> Postings:
    sources = Sources(alerts=bot.alerts, watchdog=bot.watchdog, digest=bot.digest, watch=bot.watch, engine=bot.engine)
    return Postings(bot.db, sources, bot.words, line.notifier, bot.settings.command)
