import pytest

from connectors.kaseya_bms.spec import SPEC as BMS
from connectors.pulseway.connector import build
from connectors.pulseway.spec import SPEC
from tests.connectors.kaseya_family.connecting import setup


@pytest.mark.requirement("R57")
def test_pulseway_is_the_family_under_its_own_name() -> None:
    assert (SPEC.kind, SPEC.nouns.psa) == ("pulseway", "Pulseway PSA")
    assert SPEC.guide_url == "https://support.meetgradient.com/pulseway-psa"
    assert build(setup()).spec is SPEC


@pytest.mark.requirement("R56")
def test_both_products_share_one_implementation() -> None:
    assert (SPEC.reads, SPEC.gives, SPEC.secrets) == (BMS.reads, BMS.gives, BMS.secrets)
    assert [right.right for right in SPEC.rights] == [right.right for right in BMS.rights]
