"""Hand-made modals and a home tab."""

from tests.browser.gallery import JSON, button, mrkdwn, option, plain


def schedule() -> JSON:
    """One of each kind of input, two of them required."""
    return {
        "id": "V000001LOCAL",
        "type": "modal",
        "title": plain("Alerts in #psa-alerts"),
        "submit": plain("Save"),
        "close": plain("Not now"),
        "state": {"values": {}},
        "blocks": [
            {"type": "section", "text": mrkdwn("Say *what* is posted here, and when.")},
            {
                "type": "input",
                "block_id": "name",
                "label": plain("Name"),
                "hint": plain("Shown under each alert."),
                "element": {"type": "plain_text_input", "action_id": "name", "placeholder": plain("Weekday alerts")},
            },
            {
                "type": "input",
                "block_id": "kinds",
                "label": plain("What to post"),
                "element": {
                    "type": "checkboxes",
                    "action_id": "kinds",
                    "options": [option("Failures", "failures", "as they happen"), option("Daily digest", "digest")],
                    "initial_options": [option("Failures", "failures", "as they happen")],
                },
            },
            {
                "type": "input",
                "block_id": "statuses",
                "optional": True,
                "label": plain("Statuses to leave out"),
                "element": {
                    "type": "multi_static_select",
                    "action_id": "statuses",
                    "placeholder": plain("Choose statuses"),
                    "options": [option("Inactive", "1"), option("Not Approved", "2"), option("Credit Hold", "3")],
                },
            },
            {
                "type": "input",
                "block_id": "at",
                "label": plain("At"),
                "element": {"type": "timepicker", "action_id": "at", "initial_time": "08:00"},
            },
        ],
    }


def details() -> JSON:
    return {
        "id": "V000002LOCAL",
        "type": "modal",
        "title": plain("Why this rule"),
        "state": {"values": {}},
        "blocks": [{"type": "section", "text": plain("A billing cycle of None never bills.")}],
    }


def home() -> JSON:
    return {
        "id": "V000009LOCAL",
        "type": "home",
        "state": {"values": {}},
        "blocks": [
            {"type": "header", "text": plain("Good morning, Dana")},
            {
                "type": "section",
                "text": mrkdwn("*CW-Prod*: synced, 1,498 visible customers"),
                "accessory": button("Sync now", "home.sync"),
            },
            {"type": "divider"},
            {"type": "context", "elements": [plain("Nothing needs you.")]},
        ],
    }
