"""A Message becomes Block Kit: literal text goes into rich_text and plain_text only, where Slack reads no markup."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from bot.messages import Block, Bullets, Columns, Divider, Heading, Message, Note, Paragraph, Row, Span, Verbatim, plain
from bot.slack.buttons import action_blocks
from bot.slack.limits import size

Json = dict[str, Any]

BLOCKS_PER_MESSAGE: Final = 50
BUDGET: Final = 13_000  # of MOST_CHARACTERS: the rest is for what Slack adds
_HEADING: Final = 150
_FIELD: Final = 2000
_NOTE: Final = 2000
_SPAN: Final = 1000
_VERBATIM: Final = 6000
_FIELDS: Final = 10
_TEXT: Final = 3_900  # chat.update refuses more than 4,000
_ROOM_FOR_MORE: Final = 200
_MOST_BULLETS: Final = 300  # the JSON of the shortest bullet has 68 characters: more can never fit
_EMOJI: Final = re.compile(r":(?=[\w+'-]+:)")
_LOOK_ALIKES: Final = str.maketrans({"*": "\u2217", "~": "\u223c", "`": "\u02cb"})
_EDGE_UNDERSCORE: Final = re.compile(r"(?<!\w)_|_(?!\w)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What fits into one message, and how many items (bullets, paragraphs) do not."""

    blocks: tuple[Block, ...]
    left: int


def to_blocks(message: Message) -> list[Json]:
    """Within Slack's limits. What does not fit is counted in the last line: "… and 212 more"."""
    actions = action_blocks(message.actions)
    content = _with_mentions(message)
    fit = _fit(content, room=BUDGET - size(actions), places=BLOCKS_PER_MESSAGE - len(actions))
    laid = made(fit.blocks)
    if fit.left:
        laid.append(_context(f"… and {fit.left:,} more"))
    return laid + actions


def notification(message: Message) -> str:
    """The top-level text: what a notification shows and a screen reader reads."""
    return _escaped(message.summary)


def plain_text(message: Message) -> str:
    """The whole message without blocks: for the day on which Slack refuses them.

    mrkdwn has no escape for its marks (slack.md §2.4), so look-alikes stand in for them here.
    """
    words = (plain(message.blocks) or message.summary).translate(_LOOK_ALIKES)
    safe = _escaped(_EDGE_UNDERSCORE.sub("\uff3f", words))
    mentions = " ".join(f"<@{user}>" for user in message.mentions)
    buttons = "\n(Its buttons could not be shown.)" if message.actions else ""
    return f"{mentions} {safe}{buttons}".strip()


