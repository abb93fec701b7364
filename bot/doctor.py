"""``psa-bot doctor``: checks everything that has to be right before a person asks; exit code 1 when one fails."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from bot.app import Bot
from bot.exits import Exit, Said
from bot.permissions import lines_of, refused_of
from bot.psas import read_surroundings
from bot.slack.health import slack_problems
from bot.store.migrate import is_current
from bot.store.queries import connections
from bot.store.queries.connections import Connection
from bot.store.secrets import SecretKeyError
from connectors.errors import BadSettings, ConnectorError, WhoMustAct
from rules.examples import check_examples


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One line of the report. ``problem`` empty: it is well. ``next`` says what to do."""

    name: str
    problem: str = ""
    next: str = ""

    @property
    def ok(self) -> bool:
        return not self.problem


async def doctor(bot: Bot) -> Said:
    """Goes on after a check that fails: one run shows all that is wrong."""
    checks = [check for look in _LOOKS for check in await look(bot)]
    fine = all(check.ok for check in checks)
    return Said(
        document={"ok": fine, "checks": [_document(check) for check in checks]},
        text="\n".join(_line(check) for check in checks),
        exit=Exit.DONE if fine else Exit.NO,
    )


async def _schema(bot: Bot) -> list[Check]:
    """One that cannot be reached keeps the connections from being checked, and nothing else."""
    name = "database"
    try:
        if await is_current(bot.db):
            return [Check(name=name), *await _connections(bot)]
    except (SQLAlchemyError, OSError) as error:
        why = type(getattr(error, "orig", None) or error).__name__
        return [Check(name=name, problem=f"cannot be reached ({why})", next="Check PSA_BOT_DATABASE_URL.")]
    return [Check(name=name, problem="not at the newest schema", next="Run psa-bot migrate.")]


async def _rules(bot: Bot) -> list[Check]:
    problems = [str(problem) for card in bot.engine.cards for problem in check_examples(card)]
    step = "Correct the card, then run psa-bot rules check." if problems else ""
    return [Check(name=f"{len(bot.engine.cards)} rules and their examples", problem="; ".join(problems), next=step)]


async def _templates(bot: Bot) -> list[Check]:
    problems = bot.words.problems()
    step = "Restore the files of the folder templates." if problems else ""
    return [Check(name="message templates", problem="; ".join(problems), next=step)]


async def _slack(bot: Bot) -> list[Check]:
    problems = await slack_problems(bot.settings)
    return [Check(name=f"Slack {name}", problem=problem, next=step) for name, problem, step in problems]


async def _connections(bot: Bot) -> list[Check]:
    every = await connections.every(bot.db)
    if not every:
        add = "Run psa-bot connections add NAME --psa connectwise."
        return [Check(name="connections", problem="there is none yet", next=add)]
    return [check for connection in every for check in await _connection(bot, connection)]


async def _connection(bot: Bot, connection: Connection) -> list[Check]:
    name = f"connection {connection.name}{' (paused)' if connection.paused else ''}"
    try:
        connector = await bot.psas.connector(connection)
        await connector.check()
        around = await read_surroundings(connector, connection.settings, bot.clock.now())
    except ConnectorError as error:
        return [Check(name=name, problem=error.message, next=_next(error, connection))]
    except (BadSettings, SecretKeyError) as error:
        step = f"Then run psa-bot connections test {connection.name}."
        return [Check(name=name, problem=str(error), next=step)]
    if around.probes is None:
        step = f"Run psa-bot connections test {connection.name}."
        return [Check(name=name), Check(name=f"{name}: rights", problem="could not be probed", next=step)]
    refused = refused_of(lines_of(connector.spec, around.probes))
    rights = Check(
        name=f"{name}: rights",
        problem=f"refused: {'; '.join(line.right.right for line in refused)}" if refused else "",
        next=f"Run psa-bot permissions --connection {connection.name}: it says what to do." if refused else "",
    )
    return [Check(name=name), rights]


_LOOKS: Final[tuple[Callable[[Bot], Awaitable[list[Check]]], ...]] = (_schema, _rules, _templates, _slack)


def _next(error: ConnectorError, connection: Connection) -> str:
    match error.who_must_act:
        case WhoMustAct.OPERATOR:
            return f"Correct it, then run psa-bot connections test {connection.name}."
        case WhoMustAct.PSA:
            return "Wait for the vendor; its status page says more."
        case WhoMustAct.NOBODY:
            return "Try again in a few minutes."
        case WhoMustAct.US:
            return "Report it with the log that PSA_BOT_LOG=INFO shows."


def _line(check: Check) -> str:
    if check.ok:
        return f"ok    {check.name}"
    return f"FAIL  {check.name}: {check.problem.removesuffix('.')}. {check.next}".rstrip()


def _document(check: Check) -> dict[str, object]:
    return {"name": check.name, "ok": check.ok, "problem": check.problem, "next": check.next}
