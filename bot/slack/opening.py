"""Opens modals and brings them up to date, through the Web API."""

import logging
from collections import OrderedDict
from typing import Final

from bot.forms import Form
from bot.messages import Place
from bot.slack.asking import InView
from bot.slack.calls import Called, Caller
from bot.slack.modals import view_of

_log = logging.getLogger(__name__)
_REMEMBERED: Final = 1_000  # modals whose last change is known
_OVERTAKEN: Final = "hash_conflict"


class Modals:
    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self._changed: OrderedDict[str, str] = OrderedDict()  # by view: when a person last changed something in it

    async def open(self, trigger: str, form: Form, place: Place) -> str | None:
        """The view's id. None: Slack did not open it; a trigger lasts three seconds (slack.md §2.1)."""
        called = await self._caller.call("views.open", {"trigger_id": trigger, "view": view_of(form, place)})
        if not called.ok:
            _log.warning("A modal could not be opened.", extra={"action": form.name, "error": called.error})
            return None
        return str(called.data["view"]["id"])

    async def update(self, view_id: str, form: Form, place: Place) -> bool:
        called = await self._caller.call("views.update", {"view_id": view_id, "view": view_of(form, place)})
        return called.ok

    def heard(self, view: InView, at: str) -> None:
        """A person changed something: what is shown for an earlier change must not replace what is shown for it."""
        self._changed[view.id] = max(at, self._changed.get(view.id, ""))
        self._changed.move_to_end(view.id)
        while len(self._changed) > _REMEMBERED:
            self._changed.popitem(last=False)

    async def renew(self, view: InView, at: str, form: Form, place: Place) -> bool:
        """False: a later change was heard of meanwhile, or the modal is closed."""
        if self._changed.get(view.id, at) > at:
            return False
        called = await self._update(view, form, place, known=view.hash)
        if called.error == _OVERTAKEN and self._changed.get(view.id, at) <= at:
            called = await self._update(view, form, place, known="")
        return called.ok

    async def _update(self, view: InView, form: Form, place: Place, *, known: str) -> Called:
        version = {"hash": known} if known else {}
        return await self._caller.call("views.update", {"view_id": view.id, **version, "view": view_of(form, place)})
