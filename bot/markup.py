"""Text with a little markup becomes blocks of literal spans: the step between a template and a Message.

A value that a template inserts is wrapped in private-use characters (``literal``), so nothing inside it is ever read
as markup. Lines: ``# heading``, ``- bullet``, ``1. step``, ``> note``, ``---``, ``|label|text``; what stands between
two lines of three backticks is kept as it is; anything else is a paragraph, which a blank line ends. Inside a line:
``*bold*``, ``_italic_``, `` `code` ``.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Final
from urllib.parse import urlsplit

from bot.messages import Block, Bullets, Columns, Divider, Heading, Note, Paragraph, Span, Verbatim

OPEN: Final = "\ue000"
CLOSE: Final = "\ue001"
PART: Final = "\ue002"
_STAND_IN: Final = 0xF0000  # a span inside a line is one character of plane 15 while the line is read
_PLACES: Final = 0xFFFD

# Formatting characters that reorder or hide what stands around them: a name may not do that to our sentence.
_TRICKS: Final = re.compile("[\u200b\u202a-\u202e\u2066-\u2069\ufeff]")
_SPACES: Final = re.compile(r"\s+")
_TOKEN: Final = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
_WORD: Final = r"[\w\U000f0000-\U000ffffd]"
_STYLED: Final = re.compile(
    rf"(?<!{_WORD})(?:\*(?P<bold>\S|\S.*?\S)\*|_(?P<italic>\S|\S.*?\S)_|`(?P<code>[^`]+)`)(?!{_WORD})", re.DOTALL
)
_FENCE: Final = re.compile(r"(?:^|\n)[ \t]*```[ \t]*(?=\n|$)")
_USER: Final = re.compile(r"[UW][A-Z0-9]{2,20}")
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class Marked(str):
    """Text that already went through ``literal`` or came from a template: it is not wrapped again."""

    __slots__ = ()


def clean(text: str) -> str:
    """One line without private-use, control and reordering characters. Letters of every script stay."""
    spaced = _SPACES.sub(" ", _TRICKS.sub("", text))
    return "".join(character for character in spaced if unicodedata.category(character) not in {"Co", "Cc", "Cs"})


def literal(text: str) -> Marked:
    return Marked(f"{OPEN}{clean(text)}{CLOSE}")


def link(url: str | None, label: str) -> Marked:
    """A link, when the address is https (or loopback, for the demo); otherwise only its label."""
    if url is None or not is_safe_link(url):
        return literal(label)
    return _special("link", url, label)


def is_user(text: str) -> bool:
    """Does it look like a chat user's id?"""
    return _USER.fullmatch(text) is not None


def mention(user: str) -> Marked:
    """A mention of a chat user; what does not look like a user id stays literal text."""
    return _special("user", user, f"@{user}") if is_user(user) else literal(user)


def moment(at: datetime, fallback: str) -> Marked:
    return _special("at", at.isoformat(), fallback)


def is_safe_link(url: str) -> bool:
    if len(url) > 3000 or url != clean(url) or " " in url or any(mark in url for mark in "<>|"):
        return False
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK))


def read(text: str) -> tuple[Block, ...]:
    """The blocks of a rendered template."""
    spans: list[Span] = []
    parts = re.split(_FENCE, _TOKEN.sub(partial(_stand_in, spans), text))
    read_parts = (_verbatim(part, spans) if place % 2 else _blocks(part, spans) for place, part in enumerate(parts))
    return tuple(block for part in read_parts for block in part)


def _special(kind: str, target: str, text: str) -> Marked:
    return Marked(f"{OPEN}{kind}{PART}{target}{PART}{clean(text)}{CLOSE}")


def _stand_in(spans: list[Span], match: re.Match[str]) -> str:
    if len(spans) >= _PLACES:
        raise ValueError("A message has at most 65,533 inserted values.")
    spans.append(_span(match.group(1)))
    return chr(_STAND_IN + len(spans) - 1)


def _span(token: str) -> Span:
    kind, *rest = token.split(PART)
    match rest:
        case [target, text] if kind == "link":
            return Span(text=text, link=target)
        case [target, text] if kind == "user":
            return Span(text=text, user=target)
        case [target, text] if kind == "at":
            return Span(text=text, at=datetime.fromisoformat(target))
        case _:
            return Span(text=token)


