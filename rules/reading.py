"""A card's YAML read safely, with the line of everything in it, so that a mistake is named by file and line."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from rules import literals

_LONGEST: Final = 64_000


class RuleError(Exception):
    """A card cannot be used. The message names file and line and says what to do."""

    def __init__(self, file: Path, line: int, problem: str) -> None:
        super().__init__(f"{file}:{line}: {problem}")
        self.file = file
        self.line = line
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a card says, and on which line it says it."""

    file: Path
    text: str
    value: Mapping[str, Any]
    lines: Mapping[literals.Path, int]

    def error(self, path: literals.Path, problem: str) -> RuleError:
        """Names the innermost place that is known."""
        where = next((path[:end] for end in range(len(path), -1, -1) if path[:end] in self.lines), ())
        name = ".".join(str(part) for part in path)
        return RuleError(self.file, self.lines.get(where, 1), f"{name}: {problem}" if name else problem)


def read_card(file: Path) -> Document:
    """Raises RuleError for anything that is not one plain YAML mapping."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(file, 1, f"cannot be read as UTF-8 text: {type(error).__name__}.") from None
    if len(text) > _LONGEST:
        raise RuleError(file, 1, f"has {len(text)} characters; {_LONGEST} is the most for one rule.")
    try:
        yaml = YAML(typ="safe", pure=True)
        node = yaml.compose(text)
        lines = dict(_lines(file, node, (), set())) if node is not None else {}
        value = yaml.constructor.construct_document(node) if node is not None else None
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise RuleError(file, line, f"is not valid YAML: {error.problem}.") from None
    except (YAMLError, ValueError) as error:
        raise RuleError(file, 1, f"is not valid YAML: {error}.") from None
    if not isinstance(value, dict):
        raise RuleError(file, 1, "is not a rule card: write id, title, why and so on as key: value.")
    return Document(file=file, text=text, value=value, lines=lines)


def _lines(file: Path, node: Node, path: literals.Path, seen: set[int]) -> Iterator[tuple[literals.Path, int]]:
    if id(node) in seen:
        raise RuleError(file, node.start_mark.line + 1, "uses an alias (*name): write the value out.")
    seen.add(id(node))
    yield path, node.start_mark.line + 1
    if isinstance(node, SequenceNode):
        for number, child in enumerate(node.value):
            yield from _lines(file, child, (*path, number), seen)
    elif isinstance(node, MappingNode):
        for key, child in node.value:
            inner = (*path, str(key.value))
            yield from _lines(file, child, inner, seen)
            yield inner, key.start_mark.line + 1  # the key's own line, which is where a reader looks
