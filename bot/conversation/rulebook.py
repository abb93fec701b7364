"""What people ask about the rules themselves."""

from bot.journeys import Answer, Asked
from bot.render import rulebook as words_of
from bot.render.words import Words
from bot.rulebook import Pack, Rulebook, Unclear


class Rules:
    def __init__(self, words: Words, rulebook: Rulebook, command: str) -> None:
        self._words = words
        self._rulebook = rulebook
        self._command = command

    async def show(self, word: str, asked: Asked) -> Answer:
        found = await self._rulebook.look_up(word)
        if isinstance(found, Pack):
            return Answer(message=words_of.pack(self._words, found))
        if isinstance(found, Unclear):
            return Answer(message=words_of.unclear(self._words, found, self._command))
        return Answer(message=words_of.rule(self._words, found))
