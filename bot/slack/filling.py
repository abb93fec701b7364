"""What each modal does while it is filled in and when it is submitted. Whether a person may is asked again then."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from bot.journeys import Fillable, Journeys
from bot.slack.asking import Asking, InView
from bot.slack.clicks import CHANGE, FILTER
from bot.slack.desk import Desk, Request
from bot.slack.modals import form_of

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """``what`` a person must be allowed to do; ``of``: which journey the modal belongs to."""

    what: str
    of: Callable[[Journeys], Fillable]


def wrong(desk: Desk, asking: Asking) -> Mapping[str, str]:
    """What has to be put right first, by field; it is part of the acknowledgement, so nobody is asked for it."""
    view = _view(asking)
    if view.form not in FILLED:
        return {}
    try:
        return FILLED[view.form].of(desk.journeys).wrong(view.memory, view.filled)
    except Exception:  # noqa: BLE001 - an error here is a modal that never closes; saving will meet it again
        _log.exception("What was filled in could not be checked.", extra={"action": asking.action})
        return {}


async def changed(request: Request) -> None:
    """A field that others depend on: the modal is drawn anew. No right is needed to look."""
    view, asking = _view(request.asking), request.asking
    filling = FILLED.get(view.form)
    if filling is None:
        return
    request.desk.modals.heard(view, asking.at)
    shown = await filling.of(request.journeys).changed(view.memory, view.filled)
    await request.desk.modals.renew(view, asking.at, form_of(shown), asking.place)


async def submitted(request: Request) -> None:
    view = _view(request.asking)
    filling = FILLED.get(view.form)
    if filling is not None and await request.may_resync(filling.what):
        await request.answer(filling.of(request.journeys).save(view.memory, view.filled, request.asked))


def _view(asking: Asking) -> InView:
    if asking.view is None:
        raise ValueError("This did not happen in a modal.")
    return asking.view


FILLED: Final[Mapping[str, Filling]] = {
    "schedule": Filling(what=CHANGE, of=lambda journeys: journeys.schedules),
    "filter": Filling(what=FILTER, of=lambda journeys: journeys.filters),
}
