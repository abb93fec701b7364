"""All connections, a page of them at a time: how each is, and what may be done to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.answers import Trouble
from bot.messages import Block, Button, Message, Row
from bot.permissions import Matrix
from bot.render.bulletins import Line, line_of, needs, tally
from bot.render.filters import SHORT, filter_words
from bot.render.runs import kinds, nouns_of, pause, resume, who_must_act
from bot.render.words import Words, plural, short
from bot.roster import Listed, Listing
from connectors.errors import ConnectorError
from connectors.records import Access

PAGE: Final = 5  # connections: some two screens of a phone
MOST_RIGHTS: Final = 5
UNSURE: Final = frozenset({Access.EMPTY, Access.UNKNOWN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """What a try said: ``mark`` ✅, ⚠️ or ❌; ``lacks`` and ``unsure``: rights that this bot needs."""

    mark: str
    said: str
    lacks: str = ""
    unsure: str = ""
    who: str = ""


def roster(
    words: Words, listing: Listing, command: str, *, page: int = 1, did: str = "", tried: Matrix | None = None
) -> Message:
    """``did``: what was done a moment ago. ``tried``: one of them, told in its place, on whichever page that is."""
    every = listing.connections
    pages = max(1, -(-len(every) // PAGE))
    at = min(max(1, _page_of(every, tried.connection) if tried else page), pages)
    shown = every[(at - 1) * PAGE : at * PAGE]
    need = sum(each.standing.needs_somebody for each in every)
    states = tally(line_of(each.standing).state for each in every)
    head = {"count": len(every), "page": at, "pages": pages, "need": need, "needs": needs(need), "did": did}
    items = [block for each in shown for block in _item(words, each, listing, tried)]
    return Message(
        summary=did or (f"{plural(len(every), 'connection')}: {states}" if every else "No PSA is connected yet."),
        blocks=(
            *words.blocks("roster", **head),
            *items,
            *words.blocks("roster_end", count=len(every), kinds=kinds(), command=command),
        ),
        actions=_pages(at, pages),
    )


def page_of(listing: Listing, name: str) -> int:
    return _page_of(listing.connections, name)


def _page_of(every: Sequence[Listed], name: str) -> int:
    """The first, where it is not there any more."""
    names = [each.standing.connection.name for each in every]
    return names.index(name) // PAGE + 1 if name in names else 1


def _item(words: Words, listed: Listed, listing: Listing, tried: Matrix | None) -> tuple[Block, ...]:
    connection = listed.standing.connection
    line: Line = line_of(listed.standing)
    blocks = words.blocks(
        "roster_line",
        line=line,
        running=listed.standing.running is not None,
        filter=filter_words(listed.filter, SHORT) if listed.filter else "",
        custom=listed.filter is not None and listed.filter.custom,
        tested=_tested(tried) if tried and tried.connection == connection.name else None,
        now=listing.at,
    )
    turn = resume(connection.name) if connection.paused else pause(connection.name)
    test = Button(action="roster.test", label=f"Test {short(connection.name, 40)}", value=connection.name[:2000])
    return (*blocks, Row(actions=(test, turn)))


def _tested(matrix: Matrix) -> Tested:
    if matrix.trouble is not None:
        return Tested(mark="❌", said=_why(matrix.trouble), who=_who(matrix.trouble, matrix.spec.kind))
    own = [line for line in matrix.lines if line.is_the_bots and line.access is not Access.UNPROBEABLE]
    lacks = [line.right.right for line in own if line.access is Access.REFUSED]
    unsure = [line.right.right for line in own if line.access in UNSURE]
    granted = sum(line.access is Access.GRANTED for line in own)
    where = f"signed in to {matrix.host}" if matrix.host else "signed in"
    version = f", version {matrix.version}" if matrix.version else ""
    return Tested(
        mark="⚠️" if lacks or unsure else "✅",
        said=f"{where}{version}. Granted: {granted} of the {plural(len(own), 'right')} that I use.",
        lacks=_listed(lacks),
        unsure=_listed(unsure),
    )


def _why(trouble: Trouble) -> str:
    return trouble.message if isinstance(trouble, ConnectorError) else str(trouble)


def _who(trouble: Trouble, psa: str) -> str:
    whose = trouble.who_must_act.value if isinstance(trouble, ConnectorError) else "operator"
    return who_must_act({"who_must_act": whose}, nouns_of(psa).psa)


def _listed(rights: Sequence[str]) -> str:
    more = f"; and {len(rights) - MOST_RIGHTS} more" if len(rights) > MOST_RIGHTS else ""
    return "; ".join(rights[:MOST_RIGHTS]) + more


def _pages(at: int, pages: int) -> tuple[Button, ...]:
    before = (Button(action="roster.page", label="Previous page", value=str(at - 1)),) if at > 1 else ()
    after = (Button(action="roster.page", label="Next page", value=str(at + 1)),) if at < pages else ()
    return (*before, *after)
