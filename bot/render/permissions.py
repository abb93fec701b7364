"""The permission matrix in words: what lacks, what to send to whoever administers the PSA, and every right there is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bot.messages import Button, Message, Verbatim
from bot.permissions import Line, Matrix
from bot.render.documents import utc
from bot.render.words import Words, short
from connectors.errors import ConnectorError
from connectors.records import Access
from rules.places import PLACES

MARKS: Final = {
    Access.GRANTED: "✅",
    Access.REFUSED: "❌",
    Access.EMPTY: "⚠️",
    Access.UNPROBEABLE: "❔",
    Access.UNKNOWN: "❔",
}
# In the order in which they are shown.
TITLES: Final = {
    Access.REFUSED: "Refused",
    Access.EMPTY: "Limited, or nothing came back",
    Access.UNKNOWN: "Not answered",
    Access.UNPROBEABLE: "Cannot be told by reading",
    Access.GRANTED: "Granted",
}
SETTINGS: Final = "settings sync"
USERS: Final = {"bot": "🤖", "billing tool": "🧾", SETTINGS: "🤖 (settings sync only)"}
MOST_SURPLUS: Final = 5
LONGEST: Final = 300  # of what a PSA said


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One right as the template reads it. ``says``: what the PSA said; ``because``: why to ask for it."""

    mark: str
    right: str
    who: str
    says: str
    why: str
    because: str
    unsure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to ask the PSA's administrator for. ``check``: granted, perhaps only in part. The rest is optional."""

    grant: tuple[Entry, ...]
    check: tuple[Entry, ...]
    for_settings: tuple[Entry, ...]
    for_billing: tuple[Entry, ...]


def permissions(words: Words, matrix: Matrix) -> Message:
    """What has to be done comes first; every right is there with its result (R32)."""
    return _message(words, matrix, groups=_by_result(matrix), whole=False)


def whole_matrix(words: Words, matrix: Matrix) -> Message:
    """By area, each with its reason (R40)."""
    return _message(words, matrix, groups=_by_area(matrix), whole=True)


def request_of(message: Message) -> str | None:
    """The text to send, where something lacks."""
    return next((block.text for block in message.blocks if isinstance(block, Verbatim)), None)


def permissions_document(matrix: Matrix, request: str | None) -> dict[str, Any]:
    """``psa-bot permissions --json``."""
    spec = matrix.spec
    return {
        "connection": matrix.connection,
        "psa": spec.kind,
        "asked_at": utc(matrix.asked_at),
        "version": matrix.version,
        "guide_url": spec.guide_url,
        "rights": [right_document(line) for line in matrix.lines],
        "surplus": None if matrix.surplus is None else list(matrix.surplus),
        "request": request,
        "error": _error(matrix),
    }


def right_document(line: Line) -> dict[str, Any]:
    right = line.right
    return {
        "id": right.id,
        "right": right.right,
        "area": right.area,
        "why": right.why,
        "used_by": list(right.used_by),
        "often_missed": right.often_missed,
        "access": line.access.value,
        "rows": line.rows,
        "detail": line.detail,
        "source": right.source,
        "read_on": right.read_on.isoformat() if right.read_on else None,
        "guide_url": right.guide_url,
        "unsure": right.unsure,
    }


def _error(matrix: Matrix) -> dict[str, Any] | None:
    trouble = matrix.trouble
    if trouble is None:
        return None
    if isinstance(trouble, ConnectorError):
        who = trouble.who_must_act.value
        return {"kind": trouble.kind.value, "message": trouble.message, "who_must_act": who, "call": trouble.call}
    return {"kind": None, "message": str(trouble), "who_must_act": "operator", "call": ""}


