"""What a command prints, and how it ends."""

import json
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.exits import Exit, Said, exit_for, printable, refuse, tell
from connectors.errors import ErrorKind


@pytest.mark.parametrize("kind", list(ErrorKind))
def test_only_what_was_not_reached_ends_with_4(kind: ErrorKind) -> None:
    unreached = {ErrorKind.UNREACHABLE, ErrorKind.PSA_DOWN, ErrorKind.TIMEOUT}
    assert exit_for(kind) is (Exit.UNREACHABLE if kind in unreached else Exit.NO)
    assert exit_for(str(kind)) is exit_for(kind)
    assert exit_for(None) is Exit.NO


def test_with_json_there_is_one_document_and_the_complaint_is_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    said = Said(document={"name": "Señor “Acme”"}, text="words", exit=Exit.NO, complaint="But.")
    assert tell(said, as_json=True) is Exit.NO
    printed = capsys.readouterr()
    assert json.loads(printed.out) == said.document
    assert "Señor" in printed.out
    assert printed.err == "But.\n"


def test_without_json_there_are_words(capsys: pytest.CaptureFixture[str]) -> None:
    tell(Said(document=[], text="words"), as_json=False)
    assert capsys.readouterr() == ("words\n", "")


def test_a_refusal_is_a_sentence_and_a_document_where_one_was_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    assert refuse("No key.", Exit.CONFIG, as_json=False) is Exit.CONFIG
    assert capsys.readouterr() == ("", "No key.\n")
    refuse("No key.", Exit.CONFIG, as_json=True)
    printed = capsys.readouterr()
    assert json.loads(printed.out) == {"error": {"message": "No key.", "exit_code": 3}}
    assert printed.err == "No key.\n"


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_nothing_that_a_terminal_obeys_or_that_turns_the_writing_around_gets_through(text: str) -> None:
    shown = printable(text)
    assert len(shown) == len(text)
    assert not [letter for letter in shown if ord(letter) < 32 and letter not in "\n\t"]
    assert not set(shown) & {"\x7f", "\x9b", "\u202e", "\u2066"}
    assert printable(shown) == shown


def test_the_exit_codes_are_the_promised_ones() -> None:
    assert [int(code) for code in Exit] == [0, 1, 2, 3, 4, 130]
    assert sys.stdout is not None
