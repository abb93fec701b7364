"""Fixtures of the syncs' tests."""

from tests.bot.sync.stage import *  # noqa: F403 - pytest finds fixtures by name
from tests.databases import *  # noqa: F403 - the same
