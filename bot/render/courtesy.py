"""The short messages around an answer: looking up, refused, not allowed, something went wrong."""

from dataclasses import replace

from bot.messages import Block, Message, Note, Span
from bot.render.words import Words
from bot.store.room import NO_ROOM

_PRIVATE_ACTIONS = frozenset({"missing.share"})


def looking_up(words: Words, what: str, connection: str | None = None) -> Message:
    return words.message("looking_up", what=what, connection=connection or "")


def oops(words: Words, error_id: str) -> Message:
    """Never the error itself: its id leads to it in the log."""
    return words.message("oops", error_id=error_id)


def no_room(words: Words) -> Message:
    """The disk of the database is full: what has to be written down cannot be done."""
    return words.message("no_room", problem=NO_ROOM)


def not_allowed(words: Words, what: str, *, unsure: bool) -> Message:
    """``unsure``: Slack could not tell whether the person belongs to those who may."""
    return words.message("not_allowed", what=what, unsure=unsure)


def outsider(words: Words) -> Message:
    """For people of another organisation in a shared channel."""
    return words.message("outsider")


def other_workspace(words: Words) -> Message:
    return words.message("other_workspace")


def old_button(words: Words, command: str) -> Message:
    return words.message("old_button", command=command)


def one_moment(words: Words) -> Message:
    """In a modal that cannot be filled in yet."""
    return words.message("one_moment")


def not_opened(words: Words) -> Message:
    """Slack takes a modal within three seconds of the press, or not at all."""
    return words.message("not_opened")


def cannot_post(words: Words, outcome: str, command: str) -> Message:
    """``outcome`` is the name of how the delivery ended."""
    return words.message("cannot_post", outcome=outcome, command=command)


def limited(words: Words, message: Message, connection: str, command: str) -> Message:
    """The same, and why only this connection was meant."""
    return replace(message, blocks=(*message.blocks, *_bound(words, connection, command)))


def bound(words: Words, connection: str, command: str) -> Message:
    """Beside a card that everybody sees."""
    return Message(summary=f"Limited to {connection}", blocks=_bound(words, connection, command))


def _bound(words: Words, connection: str, command: str) -> tuple[Block, ...]:
    return words.blocks("limited", connection=connection, command=command)


def shared(message: Message, name: str) -> Message:
    """The same content for everybody, and who shared it."""
    actions = tuple(action for action in message.actions if action.action not in _PRIVATE_ACTIONS)
    note = Note(spans=(Span(text=f"Shared by {name}"),))
    return replace(message, blocks=(*message.blocks, note), actions=actions)
