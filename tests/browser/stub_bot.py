"""A bot of a few lines, for trying the page against the real sandbox: it knows nothing of PSAs."""

import json
from typing import Any

from aiohttp import ClientSession, web

from tests.browser.gallery import JSON, button, option, plain

TOKEN = {"Authorization": "Bearer xoxb-local-psa-bot"}


class StubBot:
    """Answers a command with a private message, a press with an edit or a modal, and a submission with an error."""

    def __init__(self) -> None:
        self.slack_url = ""
        self.submitted: list[JSON] = []

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/slack/events", self._listen)
        app.router.add_post("/_testing/clock", self._acknowledge)
        return app

    async def _acknowledge(self, request: web.Request) -> web.Response:
        return web.json_response({"ok": True})

    async def _listen(self, request: web.Request) -> web.Response:
        form = await request.post()
        if "command" in form:
            await self._post(str(form["response_url"]), {"text": "Acme Ltd", "blocks": answer()})
            return web.Response()
        if "payload" not in form:
            return web.Response()
        payload = json.loads(str(form["payload"]))
        return await getattr(self, f"_{payload['type']}")(payload)

    async def _block_actions(self, payload: JSON) -> web.Response:
        action = payload["actions"][0]
        if action["action_id"] == "settings":
            view = {"trigger_id": payload["trigger_id"], "view": modal()}
            await self._post(f"{self.slack_url}/api/views.open", view)
        else:
            chosen = action.get("selected_option", {}).get("value", action.get("value"))
            said = {"text": f"You chose {chosen}", "replace_original": True}
            await self._post(payload["response_url"], said)
        return web.Response()

    async def _block_suggestion(self, payload: JSON) -> web.Response:
        return web.json_response({"options": [option(f"{payload['value']} Ltd", "q:1:4711")]})

    async def _view_submission(self, payload: JSON) -> web.Response:
        values = payload["view"]["state"]["values"]
        self.submitted.append(values)
        if values["name"]["name"]["value"] == "taken":
            return web.json_response({"response_action": "errors", "errors": {"name": "This name is taken."}})
        return web.Response()

    async def _post(self, url: str, body: Any) -> None:
        async with ClientSession(headers=TOKEN) as session, session.post(url, json=body) as response:
            assert response.status == 200, await response.text()


def answer() -> list[JSON]:
    search = {"type": "external_select", "action_id": "search", "placeholder": plain("Search"), "min_query_length": 1}
    elements = [button("Again", "again", "q:1"), button("Settings", "settings"), search]
    return [
        {"type": "header", "text": plain("Acme Ltd is visible")},
        {"type": "actions", "block_id": "b", "elements": elements},
    ]


def modal() -> JSON:
    element = {"type": "plain_text_input", "action_id": "name"}
    return {
        "type": "modal",
        "title": plain("Settings"),
        "submit": plain("Save"),
        "close": plain("Cancel"),
        "blocks": [{"type": "input", "block_id": "name", "label": plain("Name"), "element": element}],
    }
