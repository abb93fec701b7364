"""The requirements that tests say they prove."""

import re
from pathlib import Path

import pytest

from docs.generate import proven

TESTS = Path(__file__).parent
LAST = {"R": 251, "X": 35, "C": 19}  # of the product's list of requirements


def given() -> list[tuple[str, str, str]]:
    return [
        (file.relative_to(TESTS).as_posix(), test, requirement)
        for file in sorted(TESTS.rglob("test_*.py"))
        for requirement, test in proven(file.read_text(encoding="utf-8"))
    ]


def test_every_requirement_that_a_test_names_exists() -> None:
    wrong = [each for each in given() if not exists(each[2])]
    assert wrong == []
    assert len(given()) > 100


def exists(requirement: str) -> bool:
    found = re.fullmatch(r"([RXC])([1-9]\d*)", requirement)
    return found is not None and int(found[2]) <= LAST[found[1]]


@pytest.mark.parametrize("name", ["R0", "R252", "r18", "R018", "X36", "C20", "U3", "R18a", ""])
def test_a_name_that_is_none_is_found_out(name: str) -> None:
    assert not exists(name)


def test_marks_are_found_wherever_they_stand() -> None:
    source = """
pytestmark = [pytest.mark.browser, pytest.mark.requirement("R1")]

@pytest.mark.requirement("R2", "X3")
@pytest.mark.parametrize("a", [pytest.param(1, marks=pytest.mark.requirement("C4"))])
async def test_it(a): ...

class TestMore:
    @pytest.mark.requirement("R5")
    def test_that(self): ...

@pytest.mark.requirement("R6")
def no_test(): ...
"""
    assert sorted(proven(source)) == [
        ("C4", "test_it"),
        ("R1", "test_it"),
        ("R1", "test_that"),
        ("R2", "test_it"),
        ("R5", "test_that"),
        ("X3", "test_it"),
    ]
