"""How every command ends: its exit code, and what stands on which stream."""

import io
import logging
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.arguments import parser
from bot.cli.main import run
from bot.exits import Exit
from bot.store.queries import connections
from bot.store.secrets import new_key
from tests.bot.cli.terminal import Terminal
from tests.databases import Postgres

ROOT = Path(__file__).resolve().parents[3]
COMMANDS = [
    "migrate",
    "history",
    "permissions",
    "connections",
    "connections add",
    "connections list",
    "connections test",
    "connections pause",
    "connections resume",
    "connections rotate",
    "connections remove",
    "connections reseal",
    "missing",
    "sync",
    "schedule",
    "schedule show",
    "schedule set",
    "schedule undo",
    "hidden",
    "duplicates",
    "rules",
    "rules list",
    "rules check",
    "rules show",
    "serve",
    "worker",
    "doctor",
    "demo",
]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(terminal: Terminal, command: str) -> None:
    ran = terminal.types(*command.split(), "--help")
    assert ran.code == 0
    assert f"usage: psa-bot {command}" in ran.out
    assert ran.err == ""


def test_no_command_at_all_is_wrong_usage(terminal: Terminal) -> None:
    ran = terminal.types()
    assert ran.code == 2
    assert ran.out == ""
    assert "psa-bot" in ran.err


@pytest.mark.parametrize(
    "argv",
    [
        ["nonsense"],
        ["missing"],
        ["missing", "  "],
        ["sync", "everything", "--connection", "cw-prod"],
        ["sync", "full"],
        ["connections", "add", "x"],
        ["connections", "add", "x", "--psa", "lotus-notes"],
        ["connections", "test", "nowhere"],
        ["sync", "full", "--connection", "nowhere"],
        ["missing", "Acme", "--connection", "nowhere"],
        ["hidden", "--connection", "nowhere"],
        ["duplicates", "--connection", "nowhere"],
        ["rules", "show", "nothing-of-the-kind"],
        ["demo", "--port", "99999"],
        ["demo", "--port", "http"],
    ],
)
def test_wrong_usage_ends_with_2_and_says_why_on_standard_error(terminal: Terminal, argv: list[str]) -> None:
    ran = terminal.types(*argv)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.strip()


@pytest.mark.parametrize("name", ["sync", "missing", "hidden", "duplicates"])
def test_an_unknown_connection_is_named_beside_the_ones_there_are(terminal: Terminal, name: str) -> None:
    words = {"sync": ["sync", "full"], "missing": ["missing", "Acme"]}.get(name, [name])
    ran = terminal.types(*words, "--connection", "nowhere")
    assert "There is no connection “nowhere”" in ran.err
    assert "none yet" in ran.err


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PSA_BOT_DATABASE_URL", "mysql://root:hunter2@db/psa", "PSA_BOT_DATABASE_URL begins with mysql://"),
        ("PSA_BOT_DATABASE_URL", "no address", "PSA_BOT_DATABASE_URL cannot be read"),
        ("PSA_BOT_SECRET_KEY", "too-short", "Key 1 of PSA_BOT_SECRET_KEY is not a Fernet key"),
        ("PSA_BOT_RULES_DIR", "/no/such/folder", "is not a folder"),
        ("PSA_BOT_HTTP_PORT", "http", "PSA_BOT_HTTP_PORT is 'http'"),
        ("PSA_BOT_LOG", "LOUD", "PSA_BOT_LOG is 'LOUD'"),
    ],
)
@pytest.mark.parametrize("as_json", [False, True])
def test_a_wrong_setting_ends_with_3_and_names_the_variable(
    terminal: Terminal, name: str, value: str, said: str, as_json: bool
) -> None:
    ran = terminal.types("connections", "list", *(["--json"] if as_json else []), **{name: value})
    assert ran.code == 3
    assert said in ran.err
    assert "hunter2" not in ran.err + ran.out
    assert "too-short" not in ran.err + ran.out
    if as_json:
        assert said in ran.json["error"]["message"]
        assert ran.json["error"]["exit_code"] == 3
    else:
        assert ran.out == ""


def test_a_rule_that_cannot_be_loaded_ends_with_3_and_names_file_and_line(terminal: Terminal, tmp_path: Path) -> None:
    (tmp_path / "ours.yaml").write_text("id: ours\ntitle: Ours is short\nnonsense: true\n", encoding="utf-8")
    ran = terminal.types("rules", "list", PSA_BOT_RULES_DIR=str(tmp_path))
    assert ran.code == 3
    assert "ours.yaml:3" in ran.err


@pytest.mark.requirement("R102")
@pytest.mark.parametrize("argv", [["connections", "list"], ["missing", "Acme"], ["hidden"]])
def test_a_database_that_was_never_migrated_says_what_to_type(
    terminal: Terminal, tmp_path: Path, argv: list[str]
) -> None:
    fresh = f"sqlite:///{tmp_path / 'fresh.db'}"
    ran = terminal.types(*argv, PSA_BOT_DATABASE_URL=fresh)
    assert (ran.code, ran.out) == (3, "")
    assert "psa-bot migrate" in ran.err
    assert terminal.types("migrate", "--json", PSA_BOT_DATABASE_URL=fresh).json == {"migrated": True}
    assert terminal.types("connections", "list", "--json", PSA_BOT_DATABASE_URL=fresh).json == []


