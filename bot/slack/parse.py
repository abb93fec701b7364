"""What a person typed becomes a Wish. It never raises, and a customer's name survives it letter by letter."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from html import unescape
from typing import Final

from bot.slack import registry
from bot.slack.registry import Takes, Verb

# Phones type the curly ones, and people mix them.
_DOUBLE: Final = frozenset('"\u201c\u201d\u201e\u201f\u00ab\u00bb')
_SINGLE: Final = frozenset("'\u2018\u2019\u201b")
_TIME: Final = re.compile(r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?\s*(?P<half>am|pm)?", re.IGNORECASE)
_ANGLE: Final = re.compile(r"<(?P<target>[@#!][^<>|]*|(?:https?|mailto|tel):[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_ENTITY: Final = re.compile(r"&(?:amp|lt|gt);")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A verb and what follows it. ``problem`` says what is wrong with it, and the verb's usage is shown."""

    verb: Verb
    name: str = ""
    connection: str | None = None
    kind: str = ""
    at: str | None = None
    topic: str = ""  # what is asked about, as typed: a verb, a rule
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unclear:
    """No verb was recognised. ``suggestions`` are whole commands, best first, as one would type them."""

    typed: str
    suggestions: tuple[str, ...]


def parse(text: str, connections: Sequence[str] = ()) -> Wish | Unclear:
    """``text`` is what follows the command; ``connections`` are the names that may follow an @."""
    typed = text.strip()
    if not typed:
        return Wish(verb=registry.MENU)
    word, rest = _first_word(typed)
    verb = registry.find(word)
    if verb is None:
        return Unclear(typed=typed, suggestions=_suggestions(word, rest, typed))
    return _wish(verb, rest.strip(), connections)


def from_slack(text: str) -> str:
    """Slack escapes three characters, and turns names and addresses into ``<target|label>``."""
    return _ENTITY.sub(lambda found: unescape(found[0]), _ANGLE.sub(_as_typed, text))


def _as_typed(found: re.Match[str]) -> str:
    """``<@U1|dana>`` was typed as @dana, ``<https://acme.example|acme.example>`` as its label."""
    target, label = found["target"], found["label"]
    if label is None:
        return target
    return label if target[0] not in "@#" or label.startswith(target[0]) else f"{target[0]}{label}"


def _first_word(text: str) -> tuple[str, str]:
    word, _, rest = re.sub(r"\s+", " ", text, count=1).partition(" ")
    return word.rstrip(":,") or word, rest


Read = Callable[[Verb, str, Sequence[str]], Wish]


def _wish(verb: Verb, rest: str, connections: Sequence[str]) -> Wish:
    return _READ[verb.takes](verb, rest, connections)


def _bare(verb: Verb, rest: str, connections: Sequence[str]) -> Wish:
    return Wish(verb=verb)


def _about(verb: Verb, rest: str, connections: Sequence[str]) -> Wish:
    return Wish(verb=verb, topic=rest.split(maxsplit=1)[0] if rest else "")


def _of_connection(verb: Verb, rest: str, connections: Sequence[str]) -> Wish:
    return Wish(verb=verb, connection=_bare_connection(rest))


def _named_customer(verb: Verb, rest: str, connections: Sequence[str]) -> Wish:
    name, connection = _name_and_connection(rest, connections)
    problem = "" if name or verb.takes is Takes.MAYBE_NAME else verb.asks
    return Wish(verb=verb, name=name, connection=connection, problem=problem)


def _sync(verb: Verb, rest: str, connections: Sequence[str]) -> Wish:
    kind, where = _sync_kind(rest)
    return Wish(verb=verb, kind=kind, connection=_bare_connection(where))


def _name_and_connection(text: str, connections: Sequence[str]) -> tuple[str, str | None]:
    """A quoted name is taken as it is, with everything in it; otherwise a connection may end the line."""
    end = max((text.rfind(closer) for closer in _closers(text)), default=-1)
    after = text[end + 1 :].strip()
    if end > 0 and (not after or _named(after, connections)):
        return text[1:end].strip(), _named(after, connections)
    before, connection = _ending_connection(text, connections)
    return _unquoted(before), connection


def _ending_connection(text: str, connections: Sequence[str]) -> tuple[str, str | None]:
    """The last word with an @, or ``in`` and a connection that exists: a company may be called "Made in China"."""
    words = [found.start() for found in re.finditer(r"(?<!\S)(?:@|in\s)", text, re.IGNORECASE)]
    for start in words:
        connection = _named(text[start:].strip(), connections)
        if connection is not None:
            return text[:start].strip(), connection
    return text, None


