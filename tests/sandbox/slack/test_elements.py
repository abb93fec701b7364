"""Finding interactive elements, also inside cards and containers."""

import pytest

from sandbox.slack.elements import find, interactive, is_empty, state_of
from sandbox.slack.refusal import Refused
from tests.sandbox.slack.payload_table import ENTRY, Json, button, option, plain, section, select

CONTAINER = {
    "type": "container",
    "title": plain("A"),
    "child_blocks": [section(accessory=button(action_id="inside"), block_id="child")],
}
CAROUSEL = {
    "type": "carousel",
    "elements": [{"type": "card", "block_id": "card", "actions": [button(action_id="in card")]}],
}


def test_elements_are_found_inside_containers_and_cards() -> None:
    found = {one.action_id: one.block_id for one in interactive([CONTAINER, CAROUSEL])}
    assert found == {"inside": "child", "in card": "card"}


def test_images_and_text_are_not_interactive() -> None:
    context = {"type": "context", "elements": [plain("x")]}
    image = section(accessory={"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A"})
    assert list(interactive([context, image])) == []


def test_an_element_in_another_block_is_not_found() -> None:
    with pytest.raises(Refused, match="element_not_found"):
        find([CONTAINER], "inside", block_id="elsewhere")


def test_the_state_starts_with_what_is_initially_chosen() -> None:
    blocks: list[Json] = [
        {"type": "input", "block_id": "a", "element": {**ENTRY, "initial_value": "Acme"}},
        {"type": "actions", "block_id": "b", "elements": [select(2, initial_option=option(1))]},
    ]
    state = state_of(blocks, {})
    assert state["a"]["t"]["value"] == "Acme"
    assert state["b"]["s"]["selected_option"] == option(1)


@pytest.mark.parametrize(
    ("value", "empty"),
    [
        ({"type": "plain_text_input", "value": None}, True),
        ({"type": "plain_text_input", "value": "Acme"}, False),
        ({"type": "checkboxes", "selected_options": []}, True),
        ({"type": "users_select", "selected_user": "U1"}, False),
    ],
)
def test_an_input_is_empty_until_something_is_chosen(value: dict[str, object], empty: bool) -> None:
    assert is_empty(value) is empty
