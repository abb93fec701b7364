"""What we say, before anyone knows where: a Message is blocks of literal text, and buttons; no Slack in it.

``Span.text`` is always literal: whatever a PSA put into a name can never become a mention, a link or formatting.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A run of literal text. At most one of ``link``, ``user``, ``at`` is set; ``text`` is then its fallback."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    link: str | None = None  # https only, and only ours or the PSA's deep link
    user: str | None = None  # a chat user id to mention
    at: datetime | None = None  # shown in each reader's own time zone


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    items: tuple[tuple[Span, ...], ...]
    ordered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Short facts side by side: (label, literal text). At most ten."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Small grey text under the answer."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Divider:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Verbatim:
    """A text of several lines to be copied and sent as it is."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    title: str
    text: str
    yes: str
    no: str = "Cancel"


@dataclass(frozen=True, slots=True, kw_only=True)
class Button:
    """``action`` names the listener (``missing.sync_full``); ``value`` is at most 2,000 characters of our own."""

    action: str
    label: str
    value: str = ""
    style: str = ""  # "", primary, danger
    confirm: Confirm | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    label: str
    value: str
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Picker:
    """One of several candidates; at most 100 choices."""

    action: str
    placeholder: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Buttons that belong to what stands right above them, and not to the whole message."""

    actions: tuple[Button | Picker, ...]


Block = Heading | Paragraph | Bullets | Columns | Note | Divider | Verbatim | Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """``summary`` is the plain text of the notification and of screen readers: it is always set."""

    summary: str
    blocks: tuple[Block, ...] = ()
    actions: tuple[Button | Picker, ...] = ()
    mentions: tuple[str, ...] = field(default=())  # chat user ids to notify


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a message stands or goes: a channel, and a thread or a message in it."""

    channel: str
    ts: str | None = None
    thread_ts: str | None = None


class Notifier(Protocol):
    """Posts and edits messages. Implementations record; they raise nothing for an ordinary delivery failure."""

    async def post(self, place: Place, message: Message, *, key: str) -> Place | None:
        """Posts once per ``key``: asking again with the same key edits what stands. None: not delivered."""
        ...

    async def edit(self, place: Place, message: Message) -> bool: ...


def plain(blocks: Sequence[Block]) -> str:
    """The same words for a terminal or a fallback, without any markup."""
    return "\n".join(_plain_block(block) for block in blocks)


def _plain_block(block: Block) -> str:
    match block:
        case Heading(text=text) | Verbatim(text=text):
            return text
        case Paragraph(spans=spans) | Note(spans=spans):
            return _joined(spans)
        case Bullets(items=items, ordered=ordered):
            marks = (f"{number}." if ordered else "•" for number in range(1, len(items) + 1))
            return "\n".join(f"{mark} {_joined(item)}" for mark, item in zip(marks, items, strict=True))
        case Columns(pairs=pairs):
            return "\n".join(f"{label}: {text}" for label, text in pairs)
        case Divider() | Row():
            return ""


def _joined(spans: Sequence[Span]) -> str:
    return "".join(f"{span.text} ({span.link})" if span.link else span.text for span in spans)
