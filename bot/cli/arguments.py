"""The arguments of every command."""

import argparse
from pathlib import Path

from bot.store.queries.schedules import SCHEDULED
from connectors import registry


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="psa-bot", description="Tells a support team why a customer is missing.")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _json(_plain(commands, "migrate", "bring the database to the newest schema"))
    _connections(commands)
    missing = _plain(commands, "missing", "why is this customer missing?")
    missing.add_argument("query", help="the customer's name", metavar="QUERY")
    missing.add_argument("--connection", help="ask only this connection", metavar="NAME")
    _json(missing)
    _sync(commands)
    _schedule(commands)
    _lists(commands)
    rights = _plain(commands, "permissions", "which rights does the API user have, and which does it lack?")
    rights.add_argument("--connection", required=True, metavar="NAME", help="or a kind of PSA that only one has")
    _json(rights)
    _rules(commands)
    _plain(commands, "serve", "serve Slack over HTTP, or in Socket Mode where SLACK_APP_TOKEN is set")
    _plain(commands, "worker", "run syncs and the clock beside serve, in any number; needs PostgreSQL")
    _json(_plain(commands, "doctor", "check tokens, scopes, clock, schema, connections, rights, rules and templates"))
    demo = _plain(commands, "demo", "start a local Slack workspace, simulated PSAs and the bot")
    demo.add_argument("--port", type=_port, default=3200, help="of the page (default 3200; 0 is any free one)")
    demo.add_argument("--no-open", action="store_true", help="do not open a browser")
    return top


def _port(text: str) -> int:
    """Raises ValueError, which argparse words."""
    port = int(text)
    if not 0 <= port <= 65535:
        raise ValueError(text)
    return port


def _plain(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, line: str
) -> argparse.ArgumentParser:
    return commands.add_parser(name, help=line, description=f"{line[0].upper()}{line[1:]}.")


def _json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print one JSON document")


def _connections(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    what = _plain(commands, "connections", "manage the PSA connections").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    add = what.add_parser(
        "add",
        help="add a connection",
        description="Add a connection. The secrets are read as a JSON object from standard input.",
    )
    add.add_argument("name", metavar="NAME")
    add.add_argument("--psa", required=True, choices=sorted(registry.specs()), help="which PSA")
    add.add_argument("--setting", action="append", default=[], metavar="KEY=VALUE", help="may be repeated")
    add.add_argument("--time-zone", default=None, metavar="ZONE", help="such as Europe/London (default UTC)")
    add.add_argument("--no-test", action="store_true", help="save it without trying it")
    _json(add)
    _json(what.add_parser("list", help="list the connections"))
    _json(what.add_parser("reseal", help="seal all secrets with the newest key of PSA_BOT_SECRET_KEY"))
    for action, line in (
        ("test", "try a connection: sign in and read"),
        ("pause", "stop its syncs"),
        ("resume", "allow its syncs again"),
        ("rotate", "replace its secrets by the JSON object on standard input"),
        ("remove", "remove it and everything that was stored of it"),
    ):
        command = what.add_parser(action, help=line)
        command.add_argument("name", metavar="NAME")
        _json(command)


def _sync(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    sync = _plain(commands, "sync", "run a sync now and wait for it")
    sync.add_argument("kind", choices=("full", "quick", "settings", "one"))
    sync.add_argument("--connection", required=True, metavar="NAME")
    sync.add_argument("--account", metavar="ID", help="which account: only with one, and needed there")
    _json(sync)


def _schedule(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    what = _plain(commands, "schedule", "when the syncs run").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    show = what.add_parser("show", help="show when syncs run, and the next five times")
    show.add_argument("name", nargs="?", help="only this connection", metavar="NAME")
    change = what.add_parser("set", help="change when they run; what is not named stays as it is")
    change.add_argument("name", metavar="NAME")
    change.add_argument("--weekly", choices=("on", "off"), help="on the weekday on which the connection was made")
    change.add_argument("--monthly", metavar="DAY", help="1 to 31, a weekday such as 'last fri', or off")
    change.add_argument("--at", metavar="HH:MM", help="in UTC (default 07:00)")
    change.add_argument("--quick", metavar="HOURS", help="quick syncs in between, every so many hours, or off")
    change.add_argument("--peak", metavar="FROM-TO", help="such as 09:00-18:00, in its time zone, or off")
    undo = what.add_parser("undo", help="take the last change back")
    undo.add_argument("name", metavar="NAME")
    for command in (change, undo):
        kinds = [str(kind) for kind in SCHEDULED]
        command.add_argument("--kind", choices=kinds, default=kinds[0], help="of which sync (default full)")
    for command in (show, change, undo):
        _json(command)


def _lists(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    hidden = _plain(commands, "hidden", "the synced accounts that are hidden, by reason")
    hidden.add_argument("--connection", help="only of this connection", metavar="NAME")
    hidden.add_argument("--csv", help="also write them all to this file", metavar="FILE", type=Path)
    _json(hidden)
    duplicates = _plain(commands, "duplicates", "accounts of the same name, and which one is in use")
    duplicates.add_argument("query", nargs="?", help="only of names that hold this; also asks the PSA", metavar="QUERY")
    duplicates.add_argument("--connection", help="only of this connection", metavar="NAME")
    _json(duplicates)
    history = _plain(commands, "history", "when a customer appeared or vanished, and why; or the last syncs")
    history.add_argument("query", nargs="?", help="which customer; without it, the last syncs", metavar="QUERY")
    history.add_argument("--connection", help="only of this connection", metavar="NAME")
    _json(history)


def _rules(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    what = _plain(commands, "rules", "the rule catalogue").add_subparsers(
        dest="action", required=True, metavar="ACTION"
    )
    listing = what.add_parser("list", help="list the rules")
    listing.add_argument("--psa", choices=sorted(registry.specs()), help="only those of this PSA")
    _json(listing)
    _json(what.add_parser("check", help="run every card's examples"))
    show = what.add_parser("show", help="show one rule")
    show.add_argument("id", metavar="ID")
    _json(show)
