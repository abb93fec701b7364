"""What a Web API method is: a function of the workspace and the arguments, and what a token needs to call it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.slack.identity import BOT_USER_ID, Channel
from sandbox.slack.refusal import Refused, missing_argument
from sandbox.slack.workspace import Workspace

Arguments = Mapping[str, Any]
Run = Callable[[Workspace, Arguments], dict[str, Any]]

# Calls a minute, per method: Slack's tiers.
TIER_2, TIER_3, TIER_4 = 20, 50, 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """``token`` is bot, app or none; ``per_minute`` None has rates of its own or none; ``scopes``: one is enough."""

    name: str
    run: Run
    scopes: tuple[str, ...] = ()
    per_minute: int | None = None
    token: str = "bot"  # noqa: S105 - a kind of token, not one
    posts: bool = False  # one message a second in a channel


def required(arguments: Arguments, name: str) -> str:
    value = arguments.get(name)
    if value is None or value == "":
        raise missing_argument(name)
    return str(value)


def whole(arguments: Arguments, name: str, default: int) -> int:
    value = str(arguments.get(name) or default)
    if not value.lstrip("-").isdecimal():
        raise Refused("invalid_arguments", messages=[f"[ERROR] must be an integer [json-pointer:/{name}]"])
    return int(value)


def visible_channel(workspace: Workspace, arguments: Arguments) -> Channel:
    """A channel that the app may know of: a private one only as a member."""
    channel = workspace.channel(required(arguments, "channel"))
    if channel.private and BOT_USER_ID not in channel.members:
        raise Refused("channel_not_found")
    return channel


def page(workspace: Workspace, arguments: Arguments, rows: list[Any], *, default: int = 100) -> tuple[list[Any], str]:
    """The rows of one page and the next cursor, empty at the end."""
    limit = whole(arguments, "limit", default)
    if not 1 <= limit <= 1000:
        raise Refused("invalid_limit")
    cursor = str(arguments.get("cursor") or "0").removeprefix("c")
    if not cursor.isdecimal() or int(cursor) > len(rows):
        raise Refused("invalid_cursor")
    start = int(cursor)
    end = start + limit
    return rows[start:end], f"c{end}" if end < len(rows) else ""
