"""Runs one command and turns every way in which it can fail into a sentence and an exit code."""

import argparse
import asyncio
import logging
import os
import sys
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from bot.app import Bot, opened
from bot.cli import ask, connections, history, lists, permissions, rules, schedules
from bot.cli.arguments import parser
from bot.config import ConfigError, Settings, read_settings
from bot.exits import CommandError, Exit, Said, exit_for, refuse, tell
from bot.store.database import BadDatabaseUrl
from bot.store.migrate import is_current, migrate
from bot.store.room import NO_ROOM, is_full
from bot.store.secrets import SecretKeyError
from connectors.errors import BadSettings, ConnectorError
from rules.engine import Engine
from rules.reading import RuleError

LOG: Final = logging.getLogger(__name__)
POLL_SECONDS: Final = 0.1  # somebody sits there and waits
LINE: Final = "%(asctime)s %(levelname)s %(name)s %(message)s"

Command = Callable[[Bot, argparse.Namespace], Awaitable[Said]]


def run(argv: Sequence[str], env: Mapping[str, str] = os.environ, *, engine: Engine | None = None) -> int:
    """The exit code. Standard output holds only the answer; logs go to standard error.

    Rules that are loaded already can be handed in as ``engine``.
    """
    try:
        arguments = parser().parse_args(argv)
    except SystemExit as end:  # argparse has printed the help, or what is wrong
        return int(end.code or Exit.DONE)
    try:
        return int(_dispatch(arguments, env, engine))
    except BrokenPipeError:  # whoever reads us has seen enough, as in psa-bot rules list | head
        _forget_output()
        return int(Exit.NO)
    except KeyboardInterrupt:
        return int(Exit.INTERRUPTED)
    except Exception as error:  # noqa: BLE001 - the last line: no raw exception reaches a person
        message, code = _worded(error)
        return int(refuse(message, code, as_json=getattr(arguments, "json", False)))


def _dispatch(arguments: argparse.Namespace, env: Mapping[str, str], engine: Engine | None) -> Exit:
    settings = read_settings(env)
    log_to_stderr(settings.log_level)
    if arguments.command == "rules":
        return tell(rules.run(settings.rules_dir, arguments), as_json=arguments.json)
    if arguments.command == "demo":
        from bot.demo import demo, has_display  # noqa: PLC0415 - the only command that needs the sandbox

        return asyncio.run(demo(arguments.port, open_browser=not arguments.no_open and has_display(env)))
    if arguments.command == "serve":
        from bot.serve import serve  # noqa: PLC0415 - Slack's libraries, which few commands need

        return asyncio.run(serve(settings))
    if arguments.command == "worker":
        from bot.worker import work  # noqa: PLC0415 - the same

        return asyncio.run(work(settings))
    return tell(asyncio.run(_with_bot(arguments, settings, engine)), as_json=arguments.json)


async def _with_bot(arguments: argparse.Namespace, settings: Settings, engine: Engine | None) -> Said:
    """Whoever types is the operator and knows what they do: no cool-down between syncs."""
    mine = replace(settings, cooldown_seconds=0, poll_seconds=POLL_SECONDS)
    async with opened(mine, engine=engine) as bot:
        if arguments.command == "migrate":
            await migrate(bot.db)
            return Said(document={"migrated": True}, text="The database is at the newest schema.")
        if arguments.command == "doctor":
            from bot.doctor import doctor  # noqa: PLC0415 - Slack's libraries

            return await doctor(bot)
        await need_current(bot)
        return await _COMMANDS[arguments.command](bot, arguments)


_COMMANDS: Final[Mapping[str, Command]] = {
    "connections": connections.run,
    "missing": ask.ask,
    "sync": ask.sync,
    "schedule": schedules.run,
    "hidden": lists.hidden,
    "duplicates": lists.duplicates,
    "history": history.history,
    "permissions": permissions.permissions,
}


async def need_current(bot: Bot) -> None:
    """Raises CommandError for a database without our newest tables."""
    if not await is_current(bot.db):
        raise CommandError("The database is not at the newest schema. Run: psa-bot migrate", Exit.CONFIG)


def log_to_stderr(level: str) -> None:
    logging.basicConfig(stream=sys.stderr, level=level, format=LINE)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # at INFO it logs addresses, and so customers' names


def _worded(error: Exception) -> tuple[str, Exit]:
    """A sentence without a secret in it."""
    match error:
        case CommandError():
            return str(error), error.code
        case ConfigError() | SecretKeyError() | BadDatabaseUrl() | RuleError() | BadSettings():
            return str(error), Exit.CONFIG
        case ConnectorError():
            return error.message, exit_for(error.kind)
        case SQLAlchemyError() | OSError():
            return _no_database(error), Exit.UNREACHABLE
        case _:
            return f"Something broke on our side (error {_logged(error)}): the log has the rest.", Exit.NO


def _no_database(error: Exception) -> str:
    """The driver's own text may hold the address; its name says enough, and the log has the rest."""
    LOG.info("The database could not be used.", exc_info=error, extra={"action": "database"})
    if is_full(error):
        return f"{NO_ROOM} Free some space on it."
    why = type(getattr(error, "orig", None) or error).__name__
    return (
        f"The database cannot be reached or written ({why}): check PSA_BOT_DATABASE_URL. "
        "PSA_BOT_LOG=INFO shows where it failed."
    )


def _logged(error: Exception) -> str:
    error_id = f"E-{uuid.uuid4().hex[:8]}"
    LOG.error("A command broke.", exc_info=error, extra={"action": "command", "error_id": error_id})
    return error_id


def _forget_output() -> None:
    """Python flushes standard output once more at its end, and would complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
