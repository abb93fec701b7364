"""What each button and menu does. Whether a person may is asked again at the click."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from bot.forms import Form
from bot.journeys import Answer, Asked
from bot.messages import Message
from bot.render import courtesy
from bot.render import help as help_pages
from bot.slack import commands, piecemeal, registry
from bot.slack.desk import Request
from bot.slack.parse import Wish

CHANGE: Final = "change the schedule"
FILTER: Final = "change what is pulled"
OPENING: Final = frozenset({"schedule.change", "filter.change"})  # these open a modal
Press = Callable[[Request], Awaitable[None]]
LONGEST_NUMBER: Final = 19  # digits: what a database column holds


async def click(request: Request) -> None:
    """A button that only opens an address says ``link.…`` and needs nothing of us."""
    press = PRESSED.get(request.asking.action)
    if press is not None:
        await press(request)
    elif not request.asking.action.startswith("link."):
        await request.reply.aside(courtesy.old_button(request.words, request.command))


async def _pick(request: Request) -> None:
    question, account = _question_and_rest(request.asking.value)
    meanwhile = courtesy.looking_up(request.words, f"customer {account}")
    await request.answer(request.journeys.pick(question, account, request.asked), meanwhile)


async def _suggest(request: Request) -> None:
    question, choice = _question_and_rest(request.asking.value)
    meanwhile = courtesy.looking_up(request.words, choice or "that customer")
    await request.answer(request.journeys.suggested(question, choice, request.asked), meanwhile)


async def _check_again(request: Request) -> None:
    meanwhile = courtesy.looking_up(request.words, "it again")
    lookup = await request.journeys.lookups.again(request.asking.value, request.asked)
    await piecemeal.tell(request, lookup, meanwhile)


async def _details(request: Request) -> None:
    """At once, from memory; after a restart it is asked anew."""
    question, connection = _question_and_rest(request.asking.value)
    meanwhile = courtesy.looking_up(request.words, "it again", connection)
    lookup = await request.journeys.lookups.details(question, connection, request.asked)
    await piecemeal.tell(request, lookup, meanwhile)


async def _retry_connection(request: Request) -> None:
    question, connection = _question_and_rest(request.asking.value)
    meanwhile = courtesy.looking_up(request.words, "it again", connection)
    lookup = await request.journeys.lookups.retry(question, connection, request.asked)
    await piecemeal.tell(request, lookup, meanwhile)


async def _share(request: Request) -> None:
    question = request.asking.value
    message = await request.journeys.share(question, request.asked)
    if isinstance(message, Answer):
        await request.reply.aside(message.message)
        return
    await request.desk.announcer.share(question, message, request.asked, request.reply, request.command)


async def _sync_full(request: Request) -> None:
    if await request.may_resync("start a sync"):
        await request.answer(request.journeys.sync_full(request.asking.value, request.asked))


async def _sync_one(request: Request) -> None:
    if await request.may_resync("start a sync"):
        await request.answer(request.journeys.sync_one(request.asking.value, request.asked))


async def _cancel(request: Request) -> None:
    if await request.may_resync("cancel a sync"):
        await request.answer(request.journeys.cancel(request.asking.value, request.asked))


async def _help_with(request: Request) -> None:
    answer = await request.journeys.help_with(request.asking.value, request.asked)
    await request.reply.aside(answer.message)


async def _accept(request: Request) -> None:
    if await request.may_resync("accept a sync"):
        await request.answer(request.journeys.accept(request.asking.value, request.asked))


async def _reject(request: Request) -> None:
    if await request.may_resync("reject a sync"):
        await request.answer(request.journeys.reject(request.asking.value, request.asked))


async def _retry(request: Request) -> None:
    if await request.may_resync("start a sync"):
        await request.answer(request.journeys.retry(request.asking.value, request.asked))


async def _history_pick(request: Request) -> None:
    """``h:3:4711`` is account ``4711`` of the connection with the number 3."""
    head, account = _question_and_rest(request.asking.value)
    number = head.partition(":")[2]
    connection = int(number) if number.isdecimal() and len(number) < LONGEST_NUMBER else 0
    await request.answer(request.journeys.pasts.pick(connection, account, request.asked))


async def _option_again(request: Request) -> None:
    meanwhile = courtesy.looking_up(request.words, "it again")
    await request.answer(request.journeys.options.again(request.asking.value, request.asked), meanwhile)


async def _option_sync(request: Request) -> None:
    if await request.may_resync("start a sync"):
        await request.answer(request.journeys.sync_settings(request.asking.value, request.asked))


async def _permissions_test(request: Request) -> None:
    meanwhile = courtesy.looking_up(request.words, "each right", request.asking.value)
    await request.answer(request.journeys.rights.show(request.asking.value, request.asked), meanwhile)


async def _permissions_whole(request: Request) -> None:
    meanwhile = courtesy.looking_up(request.words, "each right", request.asking.value)
    await request.answer(request.journeys.rights.whole(request.asking.value, request.asked), meanwhile)


async def _roster_page(request: Request) -> None:
    page = int(request.asking.value) if request.asking.value.isdecimal() else 1
    await request.answer(request.journeys.roster.show(page, request.asked))


async def _roster_test(request: Request) -> None:
    meanwhile = courtesy.looking_up(request.words, "each right", request.asking.value)
    await request.answer(request.journeys.roster.test(request.asking.value, request.asked), meanwhile)


async def _pause(request: Request) -> None:
    if await request.may_resync("pause a connection"):
        await request.answer(request.journeys.roster.pause(request.asking.value, request.asked))


async def _resume(request: Request) -> None:
    if await request.may_resync("resume a connection"):
        await request.answer(request.journeys.roster.resume(request.asking.value, request.asked))


async def _resume_beside(request: Request) -> None:
    """From another card, which stays."""
    if await request.may_resync("resume a connection"):
        await request.add(await request.journeys.roster.resume(request.asking.value, request.asked))


async def _use(request: Request) -> None:
    await commands.bind(request, request.asking.value)


async def _rules_show(request: Request) -> None:
    await request.answer(request.journeys.rules.show(request.asking.value, request.asked))


async def _schedule_show(request: Request) -> None:
    await request.answer(request.journeys.schedules.chosen(request.asking.value, request.asked))


async def _schedule_change(request: Request) -> None:
    """Whether the person may is asked beside everything else: the modal has to open within three seconds."""
    await request.open(_form_or_refusal(request, CHANGE, request.journeys.schedules.form))


async def _form_or_refusal(
    request: Request, what: str, form: Callable[[str, Asked], Awaitable[Form | Message]]
) -> Form | Message:
    return await request.refusal(what) or await form(request.asking.value, request.asked)


async def _filter_change(request: Request) -> None:
    await request.open(_form_or_refusal(request, FILTER, request.journeys.filters.form))


async def _filter_usual(request: Request) -> None:
    if await request.may_resync(FILTER):
        await request.answer(request.journeys.filters.usual(request.asking.value, request.asked))


async def _filter_sync(request: Request) -> None:
    if await request.may_resync("start a sync"):
        await request.answer(request.journeys.filters.sync(request.asking.value, request.asked))


async def _schedule_suggested(request: Request) -> None:
    if await request.may_resync(CHANGE):
        await request.answer(request.journeys.schedules.suggested(request.asking.value, request.asked))


async def _schedule_undo(request: Request) -> None:
    if await request.may_resync(CHANGE):
        await request.answer(request.journeys.schedules.undo(request.asking.value, request.asked))


async def _schedule_sync(request: Request) -> None:
    await _sync_now(request, in_peak=False)


async def _schedule_sync_anyway(request: Request) -> None:
    await _sync_now(request, in_peak=True)


async def _sync_now(request: Request, *, in_peak: bool) -> None:
    if await request.may_resync("start a sync"):
        await request.answer(request.journeys.schedules.sync(request.asking.value, request.asked, in_peak=in_peak))


async def _menu_missing(request: Request) -> None:
    verb = registry.find("missing") or registry.MENU
    await request.say(help_pages.one(request.words, request.command, verb))


async def _menu_status(request: Request) -> None:
    await request.answer(request.journeys.status(request.asked))


async def _menu_help(request: Request) -> None:
    await commands.OBEYED["help"](request, Wish(verb=registry.MENU))


async def _menu_run(request: Request) -> None:
    """A "Did you mean" button: its value is a whole command."""
    await commands.run(request, request.asking.value)


def _question_and_rest(value: str) -> tuple[str, str]:
    """``q:17:4711`` is question ``q:17`` and account ``4711``; an account's id may hold colons of its own."""
    kind, _, rest = value.partition(":")
    number, _, more = rest.partition(":")
    return f"{kind}:{number}", more


