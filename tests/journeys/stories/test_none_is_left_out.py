"""A story that is added to a simulated PSA has to be played as well."""

from types import ModuleType

import pytest

from sandbox.clock import SandboxClock
from sandbox.psas import SIMULATIONS
from tests.journeys.stories import test_autotask, test_connectwise, test_halopsa, test_kaseya_family, test_syncro
from tests.journeys.stories.playing import played_by

TABLES = {
    "connectwise": test_connectwise,
    "autotask": test_autotask,
    "halopsa": test_halopsa,
    "syncro": test_syncro,
    "kaseya-bms": test_kaseya_family,
    "pulseway": test_kaseya_family,
}


@pytest.mark.parametrize("kind", SIMULATIONS)
def test_every_story_of_each_psa_has_its_row(kind: str) -> None:
    module: ModuleType = TABLES[kind]
    played = played_by(module.test_each_story_is_answered_with_evidence_and_a_fix_and_the_fix_is_proven)
    told = [story.id for story in SIMULATIONS[kind].build(SandboxClock(), 0).stories]
    assert sorted(played) == sorted(told)
