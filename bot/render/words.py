"""The Jinja environment of all templates: a missing value is an error, an inserted value stays literal text."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError
from jinja2.runtime import Undefined

from bot import markup
from bot.messages import Block, Button, Heading, Message, Paragraph, Picker, plain

TEMPLATES: Final = Path(__file__).resolve().parents[2] / "templates"
_UNITS: Final = (("day", 86400), ("hour", 3600), ("minute", 60))


class Words:
    """Renders ``templates/<name>.md.j2`` into blocks."""

    def __init__(self, folder: Path = TEMPLATES) -> None:
        self._environment = _environment(folder)

    def blocks(self, name: str, /, **values: Any) -> tuple[Block, ...]:
        return markup.read(self._environment.get_template(f"{name}.md.j2").render(**values))

    def problems(self) -> list[str]:
        """What is wrong with the templates, file by file; nothing is rendered."""
        found = []
        for name in self._environment.list_templates(extensions=["j2"]):
            try:
                self._environment.get_template(name)
            except TemplateError as error:
                found.append(f"{name}: {error}")
        return found

    def message(
        self,
        name: str,
        /,
        *,
        summary: str = "",
        actions: Sequence[Button | Picker] = (),
        mentions: Sequence[str] = (),
        **values: Any,
    ) -> Message:
        """Without a ``summary``, the notification is the template's first heading or paragraph."""
        blocks = self.blocks(name, **values)
        return Message(
            summary=summary or first_words(blocks), blocks=blocks, actions=tuple(actions), mentions=tuple(mentions)
        )


class _TextEnvironment(Environment):
    """What a macro or a ``{% set %}`` block made is text of ours, with its values already wrapped."""

    @staticmethod
    def concat(parts: Any) -> markup.Marked:
        return markup.Marked("".join(parts))


def first_words(blocks: Sequence[Block]) -> str:
    """The first heading or paragraph, as plain text."""
    for block in blocks:
        if isinstance(block, Heading | Paragraph):
            return plain([block])
    return plain(blocks[:1])


def at(value: datetime) -> markup.Marked:
    """A moment in the reader's own time zone; the fallback is in UTC."""
    utc = value.astimezone(UTC)
    return markup.moment(utc, f"{utc:%a} {utc.day} {utc:%b %Y %H:%M} UTC")


def number(value: Decimal | float) -> str:
    return f"{value:,}"


def plural(count: int, one: str, many: str = "") -> str:
    """``3 agreements``: with an irregular word, say both forms."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def short(text: str, most: int = 80) -> str:
    """On one line, and with a mark where it was cut: a name may have five thousand letters."""
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def ago(value: datetime, now: datetime) -> str:
    """``4 days ago``, in the largest whole unit."""
    seconds = int((now - value).total_seconds())
    for unit, length in _UNITS:
        if seconds >= length:
            return f"{plural(seconds // length, unit)} ago"
    return "just now"


def _environment(folder: Path) -> Environment:
    # Autoescape is HTML's escaping: it would write O&#39;Brien. Values are wrapped by ``finalize`` instead.
    environment = _TextEnvironment(
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        finalize=_finalize,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(at=at, link=markup.link, mention=markup.mention, plural=plural, ago=ago, number=number)
    return environment


def _finalize(value: Any) -> Any:
    """Wraps what a template inserts. ``None`` is a mistake: a template says itself what it says for "unknown"."""
    if isinstance(value, markup.Marked | Undefined):
        return value
    if value is None:
        raise ValueError("A template inserted None: say in words what is unknown.")
    return markup.literal(str(value))
