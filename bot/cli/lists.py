"""``psa-bot hidden`` and ``psa-bot duplicates``: two lists out of the cache."""

import argparse
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from bot.app import Bot
from bot.cli.connections import named
from bot.duplicates import Duplicates, Namesake, SameName
from bot.duplicates import duplicates as same_names
from bot.exits import CommandError, Exit, Said, exit_for
from bot.hidden import Register, register
from bot.render.documents import utc
from bot.render.words import plural
from bot.store.queries import connections
from bot.store.queries.connections import Connection
from connectors import registry

SAMPLES: Final = 5  # names shown beside a count; --csv and --json hold them all
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")  # how a spreadsheet recognises one (OWASP, CSV injection)
NOBODY: Final = "No PSA is connected yet. Add one: psa-bot connections add NAME --psa connectwise"


async def hidden(bot: Bot, arguments: argparse.Namespace) -> Said:
    """Exit code 0, however many are hidden."""
    found = [await register(bot.db, bot.engine, each) for each in await _chosen(bot, arguments.connection)]
    document: dict[str, Any] = {"asked_at": utc(bot.clock.now()), "connections": [_register(each) for each in found]}
    text = "\n\n".join(_register_text(each) for each in found)
    if arguments.csv is not None:
        rows = write_csv(arguments.csv, found)
        document["csv"] = {"file": str(arguments.csv), "rows": rows}
        text += f"\n\n{plural(rows, 'row')} written to {arguments.csv}."
    return Said(document=document, text=text)


async def duplicates(bot: Bot, arguments: argparse.Namespace) -> Said:
    """Exit code 4 where the PSA was asked and could not be reached: the cache does not know the recycle bin."""
    chosen = await _chosen(bot, arguments.connection)
    found = [await same_names(bot.db, bot.psas, bot.clock, each, arguments.query) for each in chosen]
    document = {
        "query": arguments.query,
        "asked_at": utc(bot.clock.now()),
        "connections": [_duplicates(each) for each in found],
    }
    codes = [exit_for(each.error.kind) for each in found if each.error is not None]
    text = "\n\n".join(_duplicates_text(each) for each in found)
    return Said(document=document, text=text, exit=max(codes, default=Exit.DONE))


async def _chosen(bot: Bot, name: str | None) -> Sequence[Connection]:
    chosen = [await named(bot, name)] if name is not None else await connections.every(bot.db)
    if not chosen:
        raise CommandError(NOBODY, Exit.CONFIG)
    return chosen


def write_csv(path: Path, found: Sequence[Register]) -> int:
    """How many rows. The mark at the beginning tells spreadsheets that it is UTF-8."""
    rows = [row for each in found for row in _rows(each)]
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("connection", "account", "name", "state", "rule", "reason"))
            writer.writerows([cell(text) for text in row] for row in rows)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.", Exit.CONFIG) from None
    return len(rows)


def cell(text: str) -> str:
    """A name must stay a name: a spreadsheet runs what looks like a formula."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _rows(found: Register) -> Iterator[tuple[str, ...]]:
    for reason in found.reasons:
        for each in reason.accounts:
            yield (found.connection, each.id, each.name, _state(each.visible), reason.rule, reason.title)


def _state(visible: bool | None) -> str:  # noqa: FBT001 - a three-valued answer, as it is stored
    return {True: "visible", False: "hidden", None: "cannot tell"}[visible]


def _register(found: Register) -> dict[str, Any]:
    return {
        "connection": found.connection,
        "psa": found.psa,
        "as_of": utc(found.as_of),
        "run": found.run,
        "visible": found.visible,
        "hidden": found.hidden,
        "cannot_tell": found.cannot_tell,
        "reasons": [
            {
                "rule": reason.rule,
                "title": reason.title,
                "count": len(reason.accounts),
                "accounts": [
                    {"id": each.id, "name": each.name, "state": _state(each.visible)} for each in reason.accounts
                ],
            }
            for reason in found.reasons
        ],
    }


def _register_text(found: Register) -> str:
    if found.as_of is None:
        return f"{found.connection}: never synced. Run: psa-bot sync full --connection {found.connection}"
    head = f"{found.connection}: {found.hidden:,} hidden, {found.visible:,} visible, as of {utc(found.as_of)}."
    unknown = [f"Of {plural(found.cannot_tell, 'more')} nobody can tell."] if found.cannot_tell else []
    return "\n".join(
        [head, *unknown, *(_reason_text(reason.title, reason.rule, reason.accounts) for reason in found.reasons)]
    )


def _reason_text(title: str, rule: str, accounts: Sequence[Any]) -> str:
    names = ", ".join(f"{each.name} ({each.id})" for each in accounts[:SAMPLES])
    more = f" and {len(accounts) - SAMPLES:,} more" if len(accounts) > SAMPLES else ""
    return f"{len(accounts):6,}  {title} [{rule}]\n        {names}{more}"


def _duplicates(found: Duplicates) -> dict[str, Any]:
    return {
        "connection": found.connection,
        "psa": found.psa,
        "as_of": utc(found.as_of),
        "error": {"kind": str(found.error.kind), "message": found.error.message} if found.error else None,
        "names": [
            {"name": each.name, "in_use": each.in_use, "accounts": [_namesake(one) for one in each.accounts]}
            for each in found.groups
        ],
    }


def _namesake(each: Namesake) -> dict[str, Any]:
    return {
        "id": each.id,
        "name": each.name,
        "deleted": each.deleted,
        "status": each.status,
        "changed_at": utc(each.changed_at),
        "agreements": each.agreements,
        "visible": each.visible,
        "cached": each.cached,
        "url": each.url,
    }


def _duplicates_text(found: Duplicates) -> str:
    head = f"{found.connection}: {plural(len(found.groups), 'name')} with more than one account."
    trouble = [f"Only the cache was read: {found.error.message}"] if found.error else []
    account_id = registry.specs()[found.psa].nouns.account_id
    return "\n".join([head, *trouble, *(_same_name_text(each, account_id) for each in found.groups)])


def _same_name_text(each: SameName, account_id: str) -> str:
    told = f"use {account_id} {each.in_use}" if each.in_use else f"cannot tell which is in use: open each {account_id}"
    return "\n".join([f"  {each.name}: {told}", *(f"    {_namesake_text(one, account_id)}" for one in each.accounts)])


def _namesake_text(each: Namesake, account_id: str) -> str:
    deleted = {True: "in the recycle bin or gone", False: "in use", None: "deleted flag not read"}[each.deleted]
    agreements = (
        "not in the cache" if each.agreements is None else f"{plural(each.agreements, 'agreement')} in the cache"
    )
    changed = f"last updated {each.changed_at:%d %b %Y}" if each.changed_at else ""
    facts = (deleted, f"status {each.status}" if each.status else "", agreements, changed)
    return f"{account_id} {each.id}: {', '.join(fact for fact in facts if fact)}"