def _named(text: str, connections: Sequence[str]) -> str | None:
    """The connection in ``@cw-prod`` or ``in CW Prod``. One that is not known must be one word with an @."""
    lead = re.match(r"@|in\s+@?", text, re.IGNORECASE)
    if lead is None:
        return None
    after = text[lead.end() :]
    name = after.strip()
    known = {one.casefold(): one for one in connections}
    unknown = name if name and "@" in lead[0] and not re.search(r"\s", after) else None
    return known.get(name.casefold(), unknown)


def _closers(text: str) -> frozenset[str]:
    return next((marks for marks in (_DOUBLE, _SINGLE) if text[:1] in marks), frozenset())


def _unquoted(text: str) -> str:
    """Without the quotes around it; a double quote that was never closed goes as well, an apostrophe stays."""
    closers = _closers(text)
    if len(text) > 1 and text[-1] in closers:
        return text[1:-1].strip()
    never_closed = closers is _DOUBLE and not closers & set(text[1:])
    return text[1:].strip() if never_closed else text.strip()


def _note(verb: Verb, text: str, connections: Sequence[str]) -> Wish:
    """``run`` and ``#`` before the number are what people write."""
    found = re.fullmatch(r"(?:run\s+)?#?(?P<number>\d{1,18})[:,]?\s+(?P<text>\S.*)", text, re.IGNORECASE | re.DOTALL)
    if found is None:
        return Wish(verb=verb, problem="Which run, and what about it?")
    return Wish(verb=verb, name=found["text"].strip(), topic=found["number"])


def _sync_kind(text: str) -> tuple[str, str]:
    """``settings in cw-prod``; without a word for it, a full one."""
    first, rest = _first_word(text)
    return (first.casefold(), rest) if first.casefold() in registry.SYNCS else ("full", text)


def _bare_connection(text: str) -> str | None:
    """``@cw-prod``, ``cw-prod``, ``in cw-prod``."""
    bare = re.sub(r"^(?:in(?:\s+|$))+", "", text, flags=re.IGNORECASE)
    return _unquoted(bare.strip()).removeprefix("@").strip() or None


def _subscription(verb: Verb, text: str, connections: Sequence[str]) -> Wish:
    first, rest = _first_word(text.casefold())
    kind = next((kind for kind in registry.KINDS if first in {kind, kind.removesuffix("s")}), "")
    if not kind:
        return Wish(verb=verb, problem="Say failures or digest.")
    if kind != registry.DIGEST:
        return Wish(verb=verb, kind=kind, connection=_ending_connection(_first_word(text)[1], connections)[1])
    when = re.sub(r"^(?:at|daily|every day|@)\s*(?:at\s+)?", "", rest.strip())
    if not when or verb.takes is Takes.KIND:
        return Wish(verb=verb, kind=kind)
    at = _time(when)
    problem = "" if at else "Give the time like this: 08:00."
    return Wish(verb=verb, kind=kind, at=at, problem=problem)


def _time(text: str) -> str | None:
    """8, 8:00, 08.00, 8am and 6 pm, as HH:MM."""
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "").casefold()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02}:{minute:02}" if hour <= 23 and minute <= 59 else None


def _suggestions(word: str, rest: str, typed: str) -> tuple[str, ...]:
    """A verb typed almost right comes first; or the person gave only the name of a customer."""
    near = get_close_matches(word.casefold(), registry.words(), n=2, cutoff=0.6)
    verbs = list(dict.fromkeys(verb.name for one in near if (verb := registry.find(one))))
    return (*(f"{verb} {rest}".strip() for verb in verbs), f"missing {typed}")


# What follows a verb, by the kind of thing that it is.
_READ: Final[Mapping[Takes, Read]] = {
    Takes.NOTHING: _bare,
    Takes.VERB: _about,
    Takes.TOPIC: _about,
    Takes.NAME: _named_customer,
    Takes.MAYBE_NAME: _named_customer,
    Takes.SYNC: _sync,
    Takes.CONNECTION: _of_connection,
    Takes.USE: _of_connection,
    Takes.NOTE: _note,
    Takes.SUBSCRIPTION: _subscription,
    Takes.KIND: _subscription,
}
