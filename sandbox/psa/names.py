"""Company names as they stand in real tenants: many kinds, a few that break careless software."""

import random
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

Parts = Mapping[str, Sequence[str]]


def read_parts() -> Parts:
    """What names are made of, from the file beside this one."""
    parts: Parts = tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))
    return parts


def real_names(dice: random.Random, count: int) -> list[str]:
    """So many different names; the odd ones stand anywhere among them."""
    parts = read_parts()
    names = dict.fromkeys([*parts["odd"], *parts["far_away"]][:count])
    while len(names) < count:
        name = _invented(dice, parts)
        names[name if name not in names else f"{name} of {dice.choice(parts['places'])}"] = None
    shuffled = list(names)
    dice.shuffle(shuffled)
    return shuffled


def _invented(dice: random.Random, parts: Parts) -> str:
    first, second, *_ = (dice.choice(parts["surnames"]) for _ in range(2))
    place, other_place = (dice.choice(parts["places"]) for _ in range(2))
    trade, coined = dice.choice(parts["trades"]), dice.choice(parts["coined"])
    patterns = (
        f"{first} {trade}",
        f"{first} & {second} {trade}",
        f"{first}, {second} & Partners",
        f"{first} {second} {trade}",
        f"Dr. {first} {second} {trade}",
        f"{place} {trade}",
        f"{place} {coined}",
        f"{place} & {other_place} {trade}",
        f"The {place} {trade} Company",
        f"{coined} {trade}",
        f"{coined} {place} {trade}",
    )
    return dice.choice(patterns) + dice.choice(parts["forms"])
