"""The filter of a connection in words and as a form: what is pulled, what is left out, and how to change it."""

from collections.abc import Sequence
from typing import Final

from bot.filters import STATUSES, TYPES, Filter, Half, Renewed
from bot.forms import Filled, Form, SomeOf
from bot.messages import Button, Choice, Message
from bot.render.words import Words, short

NAME: Final = "filter"
FIELDS: Final = {STATUSES: "Statuses that are pulled", TYPES: "Types that are pulled"}
MOST_NAMED: Final = 20
MOST_OFFERED: Final = 100
LONGEST: Final = 75  # letters of an option's value, by Slack's own limit


def account_filter(words: Words, found: Filter, did: str = "") -> Message:
    value = f"f:{found.connection.id}"
    change = [Button(action="filter.change", label="Change…", value=value)] if found.can_change else []
    usual = [Button(action="filter.usual", label="Back to the default", value=value)] if found.custom else []
    sync = [Button(action="filter.sync", label="Full sync now", value=value)] if did else []
    headline = f"What {short(found.connection.name)} pulls from {found.nouns.psa}"
    return words.message(
        "filter",
        summary=did or headline,
        headline=headline,
        did=did,
        statuses=_words(found.statuses),
        types=_words(found.types),
        custom=found.custom,
        can_change=found.can_change,
        accounts=found.nouns.accounts,
        psa=found.nouns.psa,
        trouble=found.trouble,
        actions=(*sync, *change, *usual),
    )


def form(words: Words, found: Filter, *, renewed: bool = False) -> Form:
    """``renewed``: it was open when the settings were synced, so that its lists are other ones now (R245)."""
    fields = [_field(half) for half in (found.statuses, found.types) if half.can_choose and _choices(half)]
    head = words.blocks("filter_form", connection=found.connection.name, accounts=found.nouns.accounts, renewed=renewed)
    return Form(
        name=NAME, title="What is pulled", parts=(*head, *fields), memory=f"f:{found.connection.id}:{found.version}"
    )


def chosen_in(filled: Filled) -> dict[str, tuple[str, ...]]:
    return {name: filled[name] for name in FIELDS if name in filled}


def renewed(words: Words, outcome: Renewed) -> Message:
    """Nothing was changed: what had been chosen from was older than the newest settings."""
    value = f"f:{outcome.filter.connection.id}"
    return words.message(
        "filter_renewed",
        connection=outcome.filter.connection.name,
        unknown=[short(one, 60) for one in outcome.unknown],
        actions=(Button(action="filter.change", label="Open it again", value=value, style="primary"),),
    )


def _field(half: Half) -> SomeOf:
    """Labels are their own values."""
    offered = _choices(half)
    return SomeOf(
        name=half.setting,
        label=FIELDS[half.setting],
        options=tuple(Choice(label=name, value=name) for name in offered),
        chosen=tuple(name for name in half.chosen or half.pulled or () if name in offered),
        hint="Nothing chosen: the default counts.",
    )


def _choices(half: Half) -> list[str]:
    """One that is too long to come back is not offered."""
    return [name for name in half.offered if len(name) <= LONGEST][:MOST_OFFERED]


def _words(half: Half) -> tuple[str, str]:
    """What is pulled, and what is left out."""
    if half.pulled is None:
        why = "the table could not be read" if half.can_choose else "there is nothing to choose from"
        return f"all: {why}", ""
    return _listed(half.pulled) or "none", _listed(half.left_out)


def _listed(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(short(name, 40) for name in names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
