"""Who is meant: the names of people who spoke to us since the start. Anybody else is mentioned, and chat names them."""

from dataclasses import dataclass

from bot.journeys import Asked
from bot.markup import is_user


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """``name`` to print, or else ``user`` to mention; one of them is empty."""

    name: str = ""
    user: str = ""


class People:
    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def met(self, asked: Asked) -> None:
        self._names[asked.by] = asked.name

    def known_as(self, by: str) -> Person:
        """``by`` may also be no chat user at all: the terminal, or a schedule."""
        if by in self._names:
            return Person(name=self._names[by])
        return Person(user=by) if is_user(by) else Person(name=by)
