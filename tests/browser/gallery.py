"""Hand-made messages and views that show everything the page can draw, hostile names included."""

from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2025, 11, 21, 10, 2, 0, tzinfo=UTC)
BOT = "U0PSABOT"
AGENT = "U0AGENT"
HOSTILE = (
    '<img src=x onerror="window.hacked=1"> *bold* <!channel> & <https://evil.example|Acme>'
    " O'Brien \u202eRTL\u202c \U0001f608"
)

JSON = dict[str, Any]


def plain(text: str, *, emoji: bool = False) -> JSON:
    return {"type": "plain_text", "text": text, "emoji": emoji}


def mrkdwn(text: str) -> JSON:
    return {"type": "mrkdwn", "text": text}


def piece(text: str, **style: bool) -> JSON:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def rich(*elements: JSON) -> JSON:
    return {"type": "rich_text", "elements": list(elements)}


def line(*pieces: JSON) -> JSON:
    return {"type": "rich_text_section", "elements": list(pieces)}


def bullets(*lines: JSON, ordered: bool = False, indent: int = 0) -> JSON:
    return {
        "type": "rich_text_list",
        "style": "ordered" if ordered else "bullet",
        "indent": indent,
        "elements": list(lines),
    }


def date(when: datetime, pattern: str = "{date_short_pretty} {time}") -> JSON:
    return {"type": "date", "timestamp": int(when.timestamp()), "format": pattern, "fallback": when.isoformat()}


def option(text: str, value: str, detail: str = "") -> JSON:
    return {"text": plain(text), "value": value, **({"description": plain(detail)} if detail else {})}


def button(text: str, action: str, value: str = "q:17", **more: Any) -> JSON:
    return {"type": "button", "text": plain(text), "action_id": action, "value": value, **more}


def ts(minutes_ago: float, offset: int = 0) -> str:
    moment = NOW - timedelta(minutes=minutes_ago)
    return f"{int(moment.timestamp())}.{offset:06d}"


def message(at: str, *, text: str = "", blocks: list[JSON] | None = None, **more: Any) -> JSON:
    given = {"ts": at, "thread_ts": None, "channel": "C0GENERAL", "user": BOT, "bot": True, "ephemeral_to": None}
    return {**given, "text": text, "blocks": blocks or [], "files": [], "reactions": [], "edited": None, **more}


CONFIRM = {
    "title": plain("Start a full sync?"),
    "text": plain("ConnectWise is read from the beginning. This takes 10 to 30 minutes."),
    "confirm": plain("Start the sync"),
    "deny": plain("Cancel"),
}


def diagnosis() -> list[JSON]:
    created, synced = NOW - timedelta(days=1, hours=2), NOW - timedelta(days=4, hours=3)
    return [
        {"type": "header", "text": plain("Acme Ltd is in ConnectWise, but not synced yet")},
        rich(
            line(piece("It was created "), date(created), piece("; the last full sync was "), date(synced), piece(".")),
        ),
        {
            "type": "section",
            "fields": [
                plain("In our copy\nnot there, as of 17 Nov 2025"),
                plain("In ConnectWise now\nfound, RecId 4711"),
                plain("Status and type\nActive, Client"),
                plain("Agreements\n1, Monthly"),
            ],
        },
        rich(
            line(piece("What I looked at", bold=True)),
            bullets(
                line(piece("Not passed: ", bold=True), piece("synced since the last change")),
                line(piece("Passed: type, status, one agreement with the cycle "), piece("Monthly", code=True)),
                line(piece("Could not tell: whether a vendor account is mapped", italic=True)),
            ),
            line(piece("What to do next", bold=True)),
            bullets(
                line(piece("Sync only this customer. It takes seconds.")),
                line(piece("Or wait for the run on Monday at 07:00.")),
                ordered=True,
            ),
        ),
        {
            "type": "actions",
            "block_id": "answer",
            "elements": [
                button("Sync only this customer", "missing.sync_one", style="primary"),
                button("Full sync now", "missing.sync_full", confirm=CONFIRM),
                button("Check again", "missing.check_again"),
                button("Open in ConnectWise", "open", url="https://cw.example/4711"),
                button("Share to channel", "missing.share"),
            ],
        },
        {"type": "context", "elements": [plain("5 calls, 412 ms. Rules 1.0. Only you can see this answer.")]},
    ]


