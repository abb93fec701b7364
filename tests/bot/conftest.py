"""Fixtures of the journeys' tests, and of those of the process around them."""

from tests.bot.chat import *  # noqa: F403 - pytest finds fixtures by name
from tests.bot.place import *  # noqa: F403 - the same
from tests.bot.sync.stage import *  # noqa: F403 - the same
from tests.bot.telling import prod  # noqa: F401 - the same
from tests.databases import *  # noqa: F403 - the same
