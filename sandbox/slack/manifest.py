"""The app's manifest: which commands, scopes and events the local workspace gives it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.slack import identity
from sandbox.slack.identity import Command
from sandbox.slack.workspace import Clock, Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    commands: tuple[Command, ...] = identity.COMMANDS
    scopes: frozenset[str] = identity.SCOPES
    events: frozenset[str] = identity.EVENTS

    def workspace(self, clock: Clock) -> Workspace:
        """A workspace with this app in it."""
        return Workspace(clock=clock, commands=self.commands, scopes=self.scopes, events=self.events)


def read_manifest(path: Path) -> Manifest:
    """What the manifest does not grant, the workspace refuses: that is how a forgotten scope shows."""
    manifest: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    commands = manifest.get("features", {}).get("slash_commands", [])
    scopes = manifest.get("oauth_config", {}).get("scopes", {}).get("bot", [])
    events = manifest.get("settings", {}).get("event_subscriptions", {}).get("bot_events", [])
    return Manifest(
        commands=tuple(_command(one) for one in commands), scopes=frozenset(scopes), events=frozenset(events)
    )


def _command(described: Mapping[str, Any]) -> Command:
    return Command(
        name=str(described["command"]),
        description=str(described.get("description", "")),
        usage_hint=str(described.get("usage_hint", "")),
        should_escape=bool(described.get("should_escape", False)),
    )
