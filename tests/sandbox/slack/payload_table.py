"""Bad Block Kit payloads (Slack §6), each with the place that Slack would not take."""

from typing import Any

Json = dict[str, Any]


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def mrkdwn(words: str) -> Json:
    return {"type": "mrkdwn", "text": words}


def section(**more: Any) -> Json:
    return {"type": "section", "text": plain("Hello"), **more}


def button(**more: Any) -> Json:
    return {"type": "button", "action_id": "a", "text": plain("Go"), **more}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def option(number: int = 1, words: str = "One") -> Json:
    return {"text": plain(words), "value": str(number)}


def select(count: int = 1, words: str = "One", **more: Any) -> Json:
    options = [option(number, words) for number in range(count)]
    return {"type": "static_select", "action_id": "s", "options": options, **more}


def cell(words: str) -> Json:
    return {"type": "raw_text", "text": words}


def table(rows: int = 2, columns: int = 2, words: str = "x", kind: str = "table", **more: Any) -> Json:
    return {"type": kind, "rows": [[cell(words)] * columns for _ in range(rows)], **more}


def rich(*parts: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(parts)}]}


def confirm(**more: Any) -> Json:
    return {"title": plain("Sure?"), "text": plain("Really"), "confirm": plain("Yes"), "deny": plain("No"), **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {"type": "modal", "title": plain("Find"), "blocks": list(blocks) or [section()], **more}


ENTRY = {"type": "plain_text_input", "action_id": "t"}


def entry(**more: Any) -> Json:
    return {"type": "input", "label": plain("Name"), "element": ENTRY, **more}


IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A"}
NO_ALT = {"type": "image", "image_url": "https://example.com/a.png"}

# name: blocks, where the problem lies. The order and the cases are those of the table in Slack §6.
BAD_MESSAGES: dict[str, tuple[list[Json], str]] = {
    "51 blocks": ([section()] * 51, "/blocks"),
    "section text 3001": ([section(text=plain("x" * 3001))], "/blocks/0/text/text"),
    "section without text and fields": ([{"type": "section"}], "/blocks/0"),
    "section with empty text": ([section(text=plain(""))], "/blocks/0/text/text"),
    "section 11 fields": ([section(fields=[plain("x")] * 11)], "/blocks/0/fields"),
    "field 2001": ([section(fields=[plain("x" * 2001)])], "/blocks/0/fields/0/text"),
    "header 151": ([{"type": "header", "text": plain("x" * 151)}], "/blocks/0/text/text"),
    "header with mrkdwn": ([{"type": "header", "text": mrkdwn("x")}], "/blocks/0/text/type"),
    "button text 76 in actions": ([actions(button(text=plain("x" * 76)))], "/blocks/0/elements/0/text/text"),
    "button text 76 as accessory": ([section(accessory=button(text=plain("x" * 76)))], "/blocks/0/accessory/text/text"),
    "button value 2001": ([actions(button(value="x" * 2001))], "/blocks/0/elements/0/value"),
    "button bad style": ([actions(button(style="loud"))], "/blocks/0/elements/0/style"),
    "button mrkdwn text": ([actions(button(text=mrkdwn("x")))], "/blocks/0/elements/0/text/type"),
    "actions 26": ([actions(*[button(action_id=f"a{n}") for n in range(26)])], "/blocks/0/elements"),
    "empty actions": ([actions()], "/blocks/0/elements"),
    "context 11": ([{"type": "context", "elements": [plain("x")] * 11}], "/blocks/0/elements"),
    "block_id 256": ([section(block_id="x" * 256)], "/blocks/0/block_id"),
    "select 101 options": ([actions(select(101))], "/blocks/0/elements/0/options"),
    "option text 76": ([actions(select(words="x" * 76))], "/blocks/0/elements/0/options/0/text/text"),
    "confirm title 101": (
        [actions(button(confirm=confirm(title=plain("x" * 101))))],
        "/blocks/0/elements/0/confirm/title/text",
    ),
    "image block without alt_text": ([NO_ALT], "/blocks/0"),
    "image accessory without alt_text": ([section(accessory=NO_ALT)], "/blocks/0/accessory"),
    "duplicate block_id": ([section(block_id="b"), section(block_id="b")], "/blocks/1/block_id"),
    "duplicate action_id": ([actions(button(), button())], "/blocks/0/elements/1/action_id"),
    "unknown key": ([section(colour="red")], "/blocks/0/colour"),
    "unknown block type": ([{"type": "poem"}], "/blocks/0/type"),
    "markdown 12001": ([{"type": "markdown", "text": "x" * 12_001}], "/blocks/0/text"),
    "two markdown of 7000": ([{"type": "markdown", "text": "x" * 7_000}] * 2, "/blocks"),
    "table 101 rows": ([table(101)], "/blocks/0/rows"),
    "table 21 columns": ([table(1, 21)], "/blocks/0/rows/0"),
    "table 10001 in one cell": ([table(1, 1, "x" * 10_001)], "/blocks/0/rows/0/0/text"),
    "table 10001 in sum": ([table(2, 1, "x" * 5_001)], "/blocks/0/rows"),
    "two tables": ([table(), table()], "/blocks"),
    "alert in a message": ([{"type": "alert", "text": plain("x")}], "/blocks/0/type"),
}

BAD_VIEWS: dict[str, tuple[Any, str]] = {
    "table in a modal": (modal(table()), "/view/blocks/0/type"),
    "modal without title": ({"type": "modal", "blocks": [section()]}, "/view"),
    "input without submit": (modal(entry()), "/view"),
    "modal title 25": (modal(title=plain("x" * 25)), "/view/title/text"),
    "101 blocks": (modal(*[section()] * 101), "/view/blocks"),
    "private_metadata 3001": (modal(private_metadata="x" * 3001), "/view/private_metadata"),
    "callback_id 256": (modal(callback_id="x" * 256), "/view/callback_id"),
    "home with a title": ({"type": "home", "title": plain("Home"), "blocks": [section()]}, "/view/title"),
    "alert in a home tab": ({"type": "home", "blocks": [{"type": "alert", "text": plain("x")}]}, "/view/blocks/0/type"),
    "a workflow step": ({"type": "workflow_step"}, "/view/type"),
    "a view without blocks": ({"type": "home"}, "/view"),
    "blocks that are no list": ({"type": "home", "blocks": "none"}, "/view/blocks"),
    "no object": ("view", "/view"),
    "file_input that dispatches": (
        modal(entry(element={"type": "file_input"}, dispatch_action=True), submit=plain("Go")),
        "/view/blocks/0/dispatch_action",
    ),
    "shortest beyond longest": (
        modal(entry(element={**ENTRY, "min_length": 5, "max_length": 2}), submit=plain("Go")),
        "/view/blocks/0/element/min_length",
    ),
}

# Further bad payloads beyond the table.
ALSO_BAD: dict[str, tuple[Any, str]] = {
    "blocks that are no list": ("blocks", "/blocks"),
    "a block that is no object": (["divider"], "/blocks/0"),
    "a text that is no object": ([section(text="Hello")], "/blocks/0/text"),
    "a text that is no string": ([section(text=plain(7))], "/blocks/0/text/text"),  # type: ignore[arg-type] # the point
    "emoji in mrkdwn": ([section(text={**mrkdwn("x"), "emoji": True})], "/blocks/0/text/emoji"),
    "a flag that is no boolean": ([section(expand="yes")], "/blocks/0/expand"),
    "an url that is none": ([actions(button(url="javascript:alert(1)"))], "/blocks/0/elements/0/url"),
    "an input element in actions": ([actions(ENTRY)], "/blocks/0/elements/0/type"),
    "a plain button in context": ([{"type": "context", "elements": [button()]}], "/blocks/0/elements/0/type"),
    "options and groups": (
        [actions(select(option_groups=[{"label": plain("G"), "options": [option()]}]))],
        "/blocks/0/elements/0",
    ),
    "an initial option that is not offered": ([actions(select(initial_option=option(9)))], "/blocks/0/elements/0"),
    "two options with one value": (
        [actions({"type": "static_select", "action_id": "s", "options": [option(), option()]})],
        "/blocks/0/elements/0/options/1/value",
    ),
    "an option that is no object": (
        [actions({"type": "static_select", "action_id": "s", "options": ["one"]})],
        "/blocks/0/elements/0/options/0",
    ),
    "an overflow of six": (
        [actions({"type": "overflow", "action_id": "o", "options": [option(n) for n in range(6)]})],
        "/blocks/0/elements/0/options",
    ),
    "eleven checkboxes": (
        [actions({"type": "checkboxes", "action_id": "c", "options": [option(n) for n in range(11)]})],
        "/blocks/0/elements/0/options",
    ),
    "an image from nowhere": ([{"type": "image", "alt_text": "A"}], "/blocks/0"),
    "rich text without words": ([rich({"type": "text", "text": ""})], "/blocks/0/elements/0/elements/0/text"),
    "rich text with a block inside": ([rich(section())], "/blocks/0/elements/0/elements/0/type"),
    "a style that is none": (
        [rich({"type": "text", "text": "x", "style": {"blink": True}})],
        "/blocks/0/elements/0/elements/0/style/blink",
    ),
    "a date without tokens": (
        [rich({"type": "date", "timestamp": 1, "format": "today"})],
        "/blocks/0/elements/0/elements/0/format",
    ),
    "a date with an unknown token": (
        [rich({"type": "date", "timestamp": 1, "format": "{year}"})],
        "/blocks/0/elements/0/elements/0/format",
    ),
    "a date that is no number": (
        [rich({"type": "date", "timestamp": "1", "format": "{date}"})],
        "/blocks/0/elements/0/elements/0/timestamp",
    ),
    "a list in a section": (
        [{"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": [plain("x")]}]}],
        "/blocks/0/elements/0/elements/0/type",
    ),
    "a list nested too deep": (
        [
            {
                "type": "rich_text",
                "elements": [
                    {
                        "type": "rich_text_list",
                        "style": "bullet",
                        "indent": 9,
                        "elements": [{"type": "rich_text_section", "elements": []}],
                    }
                ],
            }
        ],
        "/blocks/0/elements/0/indent",
    ),
    "rows of unequal length": ([{"type": "table", "rows": [[cell("a")], [cell("a"), cell("b")]]}], "/blocks/0/rows"),
    "a table cell that is none": ([{"type": "table", "rows": [[plain("a")]]}], "/blocks/0/rows/0/0/type"),
    "a table row that is none": ([{"type": "table", "rows": ["a"]}], "/blocks/0/rows/0"),
    "a column that is none": ([table(column_settings=[{"align": "up"}])], "/blocks/0/column_settings/0/align"),
    "a number cell without a number": (
        [{"type": "table", "rows": [[{"type": "raw_number", "value": "1", "text": "1"}]]}],
        "/blocks/0/rows/0/0/value",
    ),
    "a data table of one row": ([table(1, kind="data_table", caption="Sums")], "/blocks/0/rows"),
    "a data table without caption": ([table(kind="data_table")], "/blocks/0"),
    "three charts": ([{"type": "data_visualization", "title": "Sums"}] * 3, "/blocks"),
    "a chart without title": ([{"type": "data_visualization"}], "/blocks/0"),
    "a pending task outside a plan": (
        [{"type": "task_card", "task_id": "1", "title": "Read", "status": "pending"}],
        "/blocks/0/status",
    ),
    "an empty card": ([{"type": "card"}], "/blocks/0"),
    "a container in a container": (
        [{"type": "container", "title": plain("A"), "child_blocks": [{"type": "container"}]}],
        "/blocks/0/child_blocks/0/type",
    ),
    "a container collapsed for good": (
        [{"type": "container", "title": plain("A"), "child_blocks": [section()], "default_collapsed": True}],
        "/blocks/0/default_collapsed",
    ),
    "a collapsible container with a divider": (
        [
            {
                "type": "container",
                "title": plain("A"),
                "child_blocks": [section()],
                "is_collapsible": True,
                "has_header_divider": True,
            }
        ],
        "/blocks/0/has_header_divider",
    ),
}
