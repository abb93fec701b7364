"""``psa-bot connections``: add, list, test, pause, resume, rotate, remove, reseal. Secrets come by standard input."""

import argparse
import json
import re
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.app import Bot
from bot.cli.trying import Tried, try_out
from bot.exits import CommandError, Exit, Said, complain
from bot.journeys import EVERY
from bot.render.timetables import described
from bot.scheduling import suggestion
from bot.store.queries import audit, connections
from bot.store.queries.connections import Connection, NameTaken
from bot.store.queries.runs import RunKind
from connectors import registry

BY: Final = "command line"
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")  # one word, so that @name can follow a question
NOT_TESTED: Final = "It was not tested: psa-bot connections test"

Action = Callable[[Bot, Connection], Awaitable[Said]]


async def run(bot: Bot, arguments: argparse.Namespace) -> Said:
    if arguments.action == "list":
        return await _list(bot)
    if arguments.action == "reseal":
        return await _reseal(bot)
    if arguments.action == "add":
        return await _add(bot, arguments)
    return await _ACTIONS[arguments.action](bot, await named(bot, arguments.name))


async def named(bot: Bot, name: str) -> Connection:
    connection = await connections.by_name(bot.db, name)
    if connection is None:
        known = ", ".join(each.name for each in await connections.every(bot.db)) or "none yet"
        raise CommandError(f"There is no connection “{name}”. There are: {known}.", Exit.USAGE)
    return connection


async def _list(bot: Bot) -> Said:
    every = await connections.every(bot.db)
    lines = [f"{each.name}  {each.psa}  {'paused' if each.paused else 'active'}" for each in every]
    text = "\n".join(lines) or "No connection yet. Add one: psa-bot connections add NAME --psa connectwise"
    return Said(document=[_document(each) for each in every], text=text)


async def _add(bot: Bot, arguments: argparse.Namespace) -> Said:
    """Whatever can be refused without the PSA is refused before it is asked."""
    name, psa, settings = _new_name(arguments.name), arguments.psa, _settings(arguments.setting)
    zone = _zone(arguments.time_zone or bot.settings.time_zone)
    bot.box.seal({})  # raises SecretKeyError: there is nothing to keep secrets with
    if await connections.by_name(bot.db, name) is not None:
        raise CommandError(f"There is a connection “{name}” already. Choose another name.", Exit.USAGE)
    secrets = _secrets(psa)
    tried = await _try_unsaved(bot, psa, settings, secrets, test=not arguments.no_test)
    if tried is not None and not tried.works:
        hint = "The connection was not saved. Correct it, or save it as it is with --no-test."
        return Said(document=tried.document, text=tried.text, exit=tried.exit, complaint=hint)
    try:
        connection = await connections.add(
            bot.db,
            bot.box,
            name=name,
            psa=psa,
            settings=settings,
            secrets=secrets,
            now=bot.clock.now(),
            time_zone=zone,
        )
    except NameTaken as taken:  # by somebody else, while the PSA was asked
        raise CommandError(str(taken), Exit.USAGE) from None
    await _note(bot, "add connection", name)
    told = tried.text if tried else f"{NOT_TESTED} {name}"
    document = _document(connection) | {"test": tried.document if tried else None}
    return Said(document=document, text=f"Added {name}.\n{told}\n{_by_hand(connection)}")


def _by_hand(connection: Connection) -> str:
    """A new connection has no schedule; its weekday is told, because nobody types it (C11, R224)."""
    weekly = described(suggestion(connection, RunKind.FULL))
    return f"Nothing syncs it by itself yet: psa-bot schedule set {connection.name} --weekly on, for {weekly}."


async def _try_unsaved(
    bot: Bot, psa: str, settings: Mapping[str, str], secrets: Mapping[str, str], *, test: bool
) -> Tried | None:
    """Raises BadSettings with what is known, also where nothing is tested."""
    connector = bot.psas.unsaved(psa, settings, secrets)
    try:
        return await try_out(connector, settings) if test else None
    finally:
        await connector.aclose()


async def _test(bot: Bot, connection: Connection) -> Said:
    tried = await try_out(await bot.psas.connector(connection), connection.settings)
    return Said(document={"connection": connection.name, **tried.document}, text=tried.text, exit=tried.exit)


