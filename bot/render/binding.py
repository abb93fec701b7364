"""Which connection a channel means, in words, and a menu to change it."""

from collections.abc import Sequence
from typing import Final

from bot.journeys import EVERY
from bot.messages import Choice, Message, Picker
from bot.render.runs import kinds, nouns_of
from bot.render.words import Words
from bot.store.queries.bindings import Binding
from bot.store.queries.connections import Connection

MOST_CHOICES: Final = 99  # and one for all of them


def binding(words: Words, bound: Binding | None, every: Sequence[Connection], command: str, did: str) -> Message:
    return words.message(
        "binding",
        bound=bound,
        psa=nouns_of(bound.psa).psa if bound else "",
        count=len(every),
        did=did,
        command=command,
        kinds=kinds(),
        actions=(_menu(every),) if len(every) > 1 else (),
    )


def _menu(every: Sequence[Connection]) -> Picker:
    choices = (Choice(label=each.name, value=each.name[:150], detail=nouns_of(each.psa).psa) for each in every)
    everything = Choice(label="All connections", value=EVERY)
    return Picker(
        action="use.choose", placeholder="This channel means …", choices=(everything, *list(choices)[:MOST_CHOICES])
    )
