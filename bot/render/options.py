"""Why something cannot be chosen, in words: the reason, the evidence, and the next step."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.messages import Button, Message
from bot.options import OptionAnswer, Why
from bot.render.runs import nouns_of
from bot.render.words import Words, short
from connectors.records import SettingsKind

SAYS: Final = {
    Why.OFFERED: ("✅", "{name} can be chosen: {table} offers it."),
    Why.INACTIVE: ("❌", "{name} is inactive in {psa}, so {table} does not offer it."),
    Why.NOT_SYNCED: ("❌", "{name} is in {psa}, but the copy does not have it yet."),
    Why.REMOVED: ("❌", "{name} is no longer in {psa}; only the copy still has it."),
    Why.FILTERED: ("➖", "{name} is left out on purpose by this connection's filter."),
    Why.NO_RIGHT: ("❔", "Nobody can tell: the API user may not read {table}."),
    Why.NOT_THERE: ("❌", "{psa} has no {name} in {table}."),
    Why.NO_SUCH_TABLE: ("➖", "{psa} has no table {table} that can be read."),
    Why.CANNOT_TELL: ("❔", "Nobody can tell now."),
}
STEPS: Final = {
    Why.OFFERED: ("Open the menu again: what it showed may be older.",),
    Why.INACTIVE: ("Open {table} in {psa}, and make {name} active.", "Press Sync settings."),
    Why.NOT_SYNCED: ("Press Sync settings.",),
    Why.REMOVED: ("Press Sync settings: then it goes here as well.",),
    Why.FILTERED: ("Change the filter of the connection if accounts of it should be pulled.",),
    Why.NO_RIGHT: ("Give the API user the right to read {table} in {psa}.", "Press Check again."),
    Why.NOT_THERE: ("Check the spelling, or add it in {psa} and press Sync settings.",),
    Why.NO_SUCH_TABLE: (),
    Why.CANNOT_TELL: ("Press Check again in a while.",),
}
SYNC_HELPS: Final = frozenset({Why.INACTIVE, Why.NOT_SYNCED, Why.REMOVED, Why.NOT_THERE})
MOST_NEAR: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    icon: str
    says: str
    connection: str
    live: str
    cached: str
    as_of: datetime | None
    inactive_since: datetime | None
    is_inactive: bool
    trouble: str
    nearest: str
    steps: tuple[str, ...]


def option(words: Words, kind: SettingsKind, name: str, answers: Sequence[OptionAnswer]) -> Message:
    """``kind`` and ``name`` are what was asked for. Without an answer, no PSA is connected."""
    told = [_told(answer) for answer in answers]
    sync = [
        Button(
            action="option.sync",
            label=f"Sync settings of {short(one.connection.name, 40)}",
            value=f"o:{one.connection.id}",
        )
        for one in answers
        if one.why in SYNC_HELPS
    ]
    again = Button(action="option.again", label="Check again", value=f"{kind.value}:{name}"[:2000])
    return words.message(
        "option",
        summary=told[0].says if told else "No PSA is connected yet.",
        answers=told,
        several=len(told) > 1,
        actions=(*sync[:4], again) if told else (),
    )


def which_option(words: Words, command: str) -> Message:
    """No table was named that there is."""
    kinds = ", ".join(kind.value.replace("_", " ") for kind in SettingsKind)
    return words.message(
        "said",
        summary="Which table is it in?",
        icon="🔍",
        headline="Which table is it in?",
        reason=f"Type it like this: {command} option priority “P0”. There are: {kinds}.",
        steps=(),
    )


def _told(answer: OptionAnswer) -> Told:
    psa = nouns_of(answer.psa).psa
    icon, says = SAYS[answer.why]
    values = {"name": short(answer.name, 60), "table": answer.table, "psa": psa}
    return Told(
        icon=icon,
        says=says.format(**values),
        connection=answer.connection.name,
        live=_state(answer.live, known=answer.why not in {Why.NO_RIGHT, Why.CANNOT_TELL, Why.NO_SUCH_TABLE}),
        cached=_state(answer.cached, known=answer.as_of is not None),
        as_of=answer.as_of,
        inactive_since=answer.inactive_since,
        is_inactive=answer.why is Why.INACTIVE,
        trouble=answer.trouble,
        nearest=", ".join(short(one, 40) for one in answer.nearest[:MOST_NEAR]),
        steps=tuple(step.format(**values) for step in STEPS[answer.why]),
    )


def _state(row: object, *, known: bool) -> str:
    if row is None:
        return "not there" if known else "not known"
    active = getattr(row, "active", None)
    return "there, inactive" if active is False else "there"
