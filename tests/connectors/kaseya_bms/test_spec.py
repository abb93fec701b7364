import pytest

from connectors.kaseya_bms.connector import build
from connectors.kaseya_bms.spec import SPEC
from tests.connectors.kaseya_family.connecting import setup


@pytest.mark.requirement("R57")
def test_kaseya_bms_is_the_family_under_its_own_name() -> None:
    assert (SPEC.kind, SPEC.nouns.psa) == ("kaseya-bms", "Kaseya BMS")
    assert SPEC.guide_url == "https://support.meetgradient.com/bms-integration"
    assert {right.source for right in SPEC.rights} >= {"support.meetgradient.com/bms-integration"}
    assert build(setup(server="bmsapac.kaseya.com")).spec is SPEC
