"""What every connector says about itself, and what it refuses before any call."""

import re
from pathlib import Path

import pytest

import connectors
from connectors.errors import BadSettings
from connectors.registry import specs
from tests.connectors.simulators import SIMULATORS, Simulated


@pytest.mark.requirement("R97")
def test_every_folder_is_registered_and_has_a_simulator(kind: str) -> None:
    root = Path(connectors.__file__).parent
    folders = {path.parent.name.replace("_", "-") for path in root.glob("*/connector.py")}
    assert folders == set(specs()) == set(SIMULATORS)


def test_exemptions_have_reasons_and_are_printed(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    for name, reason in specs()[kind].exempt.items():
        print(f"{kind} is exempt from {name}: {reason}")  # noqa: T201 - the page of exemptions is the test's output
        assert name.startswith("test_")
        assert len(reason.split()) > 3
    assert len(capsys.readouterr().out.splitlines()) == len(specs()[kind].exempt)


@pytest.mark.requirement("R32", "R40", "R53", "R55", "R56", "C9")
def test_every_right_says_why_for_whom_and_where_it_is_asked_for_or_that_nobody_asks(kind: str) -> None:
    rights = specs()[kind].rights
    assert len({right.id for right in rights}) == len(rights)
    assert {user for right in rights for user in right.used_by} <= {"bot", "billing tool", "settings sync"}
    for right in rights:
        assert right.right
        assert right.area
        assert right.why.endswith(".")
        assert right.used_by
        assert right.path or right.not_probeable_because.endswith(".")
        assert right.source
        assert (right.guide_url is None) is (right.read_on is None)
        assert right.guide_url or right.unsure.endswith(".")  # nothing that no page asks for is said as if it were sure


@pytest.mark.requirement("R33", "R45", "R57")
def test_some_rights_are_known_to_be_missed_often_and_the_guide_that_asks_for_them_is_linked(kind: str) -> None:
    spec = specs()[kind]
    often = [right for right in spec.rights if right.often_missed]
    assert any("bot" in right.used_by for right in often)
    assert spec.guide_url.startswith("https://support.meetgradient.com/")
    assert spec.guide_url in {right.guide_url for right in spec.rights}


@pytest.mark.requirement("R127", "R249", "C9")
def test_whatever_writes_is_the_billing_tools_business_and_never_asked_for_this_bot(kind: str) -> None:
    writes = re.compile(r"\b(Add|Edit|Modify|Create|New|Delete)\b")
    for right in specs()[kind].rights:
        if writes.search(right.right.partition(":")[2] or right.right) and right.path is None:
            assert right.used_by == ("billing tool",), right.id


async def test_a_setting_of_which_one_is_needed_is_missed_where_none_is_given(simulated: Simulated) -> None:
    spec = specs()[simulated.kind]
    others = {name: text for name, text in simulated.setup.settings.items() if name not in spec.either_setting}
    assert set(spec.either_setting) <= set(spec.optional_settings)
    if not spec.either_setting:
        simulated.connect(settings=others)
        return
    with pytest.raises(BadSettings, match=spec.either_setting[0]):
        simulated.connect(settings=others)


def test_each_limit_of_the_vendor_is_kept_to(kind: str) -> None:
    spec = specs()[kind]
    assert spec.limits
    for limit in spec.limits:
        assert 0 < limit.ours < limit.calls
        assert limit.of
        assert limit.past_it
    assert all(note.endswith(".") for note in spec.limit_notes)
    assert all(other.says.endswith(".") and "/" in other.source for other in spec.other_lists)


@pytest.mark.requirement("R250")
@pytest.mark.parametrize(("address", "allowed"), [("http://psa.example.com", True), ("http://127.0.0.1:1", False)])
async def test_plain_http_is_refused_before_any_call(simulated: Simulated, address: str, allowed: bool) -> None:
    settings = {**simulated.setup.settings, "base_url": address}
    with pytest.raises(BadSettings, match="plain http"):
        simulated.connect(settings=settings, allow_insecure_loopback=allowed)


async def test_missing_blank_and_unknown_settings_are_named(simulated: Simulated) -> None:
    secret = simulated.connect().spec.secrets[0]
    broken = (
        ({"secrets": {**simulated.setup.secrets, secret: " "}}, secret),
        ({"secrets": {**simulated.setup.secrets, "pasword": "x"}}, "pasword"),
        ({"settings": {**simulated.setup.settings, "colour": "red"}}, "colour"),
    )
    for changes, named in broken:
        with pytest.raises(BadSettings, match=named):
            simulated.connect(**changes)
