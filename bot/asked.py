"""Who asked, and what comes of it: an answer, or work that was started."""

from dataclasses import dataclass

from bot.messages import Message, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asked, and where. ``name`` is for people to read; it is untrusted text like any other name."""

    by: str  # chat user id
    name: str
    place: Place
    bound: bool = False  # nobody named the connection: it is the one that the channel is bound to


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A private answer to the person who asked. ``question`` (``q:17``): ``answered`` is told where it stands.

    ``bound``: the connection that it was limited to because the channel is bound to it.
    """

    message: Message
    question: str | None = None
    bound: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """Work that takes minutes was started. ``card`` is for the whole channel, and is edited as the work goes on."""

    run: str  # r:812
    card: Message
    note: Message | None = None  # for the person alone
