"""What somebody may change in a PSA's setup: made in any order, taken back in any order."""

import pytest

from sandbox.psa.configuration import Alteration, Configuration, added, altered, having, removed
from sandbox.psa.contract import ConfigurationChange

TABLES = {
    "boards": [{"id": 1, "name": "Help Desk"}, {"id": 2, "name": "Onsite"}],
    "sources": [{"id": 1, "name": "Fax"}],
}
NEW = Alteration.of("new", "A new board", added("boards", {"id": 3, "name": "Projects"}))
RENAMED = Alteration.of("renamed", "Onsite is renamed", altered("boards", having(name="Onsite"), name="Field"))
GONE = Alteration.of("gone", "The Help Desk is gone", removed("boards", having(id=1)), removed("sources", having(id=1)))


@pytest.fixture
def setup() -> Configuration:
    return Configuration(TABLES, (NEW, RENAMED, GONE))


def boards(setup: Configuration) -> list[str]:
    return [row["name"] for row in setup.rows("boards")]


def test_changes_are_told_with_whether_they_were_made(setup: Configuration) -> None:
    setup.make("new")
    assert setup.changes == [
        ConfigurationChange(id="new", title="A new board", made=True),
        ConfigurationChange(id="renamed", title="Onsite is renamed"),
        ConfigurationChange(id="gone", title="The Help Desk is gone"),
    ]


def test_a_change_is_undone_whatever_came_after_it(setup: Configuration) -> None:
    for change in ("new", "renamed", "gone"):
        setup.make(change)
    assert boards(setup) == ["Field", "Projects"]
    assert setup.rows("sources") == []
    setup.undo("new")
    setup.undo("gone")
    assert boards(setup) == ["Help Desk", "Field"]
    setup.undo("renamed")
    setup.undo("renamed")
    assert boards(setup) == ["Help Desk", "Onsite"]


def test_a_change_that_is_made_twice_is_made_once(setup: Configuration) -> None:
    setup.make("new")
    setup.make("new")
    assert boards(setup) == ["Help Desk", "Onsite", "Projects"]


def test_another_table_keeps_the_changes_that_were_made(setup: Configuration) -> None:
    setup.make("new")
    setup.put("boards", [{"id": 9, "name": "Only one"}])
    assert boards(setup) == ["Only one", "Projects"]


@pytest.mark.parametrize("verb", ["make", "undo"])
def test_an_unknown_change_is_refused(setup: Configuration, verb: str) -> None:
    with pytest.raises(KeyError):
        getattr(setup, verb)("fire")