def _escaped(text: str) -> str:
    """Cut before it is escaped, so that no entity is cut in two; an ampersand becomes five characters."""
    shortened = (escape(_cut(text, most)) for most in (_TEXT, _TEXT // 2, _TEXT // 5))
    return next(short for short in shortened if len(short) <= _TEXT)


def escape(text: str) -> str:
    """Exactly the three characters that Slack wants escaped; a colon pair is kept from becoming an emoji."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _EMOJI.sub(":\u2060", escaped)


def _with_mentions(message: Message) -> tuple[Block, ...]:
    """People to notify stand at the beginning of the first paragraph."""
    named = {span.user for block in message.blocks for span in _spans(block)}
    users = [user for user in message.mentions if user not in named]
    blocks = message.blocks or (Paragraph(spans=(Span(text=message.summary),)),)
    if not users:
        return blocks
    called = tuple(piece for user in users for piece in (Span(text=f"@{user}", user=user), Span(text=" ")))
    for place, block in enumerate(blocks):
        if isinstance(block, Paragraph):
            return (*blocks[:place], Paragraph(spans=called + block.spans), *blocks[place + 1 :])
    return (*blocks, Paragraph(spans=called))


def _spans(block: Block) -> tuple[Span, ...]:
    match block:
        case Paragraph(spans=spans) | Note(spans=spans):
            return spans
        case Bullets(items=items):
            return tuple(span for item in items for span in item)
        case _:
            return ()


def _fit(content: Sequence[Block], *, room: int, places: int) -> Fit:
    light = [_light(block) for block in content]
    whole = made(light)
    if size(whole) <= room and len(whole) <= places:
        return Fit(blocks=tuple(content), left=0)
    room, places = room - _ROOM_FOR_MORE, places - 1

    def overflows(count: int) -> bool:
        laid = made(light[:count])
        return size(laid) > room or len(laid) > places

    taken = next(count for count in range(len(content)) if overflows(count + 1))
    before = made(light[:taken])
    part = _part_that_fits(light[taken], room - size(before)) if len(before) < places else None
    left = sum(_count(other) for other in content[taken:]) - (_count(part) if part else 0)
    return Fit(blocks=(*content[:taken], *([part] if part else [])), left=left)


def _light(block: Block) -> Block:
    """Measuring ten thousand bullets takes seconds, and what is known not to fit need not be measured."""
    return replace(block, items=block.items[:_MOST_BULLETS]) if isinstance(block, Bullets) else block


def _part_that_fits(block: Block, room: int) -> Block | None:
    """As many bullets as fit; other blocks are not divided."""
    if not isinstance(block, Bullets):
        return None
    low, high = 0, len(block.items)
    while low < high:
        middle = (low + high + 1) // 2
        fits = size(made([replace(block, items=block.items[:middle])])) <= room
        low, high = (middle, high) if fits else (low, middle - 1)
    return replace(block, items=block.items[:low]) if low else None


def _count(block: Block) -> int:
    match block:
        case Bullets(items=items):
            return len(items)
        case Columns(pairs=pairs):
            return len(pairs)
        case Divider() | Row():
            return 0
        case _:
            return 1


def made(blocks: Sequence[Block]) -> list[Json]:
    """Bullets join the rich text that stands before them: one block fewer, and no gap between them."""
    laid: list[Json] = []
    for block in blocks:
        new = _block(block)
        if isinstance(block, Bullets) and laid and laid[-1]["type"] == "rich_text":
            laid[-1] = {
                **laid[-1],
                "elements": [*laid[-1]["elements"], *(piece for one in new for piece in one["elements"])],
            }
        else:
            laid.extend(new)
    return laid


def _block(block: Block) -> list[Json]:
    match block:
        case Heading(text=text):
            return _heading(text)
        case Paragraph() | Bullets() | Verbatim():
            return _rich(_pieces(block))
        case Columns(pairs=pairs):
            return [_columns(pairs[start : start + _FIELDS]) for start in range(0, len(pairs), _FIELDS)]
        case Note(spans=spans):
            return _note(spans)
        case Divider():
            return [{"type": "divider"}]
        case Row(actions=actions):
            return action_blocks(actions)


def _pieces(block: Paragraph | Bullets | Verbatim) -> list[Json]:
    """The pieces of rich text, without empty ones: Slack refuses those."""
    match block:
        case Paragraph(spans=spans):
            return _filled([_section(spans)])
        case Bullets(items=items, ordered=ordered):
            filled = _filled([_section(item) for item in items])
            style = "ordered" if ordered else "bullet"
            return _filled([{"type": "rich_text_list", "style": style, "elements": filled}])
        case Verbatim(text=text):
            piece = {"type": "text", "text": _cut(text, _VERBATIM)}
            return [{"type": "rich_text_preformatted", "elements": [piece]}] if text else []


def _filled(pieces: Sequence[Json]) -> list[Json]:
    return [piece for piece in pieces if piece["elements"]]


def _heading(text: str) -> list[Json]:
    """A heading that is too long is shown shortened, and in full under it."""
    if not text:
        return []
    short = text if len(text) <= _HEADING else f"{text[: _HEADING - 1]}…"
    header: Json = {"type": "header", "text": {"type": "plain_text", "text": short, "emoji": False}}
    return [header] if short == text else [header, *_rich([_section((Span(text=text, bold=True),))])]


def _rich(elements: Sequence[Json]) -> list[Json]:
    return [{"type": "rich_text", "elements": list(elements)}] if elements else []


def _section(spans: Sequence[Span]) -> Json:
    return {"type": "rich_text_section", "elements": [_element(span) for span in spans if span.text]}


def _element(span: Span) -> Json:
    style = {name: True for name in ("bold", "italic", "code") if getattr(span, name)}
    styled: Json = {"style": style} if style else {}
    if span.user:
        return {"type": "user", "user_id": span.user}
    if span.at is not None:
        moment = "{date_short_pretty} at {time}"
        return {"type": "date", "timestamp": int(span.at.timestamp()), "format": moment, "fallback": span.text}
    if span.link:
        return {"type": "link", "url": span.link, "text": _cut(span.text, _SPAN), **styled}
    return {"type": "text", "text": _cut(span.text, _SPAN), **styled}


def _columns(pairs: Sequence[tuple[str, str]]) -> Json:
    fields = (_cut(f"{label}\n{text}", _FIELD) for label, text in pairs)
    return {"type": "section", "fields": [{"type": "plain_text", "text": field, "emoji": False} for field in fields]}


def _note(spans: Sequence[Span]) -> list[Json]:
    """Small and grey where nothing in it is alive; a link or a mention needs rich text."""
    if any(span.link or span.user for span in spans):
        return _rich([_section(spans)])
    text = "".join(span.text for span in spans)
    return [_context(_cut(text, _NOTE))] if text else []


def _context(text: str) -> Json:
    return {"type": "context", "elements": [{"type": "plain_text", "text": text, "emoji": False}]}


def _cut(text: str, most: int) -> str:
    """At most ``most`` characters; what is left out is counted, never dropped in silence."""
    if len(text) <= most:
        return text
    kept = most - 40
    return f"{text[:kept]}… ({len(text) - kept:,} more characters)"
