"""The shape of a rule card as it is written: keys, types and lengths. What they mean is settled in cards.py."""

from enum import StrEnum
from typing import Annotated, Any, Final, Literal

import msgspec

from connectors.records import Because, Capability
from rules.vocabulary import Asks

Psa = Literal["connectwise", "autotask", "halopsa", "syncro", "kaseya-bms", "pulseway"]

Sentence = Annotated[
    str, msgspec.Meta(min_length=2, max_length=800, description="Plain text; {{ fact }} is filled in.")
]
Short = Annotated[
    str,
    msgspec.Meta(
        min_length=2,
        max_length=400,
        description="A clause that ends the sentence 'Acme Ltd is hidden: …', without a full stop.",
    ),
]
Steps = Annotated[list[Sentence], msgspec.Meta(min_length=1, description="Ordered; each begins with a verb.")]
Tree = Annotated[dict[str, Any], msgspec.Meta(description="A condition over the facts.")]


class Decides(StrEnum):
    """What follows from the rule: it hides the account, only advises, or says that the copy is old."""

    BLOCKS = "blocks"
    WARNS = "warns"
    FRESHNESS = "freshness"


class Expect(StrEnum):
    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    CANNOT_TELL = "cannot_tell"
    NOT_NEEDED = "not_needed"


class WordsShape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What to say, and how to fix it."""

    says: Sentence
    in_short: Short | None = None
    fix: Steps | dict[Psa | Literal["any"], Steps] | None = None
    when: Tree | None = None
    because: Because | None = None


class PassShape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    says: Sentence


class LinkShape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where to read on. Of several that fit a PSA, the first is shown."""

    psas: Annotated[list[Psa], msgspec.Meta(description="Empty: for all.")] = []
    label: Annotated[str, msgspec.Meta(min_length=2, max_length=120)]
    url: Annotated[str, msgspec.Meta(pattern="^https://", max_length=400)]


class ExampleShape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One test of the rule. A fact that is not given could not be read."""

    given: dict[str, Any]
    expect: Expect
    says: str | None = None
    because: Because | None = None


class CardShape(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename={"pass_": "pass"}):
    """One rule: one file."""

    id: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9-]{2,60}$", description="The file's name without .yaml.")]
    title: Annotated[
        str,
        msgspec.Meta(min_length=5, max_length=80, description="What is right. Does not begin with Ensure or Check."),
    ]
    why: Annotated[str, msgspec.Meta(min_length=10, max_length=600, description="Why this rule exists.")]
    psas: Annotated[list[Psa], msgspec.Meta(min_length=1, description="The PSAs that it is for.")]
    asks: Annotated[Asks, msgspec.Meta(description="What it runs on: each account, agreement or connection.")]
    decides: Decides
    order: Annotated[int, msgspec.Meta(ge=1, le=999, description="Where it is shown; small numbers come first.")]
    fail: WordsShape | Annotated[list[WordsShape], msgspec.Meta(min_length=1)]
    cannot_tell: WordsShape | Annotated[list[WordsShape], msgspec.Meta(min_length=1)]
    source: Annotated[str, msgspec.Meta(min_length=2, description="Where the rule comes from.")]
    examples: Annotated[list[ExampleShape], msgspec.Meta(min_length=3)]
    needs: list[Capability] = []
    needs_any: Annotated[list[Capability], msgspec.Meta(description="One of these is enough.")] = []
    by_design: Annotated[bool, msgspec.Meta(description="Failing means left out on purpose.")] = False
    expect: Tree | None = None
    check: Annotated[str, msgspec.Meta(description="Built-in cards only: python:rules.checks.name.")] | None = None
    not_needed_if: Tree | None = None
    pass_: PassShape | None = None
    evidence: Annotated[list[str], msgspec.Meta(description="The facts to show; the condition's by default.")] = []
    repair: Annotated[dict[str, Any], msgspec.Meta(description="The facts as they are once it is fixed.")] = {}
    follows: Annotated[
        dict[Psa, dict[str, Any]], msgspec.Meta(description="What that PSA then works out anew by itself.")
    ] = {}
    links: list[LinkShape] = []


KEYS: Final = {
    "": tuple(CardShape.__struct_encode_fields__),
    "fail": tuple(WordsShape.__struct_encode_fields__),
    "cannot_tell": tuple(WordsShape.__struct_encode_fields__),
    "pass": tuple(PassShape.__struct_encode_fields__),
    "links": tuple(LinkShape.__struct_encode_fields__),
    "examples": tuple(ExampleShape.__struct_encode_fields__),
}
