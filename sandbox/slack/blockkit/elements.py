"""Block Kit's elements: buttons, menus, inputs and images."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.slack.blockkit.checks import (
    Check,
    Problem,
    Shape,
    anything,
    array,
    boolean,
    exactly_one,
    integer,
    listed,
    one_of,
    string,
    url,
)
from sandbox.slack.blockkit.objects import (
    ACTION_ID,
    CHOICE_OPTION,
    CONFIRM,
    DISPATCH,
    FILTER,
    MENU_OPTION,
    OPTION_GROUP,
    OVERFLOW_OPTION,
    SLACK_FILE,
    plain,
    values_are_unique,
)

NAMED: dict[str, Check] = {"action_id": ACTION_ID}
FOCUS: dict[str, Check] = {**NAMED, "focus_on_load": boolean}
MENU: dict[str, Check] = {**FOCUS, "placeholder": plain(150), "confirm": CONFIRM}
MULTI: dict[str, Check] = {**MENU, "max_selected_items": integer(1, 100)}
TYPED: dict[str, Check] = {**FOCUS, "placeholder": plain(150), "dispatch_action_config": DISPATCH}
GROUPED = {"options": array(MENU_OPTION, 100), "option_groups": array(OPTION_GROUP, 100)}
IDS = array(string(255, 1), 100)

BUTTON = Shape(
    {"text": plain(75)},
    {
        **NAMED,
        "url": url(),
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(75),
    },
)
FEEDBACK = Shape({"text": plain(75), "value": string(2000)}, {"accessibility_label": string(75)})


def starts_among_options(value: Mapping[str, Any], at: str) -> Iterator[Problem]:
    """An option that is chosen from the start must be one of those offered."""
    groups = [group for group in listed(value, "option_groups") if isinstance(group, dict)]
    offered = [*listed(value, "options"), *(one for group in groups for one in listed(group, "options"))]
    chosen = [value["initial_option"]] if "initial_option" in value else listed(value, "initial_options")
    for one in chosen:
        if one not in offered:
            yield Problem(at, "the initial option is not among the options")


def lengths_agree(value: Mapping[str, Any], at: str) -> Iterator[Problem]:
    shortest, longest = value.get("min_length", 0), value.get("max_length", 3000)
    if isinstance(shortest, int) and isinstance(longest, int) and shortest > longest:
        yield Problem(f"{at}/min_length", "must not be more than max_length")


def _static(initial: str, check: Check, base: Mapping[str, Check]) -> Shape:
    rules = (exactly_one("options", "option_groups"), values_are_unique, starts_among_options)
    return Shape({}, {**base, **GROUPED, initial: check}, rules)


def _chooser(maximum: int, initial: str, check: Check) -> Shape:
    return Shape(
        {"options": array(CHOICE_OPTION, maximum)},
        {**FOCUS, "confirm": CONFIRM, initial: check},
        (values_are_unique, starts_among_options),
    )


SELECTS: dict[str, Check] = {
    "static_select": _static("initial_option", MENU_OPTION, MENU),
    "multi_static_select": _static("initial_options", array(MENU_OPTION, 100), MULTI),
    "external_select": Shape({}, {**MENU, "initial_option": MENU_OPTION, "min_query_length": integer(0, 255)}),
    "multi_external_select": Shape(
        {}, {**MULTI, "initial_options": array(MENU_OPTION, 100), "min_query_length": integer(0, 255)}
    ),
    "users_select": Shape({}, {**MENU, "initial_user": string(255, 1)}),
    "multi_users_select": Shape({}, {**MULTI, "initial_users": IDS}),
    "conversations_select": Shape(
        {},
        {
            **MENU,
            "initial_conversation": string(255, 1),
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": FILTER,
        },
    ),
    "multi_conversations_select": Shape(
        {}, {**MULTI, "initial_conversations": IDS, "default_to_current_conversation": boolean, "filter": FILTER}
    ),
    "channels_select": Shape({}, {**MENU, "initial_channel": string(255, 1), "response_url_enabled": boolean}),
    "multi_channels_select": Shape({}, {**MULTI, "initial_channels": IDS}),
}

PICKERS: dict[str, Check] = {
    "datepicker": Shape({}, {**MENU, "initial_date": string(10, 10)}),
    "timepicker": Shape({}, {**MENU, "initial_time": string(5, 5), "timezone": string(255, 1)}),
    "datetimepicker": Shape({}, {**FOCUS, "confirm": CONFIRM, "initial_date_time": integer(10**9, 10**10 - 1)}),
    "checkboxes": _chooser(10, "initial_options", array(CHOICE_OPTION, 10)),
    "radio_buttons": _chooser(10, "initial_option", CHOICE_OPTION),
}

TYPING: dict[str, Check] = {
    "plain_text_input": Shape(
        {},
        {
            **TYPED,
            "initial_value": string(3000),
            "multiline": boolean,
            "min_length": integer(0, 3000),
            "max_length": integer(1, 3000),
        },
        (lengths_agree,),
    ),
    "number_input": Shape(
        {"is_decimal_allowed": boolean},
        {**TYPED, "initial_value": string(255), "min_value": string(255), "max_value": string(255)},
    ),
    "email_text_input": Shape({}, {**TYPED, "initial_value": string(3000)}),
    "url_text_input": Shape({}, {**TYPED, "initial_value": string(3000)}),
    "rich_text_input": Shape(
        {}, {**TYPED, "initial_value": anything, "min_lines": integer(1, 100), "max_lines": integer(1, 100)}
    ),
    "file_input": Shape({}, {**NAMED, "filetypes": array(string(255, 1), 100), "max_files": integer(1, 10)}),
}

OTHERS: dict[str, Check] = {
    "button": BUTTON,
    "overflow": Shape(
        {"options": array(OVERFLOW_OPTION, 5)}, {**NAMED, "confirm": CONFIRM}, rules=(values_are_unique,)
    ),
    "workflow_button": Shape(
        {"text": plain(75), "workflow": anything},
        {**NAMED, "style": one_of("primary", "danger"), "accessibility_label": string(75)},
    ),
    "image": Shape(
        {"alt_text": string(2000, 1)},
        {"image_url": url(), "slack_file": SLACK_FILE},
        (exactly_one("image_url", "slack_file"),),
    ),
    "feedback_buttons": Shape({"positive_button": FEEDBACK, "negative_button": FEEDBACK}, NAMED),
    "icon_button": Shape(
        {"icon": one_of("trash"), "text": plain(75)},
        {
            **NAMED,
            "value": string(2000),
            "confirm": CONFIRM,
            "accessibility_label": string(75),
            "visible_to_user_ids": IDS,
        },
    ),
}

ELEMENTS: dict[str, Check] = {**SELECTS, **PICKERS, **TYPING, **OTHERS}

# Where each may stand.
IN_ACTIONS = (
    "button",
    "overflow",
    "workflow_button",
    "rich_text_input",
    *SELECTS,
    *PICKERS,
)
IN_SECTION = ("button", "overflow", "workflow_button", "image", *SELECTS, "datepicker", "timepicker")
IN_SECTION_TOO = (*IN_SECTION, "checkboxes", "radio_buttons")
IN_INPUT = (*TYPING, *SELECTS, *PICKERS)
