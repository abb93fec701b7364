"""The page of the connectors says what their Specs say, of every one of them."""

import re

import pytest

from connectors.pages import CAPABILITIES, PURPOSES, SETTINGS, connectors_page
from connectors.records import Capability
from connectors.registry import specs

KINDS = sorted(specs())
PAGE = connectors_page()


def section(kind: str) -> str:
    name = specs()[kind].nouns.psa
    return re.split(r"^## ", PAGE.split(f"\n## {name}\n")[1], flags=re.MULTILINE)[0]


def test_there_are_words_for_every_capability_setting_and_purpose_and_for_no_other() -> None:
    every = specs().values()
    assert set(CAPABILITIES) == set(Capability)
    assert set(SETTINGS) == {name for spec in every for name in (*spec.required_settings, *spec.optional_settings)}
    assert set(PURPOSES) == {purpose for spec in every for purpose in spec.reads}


@pytest.mark.requirement("R32", "R40", "R45", "R57")
@pytest.mark.parametrize("kind", KINDS)
def test_a_section_names_every_right_why_and_where_it_is_asked_for(kind: str) -> None:
    text = section(kind)
    for right in specs()[kind].rights:
        assert right.right in text
        assert right.why in text
        assert right.unsure in text
        assert (right.guide_url or right.source) in text
    assert specs()[kind].guide_url in text


@pytest.mark.parametrize("kind", KINDS)
def test_a_section_says_what_is_needed_read_allowed_and_exempt(kind: str) -> None:
    spec, text = specs()[kind], section(kind)
    for name in (*spec.required_settings, *spec.optional_settings, *spec.secrets, *spec.optional_secrets):
        assert f"`{name}`" in text
    assert all(f"`{path}`" in text for paths in spec.reads.values() for path in paths)
    assert all(f"{limit.calls:,} calls" in text and f"{limit.ours:,} at most" in text for limit in spec.limits)
    assert all(reason in text for reason in spec.exempt.values())
    assert all(name in text for name in spec.settings_tables.values())
    assert all(asked in text for other in spec.other_lists for asked in other.asks)


def test_the_rows_of_a_table_are_as_long_as_its_head() -> None:
    for table in re.findall(r"(?:^\|.*\n)+", PAGE, flags=re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
        assert len(widths) == 1, table


@pytest.mark.parametrize("kind", KINDS)
def test_every_psa_is_linked_from_the_tables_at_the_top(kind: str) -> None:
    name = specs()[kind].nouns.psa
    assert f"[{name}](#{name.lower().replace(' ', '-')})" in PAGE.split("\n## ConnectWise\n")[0]
