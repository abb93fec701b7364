"""A Message as Slack takes it: checked before it is sent, and as plain text where blocks would be refused."""

import logging
from collections.abc import Awaitable, Callable
from typing import Final

from bot.messages import Message
from bot.slack.blocks import notification, plain_text, to_blocks
from bot.slack.calls import Called, Json, Outcome
from bot.slack.limits import problems

_log = logging.getLogger(__name__)

# Nothing that a PSA wrote may be unfurled, or turned into a channel or a mention by Slack.
QUIET: Final[Json] = {"unfurl_links": False, "unfurl_media": False, "link_names": False, "parse": "none"}

Send = Callable[[Json], Awaitable[Called]]


def content(message: Message) -> Json:
    """``text`` and ``blocks``; only ``text`` when our own check finds a fault in the blocks."""
    blocks = to_blocks(message)
    found = problems(blocks)
    if not found:
        return {"text": notification(message) or "…", "blocks": blocks}
    _log.error(
        "A message breaks Slack's limits: it goes out as plain text.", extra={"problems": [*map(str, found[:10])]}
    )
    return plain(message)


def plain(message: Message) -> Json:
    return {"text": plain_text(message)}


async def deliver(message: Message, send: Send) -> Called:
    """Sends it; when Slack refuses the blocks that we thought right, the same words go out once more as plain text."""
    called = await send(content(message))
    if called.outcome is not Outcome.REFUSED_BLOCKS:
        return called
    _log.error("Slack refused blocks: the message goes out as plain text.", extra={"error": called.error})
    return await send(plain(message))
