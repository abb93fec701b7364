"""The one list of what people can type: help, manifest, documentation and tests are checked against it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Takes(StrEnum):
    """What follows a verb."""

    NOTHING = "nothing"
    VERB = "verb"  # [verb]
    TOPIC = "topic"  # [word]
    NAME = "name"  # NAME [@connection]
    MAYBE_NAME = "maybe_name"  # [NAME] [@connection]
    SYNC = "sync"  # [full|quick|settings] [@connection]
    CONNECTION = "connection"  # [@connection]
    USE = "use"  # [connection | all]
    SUBSCRIPTION = "subscription"  # failures [@connection] | digest [at 08:00]
    KIND = "kind"  # failures [@connection] | digest
    NOTE = "note"  # RUN TEXT


class Surface(StrEnum):
    """Where a verb works. Slack gives slash commands no threads: there, people mention the bot."""

    COMMAND = "command"
    MENTION = "mention"


EVERYWHERE: Final = frozenset(Surface)
# Where nobody names a connection, these mean the one that the channel is bound to.
TAKES_CONNECTION: Final = frozenset(
    {Takes.NAME, Takes.MAYBE_NAME, Takes.SYNC, Takes.CONNECTION, Takes.SUBSCRIPTION, Takes.KIND}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """``grammar`` and ``example`` are what follows the name. ``line`` is the one-line help."""

    name: str
    takes: Takes
    line: str
    grammar: str = ""
    example: str = ""
    aliases: tuple[str, ...] = ()
    surfaces: frozenset[Surface] = EVERYWHERE
    guarded: bool = False  # asks Permissions first
    asks: str = "Which customer?"  # what is said where the name is missing

    @property
    def usage(self) -> str:
        return f"{self.name} {self.grammar}".strip()


MENU: Final = Verb(name="menu", takes=Takes.NOTHING, line="Pick what is wrong from a list")

VERBS: Final[tuple[Verb, ...]] = (
    Verb(
        name="missing",
        aliases=("why", "find", "where"),
        takes=Takes.NAME,
        grammar="NAME [@connection]",
        line="Why is a customer missing from the billing tool?",
        example="Acme Ltd",
    ),
    Verb(
        name="resync",
        aliases=("sync", "refresh"),
        takes=Takes.SYNC,
        grammar="[full|quick|settings] [@connection]",
        line="Read everything, what changed, or the settings from the PSA again",
        example="settings @cw-prod",
        guarded=True,
    ),
    Verb(
        name="status",
        aliases=("health",),
        takes=Takes.NOTHING,
        line="Connections, the last syncs, and what runs now",
    ),
    Verb(
        name="history",
        aliases=("when", "log"),
        takes=Takes.MAYBE_NAME,
        grammar="[NAME] [@connection]",
        line="When did a customer appear or vanish, and why? Or: the last syncs",
        example="Acme Ltd",
    ),
    Verb(
        name="note",
        takes=Takes.NOTE,
        grammar="RUN TEXT",
        line="Write beside a sync what was changed in the PSA",
        example="812 new board Projects",
    ),
    Verb(
        name="option",
        aliases=("dropdown", "choice"),
        takes=Takes.NAME,
        grammar="TABLE NAME [@connection]",
        line="Why can a priority, status, board … not be chosen?",
        example="priority P0",
        asks="Which table, and which option of it?",
    ),
    Verb(
        name="permissions",
        aliases=("rights", "perms"),
        takes=Takes.CONNECTION,
        grammar="[@connection]",
        line="Which rights the API user has, and which it lacks",
        example="@cw-prod",
    ),
    Verb(
        name="connections",
        aliases=("connection", "psas"),
        takes=Takes.NOTHING,
        line="The connections to PSAs: their state and filter; test, pause or resume one",
    ),
    Verb(
        name="use",
        takes=Takes.USE,
        grammar="[connection|all]",
        line="Let this channel mean one connection where nobody names another",
        example="cw-prod",
    ),
    Verb(
        name="rules",
        takes=Takes.TOPIC,
        grammar="[PSA|RULE]",
        line="Which checks are made for a PSA, or why one of them is there",
        example="autotask",
    ),
    Verb(
        name="schedule",
        aliases=("schedules", "timetable"),
        takes=Takes.CONNECTION,
        grammar="[@connection]",
        line="When the syncs run, and how to change that",
        example="@cw-prod",
    ),
    Verb(
        name="filter",
        aliases=("filters", "pulled"),
        takes=Takes.CONNECTION,
        grammar="[@connection]",
        line="Which statuses and types are pulled, and how to change that",
        example="@cw-prod",
    ),
    Verb(
        name="subscribe",
        takes=Takes.SUBSCRIPTION,
        grammar="failures [@connection]|digest [at 08:00]",
        line="Tell this channel about failed syncs, or post the daily digest here",
        example="digest at 08:00",
    ),
    Verb(
        name="unsubscribe",
        takes=Takes.KIND,
        grammar="failures [@connection]|digest",
        line="Stop telling this channel",
        example="failures",
    ),
    Verb(
        name="subscriptions",
        aliases=("subs",),
        takes=Takes.NOTHING,
        line="What this channel is told, and who asked for it",
    ),
    Verb(
        name="help",
        aliases=("?", "-h", "--help", "commands"),
        takes=Takes.VERB,
        grammar="[verb]",
        line="What I can do, or how one command works",
        example="missing",
    ),
    MENU,
)

DIGEST: Final = "digest"  # of all connections, always
KINDS: Final = ("failures", DIGEST)
SYNCS: Final = ("full", "quick", "settings")


def find(word: str) -> Verb | None:
    """By name or alias, in any case."""
    wanted = word.casefold()
    return next((verb for verb in VERBS if wanted == verb.name or wanted in verb.aliases), None)


def words(verbs: Iterable[Verb] = VERBS) -> tuple[str, ...]:
    """Every name and alias."""
    return tuple(word for verb in verbs for word in (verb.name, *verb.aliases))
