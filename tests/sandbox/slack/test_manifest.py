"""The workspace grants what the app's manifest asks for, and no more."""

import json
from pathlib import Path

from sandbox.slack.local import local_slack
from sandbox.slack.manifest import read_manifest


def test_commands_scopes_and_events_come_from_the_manifest(tmp_path: Path) -> None:
    manifest = {
        "features": {"slash_commands": [{"command": "/crm", "description": "Ask", "should_escape": True}]},
        "oauth_config": {"scopes": {"bot": ["commands"]}},
        "settings": {"event_subscriptions": {"bot_events": ["app_mention"]}},
    }
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps(manifest))
    read = read_manifest(path)
    assert [(command.name, command.should_escape) for command in read.commands] == [("/crm", True)]
    assert (read.scopes, read.events) == (frozenset({"commands"}), frozenset({"app_mention"}))


async def test_a_workspace_can_be_made_for_a_manifest(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text(json.dumps({"oauth_config": {"scopes": {"bot": ["commands"]}}}))
    async with local_slack(manifest=path) as slack:
        assert slack.workspace.scopes == frozenset({"commands"})
        assert slack.workspace.events == frozenset()


def test_an_empty_manifest_grants_nothing(tmp_path: Path) -> None:
    path = tmp_path / "manifest.json"
    path.write_text("{}")
    assert read_manifest(path).commands == ()
