"""One list of commands: help, manifest, documentation, code and tests agree with it."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from bot.config import Settings
from bot.slack import registry
from bot.slack.clicks import PRESSED
from bot.slack.commands import OBEYED

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "slack-app.md").read_text(encoding="utf-8")
MANIFESTS = ("manifest.json", "manifest-socket-mode.json")

# What of Slack's manifest schema matters here: names, lengths, and nothing unknown.
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["display_information", "features", "oauth_config", "settings"],
    "properties": {
        "_metadata": {"type": "object"},
        "display_information": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "name": {"type": "string", "maxLength": 35},
                "description": {"type": "string", "maxLength": 140},
                "long_description": {"type": "string", "minLength": 174, "maxLength": 4000},
                "background_color": {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"},
            },
        },
        "features": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "app_home": {"type": "object"},
                "bot_user": {
                    "type": "object",
                    "required": ["display_name"],
                    "properties": {"display_name": {"type": "string", "pattern": "^[a-z0-9._-]{1,80}$"}},
                },
                "slash_commands": {
                    "type": "array",
                    "maxItems": 50,
                    "items": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["command", "description"],
                        "properties": {
                            "command": {"type": "string", "pattern": "^/\\S{1,31}$"},
                            "url": {"type": "string", "format": "uri"},
                            "description": {"type": "string", "maxLength": 2000},
                            "usage_hint": {"type": "string", "maxLength": 1000},
                            "should_escape": {"type": "boolean"},
                        },
                    },
                },
            },
        },
        "oauth_config": {
            "type": "object",
            "additionalProperties": False,
            "properties": {"scopes": {"type": "object", "properties": {"bot": {"type": "array", "uniqueItems": True}}}},
        },
        "settings": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "event_subscriptions": {"type": "object"},
                "interactivity": {"type": "object", "required": ["is_enabled"]},
                "org_deploy_enabled": {"type": "boolean"},
                "socket_mode_enabled": {"type": "boolean"},
                "token_rotation_enabled": {"type": "boolean"},
            },
        },
    },
}


def manifest(name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((ROOT / name).read_text(encoding="utf-8"))
    return read


def typed() -> list[registry.Verb]:
    return [verb for verb in registry.VERBS if verb is not registry.MENU]


def test_every_command_is_obeyed_and_nothing_else_is() -> None:
    assert set(OBEYED) == {verb.name for verb in registry.VERBS}


def test_no_word_means_two_commands() -> None:
    assert len(registry.words()) == len(set(registry.words()))


@pytest.mark.parametrize("verb", registry.VERBS, ids=lambda verb: verb.name)
def test_each_command_says_in_one_line_what_it_does(verb: registry.Verb) -> None:
    assert verb.line
    assert len(verb.line) <= 80
    assert bool(verb.grammar) == (verb.takes is not registry.Takes.NOTHING)
    assert bool(verb.example) == bool(verb.grammar)
    assert verb.surfaces


@pytest.mark.parametrize("verb", typed(), ids=lambda verb: verb.name)
def test_each_command_is_documented_with_its_grammar_and_aliases(verb: registry.Verb) -> None:
    assert f"`/psa {verb.usage}`".replace("|", "\\|") in PAGE
    if verb.name != "help":
        assert all(f"`{alias}`" in PAGE for alias in verb.aliases)


@pytest.mark.parametrize("name", MANIFESTS)
def test_the_manifest_is_one_that_slack_takes(name: str) -> None:
    jsonschema.validate(manifest(name), SCHEMA)


@pytest.mark.parametrize("name", MANIFESTS)
def test_the_manifest_names_every_command_and_only_those(name: str) -> None:
    (command,) = manifest(name)["features"]["slash_commands"]
    hinted = {part.split()[0] for part in command["usage_hint"].split(" | ")}
    assert hinted == {verb.name for verb in typed()}
    assert command["command"] == Settings().command
    assert command["should_escape"] is False


@pytest.mark.parametrize("name", MANIFESTS)
def test_every_scope_is_justified_and_every_justified_scope_is_asked_for(name: str) -> None:
    scopes = set(manifest(name)["oauth_config"]["scopes"]["bot"])
    table = PAGE.split("## What it may do, and why")[1].split("## Commands")[0]
    justified = {line.split("`")[1] for line in table.splitlines() if line.startswith("| `")}
    assert scopes == justified


@pytest.mark.parametrize("name", MANIFESTS)
def test_what_the_bot_listens_to_is_asked_for(name: str) -> None:
    settings = manifest(name)["settings"]
    assert settings["event_subscriptions"]["bot_events"] == ["app_mention"]
    assert settings["interactivity"]["is_enabled"] is bool(PRESSED)


def test_the_two_manifests_differ_in_how_slack_reaches_the_bot_and_in_nothing_else() -> None:
    http, socket = (manifest(name) for name in MANIFESTS)
    assert (http["settings"]["socket_mode_enabled"], socket["settings"]["socket_mode_enabled"]) == (False, True)
    addresses = {
        http["features"]["slash_commands"][0].pop("url"),
        http["settings"]["event_subscriptions"].pop("request_url"),
        http["settings"]["interactivity"].pop("request_url"),
    }
    assert addresses == {"https://psa-bot.example.com/slack/events"}
    http["settings"]["socket_mode_enabled"] = True
    assert http == socket
