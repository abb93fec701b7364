"""What an endpoint is, and what its answer may look at."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.psa.kaseya_family.asking import Question, from_body, from_query
from sandbox.psa.kaseya_family.tenant import Tenant
from sandbox.psa.kaseya_family.ways import Ways
from sandbox.psa.records import Json


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One call, let in. ``record_id``: the number in its path."""

    tenant: Tenant
    ways: Ways
    now: datetime
    question: Question
    record_id: int = 0
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Rows of a list. ``total`` None: this list does not say how long it is."""

    rows: list[Json]
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """``path`` is a pattern with one number at most. ``method`` POST: a search, whose question is the body."""

    path: str
    right: str
    knows: tuple[str, ...]
    answer: Callable[[Asked], Any]
    method: str = "GET"

    def record_id(self, path: str) -> int | None:
        """None: it is another path. 0: there is no number in it."""
        found = re.fullmatch(self.path, path, re.IGNORECASE)
        return None if found is None else int(next(iter(found.groups()), 0))

    def question(self, query: Mapping[str, str], body: Any) -> Question:
        return from_body(body, self.knows) if self.method == "POST" else from_query(query, self.knows)
