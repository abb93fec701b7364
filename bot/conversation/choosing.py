"""What people ask about options: why something cannot be chosen, and a settings sync that may change it."""

import re
from typing import Final

from bot.answers import UnknownConnection
from bot.journeys import Answer, Asked
from bot.options import Options, kind_of
from bot.render import options as words_of
from bot.render import resync
from bot.render.words import Words
from connectors.records import SettingsKind

QUOTES: Final = "\"'\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb"


class Choosing:
    def __init__(self, words: Words, options: Options, command: str) -> None:
        self._words = words
        self._options = options
        self._command = command

    async def explain(self, text: str, connection: str | None, asked: Asked) -> Answer:
        """``text``: a table and an option in it, such as ``priority "P0"`` or ``ticket type Incident``."""
        kind, name = split(text)
        if kind is None or not name:
            return Answer(message=words_of.which_option(self._words, self._command))
        try:
            answers = await self._options.explain(kind, name, connection)
        except UnknownConnection as unknown:
            return Answer(message=resync.unknown_connection(self._words, unknown.name, unknown.known))
        return Answer(message=words_of.option(self._words, kind, name, answers))

    async def again(self, value: str, asked: Asked) -> Answer:
        """``priorities:P0``, as it stands in the button."""
        kind, _, name = value.partition(":")
        return await self.explain(f"{kind.replace('_', ' ')} {name}", None, asked)


def split(text: str) -> tuple[SettingsKind | None, str]:
    """The longest beginning that names a table; what follows is the option, without the quotes around it."""
    words = re.split(r"\s+", text.strip())
    for count in (2, 1):
        kind = kind_of(" ".join(words[:count])) if len(words) >= count else None
        if kind is not None:
            return kind, " ".join(words[count:]).strip(QUOTES).strip()
    return None, text