def _verbatim(text: str, spans: Sequence[Span]) -> tuple[Block, ...]:
    """Every line as the template has it, with the inserted values in their places."""
    whole = "".join(span.text for span in _plain(text.strip("\n"), spans, Span(text="")))
    return (Verbatim(text=whole),) if whole.strip() else ()


def _blocks(text: str, spans: Sequence[Span]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    group: list[str] = []
    kind = ""
    for line in [*text.split("\n"), ""]:
        now, body = _kind(line.strip())
        if (now != kind or now in {"heading", "rule", ""}) and group:
            blocks.append(_MADE[kind](group, spans))
            group = []
        kind = now
        if now:
            group.append(body)
    return tuple(blocks)


def _kind(line: str) -> tuple[str, str]:
    if not line:
        return "", ""
    if line == "---":
        return "rule", ""
    for kind, prefix in _PREFIXES:
        if found := prefix.match(line):
            return kind, line[found.end() :]
    return "paragraph", line


_PREFIXES: Final[tuple[tuple[str, re.Pattern[str]], ...]] = (
    ("heading", re.compile(r"#\s+")),
    ("bullets", re.compile(r"-\s+")),
    ("steps", re.compile(r"\d+\.\s+")),
    ("note", re.compile(r">\s*")),
    ("columns", re.compile(r"\|(?=[^|]*\|)")),
)


def _heading(lines: Sequence[str], spans: Sequence[Span]) -> Block:
    return Heading(text=_text(lines[0], spans))


def _paragraph(lines: Sequence[str], spans: Sequence[Span]) -> Block:
    return Paragraph(spans=_inline("\n".join(lines), spans))


def _note(lines: Sequence[str], spans: Sequence[Span]) -> Block:
    return Note(spans=_inline("\n".join(lines), spans))


def _bullets(lines: Sequence[str], spans: Sequence[Span]) -> Block:
    return Bullets(items=tuple(_inline(line, spans) for line in lines))


def _steps(lines: Sequence[str], spans: Sequence[Span]) -> Block:
    return Bullets(items=tuple(_inline(line, spans) for line in lines), ordered=True)


def _columns(lines: Sequence[str], spans: Sequence[Span]) -> Block:
    halves = (line.partition("|") for line in lines)
    return Columns(pairs=tuple((_text(label, spans), _text(text.rstrip("| "), spans)) for label, _, text in halves))


def _rule(lines: Sequence[str], spans: Sequence[Span]) -> Block:
    return Divider()


_MADE: Final[dict[str, Callable[[Sequence[str], Sequence[Span]], Block]]] = {
    "heading": _heading,
    "paragraph": _paragraph,
    "note": _note,
    "bullets": _bullets,
    "steps": _steps,
    "columns": _columns,
    "rule": _rule,
}


def _text(line: str, spans: Sequence[Span]) -> str:
    return "".join(span.text for span in _inline(line.strip(), spans))


def _inline(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    return tuple(_merged([span for span in _styled(text, spans, Span(text="")) if span.text]))


def _styled(text: str, spans: Sequence[Span], style: Span) -> list[Span]:
    """Outermost mark first; what stands between two marks is read again with that style."""
    found = _STYLED.search(text)
    if found is None:
        return _plain(text, spans, style)
    before = _plain(text[: found.start()], spans, style)
    after = _styled(text[found.end() :], spans, style)
    if (code := found.group("code")) is not None:
        return before + _plain(code, spans, replace(style, code=True)) + after
    bold = found.group("bold")
    inner = replace(style, bold=True) if bold is not None else replace(style, italic=True)
    return before + _styled(bold if bold is not None else found.group("italic"), spans, inner) + after


def _plain(text: str, spans: Sequence[Span], style: Span) -> list[Span]:
    pieces: list[Span] = []
    for piece in re.split("([\U000f0000-\U000ffffd])", text):
        place = ord(piece) - _STAND_IN if len(piece) == 1 else -1
        if 0 <= place < len(spans):
            pieces.append(replace(spans[place], bold=style.bold, italic=style.italic, code=style.code))
        else:
            pieces.append(replace(style, text=piece))
    return pieces


def _merged(spans: Sequence[Span]) -> list[Span]:
    """Neighbours of one style become one span."""
    merged: list[Span] = []
    for span in spans:
        last = merged[-1] if merged else None
        if last is not None and _bare(last) and replace(last, text="") == replace(span, text=""):
            merged[-1] = replace(last, text=last.text + span.text)
        else:
            merged.append(span)
    return merged


def _bare(span: Span) -> bool:
    return span.link is None and span.user is None and span.at is None
