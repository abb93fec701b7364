"""Where an interaction happens: in a message or in a view, with the state of the inputs around it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from sandbox.slack import elements, payloads
from sandbox.slack.identity import Channel, User
from sandbox.slack.messages import Message
from sandbox.slack.views import View
from sandbox.slack.workspace import Workspace


class Place(Protocol):
    @property
    def blocks(self) -> Sequence[dict[str, Any]]: ...

    @property
    def channel(self) -> Channel | None: ...

    @property
    def message_ts(self) -> str | None: ...

    @property
    def thread_ts(self) -> str | None: ...

    def filled(self, block_id: str, action_id: str, value: dict[str, Any]) -> "Place": ...

    def shown(self) -> dict[str, Any]: ...

    def trigger(self, user: User) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class InMessage:
    workspace: Workspace
    message: Message

    @property
    def blocks(self) -> Sequence[dict[str, Any]]:
        return self.message.blocks

    @property
    def channel(self) -> Channel:
        return self.workspace.channels[self.message.channel]

    @property
    def message_ts(self) -> str:
        return self.message.ts

    @property
    def thread_ts(self) -> str | None:
        return self.message.thread_ts

    def filled(self, block_id: str, action_id: str, value: dict[str, Any]) -> "InMessage":
        state = self.workspace.message_states.setdefault(self.message.ts, {})
        state.setdefault(block_id, {})[action_id] = value
        return self

    def shown(self) -> dict[str, Any]:
        state = elements.state_of(self.blocks, self.workspace.message_states.get(self.message.ts, {}))
        return payloads.in_message(self.message, self.channel) | {"state": {"values": state}}

    def trigger(self, user: User) -> str:
        return self.workspace.triggers.make(user.id, self.workspace.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class InView:
    workspace: Workspace
    view: View
    channel: None = None
    message_ts: None = None
    thread_ts: None = None

    @property
    def blocks(self) -> Sequence[dict[str, Any]]:
        return self.view.blocks

    @property
    def state(self) -> dict[str, dict[str, Any]]:
        return elements.state_of(self.blocks, self.view.state)

    def filled(self, block_id: str, action_id: str, value: dict[str, Any]) -> "InView":
        return replace(self, view=self.workspace.views.fill(self.view, block_id, action_id, value))

    def shown(self) -> dict[str, Any]:
        return payloads.in_view(replace(self.view, state=self.state))

    def submitted(self) -> dict[str, Any]:
        """As in ``shown``, without the container, which submissions do not have."""
        return {"view": self.shown()["view"], "response_urls": []}

    def trigger(self, user: User) -> str:
        return self.workspace.triggers.make(user.id, self.workspace.now(), view_id=self.view.id)
