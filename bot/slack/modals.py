"""A Form becomes a modal view, and what was filled in is read back from the view's state."""

import json
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, Final

from bot.forms import Field, Filled, Form, OneOf, SomeOf, TextLine, Ticks, TimeOfDay
from bot.messages import Block, Message, Place
from bot.slack.blocks import made
from bot.slack.buttons import option_of, plain_of

Json = dict[str, Any]

_TITLE: Final = 24
_TEXT: Final = 2000


def view_of(form: Form, place: Place) -> Json:
    """``place``: where the form was asked for, and where its answer goes."""
    memory = {"memory": form.memory, "channel": place.channel, "thread_ts": place.thread_ts}
    view: Json = {
        "type": "modal",
        "callback_id": form.name,
        "title": plain_of(form.title, _TITLE),
        "close": plain_of("Cancel" if form.submit else "Close", _TITLE),
        "private_metadata": json.dumps(memory),
        "blocks": _blocks(form.parts),
    }
    return {**view, "submit": plain_of(form.submit, _TITLE)} if form.submit else view


def form_of(shown: Form | Message) -> Form:
    """A Message becomes a modal that only says something."""
    return shown if isinstance(shown, Form) else Form(name="said", title="psa-bot", parts=shown.blocks, submit="")


def memory_of(view: Mapping[str, Any]) -> tuple[str, Place]:
    """What ``view_of`` put there."""
    kept = json.loads(str(view.get("private_metadata") or "{}"))
    place = Place(channel=str(kept.get("channel", "")), thread_ts=kept.get("thread_ts"))
    return str(kept.get("memory", "")), place


def filled_in(view: Mapping[str, Any]) -> Filled:
    """A block of ours holds one element, and has the field's name."""
    blocks: Mapping[str, Mapping[str, Json]] = (view.get("state") or {}).get("values") or {}
    return {name: _values(next(iter(elements.values()), {})) for name, elements in blocks.items()}


def _values(element: Mapping[str, Any]) -> tuple[str, ...]:
    chosen = element.get("selected_options") or [element.get("selected_option")]
    options = tuple(str(option["value"]) for option in chosen if option)
    written = element.get("selected_time") or element.get("value")
    return options or ((str(written),) if written else ())


def _blocks(parts: Sequence[Block | Field]) -> list[Json]:
    """Words that stand together are laid out together."""
    blocks: list[Json] = []
    for is_field, some in groupby(parts, key=lambda part: isinstance(part, Field)):
        group = list(some)
        blocks += [_input(part) for part in group if isinstance(part, Field)] if is_field else made(_words(group))
    return blocks


def _words(parts: Sequence[Block | Field]) -> list[Block]:
    return [part for part in parts if not isinstance(part, Field)]


def _input(field: Field) -> Json:
    block: Json = {
        "type": "input",
        "block_id": field.name,
        "label": plain_of(field.label, _TEXT),
        "element": {"action_id": field.name, **_element(field)},
        "optional": isinstance(field, Ticks | SomeOf | TextLine),
        "dispatch_action": field.live,
    }
    return {**block, "hint": plain_of(field.hint, _TEXT)} if field.hint else block


def _element(field: Field) -> Json:
    match field:
        case Ticks(options=options, chosen=chosen):
            start = [option_of(option) for option in options if option.value in chosen]
            made_of: Json = {"type": "checkboxes", "options": [option_of(option) for option in options]}
            return {**made_of, "initial_options": start} if start else made_of
        case OneOf(options=options, chosen=chosen, spread=spread):
            first = next((option for option in options if option.value == chosen), None)
            kind = "radio_buttons" if spread else "static_select"
            made_of = {"type": kind, "options": [option_of(option) for option in options]}
            return {**made_of, "initial_option": option_of(first)} if first else made_of
        case SomeOf(options=options, chosen=chosen):
            start = [option_of(option) for option in options if option.value in chosen]
            made_of = {"type": "multi_static_select", "options": [option_of(option) for option in options]}
            return {**made_of, "initial_options": start} if start else made_of
        case TimeOfDay(chosen=chosen):
            return {"type": "timepicker", "initial_time": chosen}
        case TextLine(text=text, placeholder=placeholder, most=most):
            written: Json = {"type": "plain_text_input", "max_length": most}
            written |= {"initial_value": text[:most]} if text else {}
            return {**written, "placeholder": plain_of(placeholder, 150)} if placeholder else written
