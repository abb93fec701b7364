"""Who may start beside what runs: one rule for every engine."""

import pytest

from bot.jobs.places import Places
from bot.jobs.queue import Job


def jobs(text: str) -> list[Job]:
    """``a`` was asked for by a person, ``A`` is long as well; ``d`` was due, ``D`` is long as well."""
    return [
        Job(task="sync", key=str(number), interactive=letter in "aA", long=letter.isupper())
        for number, letter in enumerate(text)
    ]


@pytest.mark.parametrize(
    ("at_once", "running", "welcome"),
    [
        (1, "", "aAdD"),
        (1, "d", ""),
        (2, "", "aAdD"),
        (2, "d", "a"),
        (2, "a", "a"),
        (2, "A", "a"),
        (4, "dd", "aAdD"),
        (4, "ddd", "a"),
        (4, "D", "aAd"),
        (4, "A", "aAd"),
        (4, "Dd", "aAd"),
        (4, "aaa", "a"),
        (4, "aaaa", ""),
        (8, "DDD", "aAd"),
        (8, "DD", "aAdD"),
    ],
)
def test_a_place_is_kept_for_people_and_long_jobs_get_half_of_the_others(
    at_once: int, running: str, welcome: str
) -> None:
    places = Places(at_once=at_once)
    may = "".join(letter for letter in "aAdD" if places.take(jobs(letter)[0], jobs(running)))
    assert may == welcome
