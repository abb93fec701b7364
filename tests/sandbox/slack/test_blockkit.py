"""The validator: every limit of Slack §2.5, the table of Slack §6, and slack_sdk's models as a second opinion."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from sandbox.slack.blockkit.surfaces import (
    BLOCK_COST,
    MESSAGE_BUDGET,
    message_cost,
    message_problems,
    view_problems,
)
from tests.sandbox.slack.good_payloads import GOOD_MESSAGES, GOOD_VIEWS
from tests.sandbox.slack.payload_table import ALSO_BAD, BAD_MESSAGES, BAD_VIEWS, plain

# What slack_sdk 3.47 has no model for, and drops or passes on unseen.
UNKNOWN_TO_SDK = {"data_table", "data_visualization"}


@pytest.mark.parametrize("name", [*BAD_MESSAGES, *ALSO_BAD])
def test_a_bad_message_is_rejected_where_it_is_bad(name: str) -> None:
    blocks, pointer = (BAD_MESSAGES | ALSO_BAD)[name]
    assert pointer in {problem.pointer for problem in message_problems(blocks)}


@pytest.mark.parametrize("name", BAD_VIEWS)
def test_a_bad_view_is_rejected_where_it_is_bad(name: str) -> None:
    view, pointer = BAD_VIEWS[name]
    assert pointer in {problem.pointer for problem in view_problems(view)}


@pytest.mark.parametrize("name", GOOD_MESSAGES)
def test_a_good_message_is_accepted(name: str) -> None:
    assert message_problems(GOOD_MESSAGES[name]) == []


@pytest.mark.parametrize("name", GOOD_VIEWS)
def test_a_good_view_is_accepted(name: str) -> None:
    assert view_problems(GOOD_VIEWS[name]) == []


@pytest.mark.parametrize("name", GOOD_MESSAGES)
def test_slack_sdk_agrees_that_a_good_message_is_good(name: str) -> None:
    known = [block for block in GOOD_MESSAGES[name] if block["type"] not in UNKNOWN_TO_SDK]
    assert len([block.to_dict() for block in Block.parse_all(known)]) == len(known)


@pytest.mark.parametrize("name", GOOD_VIEWS)
def test_slack_sdk_agrees_that_a_good_view_is_good(name: str) -> None:
    assert View(**GOOD_VIEWS[name]).to_dict()["type"] == GOOD_VIEWS[name]["type"]


@pytest.mark.parametrize("name", BAD_MESSAGES)
def test_whatever_slack_sdk_rejects_is_rejected_here(name: str) -> None:
    """slack_sdk finds some of them only (Slack §6); none of those may pass here."""
    blocks, _ = BAD_MESSAGES[name]
    if _sdk_rejects(blocks):
        assert message_problems(blocks)


def test_slack_sdk_finds_fewer_of_the_bad_messages() -> None:
    """If this fails, slack_sdk has learnt something: look at Slack §6 again."""
    found = [name for name, (blocks, _) in BAD_MESSAGES.items() if _sdk_rejects(blocks)]
    assert "section text 3001" in found
    assert "51 blocks" not in found
    assert "duplicate block_id" not in found


def test_what_slack_sdk_builds_from_a_good_message_is_accepted_too() -> None:
    for name, blocks in GOOD_MESSAGES.items():
        known = [block for block in blocks if block["type"] not in UNKNOWN_TO_SDK]
        built = [block.to_dict() for block in Block.parse_all(known)]
        assert not built or message_problems(built) == [], name


def test_every_problem_of_a_message_is_named() -> None:
    blocks = [{"type": "section", "text": plain("")}, {"type": "header", "text": plain("x" * 151)}]
    assert [str(problem) for problem in message_problems(blocks)] == [
        "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text/text]",
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/1/text/text]",
    ]


def test_text_and_every_further_block_count_against_the_budget() -> None:
    one = {"type": "section", "text": plain("x" * 3000)}
    assert message_cost([one] * 4) == 12_000 + 3 * BLOCK_COST
    assert message_cost([one] * 4) < MESSAGE_BUDGET < message_cost([one] * 5)
    assert message_cost([]) == 0


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)
block_like = st.fixed_dictionaries(
    {"type": st.sampled_from(["section", "actions", "rich_text", "table", "container", "input", "card", "plan"])},
    optional=dict.fromkeys(
        ("text", "fields", "elements", "accessory", "rows", "child_blocks", "element", "tasks", "block_id"),
        json_values,
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(block_like | json_values, max_size=4))
def test_nothing_makes_the_validator_stumble(blocks: list[Any]) -> None:
    for problem in [*message_problems(blocks), *view_problems({"type": "modal", "blocks": blocks})]:
        assert problem.pointer.startswith(("/blocks", "/view"))


@settings(max_examples=50, deadline=None)
@given(st.text(min_size=1, max_size=3000))
def test_any_text_within_its_limit_is_accepted(words: str) -> None:
    assert message_problems([{"type": "section", "text": plain(words)}]) == []


@settings(max_examples=20, deadline=None)
@given(st.integers(min_value=3001, max_value=4000))
def test_any_text_beyond_its_limit_is_rejected(length: int) -> None:
    assert message_problems([{"type": "section", "text": plain("x" * length)}])


def _sdk_rejects(blocks: list[dict[str, Any]]) -> bool:
    try:
        for block in Block.parse_all(blocks):
            block.to_dict()
    except Exception:  # noqa: BLE001 - slack_sdk says no with several kinds of exception
        return True
    return False