def controls() -> list[JSON]:
    people = [option("Acme Ltd", "q:17:4711", "4711, Active, Client"), option("Acme Capital", "q:17:8120", "Prospect")]
    return [
        {
            "type": "section",
            "block_id": "pick",
            "text": mrkdwn("4 companies match “acme”. *I do not guess.*"),
            "accessory": {
                "type": "static_select",
                "action_id": "missing.pick",
                "placeholder": plain("Choose one"),
                "options": people,
            },
        },
        {
            "type": "actions",
            "block_id": "search",
            "elements": [
                {
                    "type": "external_select",
                    "action_id": "missing.search",
                    "placeholder": plain("Search all companies"),
                    "min_query_length": 2,
                },
                {
                    "type": "overflow",
                    "action_id": "more",
                    "options": [option("Mute for a day", "mute"), option("Show the rules", "rules")],
                },
                {"type": "datepicker", "action_id": "until", "initial_date": "2025-11-24"},
                {"type": "timepicker", "action_id": "at", "initial_time": "07:00"},
            ],
        },
        {
            "type": "actions",
            "block_id": "ticks",
            "elements": [
                {
                    "type": "checkboxes",
                    "action_id": "kinds",
                    "options": [option("Failures", "failures", "as they happen"), option("Daily digest", "digest")],
                    "initial_options": [option("Failures", "failures", "as they happen")],
                },
                {
                    "type": "radio_buttons",
                    "action_id": "when",
                    "options": [option("Weekly", "weekly"), option("Monthly", "monthly")],
                },
            ],
        },
    ]


def words() -> list[JSON]:
    stamp = int(NOW.timestamp())
    cells = [
        [plain_cell(""), plain_cell("RecId 5120"), plain_cell("RecId 2277")],
        [plain_cell("Recycle bin"), plain_cell("no"), plain_cell("yes")],
        [plain_cell("Agreements"), plain_cell("3"), plain_cell("0")],
    ]
    return [
        {
            "type": "section",
            "text": mrkdwn(
                "*bold* _italic_ ~strike~ `code` and *bold _both_*, a*b*c stays. &amp; &lt; &gt; but &#39;\n"
                "> quoted <https://example.com/a?b=1&amp;c=2|a link>, <@U0AGENT>, <#C0ALERTS>, <!subteam^S0BILLING>\n"
                f"Seen <!date^{stamp}^{{date_num}} {{time_secs}}|back then>\n```GET /company/companies\n  id = 4711```"
            ),
        },
        {"type": "divider"},
        {"type": "table", "rows": cells, "column_settings": [{}, {"align": "right"}, {"align": "right"}]},
        rich(
            {"type": "rich_text_quote", "elements": [piece("Merging leaves the status Active.")]},
            {"type": "rich_text_preformatted", "elements": [piece("deletedFlag: true")]},
            line(
                {"type": "user", "user_id": AGENT},
                piece(" and "),
                {"type": "usergroup", "usergroup_id": "S0BILLING"},
                piece(" see "),
                {"type": "channel", "channel_id": "C0ALERTS"},
                piece(" "),
                {"type": "link", "url": "https://example.com", "text": "the guide"},
                piece(" "),
                {"type": "emoji", "name": "white_check_mark", "unicode": "2705"},
                {"type": "link", "url": "javascript:alert(1)", "text": "no script link"},
            ),
        ),
        {
            "type": "image",
            "image_url": "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' width='160' height='60'/>",
            "alt_text": "A",
        },
        {"type": "context", "elements": [mrkdwn("Read *just now* from ConnectWise"), plain(":lock: literal")]},
        {"type": "sparkline"},
    ]


def plain_cell(text: str) -> JSON:
    return {"type": "raw_text", "text": text}


def hostile() -> list[JSON]:
    return [
        {"type": "header", "text": plain(HOSTILE[:150])},
        {"type": "section", "text": plain(HOSTILE), "fields": [plain(HOSTILE)]},
        rich(line(piece(HOSTILE, bold=True))),
        {"type": "actions", "elements": [button(HOSTILE[:70], "hostile")]},
    ]


def conversation() -> list[JSON]:
    """A day's room: an answer, an alert with a thread, an edit, the private answer last."""
    alert = ts(190)
    return [
        message(ts(60 * 26), text="Good morning. *No sync failed* in the last 24 hours."),
        message(
            alert, text="Halo-UK failed", blocks=[{"type": "section", "text": mrkdwn("*CW-Prod* does not answer.")}]
        ),
        message(ts(188), text="Tried again, still 503.", thread_ts=alert),
        message(ts(170), text="It is back. Nothing was lost.", thread_ts=alert),
        message(ts(150), user=AGENT, bot=False, text="Thanks! Any news on Acme?"),
        message(ts(149), user=AGENT, bot=False, text="Their invoice is due today."),
        message(ts(30), blocks=words(), text="Words", edited=ts(29)),
        message(ts(25), blocks=controls(), text="Controls"),
        message(ts(20), blocks=hostile(), text=HOSTILE),
        message(ts(1), blocks=diagnosis(), text="Acme Ltd is not synced yet", ephemeral_to=AGENT),
        message(ts(0.5), text="Only Robin sees this.", ephemeral_to="U0ADMIN"),
    ]
