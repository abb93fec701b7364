"""What people do in the local workspace: type commands, press, choose, fill in, submit, mention, open the home tab."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any

from sandbox.slack import elements, payloads, replies
from sandbox.slack.deliveries import INTERACTIVE, SLASH, Deliveries, Delivery
from sandbox.slack.identity import BOT_USER_ID, Channel, User
from sandbox.slack.messages import Draft, Message
from sandbox.slack.places import InMessage, InView, Place
from sandbox.slack.refusal import Refused
from sandbox.slack.workspace import Workspace

DEFAULT_USER = "agent"
DEFAULT_CHANNEL = "#general"


@dataclass(slots=True, kw_only=True)
class People:
    """Each verb sends what Slack would send, and does with the answer what Slack would do."""

    workspace: Workspace
    deliveries: Deliveries
    offered: dict[str, list[dict[str, Any]]] = field(default_factory=dict)  # action_id → options suggested last

    async def command(self, text: str, *, channel: str = DEFAULT_CHANNEL, user: str = DEFAULT_USER) -> Delivery:
        """``text`` begins with the command. An unknown one is answered by Slack itself and goes nowhere."""
        who, where = self.workspace.user(user), self.workspace.channel(channel)
        name, _, rest = text.strip().partition(" ")
        command = self.workspace.command(name)
        if command is None:
            said = (
                f"{name} is not a valid command. In Slack, all messages that start with the / character are commands."
            )
            replies.from_slackbot(self.workspace, where, who, said)
            raise Refused("unknown_command", status=404, extra={"message": said})
        now = self.workspace.now()
        url = self.workspace.response_urls.make(channel=where.id, user=who.id, now=now)
        payload = payloads.slash_command(
            command,
            escaped(self.workspace, rest.strip()) if command.should_escape else rest.strip(),
            where,
            who,
            trigger_id=self.workspace.triggers.make(who.id, now),
            response_url=self._address(url.id),
        )
        delivery = await self.deliveries.deliver(SLASH, payload)
        self._complain(delivery, where, who, name)
        replies.answer_command(self.workspace, delivery, where, who, text)
        return delivery

    async def click(
        self,
        *,
        action_id: str,
        ts: str = "",
        view_id: str = "",
        value: Any = None,
        block_id: str | None = None,
        user: str = DEFAULT_USER,
    ) -> Delivery:
        """Presses a button, or chooses ``value`` in a menu: a ``block_actions`` payload."""
        who = self.workspace.user(user)
        place = self._place(who, ts=ts, view_id=view_id)
        found = elements.find(
            place.blocks, action_id, value=value if isinstance(value, str) else None, block_id=block_id
        )
        said = elements.used(found.element, value, offered=self.offered.get(action_id, ()))
        if said["type"] in elements.CHOSEN:
            place = place.filled(found.block_id, found.action_id, said)
        action = {"action_id": found.action_id, "block_id": found.block_id, **said}
        payload = payloads.interaction("block_actions", who, place.trigger(who))
        payload |= place.shown() | {"actions": [action | {"action_ts": self._ts()}]}
        payload |= self._response_url(place, who)
        delivery = await self.deliveries.deliver(INTERACTIVE, payload)
        if place.channel is not None:
            self._complain(delivery, place.channel, who, "The button", thread_ts=place.thread_ts)
        return delivery

    async def suggest(
        self,
        *,
        action_id: str,
        query: str,
        ts: str = "",
        view_id: str = "",
        block_id: str | None = None,
        user: str = DEFAULT_USER,
    ) -> Delivery:
        """Types into an external menu. What the app offers is checked, and can be chosen by ``click`` or ``submit``."""
        who = self.workspace.user(user)
        place = self._place(who, ts=ts, view_id=view_id)
        found = elements.find(place.blocks, action_id, block_id=block_id)
        payload = payloads.interaction("block_suggestion", who, "")
        payload |= place.shown() | {"action_id": found.action_id, "block_id": found.block_id, "value": query}
        del payload["trigger_id"]
        delivery = await self.deliveries.deliver(INTERACTIVE, payload)
        self.offered[action_id] = replies.offered_options(delivery)
        return delivery

    async def submit(
        self, *, view_id: str, values: Mapping[str, Any] | None = None, user: str = DEFAULT_USER
    ) -> Delivery:
        """Fills in and submits a modal. ``values``: action_id → value, or block_id → action_id → value."""
        who = self.workspace.user(user)
        place = self._view(who, view_id)
        for found in elements.interactive(place.blocks):
            given = values_for(found, values or {})
            if given is not None:
                said = elements.used(found.element, given, offered=self.offered.get(found.action_id, ()))
                place = place.filled(found.block_id, found.action_id, said)
        replies.refuse_empty(place)
        payload = payloads.interaction("view_submission", who, place.trigger(who))
        delivery = await self.deliveries.deliver(INTERACTIVE, payload | place.submitted())
        return replies.answer_submission(self.workspace, delivery, place.view)

    async def close(self, *, view_id: str, whole_stack: bool = False, user: str = DEFAULT_USER) -> Delivery | None:
        """Closes a modal; the app hears of it only where the view says ``notify_on_close``."""
        who = self.workspace.user(user)
        place = self._view(who, view_id)
        shown = place.submitted()
        self.workspace.views.close(place.view, whole_stack=whole_stack)
        if not place.view.body.get("notify_on_close"):
            return None
        payload = payloads.interaction("view_closed", who, "") | shown | {"is_cleared": whole_stack}
        del payload["trigger_id"]
        return await self.deliveries.deliver(INTERACTIVE, payload)

    async def say(
        self, text: str, *, channel: str = DEFAULT_CHANNEL, user: str = DEFAULT_USER, thread_ts: str | None = None
    ) -> tuple[Message, Delivery | None]:
        """An ordinary message. The app hears of it where it is a member, when it is mentioned or addressed directly."""
        who, where = self.workspace.user(user), self.workspace.channel(channel)
        bot = self.workspace.users[BOT_USER_ID]
        typed = re.sub(rf"(?<!\S)@{re.escape(bot.name)}\b", f"<@{bot.id}>", text)
        draft = Draft(channel=where.id, user=who.id, text=typed, thread_ts=thread_ts, bot=False)
        message = self.workspace.messages.post(draft, self.workspace.now())
        inner = self._heard(message, where)
        if inner is None:
            return message, None
        return message, await self.deliveries.event(payloads.event(inner, self._seconds()))

    async def mention(
        self, text: str, *, channel: str = DEFAULT_CHANNEL, user: str = DEFAULT_USER, thread_ts: str | None = None
    ) -> Delivery:
        """Says ``@bot text``."""
        named = text if f"<@{BOT_USER_ID}>" in text else f"<@{BOT_USER_ID}> {text}"
        _, delivery = await self.say(named, channel=channel, user=user, thread_ts=thread_ts)
        if delivery is None:
            raise Refused("app_does_not_listen_here", status=409)
        return delivery

    def _heard(self, message: Message, channel: Channel) -> dict[str, Any] | None:
        """Slack sends no app_mention for direct messages, only message.im."""
        if BOT_USER_ID not in channel.members:
            return None
        if channel.direct:
            return payloads.direct_message(message) if "message.im" in self.workspace.events else None
        mentioned = f"<@{BOT_USER_ID}>" in message.text and "app_mention" in self.workspace.events
        return payloads.mention(message) if mentioned else None

    async def home(self, *, user: str = DEFAULT_USER) -> Delivery | None:
        """Opens the app's home tab; the app hears of it where it subscribes to that."""
        who = self.workspace.user(user)
        if "app_home_opened" not in self.workspace.events:
            return None
        where = self.workspace.direct_channel(who.id)
        inner = payloads.home_opened(who, where, self.workspace.views.home(who.id), self._ts())
        return await self.deliveries.event(payloads.event(inner, self._seconds()))

    async def verify_url(self) -> Delivery:
        """Slack's question when the address is entered: the app answers with the challenge."""
        challenge = token_hex(16)
        delivery = await self.deliveries.deliver(
            "events_api", {"type": "url_verification", "token": payloads.VERIFICATION_TOKEN, "challenge": challenge}
        )
        said = delivery.body or {}
        if delivery.ok and challenge not in {said.get("challenge"), said.get("text")}:
            raise Refused("challenge_failed", status=502)
        return delivery

    def _place(self, who: User, *, ts: str, view_id: str) -> Place:
        if view_id:
            return self._view(who, view_id)
        message = self.workspace.messages.by_ts(ts)
        if message is None or message.ephemeral_to not in {None, who.id}:
            raise Refused("message_not_found", status=404)
        return InMessage(workspace=self.workspace, message=message)

    def _view(self, who: User, view_id: str) -> InView:
        view = self.workspace.views.find(view_id=view_id)
        if view.user != who.id:
            raise Refused("not_found", status=404)
        return InView(workspace=self.workspace, view=view)

    def _response_url(self, place: Place, who: User) -> dict[str, Any]:
        if place.channel is None:
            return {}
        url = self.workspace.response_urls.make(
            channel=place.channel.id,
            user=who.id,
            now=self.workspace.now(),
            message_ts=place.message_ts,
            thread_ts=place.thread_ts,
        )
        return {"response_url": self._address(url.id)}

    def _complain(
        self, delivery: Delivery, channel: Channel, user: User, what: str, *, thread_ts: str | None = None
    ) -> None:
        if delivery.error:
            said = f'{what} failed with the error "{delivery.error}"'
            replies.from_slackbot(self.workspace, channel, user, said, thread_ts=thread_ts)

    def _address(self, ticket_id: str) -> str:
        return f"{self.workspace.base_url}/_response/{ticket_id}"

    def _ts(self) -> str:
        return self.workspace.messages.next_ts(self.workspace.now())

    def _seconds(self) -> int:
        return int(self.workspace.now().timestamp())


def values_for(found: elements.Found, values: Mapping[str, Any]) -> Any:
    """What was given for an element, under its action_id or under its block_id and action_id."""
    inner = values.get(found.block_id)
    if isinstance(inner, Mapping) and found.action_id in inner:
        return inner[found.action_id]
    return values.get(found.action_id)


def escaped(workspace: Workspace, text: str) -> str:
    """What Slack makes of a command's text with ``should_escape``: entities, and ids for known names."""
    for sign, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = text.replace(sign, entity)
    channels = {f"#{one.name}": f"<#{one.id}|{one.name}>" for one in workspace.channels.values() if not one.direct}
    users = {f"@{user.name}": f"<@{user.id}|{user.name}>" for user in workspace.users.values()}
    groups = {f"@{one.handle}": f"<!subteam^{one.id}|@{one.handle}>" for one in workspace.groups.values()}
    known = channels | users | groups
    return re.sub(r"(?<!\S)[#@][\w.-]+", lambda match: known.get(match.group(), match.group()), text)