@pytest.mark.parametrize("url", ["postgresql://bot:hunter2@127.0.0.1:1/psa", "sqlite:////proc/nowhere/psa-bot.db"])
def test_a_database_that_cannot_be_reached_ends_with_4_without_its_password_or_a_stack_trace(
    terminal: Terminal, url: str
) -> None:
    ran = terminal.types("connections", "list", "--json", PSA_BOT_DATABASE_URL=url)
    assert ran.code == 4
    assert "The database cannot be reached or written" in ran.json["error"]["message"]
    assert "hunter2" not in ran.err + ran.out
    assert "Traceback" not in ran.err


@pytest.mark.postgres
def test_a_database_that_the_server_does_not_have_ends_with_4(terminal: Terminal, postgres: Postgres) -> None:
    if postgres.missing:
        pytest.skip(postgres.missing)
    ran = terminal.types("connections", "list", PSA_BOT_DATABASE_URL=postgres.database("nowhere"))
    assert (ran.code, ran.out) == (4, "")
    assert "The database cannot be reached or written" in ran.err
    assert "Traceback" not in ran.err


async def test_a_bug_is_told_as_an_error_id_that_is_also_in_the_log(
    terminal: Terminal, caplog: pytest.LogCaptureFixture
) -> None:
    async with terminal.bot() as bot:  # as an older version may have left it
        await connections.add(
            bot.db, bot.box, name="old", psa="canary-psa", settings={}, secrets={}, now=bot.clock.now()
        )
    with caplog.at_level(logging.ERROR, logger="bot.cli.main"):
        ran = await terminal.enters("duplicates")
    assert ran.code == 1
    assert "Something broke on our side (error E-" in ran.err
    assert "canary-psa" not in ran.err.splitlines()[-1]
    [record] = [each for each in caplog.records if each.name == "bot.cli.main"]
    assert f"error {record.__dict__['error_id']}" in ran.err


def test_ctrl_c_ends_quietly(terminal: Terminal) -> None:
    class Interrupted(io.StringIO):
        def read(self, size: int | None = -1, /) -> str:
            raise KeyboardInterrupt

    ran = terminal.types("connections", "add", "cw-prod", "--psa", "connectwise", stdin=Interrupted())
    assert (ran.code, ran.out, ran.err) == (Exit.INTERRUPTED, "", "")


def test_a_reader_that_has_seen_enough_is_no_error(terminal: Terminal, tmp_path: Path) -> None:
    class Gone(io.StringIO):
        def write(self, text: str, /) -> int:
            raise BrokenPipeError

        def fileno(self) -> int:
            return file.fileno()

    with (tmp_path / "out").open("w", encoding="utf-8") as file:
        terminal.monkeypatch.setattr(sys, "stdout", Gone())
        assert run(["rules", "list"], terminal.env, engine=terminal.engine) == 1
        file.write("goes nowhere")
    assert (tmp_path / "out").read_text(encoding="utf-8") == ""


def test_serve_without_slacks_credentials_ends_with_3(terminal: Terminal) -> None:
    ran = terminal.types("serve")
    assert (ran.code, ran.out) == (3, "")
    assert "SLACK_BOT_TOKEN is not set" in ran.err


def test_a_demo_on_a_taken_port_ends_with_3(terminal: Terminal) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        ran = terminal.types("demo", "--no-open", "--port", str(other.getsockname()[1]))
    assert ran.code == 3
    assert "make demo PORT=3300" in ran.err


def test_the_doctor_ends_with_1_where_a_check_fails(terminal: Terminal) -> None:
    ran = terminal.types("doctor", "--json")
    assert (ran.code, ran.err, ran.json["ok"]) == (1, "", False)
    assert "FAIL  Slack token: SLACK_BOT_TOKEN is not set." in terminal.types("doctor").out


def test_python_dash_m_bot_is_the_same_and_a_reader_that_stops_reading_is_no_error() -> None:
    environment = {**os.environ, "PSA_BOT_LOG": "WARNING"}
    reader, writer = os.pipe()
    os.close(reader)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "bot", "rules", "list"],
            cwd=ROOT,
            env=environment,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=60,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (1, "")


def test_a_terminal_without_unicode_still_gets_an_answer() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "rules", "show", "nothing", "--json"],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "PSA_BOT_SECRET_KEY": new_key()},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert b"\\u201cnothing\\u201d" in done.stdout
    assert b"nothing" in done.stderr


def test_the_parser_knows_the_commands_that_these_tests_know() -> None:
    top = next(action for action in parser()._actions if action.dest == "command")
    assert top.choices is not None
    assert set(top.choices) == {command.split()[0] for command in COMMANDS}
