"""The Web API's methods, by name: one line each, with the scope and the rate it needs."""

from sandbox.slack.methods import app, chat, conversations, files, people, views
from sandbox.slack.methods.method import Method

METHODS: dict[str, Method] = {
    method.name: method for family in (app, chat, conversations, files, people, views) for method in family.METHODS
}
