"""How a command ends: what it says, and its exit code (interface.md §2)."""

import json
import sys
import unicodedata
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

from connectors.errors import ErrorKind


class Exit(IntEnum):
    DONE = 0
    NO = 1  # the answer is "no", or something failed
    USAGE = 2
    CONFIG = 3
    UNREACHABLE = 4  # the PSA or the database
    INTERRUPTED = 130  # Ctrl-C, as shells count it


TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # bidirectional controls
UNREACHED: Final = frozenset({ErrorKind.UNREACHABLE, ErrorKind.PSA_DOWN, ErrorKind.TIMEOUT})


class CommandError(Exception):
    """Ends the command with a sentence on standard error."""

    def __init__(self, message: str, code: Exit) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A command's answer: ``document`` for ``--json``, ``text`` for people, ``complaint`` for standard error."""

    document: Any
    text: str
    exit: Exit = Exit.DONE
    complaint: str = ""


def exit_for(kind: str | None) -> Exit:
    """Of an error of the PSA: it was not reached, or it said no."""
    return Exit.UNREACHABLE if kind in UNREACHED else Exit.NO


def tell(said: Said, *, as_json: bool) -> Exit:
    """The only place that prints an answer: with ``--json``, standard output holds exactly one JSON document."""
    if said.complaint:
        complain(said.complaint)
    say(_json(said.document) if as_json else printable(said.text))
    return said.exit


def refuse(message: str, code: Exit, *, as_json: bool) -> Exit:
    """A command that has nothing to show but why."""
    complain(message)
    if as_json:
        say(_json({"error": {"message": message, "exit_code": int(code)}}))
    return code


def say(text: str) -> None:
    """At once, also into a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    sys.stderr.write(f"{printable(text)}\n")


def printable(text: str) -> str:
    """A customer's name may hold anything, also what a terminal would obey or what turns the writing around."""
    return "".join(letter if letter in "\n\t" or not _is_control(letter) else "�" for letter in text)


def _is_control(letter: str) -> bool:
    return unicodedata.category(letter) == "Cc" or letter in TURNING


def _json(document: Any) -> str:
    """A terminal that knows no Unicode gets escapes."""
    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    return json.dumps(document, ensure_ascii=not utf8, indent=2)
