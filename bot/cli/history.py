"""``psa-bot history``: one customer's past, or the log of syncs."""

import argparse
from typing import Any

from bot.answers import UnknownConnection
from bot.app import Bot
from bot.cli.ask import no_such_connection
from bot.exits import Exit, Said
from bot.history import Histories, Past, Recalled, RunLog
from bot.messages import plain
from bot.render import history as words_of
from bot.render.documents import utc
from bot.store.queries.history import Step
from bot.sync.result import run_json


async def history(bot: Bot, arguments: argparse.Namespace) -> Said:
    """Exit code 1: no customer of that name is known, or several are."""
    histories, now = Histories(bot.db), bot.clock.now()
    try:
        if not arguments.query:
            found = await histories.log(arguments.connection, now)
            return Said(document=_log(found), text=plain(words_of.log(bot.words, found).blocks))
        recalled = await histories.recall(arguments.query, arguments.connection, now)
    except UnknownConnection as unknown:
        raise no_such_connection(unknown) from None
    message = words_of.recalled(bot.words, bot.engine, recalled)
    several = [f"  {each.name} ({each.account_id} on {each.connection.name})" for each in recalled.candidates]
    text = "\n".join([plain(message.blocks), *several])
    return Said(document=_recalled(recalled), text=text, exit=Exit.DONE if recalled.pasts else Exit.NO)


def _log(found: RunLog) -> dict[str, Any]:
    return {
        "asked_at": utc(found.asked_at),
        "runs": [
            run_json(run, connection) | {"requested_by": run.requested_by, "requested_at": utc(run.requested_at)}
            for connection, run in found.entries
        ],
    }


def _recalled(found: Recalled) -> dict[str, Any]:
    return {
        "query": found.query,
        "asked_at": utc(found.asked_at),
        "accounts": [_past(past) for past in found.pasts],
        "candidates": [
            {"connection": each.connection.name, "id": each.account_id, "name": each.name, "gone": each.gone}
            for each in found.candidates
        ],
    }


def _past(past: Past) -> dict[str, Any]:
    return {
        "connection": past.connection.name,
        "psa": past.connection.psa,
        "id": past.account_id,
        "name": past.name,
        "visible": past.visible,
        "gone_at": utc(past.gone_at),
        "first_run": past.first.id if past.first else None,
        "changes": [_step(step) for step in past.steps],
    }


def _step(step: Step) -> dict[str, Any]:
    return {
        "run": step.run.id,
        "kind": str(step.run.kind),
        "at": utc(step.run.ended_at),
        "what": step.change.what.value,
        "fields": list(step.change.fields),
        "before": dict(step.change.before),
        "after": dict(step.change.after),
    }
