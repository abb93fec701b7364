"""The catalogue, loaded once for all tests of the rules: it never changes while they run."""

from pathlib import Path

import pytest

from rules.engine import Engine
from tests.rules.writing import Write, card_text


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine.load()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a rule card into an operator's folder and returns the folder."""

    def to_folder(text: str | None = None, /, name: str = "no-test-customers", **changes: str) -> Path:
        (tmp_path / f"{name}.yaml").write_text(card_text(**changes) if text is None else text, encoding="utf-8")
        return tmp_path

    return to_folder
