"""Modal stacks and home tabs: opened, pushed, updated, submitted and closed (Slack §2.1)."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sandbox.slack.identity import APP_ID, BOT_ID, TEAM_ID
from sandbox.slack.refusal import Refused
from sandbox.slack.stream import Stream

STACK_LIMIT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """``body`` is what the app sent; ``state`` what the person has filled in: block_id → action_id → value."""

    id: str
    user: str
    body: dict[str, Any]
    hash: str
    root_id: str
    previous_id: str | None = None
    state: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def blocks(self) -> list[dict[str, Any]]:
        return list(self.body.get("blocks", ()))

    def as_json(self) -> dict[str, Any]:
        """The shape that Slack puts into answers and payloads."""
        empty = {"private_metadata": "", "callback_id": "", "external_id": "", "submit": None, "close": None}
        flags = {"clear_on_close": False, "notify_on_close": False}
        return {
            **empty,
            **flags,
            **self.body,
            "id": self.id,
            "team_id": TEAM_ID,
            "app_id": APP_ID,
            "bot_id": BOT_ID,
            "app_installed_team_id": TEAM_ID,
            "hash": self.hash,
            "root_view_id": self.root_id,
            "previous_view_id": self.previous_id,
            "state": {"values": self.state},
        }


class Views:
    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._by_id: dict[str, View] = {}
        self._stacks: dict[str, list[str]] = {}
        self._homes: dict[str, str] = {}
        self._made = 0

    def open(self, user: str, body: dict[str, Any], now: datetime) -> View:
        """A new root closes whatever stood open."""
        self._clear(user)
        return self._add(user, body, now, previous_id=None)

    def push(self, user: str, body: dict[str, Any], now: datetime) -> View:
        stack = self.stack(user)
        if not stack:
            raise Refused("not_found")
        if len(stack) >= STACK_LIMIT:
            raise Refused("push_limit_reached")
        return self._add(user, body, now, previous_id=stack[-1].id)

    def update(self, view: View, body: dict[str, Any], now: datetime, *, expected_hash: str | None = None) -> View:
        """The hash guards against two writers; inputs keep what was typed where block_id and action_id stay."""
        if expected_hash is not None and expected_hash != view.hash:
            raise Refused("hash_conflict")
        self._refuse_duplicate(body, view.id)
        kept = {block.get("block_id") for block in body.get("blocks", ())}
        state = {block_id: values for block_id, values in view.state.items() if block_id in kept}
        return self._keep(replace(view, body=body, state=state, hash=_hash(view.id, body, now)), "update")

    def publish(self, user: str, body: dict[str, Any], now: datetime, *, expected_hash: str | None = None) -> View:
        standing = self.home(user)
        if standing is not None:
            return self.update(standing, body, now, expected_hash=expected_hash)
        view = self._new(user, body, now)
        self._homes[user] = view.id
        return self._keep(view, "publish")

    def home(self, user: str) -> View | None:
        return self._by_id.get(self._homes.get(user, ""))

    def stack(self, user: str) -> list[View]:
        """The open modals, the topmost last."""
        return [self._by_id[view_id] for view_id in self._stacks.get(user, ())]

    def find(self, *, view_id: str = "", external_id: str = "") -> View:
        if view_id in self._by_id:
            return self._by_id[view_id]
        for view in self._by_id.values():
            if external_id and view.body.get("external_id") == external_id:
                return view
        raise Refused("not_found")

    def fill(self, view: View, block_id: str, action_id: str, value: dict[str, Any]) -> View:
        state = {key: dict(values) for key, values in view.state.items()}
        state.setdefault(block_id, {})[action_id] = value
        filled = replace(view, state=state)
        self._by_id[view.id] = filled
        return filled

    def close(self, view: View, *, whole_stack: bool = False) -> list[View]:
        """The views that closed, the topmost first."""
        stack = self.stack(view.user)
        closed = [open_view for open_view in reversed(stack) if whole_stack or open_view.id == view.id]
        for gone in closed:
            self._stacks[view.user].remove(gone.id)
            del self._by_id[gone.id]
            self._tell(gone, "close")
        return closed

    def _clear(self, user: str) -> None:
        stack = self.stack(user)
        if stack:
            self.close(stack[-1], whole_stack=True)

    def _add(self, user: str, body: dict[str, Any], now: datetime, *, previous_id: str | None) -> View:
        view = self._new(user, body, now, previous_id=previous_id)
        self._stacks.setdefault(user, []).append(view.id)
        return self._keep(view, "push" if previous_id else "open")

    def _new(self, user: str, body: dict[str, Any], now: datetime, *, previous_id: str | None = None) -> View:
        self._refuse_duplicate(body, "")
        self._made += 1
        view_id = f"V{self._made:06d}LOCAL"
        root_id = self._by_id[previous_id].root_id if previous_id else view_id
        return View(
            id=view_id, user=user, body=body, hash=_hash(view_id, body, now), root_id=root_id, previous_id=previous_id
        )

    def _refuse_duplicate(self, body: dict[str, Any], own_id: str) -> None:
        external_id = body.get("external_id")
        for view in self._by_id.values():
            if external_id and view.id != own_id and view.body.get("external_id") == external_id:
                raise Refused("duplicate_external_id")

    def _keep(self, view: View, action: str) -> View:
        self._by_id[view.id] = view
        self._tell(view, action)
        return view

    def _tell(self, view: View, action: str) -> None:
        """``action`` is open, push, update, publish or close."""
        change = {"action": action, "user": view.user, "type": view.body.get("type"), "view": view.as_json()}
        self._stream.publish("view", change)


def _hash(view_id: str, body: dict[str, Any], now: datetime) -> str:
    return f"{int(now.timestamp())}.{sha256(f'{view_id}{body}{now}'.encode()).hexdigest()[:8]}"