async def _pause(bot: Bot, connection: Connection) -> Said:
    await bot.roster.pause(connection.name, by=BY)
    return _said(connection, "paused")


async def _resume(bot: Bot, connection: Connection) -> Said:
    await bot.roster.resume(connection.name, by=BY)
    return _said(connection, "resumed")


async def _rotate(bot: Bot, connection: Connection) -> Said:
    """The new secrets are tried before they replace the old ones."""
    bot.box.seal({})
    secrets = _secrets(connection.psa)
    tried = await _try_unsaved(bot, connection.psa, connection.settings, secrets, test=True)
    if tried is not None and not tried.works:
        document = {"connection": connection.name, **tried.document}
        return Said(document=document, text=tried.text, exit=tried.exit, complaint="The old secrets were kept.")
    await connections.replace_secrets(bot.db, bot.box, connection.id, secrets, bot.clock.now())
    return await _done(bot, connection, "rotated")


async def _remove(bot: Bot, connection: Connection) -> Said:
    await connections.remove(bot.db, connection.id)
    return await _done(bot, connection, "removed")


async def _reseal(bot: Bot) -> Said:
    """Afterwards the older keys of PSA_BOT_SECRET_KEY can be taken away."""
    bot.box.seal({})
    count = await connections.reseal(bot.db, bot.box)
    await _note(bot, "reseal", "all connections")
    text = f"The secrets of {count} connections are sealed with the newest key. Older keys are no longer needed."
    return Said(document={"resealed": count}, text=text)


_ACTIONS: Final[Mapping[str, Action]] = {
    "test": _test,
    "pause": _pause,
    "resume": _resume,
    "rotate": _rotate,
    "remove": _remove,
}


async def _done(bot: Bot, connection: Connection, what: str) -> Said:
    await _note(bot, f"connection {what}", connection.name)
    return _said(connection, what)


def _said(connection: Connection, what: str) -> Said:
    return Said(document={"connection": connection.name, "done": what}, text=f"{connection.name}: {what}.")


async def _note(bot: Bot, action: str, target: str) -> None:
    """R251: who changed what."""
    await audit.write(bot.db, at=bot.clock.now(), who=BY, action=action, target=target, outcome="done")


def _new_name(name: str) -> str:
    if name.casefold() == EVERY:
        raise CommandError("“all” means every connection. Choose another name.", Exit.USAGE)
    if not NAME.fullmatch(name):
        raise CommandError(
            "A connection's name is one word of letters, digits, dots, dashes and underscores, such as cw-prod.",
            Exit.USAGE,
        )
    return name


def _settings(pairs: list[str]) -> dict[str, str]:
    settings: dict[str, str] = {}
    for number, pair in enumerate(pairs, start=1):
        key, equals, value = pair.partition("=")
        if not equals or not key.strip():  # the text is not repeated: somebody may have put a secret there
            raise CommandError(f"--setting number {number} is not KEY=VALUE.", Exit.USAGE)
        if key.strip() in settings:
            raise CommandError(f"--setting {key.strip()} is given twice.", Exit.USAGE)
        settings[key.strip()] = value.strip()
    return settings


def _secrets(psa: str) -> dict[str, str]:
    example = json.dumps(dict.fromkeys(registry.specs()[psa].secrets, "…"), ensure_ascii=False)
    how = f"Give the secrets as a JSON object of texts on standard input: {example}"
    if sys.stdin.isatty():
        complain(f"{how}. End with Ctrl-D.")
    try:
        secrets = json.loads(sys.stdin.read())
    except (ValueError, RecursionError):  # the text may hold a secret: it is not repeated
        raise CommandError(how, Exit.USAGE) from None
    if not isinstance(secrets, dict) or not all(isinstance(value, str) for value in secrets.values()):
        raise CommandError(how, Exit.USAGE)
    return secrets


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CommandError(f"{name!r} is not a time zone. Write it like Europe/London.", Exit.USAGE) from None


def _document(connection: Connection) -> dict[str, Any]:
    return {
        "name": connection.name,
        "psa": connection.psa,
        "settings": dict(connection.settings),
        "paused": connection.paused,
        "time_zone": connection.time_zone,
    }
