"""Good Block Kit payloads, many of them at their limits."""

from tests.sandbox.slack.payload_table import (
    IMAGE,
    Json,
    actions,
    button,
    confirm,
    entry,
    modal,
    mrkdwn,
    option,
    plain,
    rich,
    section,
    select,
    table,
)

GOOD_MESSAGES: dict[str, list[Json]] = {
    "a table of numbers": [{"type": "table", "rows": [[{"type": "raw_number", "value": 1.5, "text": "1.50"}]]}],
    "a workflow": [
        actions({"type": "workflow_button", "text": plain("Run"), "workflow": {"trigger": {"url": "https://x"}}})
    ],
    "fifty blocks": [section()] * 50,
    "everything at its limit": [
        {"type": "header", "text": plain("x" * 150)},
        section(text=mrkdwn("x" * 3000), fields=[plain("x" * 100)] * 10),
        {"type": "context", "elements": [IMAGE, plain("x"), mrkdwn("y")]},
        actions(button(text=plain("x" * 75), value="x" * 2000, style="danger", confirm=confirm(style="danger"))),
        {"type": "divider"},
        IMAGE,
    ],
    "menus": [
        actions(
            select(100, initial_option=option(7)),
            {"type": "external_select", "action_id": "e", "min_query_length": 2, "placeholder": plain("Customer")},
            {"type": "overflow", "action_id": "o", "options": [option(n) for n in range(5)]},
            {"type": "radio_buttons", "action_id": "r", "options": [{"text": mrkdwn("*x*"), "value": "x"}]},
            {"type": "conversations_select", "action_id": "c", "filter": {"include": ["public"]}},
        )
    ],
    "rich text": [
        rich(
            {"type": "text", "text": "Acme & <Sons>", "style": {"bold": True, "code": True}},
            {"type": "link", "url": "https://example.com", "text": "there"},
            {"type": "user", "user_id": "U0AGENT"},
            {"type": "date", "timestamp": 1_700_000_000, "format": "{date_short} at {time}", "fallback": "then"},
            {"type": "emoji", "name": "wave"},
            {"type": "broadcast", "range": "here"},
        ),
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_list",
                    "style": "ordered",
                    "indent": 1,
                    "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "One"}]}],
                },
                {"type": "rich_text_quote", "elements": [{"type": "text", "text": "Two"}]},
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "Three"}], "border": 0},
            ],
        },
    ],
    "a table": [table(100, 20, "x", column_settings=[None, {"align": "right", "is_wrapped": True}])],
    "a data table": [table(101, 2, kind="data_table", caption="Sums", page_size=10)],
    "newer blocks": [
        {"type": "markdown", "text": "# Hello"},
        {"type": "card", "title": plain("A"), "actions": [button()]},
        {"type": "carousel", "elements": [{"type": "card", "body": plain("B")}]},
        {
            "type": "plan",
            "title": "Sync",
            "tasks": [
                {
                    "type": "task_card",
                    "task_id": "1",
                    "title": "Read",
                    "status": "pending",
                    "sources": [{"type": "url", "url": "https://example.com", "text": "there"}],
                }
            ],
        },
        {
            "type": "container",
            "title": plain("Details"),
            "child_blocks": [section()],
            "is_collapsible": True,
            "default_collapsed": True,
        },
        {"type": "data_visualization", "title": "Sums", "chart": {}},
        {
            "type": "context_actions",
            "elements": [
                {
                    "type": "feedback_buttons",
                    "action_id": "f",
                    "positive_button": {"text": plain("Good"), "value": "1"},
                    "negative_button": {"text": plain("Bad"), "value": "0"},
                }
            ],
        },
    ],
}

GOOD_VIEWS: dict[str, Json] = {
    "a modal with inputs": modal(
        entry(hint=plain("As in the PSA"), optional=True),
        entry(element={"type": "number_input", "is_decimal_allowed": False, "min_value": "1"}),
        entry(element={"type": "checkboxes", "action_id": "c", "options": [option()]}, dispatch_action=True),
        entry(element={"type": "timepicker", "action_id": "d", "initial_time": "08:00"}),
        {"type": "alert", "text": plain("Careful"), "level": "warning"},
        submit=plain("Go"),
        close=plain("Cancel"),
        notify_on_close=True,
    ),
    "a home tab": {"type": "home", "blocks": [section()] * 100, "private_metadata": "x" * 3000},
}