def _message(words: Words, matrix: Matrix, *, groups: Sequence[Group], whole: bool) -> Message:
    spec = matrix.spec
    surplus = matrix.surplus or ()
    return words.message(
        "permissions",
        actions=_actions(matrix, whole=whole),
        connection=matrix.connection,
        psa=spec.nouns.psa,
        version=short(matrix.version or ""),
        at_=matrix.asked_at,
        trouble=short(str(matrix.trouble or ""), LONGEST),
        refused=len(matrix.refused),
        limited=sum(line.is_the_bots and line.access is Access.EMPTY for line in matrix.lines),
        unanswered=sum(line.is_the_bots and line.access is Access.UNKNOWN for line in matrix.lines),
        groups=() if matrix.trouble and not whole else groups,
        whole=whole,
        wanted=None if whole else _wanted(matrix),
        anew=spec.rights_made_anew,
        place=PLACES[spec.kind]["rights"],
        guide=spec.guide_url,
        surplus=[short(line, LONGEST) for line in surplus[:MOST_SURPLUS]],
        more_surplus=len(surplus[MOST_SURPLUS:]),
    )


def _actions(matrix: Matrix, *, whole: bool) -> tuple[Button, ...]:
    again = Button(action="permissions.test", label="Test again", value=matrix.connection)
    more = Button(action="permissions.whole", label="Whole matrix", value=matrix.connection)
    guide = Button(action="link.guide", label="Integration guide", url=matrix.spec.guide_url)
    return (again, guide) if whole else (again, more, guide)


def _by_result(matrix: Matrix) -> tuple[Group, ...]:
    """This bot's own rights first, and the often missed ones among them."""
    own_first = sorted(matrix.lines, key=lambda line: not line.is_the_bots)
    groups = (Group(title=title, entries=_entries(_of(own_first, access))) for access, title in TITLES.items())
    return tuple(group for group in groups if group.entries)


def _by_area(matrix: Matrix) -> tuple[Group, ...]:
    """Areas in the order of what is missed most often in them."""
    areas = dict.fromkeys(line.right.area for line in matrix.lines)
    return tuple(
        Group(title=area, entries=tuple(_entry([line]) for line in matrix.lines if line.right.area == area))
        for area in areas
    )


def _entries(lines: Iterable[Line]) -> tuple[Entry, ...]:
    """One for each right: Autotask's opens several kinds of records, and each is a line of its own."""
    by_right: dict[str, list[Line]] = {}
    for line in lines:
        by_right.setdefault(line.right.right, []).append(line)
    return tuple(_entry(same) for same in by_right.values())


def _entry(lines: Sequence[Line]) -> Entry:
    """Of lines of one right and one result."""
    right, access = lines[0].right, lines[0].access
    users = dict.fromkeys(user for line in lines for user in line.right.used_by)
    why = _joined(line.right.why for line in lines)
    says = "" if access is Access.GRANTED else _joined(_said(line) for line in lines)
    return Entry(
        mark=MARKS[access],
        right=right.right,
        who=" ".join(USERS.get(user, user) for user in users),
        says=says or (why if access is Access.REFUSED else ""),
        why=why,
        because=says if says and access in {Access.REFUSED, Access.EMPTY} else why,
        unsure=right.unsure,
    )


def _said(line: Line) -> str:
    """Nothing where it only repeats which right to grant."""
    return "" if line.right.right in line.detail else short(line.detail, LONGEST)


def _joined(texts: Iterable[str]) -> str:
    return " ".join(dict.fromkeys(filter(None, texts)))


def _wanted(matrix: Matrix) -> Wanted | None:
    """Only what lacks; all where nothing could be told, or where credentials have to be made anew (R55)."""
    own = [line for line in matrix.lines if line.is_the_bots]
    refused, limited = _of(matrix.lines, Access.REFUSED), _of(own, Access.EMPTY)
    if matrix.trouble is not None or (matrix.spec.rights_made_anew and (refused or limited)):
        return _asked_for(own, [], matrix.lines)
    return _asked_for(matrix.refused, limited, refused) if refused or limited else None


def _asked_for(grant: Sequence[Line], check: Sequence[Line], others: Sequence[Line]) -> Wanted:
    optional = [line for line in others if not line.is_the_bots]
    return Wanted(
        grant=_entries(grant),
        check=_entries(check),
        for_settings=_entries(line for line in optional if SETTINGS in line.right.used_by),
        for_billing=_entries(line for line in optional if SETTINGS not in line.right.used_by),
    )


def _of(lines: Iterable[Line], access: Access) -> list[Line]:
    return [line for line in lines if line.access is access]
