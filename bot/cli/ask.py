"""``psa-bot missing`` and ``psa-bot sync``: the two journeys in the terminal."""

import argparse
import asyncio
from typing import Final

from bot.answers import Answer, UnknownConnection
from bot.app import Bot
from bot.cli.connections import BY
from bot.exits import CommandError, Exit, Said, exit_for
from bot.jobs.alive import alive
from bot.messages import Message, plain
from bot.render import resync as words
from bot.render.documents import missing_document
from bot.render.missing import missing
from bot.resync import Joined, Paused, Started, UsageError
from bot.store.queries.runs import RunState, SyncRun
from bot.store.secrets import SecretKeyError
from bot.sync.result import run_json
from connectors.errors import BadSettings, ConnectorError
from rules.model import Verdict

FINE: Final = frozenset({Verdict.VISIBLE})


async def ask(bot: Bot, arguments: argparse.Namespace) -> Said:
    """Exit code 0: it is visible somewhere. 1: it is not. 3 and 4: somewhere nobody could be asked."""
    if not arguments.query.strip():
        raise CommandError("Which customer? Give a name.", Exit.USAGE)
    try:
        found = await bot.missing.ask(arguments.query, connection=arguments.connection)
    except UnknownConnection as unknown:
        raise no_such_connection(unknown) from None
    return Said(
        document=missing_document(found), text=_text(missing(bot.words, found, "")), exit=_exit_of_answer(found)
    )


def no_such_connection(unknown: UnknownConnection) -> CommandError:
    known = ", ".join(unknown.known) or "none yet"
    return CommandError(f"There is no connection “{unknown.name}”. There are: {known}.", Exit.USAGE)


async def sync(bot: Bot, arguments: argparse.Namespace) -> Said:
    """Runs in this process, unless the same sync goes on already: then it waits for that one."""
    async with alive(bot.db, bot.clock, bot.process, beat_seconds=bot.settings.rhythm.beat, works=True):
        return await _sync(bot, arguments)


async def _sync(bot: Bot, arguments: argparse.Namespace) -> Said:
    await bot.recovery.end_orphans()  # else it would wait for a sync that nobody runs
    try:
        outcome = await bot.resync.request(
            arguments.connection, arguments.kind, by=BY, account_id=arguments.account, force=True
        )
    except UsageError as wrong:
        raise CommandError(str(wrong), Exit.USAGE) from None
    if not isinstance(outcome, Started | Joined):
        code = Exit.NO if isinstance(outcome, Paused) else Exit.USAGE
        raise CommandError(_text(words.not_started(bot.words, outcome, BY)), code)
    run = await _ended(bot, outcome)
    told = words.Told(run=run, connection=outcome.connection.name, who=run.requested_by, now=bot.clock.now())
    return Said(
        document=run_json(run, outcome.connection.name), text=_text(words.sync(bot.words, told)), exit=_exit_of_run(run)
    )


async def _ended(bot: Bot, outcome: Started | Joined) -> SyncRun:
    """Ctrl-C cancels the sync that it started, and leaves one that somebody else started alone."""
    run = outcome.run
    try:
        async for row in bot.resync.follow(run.id):
            run = row
    except asyncio.CancelledError:
        if isinstance(outcome, Started):
            await bot.resync.cancel(run.id, by=BY)
        raise
    return run


def _exit_of_answer(answer: Answer) -> Exit:
    if any(result.verdict in FINE for result in answer.results):
        return Exit.DONE
    troubles = [result.trouble for result in answer.results if result.trouble is not None]
    if not answer.results or any(isinstance(trouble, BadSettings | SecretKeyError) for trouble in troubles):
        return Exit.CONFIG
    return max((exit_for(trouble.kind) for trouble in troubles if isinstance(trouble, ConnectorError)), default=Exit.NO)


def _exit_of_run(run: SyncRun) -> Exit:
    return Exit.DONE if run.state is RunState.SUCCEEDED else exit_for((run.error or {}).get("kind"))


def _text(message: Message) -> str:
    return plain(message.blocks) or message.summary