PRESSED: Final[Mapping[str, Press]] = {
    "missing.pick": _pick,
    "missing.suggest": _suggest,
    "missing.check_again": _check_again,
    "missing.details": _details,
    "missing.retry": _retry_connection,
    "missing.share": _share,
    "missing.sync_full": _sync_full,
    "missing.sync_one": _sync_one,
    "run.cancel": _cancel,
    "run.help": _help_with,
    "run.accept": _accept,
    "run.reject": _reject,
    "alert.retry": _retry,
    "history.pick": _history_pick,
    "option.again": _option_again,
    "option.sync": _option_sync,
    "permissions.test": _permissions_test,
    "permissions.whole": _permissions_whole,
    "roster.page": _roster_page,
    "roster.test": _roster_test,
    "roster.pause": _pause,
    "roster.resume": _resume,
    "connection.resume": _resume_beside,
    "use.choose": _use,
    "rules.show": _rules_show,
    "filter.change": _filter_change,
    "filter.usual": _filter_usual,
    "filter.sync": _filter_sync,
    "schedule.show": _schedule_show,
    "schedule.change": _schedule_change,
    "schedule.suggested": _schedule_suggested,
    "schedule.undo": _schedule_undo,
    "schedule.sync": _schedule_sync,
    "schedule.sync_anyway": _schedule_sync_anyway,
    "menu.missing": _menu_missing,
    "menu.status": _menu_status,
    "menu.help": _menu_help,
    "menu.run": _menu_run,
}
