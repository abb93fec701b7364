"""How much of a tenant to make up, and what the made-up records of every PSA have in common."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar

SETTLED_DAYS: Final = 10  # nothing that is made up changed more lately, so that only stories are news
Owner = TypeVar("Owner")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """``active`` None: three of five are active customers; ``agreements`` None: a few for each of these."""

    accounts: int
    active: int | None = None
    agreements: int | None = None

    @property
    def customers(self) -> int:
        return min(self.accounts, self.accounts * 3 // 5 if self.active is None else self.active)

    def owners(self, customers: Sequence[Owner], each: Sequence[int], dice: random.Random) -> list[Owner]:
        """Each customer as often as it has agreements. ``each``: how many that may be, where no number is asked for."""
        if self.agreements is None:
            return [one for one in customers for _ in range(dice.choice(each))]
        if not customers:
            return []
        more = max(0, self.agreements - len(customers))
        return [*customers, *dice.choices(customers, k=more)][: self.agreements]


def lifetime(today: datetime, dice: random.Random) -> tuple[datetime, datetime]:
    """When a record was created, a month to ten years ago, and when it was last changed."""
    created = today - timedelta(days=dice.randint(30, 3650), seconds=dice.randint(0, 86_399))
    return created, created + timedelta(days=dice.randint(0, (today - created).days - SETTLED_DAYS))
