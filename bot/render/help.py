"""Help and the menu: what one can type, and where one can start."""

from collections.abc import Sequence
from typing import Protocol

from bot.messages import Button, Message
from bot.render.words import Words


class Documented(Protocol):
    """What help says about a command."""

    @property
    def name(self) -> str: ...

    @property
    def usage(self) -> str: ...

    @property
    def line(self) -> str: ...

    @property
    def example(self) -> str: ...

    @property
    def aliases(self) -> tuple[str, ...]: ...


def overview(words: Words, command: str, verbs: Sequence[Documented]) -> Message:
    """``verbs`` are those that the person may use."""
    return words.message("help", summary=f"What {command} can do", command=command, verbs=verbs)


def one(words: Words, command: str, verb: Documented, problem: str = "") -> Message:
    """``problem`` is what was wrong with what was typed."""
    summary = problem or f"How to use {command} {verb.name}"
    return words.message("help_verb", summary=summary, command=command, verb=verb, problem=problem)


def menu(words: Words, command: str) -> Message:
    """By symptom: people know what is wrong before they know the command."""
    buttons = (
        Button(action="menu.missing", label="A customer is missing", style="primary"),
        Button(action="menu.status", label="Are the syncs all right?"),
        Button(action="menu.help", label="All commands"),
    )
    return words.message("menu", summary="What is wrong?", actions=buttons, command=command)


def did_you_mean(words: Words, command: str, typed: str, suggestions: Sequence[str]) -> Message:
    """``suggestions`` are whole commands: a press runs one."""
    buttons = tuple(Button(action="menu.run", label=each, value=each[:2000]) for each in suggestions)
    return words.message(
        "did_you_mean",
        summary=f"Did you mean {command} {suggestions[0]}?",
        actions=buttons,
        command=command,
        typed=typed,
    )
