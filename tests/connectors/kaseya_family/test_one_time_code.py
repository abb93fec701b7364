from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.kaseya_family.one_time_code import code_at, is_seed

RFC_SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # "12345678901234567890" of RFC 6238, appendix B


@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_the_rfc(second: int, code: str) -> None:
    assert code_at(RFC_SEED, datetime.fromtimestamp(second, UTC)) == code


def test_people_copy_seeds_in_groups_and_small_letters() -> None:
    moment = datetime(2026, 11, 21, tzinfo=UTC)
    assert code_at("gezd gnbv-gy3t qojq GEZD GNBV GY3T QOJQ==", moment) == code_at(RFC_SEED, moment)


@given(st.text(max_size=40))
@settings(max_examples=100, deadline=None)
def test_any_text_is_a_seed_or_is_not(text: str) -> None:
    if is_seed(text):
        assert len(code_at(text, datetime(2026, 1, 1, tzinfo=UTC))) == 6
