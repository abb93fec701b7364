"""What is written about the program is true of the program."""

import argparse
import ast
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import pytest

from bot.cli.arguments import parser
from docs import generate

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
NOT_OURS = {".git", ".venv", ".demo", "__pycache__", "node_modules"}
LINK = re.compile(r"\]\(([^)\s]+)\)")
ABSOLUTE = re.compile(r"(?:(?<=[\s\"'`(=])|^)/(?:root|home|Users|work)/[\w.]", re.MULTILINE)
REGISTRIES = ("pypi" + ".org", "python" + "hosted", "registry." + "npmjs", "--index" + "-url", "--extra-index" + "-url")


@cache
def files() -> list[Path]:
    """The repository's; where there is no git, whatever lies there."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"],  # noqa: S607 - whichever git there is
            cwd=ROOT,
            capture_output=True,
            check=True,
            text=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return [path for path in ROOT.rglob("*") if path.is_file() and not NOT_OURS & set(path.relative_to(ROOT).parts)]
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def pages() -> list[Path]:
    return [path for path in files() if path.suffix == ".md"]


def texts() -> Iterator[tuple[str, str]]:
    for path in files():
        try:
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:  # an image
            continue


def variables() -> set[str]:
    tree = ast.parse((ROOT / "bot" / "config.py").read_text(encoding="utf-8"))
    words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    return {word for word in words if re.fullmatch(r"(PSA_BOT|SLACK)_[A-Z_]+|PORT", word)}


def commands(within: argparse.ArgumentParser, *before: str) -> Iterator[tuple[str, ...]]:
    below = [action for action in within._actions if isinstance(action, argparse._SubParsersAction)]
    if not below:
        yield before
    for action in below:
        for name, command in action.choices.items():
            yield from commands(command, *before, name)


def documented(command: tuple[str, ...]) -> bool:
    """``psa-bot rules check`` may stand as ``psa-bot rules list\\|check\\|show ID``."""
    first, *rest = command
    lines = [line for line in README.replace("\\|", "|").splitlines() if f"`psa-bot {first}" in line]
    return any(not rest or re.search(rf"[ |]{rest[0]}\b", line) for line in lines)


def test_there_are_variables_and_commands_to_document() -> None:
    assert {"PSA_BOT_DATABASE_URL", "SLACK_BOT_TOKEN", "PORT"} <= variables()
    assert {("migrate",), ("connections", "add"), ("rules", "check")} <= set(commands(parser()))


@pytest.mark.parametrize("name", sorted(variables()))
def test_every_variable_that_is_read_is_in_the_readme(name: str) -> None:
    assert f"`{name}`" in README


@pytest.mark.parametrize("command", sorted(commands(parser())), ids=" ".join)
def test_every_command_is_in_the_readme(command: tuple[str, ...]) -> None:
    assert documented(command)


def test_a_command_that_is_not_in_the_readme_would_be_found_out() -> None:
    assert not documented(("dance",))
    assert not documented(("connections", "dance"))


def test_every_command_of_the_readme_exists() -> None:
    known = {command[0] for command in commands(parser())}
    assert set(re.findall(r"`psa-bot ([a-z]+)", README)) <= known


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_within_the_repository_leads_somewhere(page: Path) -> None:
    targets = [unquote(target.partition("#")[0]) for target in LINK.findall(page.read_text(encoding="utf-8"))]
    inside = [target for target in targets if target and "://" not in target and not target.startswith("mailto:")]
    assert [target for target in inside if not (page.parent / target).exists()] == []


def test_the_generated_pages_are_current(capsys: pytest.CaptureFixture[str]) -> None:
    assert generate.main(["--check"]) == 0, capsys.readouterr().out


def test_a_page_that_is_not_current_is_named_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pages = {"page.md": lambda: "# Page\n"}
    assert generate.main(["--check"], pages, tmp_path) == 1
    assert capsys.readouterr().out == "docs/page.md is not current: run make docs\n"
    assert generate.main([], pages, tmp_path) == 0
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == "# Page\n"
    assert generate.main(["--check"], pages, tmp_path) == 0


def test_no_file_names_a_folder_of_somebodys_machine_or_a_package_registry() -> None:
    found = [
        (name, text)
        for name, content in texts()
        for text in (*ABSOLUTE.findall(content), *(host for host in REGISTRIES if host in content))
    ]
    assert found == []
