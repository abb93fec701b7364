"""A story, how its customer should be judged, and what the story's two buttons do in the PSA."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from sandbox.psa.contract import Story

Psa = TypeVar("Psa")
Psa_contra = TypeVar("Psa_contra", contravariant=True)
NOTHING_TO_FIX: Final = "Nothing to fix in the PSA"

# id, company, customers it is about, verdict until it is fixed, title, what is wrong, what the fix does
Tale = tuple[str, str, tuple[int, ...], str, str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """``record_ids``: the customers it is about. ``expected``: the verdict until the story is fixed."""

    story: Story
    record_ids: tuple[int, ...]
    expected: str

    @classmethod
    def of(cls, tale: Tale, *, whole_psa: bool = False) -> "Plot":
        """``whole_psa``: it takes something from every customer, so it begins well and breaks when somebody asks."""
        story_id, company, record_ids, expected, title, text, fix_label = tale
        story = Story(
            id=story_id,
            company=company,
            title=title,
            text=text,
            fix_label=fix_label,
            fixed=whole_psa,
            whole_psa=whole_psa,
        )
        return cls(story=story, record_ids=record_ids, expected=expected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script(Generic[Psa_contra]):
    plot: Plot
    fix: Callable[[Psa_contra], None]
    unfix: Callable[[Psa_contra], None]


def scripts(
    plots: Iterable[Plot], changes: Mapping[str, tuple[Callable[[Psa], None], Callable[[Psa], None]]]
) -> list[Script[Psa]]:
    """``changes``: fix and unfix by the story's id; a story without them has nothing to fix."""
    told = []
    for plot in plots:
        fix, unfix = changes.get(plot.story.id, (_nothing, _nothing))
        told.append(Script(plot=plot, fix=fix, unfix=unfix))
    return told


def both(first: Callable[[Psa], None], second: Callable[[Psa], None]) -> Callable[[Psa], None]:
    def change(psa: Psa) -> None:
        first(psa)
        second(psa)

    return change


def _nothing(_: Any) -> None:
    """There is nothing to do in the PSA."""
