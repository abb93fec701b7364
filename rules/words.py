"""The words of a card: sandboxed text templates over the facts of the record, with dates and lists made readable."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from connectors.records import Because
from rules.conditions import Condition
from rules.kleene import Truth
from rules.places import PLACES

# Where the PSA's own nouns are not handed in.
PLAIN_NOUNS: Final = MappingProxyType(
    {
        "psa": "the PSA",
        "account": "account",
        "accounts": "accounts",
        "account_id": "id",
        "agreement": "agreement",
        "agreements": "agreements",
    }
)
_FLAGS: Final = MappingProxyType({None: "empty", True: "yes", False: "no"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a card says in one situation: when the condition holds, or when this is why it cannot tell."""

    says: Template
    in_short: Template | None
    fix: Mapping[str, tuple[Template, ...]]  # by PSA; "any": for all
    when: Condition | None = None
    because: Because | None = None

    def fits(self, facts: Mapping[str, object], because: Because | None) -> bool:
        held: Truth = True if self.when is None else self.when.test(facts)
        return held is True and self.because in {None, because}

    def steps(self, psa: str) -> tuple[Template, ...]:
        return self.fix.get(psa, self.fix.get("any", ()))


class Phrasebook:
    """Compiles templates. Cards come from files, so they run in a sandbox and an unknown name is an error."""

    def __init__(self) -> None:
        # The result is plain text for a chat or a terminal, which escape it themselves.
        self._env = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, finalize=readable)
        self._env.filters.update(listed=listed, days=days, late=late, a=with_article)

    def template(self, text: str) -> Template:
        """Raises TemplateError when it is not one."""
        return self._env.from_string(text)


def rendered(template: Template, facts: Mapping[str, object], nouns: Mapping[str, str], psa: str = "") -> str:
    """One line of text. Raises TemplateError when it asks for a fact that is absent."""
    words = {"the": PLAIN_NOUNS | dict(nouns), "place": PLACES.get(psa, {})}
    return " ".join(template.render({**facts, **words}).split())


def readable(value: Any) -> Any:
    """How a fact looks inside a sentence."""
    match value:
        case None | bool():
            return _FLAGS[value]
        case datetime():
            return moment(value)
        case date():
            return day(value)
        case tuple() | list():
            return listed(value)
        case Decimal():
            return number(value)
        case _:
            return value


def moment(when: datetime) -> str:
    when = when.astimezone(UTC)
    return f"{when:%a} {when.day} {when:%b %H:%M} UTC"


def number(value: Decimal) -> str:
    """Without the noughts that say nothing: 2.50 is 2.5, and 20.0 is 20."""
    return f"{value.normalize():f}" if value.is_finite() else str(value)


def day(when: date) -> str:
    return f"{when.day} {when:%b %Y}"


def listed(values: Iterable[Any] | None, last: str = "and") -> str:
    """a, b and c."""
    words = [str(readable(value)) for value in values or ()]
    return f" {last} ".join(", ".join(part) for part in (words[:-1], words[-1:]) if part)


def with_article(noun: str) -> str:
    return f"{'an' if noun[:1].lower() in set('aeiou') else 'a'} {noun}"


def days(earlier: date, later: date) -> str:
    count = (later - earlier).days
    return "1 day" if count == 1 else f"{count} days"


def late(when: date, today: date) -> str:
    """How long ago a day was."""
    return "yesterday" if (today - when).days == 1 else f"{days(when, today)} ago"


def chosen(words: Sequence[Words], facts: Mapping[str, object], because: Because | None) -> Words:
    """The first that fits. The last one of a card fits always: loading has made sure of it."""
    return next((one for one in words if one.fits(facts, because)), words[-1])


__all__ = ["PLAIN_NOUNS", "Phrasebook", "TemplateError", "Words", "chosen", "day", "listed", "moment", "rendered"]
