"""Fixtures of the store's tests."""

from tests.databases import *  # noqa: F403 - pytest finds fixtures by name
