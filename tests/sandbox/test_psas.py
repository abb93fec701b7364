"""The PSAs of the world live side by side: what is asked of one is not answered by another."""

from collections import Counter

from sandbox.clock import SandboxClock
from sandbox.psas import SIMULATIONS

SHARED = {"Bluth Company", "Dunder Mifflin", "Gekko & Co", "Prestige Worldwide", "Vandelay Industries"}


def test_each_goes_by_its_kind_and_title_and_has_a_connection_of_its_own() -> None:
    psas = {kind: each.build(SandboxClock(), 0) for kind, each in SIMULATIONS.items()}
    assert {kind: (psa.kind, psa.title) for kind, psa in psas.items()} == {
        kind: (kind, each.title) for kind, each in SIMULATIONS.items()
    }
    assert len({psa.connection_name for psa in psas.values()}) == len(SIMULATIONS) == 6


def test_a_storys_customer_is_on_one_connection_only_but_for_a_few_that_are_on_two_of_them() -> None:
    """Two PSAs that tell of the same name show an answer with several connections (J3)."""
    told = Counter(story.company for each in SIMULATIONS.values() for story in each.build(SandboxClock(), 0).stories)
    assert {company for company, times in told.items() if times > 1} == SHARED
    assert max(told.values()) == 2
