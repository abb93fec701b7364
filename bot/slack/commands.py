"""What each verb does: /psa missing Acme, and the same words after a mention of the bot."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Final

from bot.journeys import EVERY
from bot.render import courtesy
from bot.render import help as help_pages
from bot.slack import piecemeal, registry
from bot.slack.desk import Request
from bot.slack.parse import Unclear, Wish, from_slack, parse
from bot.slack.permissions import May

Obey = Callable[[Request, Wish], Awaitable[None]]


async def command(request: Request) -> None:
    await run(request, from_slack(request.asking.text))


async def run(request: Request, text: str) -> None:
    """``text`` is what follows the command."""
    wish = parse(text, await request.journeys.connections())
    if isinstance(wish, Unclear):
        await request.say(help_pages.did_you_mean(request.words, request.command, wish.typed, wish.suggestions))
    elif wish.problem:
        await request.say(help_pages.one(request.words, request.command, wish.verb, wish.problem))
    else:
        await OBEYED[wish.verb.name](*await _limited(request, wish))


async def _limited(request: Request, wish: Wish) -> tuple[Request, Wish]:
    """A channel that is bound to a connection means that one, where nobody names another or all of them."""
    if wish.verb.takes not in registry.TAKES_CONNECTION or wish.kind == registry.DIGEST:
        return request, wish
    if wish.connection is not None:
        return request, replace(wish, connection=None) if wish.connection.casefold() == EVERY else wish
    if wish.verb.takes is registry.Takes.KIND:  # whoever wants to hear no more need not say of which
        return request, wish
    bound = await request.journeys.bindings.of(request.asked.place.channel)
    return (request.limited_to(bound), replace(wish, connection=bound)) if bound else (request, wish)


async def _missing(request: Request, wish: Wish) -> None:
    meanwhile = courtesy.looking_up(request.words, wish.name, wish.connection)
    lookup = await request.journeys.lookups.ask(wish.name, wish.connection, request.asked)
    await piecemeal.tell(request, lookup, meanwhile)


async def _resync(request: Request, wish: Wish) -> None:
    if await request.may_resync("start a sync"):
        await request.answer(request.journeys.resync(wish.connection, request.asked, wish.kind))


async def _status(request: Request, wish: Wish) -> None:
    await request.answer(request.journeys.status(request.asked))


async def _history(request: Request, wish: Wish) -> None:
    await request.answer(request.journeys.pasts.show(wish.name, wish.connection, request.asked))


async def _note(request: Request, wish: Wish) -> None:
    await request.answer(request.journeys.pasts.note(int(wish.topic), wish.name, request.asked))


async def _option(request: Request, wish: Wish) -> None:
    meanwhile = courtesy.looking_up(request.words, wish.name, wish.connection)
    await request.answer(request.journeys.options.explain(wish.name, wish.connection, request.asked), meanwhile)


async def _permissions(request: Request, wish: Wish) -> None:
    meanwhile = courtesy.looking_up(request.words, "each right", wish.connection)
    await request.answer(request.journeys.rights.show(wish.connection, request.asked), meanwhile)


async def _connections(request: Request, wish: Wish) -> None:
    await request.answer(request.journeys.roster.show(1, request.asked))


async def _use(request: Request, wish: Wish) -> None:
    if wish.connection is None:
        await request.answer(request.journeys.bindings.show(request.asked))
    else:
        await bind(request, wish.connection)


async def bind(request: Request, connection: str) -> None:
    """For everybody in the channel: so not for everybody to decide."""
    if not await request.may_resync("bind a channel to a connection"):
        return
    bindings, asked = request.journeys.bindings, request.asked
    every = connection.casefold() == EVERY
    await request.answer(bindings.unbind(asked) if every else bindings.bind(connection, asked))


async def _rules(request: Request, wish: Wish) -> None:
    word = wish.topic or await request.journeys.bindings.of(request.asked.place.channel) or ""
    await request.answer(request.journeys.rules.show(word, request.asked))


async def _schedule(request: Request, wish: Wish) -> None:
    await request.answer(request.journeys.schedules.show(wish.connection, request.asked))


async def _filter(request: Request, wish: Wish) -> None:
    meanwhile = courtesy.looking_up(request.words, "the filter", wish.connection)
    await request.answer(request.journeys.filters.show(wish.connection, request.asked), meanwhile)


async def _subscribe(request: Request, wish: Wish) -> None:
    await request.answer(request.journeys.subscribe(wish.kind, wish.at, wish.connection, request.asked))


async def _unsubscribe(request: Request, wish: Wish) -> None:
    await request.answer(request.journeys.unsubscribe(wish.kind, wish.connection, request.asked))


async def _subscriptions(request: Request, wish: Wish) -> None:
    await request.answer(request.journeys.subscriptions(request.asked))


async def _help(request: Request, wish: Wish) -> None:
    """Hides what the person may not do."""
    if not wish.topic:
        verbs = [verb for verb in registry.VERBS if not verb.guarded or await _may(request)]
        await request.say(help_pages.overview(request.words, request.command, verbs))
        return
    topic = wish.topic.removeprefix(request.command).strip()
    near = get_close_matches(topic.casefold(), registry.words(), n=1, cutoff=0.5)
    verb = registry.find(topic) or (registry.find(near[0]) if near else None)
    if verb is None:
        await request.say(help_pages.overview(request.words, request.command, registry.VERBS))
    else:
        await request.say(help_pages.one(request.words, request.command, verb))


async def _may(request: Request) -> bool:
    return await request.desk.permissions.resync(request.asked.by) is May.YES


async def _menu(request: Request, wish: Wish) -> None:
    await request.say(help_pages.menu(request.words, request.command))


OBEYED: Final[Mapping[str, Obey]] = {
    "missing": _missing,
    "resync": _resync,
    "status": _status,
    "history": _history,
    "note": _note,
    "option": _option,
    "permissions": _permissions,
    "connections": _connections,
    "use": _use,
    "rules": _rules,
    "schedule": _schedule,
    "filter": _filter,
    "subscribe": _subscribe,
    "unsubscribe": _unsubscribe,
    "subscriptions": _subscriptions,
    "help": _help,
    "menu": _menu,
}
