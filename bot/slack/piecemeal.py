"""A question to several connections is told as they answer, in as few messages as Slack makes necessary."""

from contextlib import aclosing
from typing import Final

from bot.journeys import Answer, Lookup
from bot.messages import Message
from bot.slack.desk import Request

_KEPT_FOR_ALL: Final = 1  # of the uses of a response_url


async def tell(request: Request, looked_up: Lookup | Answer, meanwhile: Message) -> None:
    """``meanwhile`` is shown only where nobody has answered in time.

    What one connection said never waits for another for longer than those need that are about as fast.
    """
    if isinstance(looked_up, Answer):
        await request.tell(looked_up)
        return
    async with aclosing(looked_up):
        if not await looked_up.all(request.desk.patience) and not looked_up.heard:
            await request.say(meanwhile)
            await looked_up.another()
        complete = await looked_up.all(request.desk.together)
        await request.tell(await looked_up.whole())
        if not complete and request.reply.replaces:
            await _in_place(request, looked_up)
        elif not complete:
            await looked_up.all()
            await request.add(await looked_up.rest())


async def _in_place(request: Request, lookup: Lookup) -> None:
    """The message is replaced as answers come; its last use is kept for all of them."""
    complete = False
    while not complete:
        await lookup.another()
        complete = await lookup.all(request.desk.together)
        if complete or request.reply.left > _KEPT_FOR_ALL:
            await request.tell(await lookup.whole())
