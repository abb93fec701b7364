"""The authorisation server gives tokens to applications, for the scopes that are ticked, for an hour."""

import pytest

from tests.sandbox.psa.halopsa.calling import TOKEN, Caller


async def test_a_token_opens_the_api_for_an_hour(api: Caller) -> None:
    told = (await api.sign_in()).json
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 3600)
    assert "read:customers" in told["scope"].split()
    assert (await api.raw("/api/InstanceInfo", token=told["access_token"])).status == 200
    api.psa.clock.advance(3600)
    late = await api.raw("/api/InstanceInfo", token=told["access_token"])
    assert (late.status, late.text) == (401, "")


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"scope": "read:sites"}, 400, "invalid_scope"),
        ({"scope": "read:customers edit:invoices"}, 400, "invalid_scope"),
        ({"scope": ""}, 400, "invalid_scope"),
    ],
)
async def test_a_sign_in_that_is_not_right_is_refused(
    api: Caller, form: dict[str, str], status: int, error: str
) -> None:
    keys = api.psa.credentials("unlimited")
    right = {"grant_type": "client_credentials", **keys, "scope": "read:customers"}
    reply = await api.post({**right, **form}, tenant="examplemsp")
    assert (reply.status, reply.json) == (status, {"error": error})


async def test_the_tenant_may_stand_in_the_query_or_the_form_and_must_be_right(api: Caller) -> None:
    keys = api.psa.credentials("unlimited")
    form = {"grant_type": "client_credentials", **keys, "scope": "read:customers"}
    assert (await api.post({**form, "tenant": "examplemsp"})).status == 200
    assert (await api.post(form)).status == 400
    api.psa.on_premises = True
    assert (await api.post(form)).status == 200
    assert "tenant_id" not in (await api.raw("/api/AuthInfo")).json


async def test_auth_info_is_open_to_everybody_and_says_where_to_sign_in(api: Caller) -> None:
    api.psa.auth_path = "/signin"
    told = (await api.raw("/api/AuthInfo")).json
    assert told == {"auth_url": f"{api.url}/signin", "tenant_id": "examplemsp"}
    assert (await api.post({})).status == 404
    assert (await api.post({}, "/signin/token", tenant="examplemsp")).status == 400
    api.psa.tells_where = False
    assert (await api.raw("/api/AuthInfo")).status == 401


async def test_an_application_with_all_may_ask_for_anything_and_edit_holds_read(api: Caller) -> None:
    one = api.psa.applications["unlimited"]
    api.psa.applications["unlimited"] = type(one)(
        client_id=one.client_id, client_secret=one.client_secret, agent=one.agent, scopes=frozenset({"edit:items"})
    )
    assert (await api.sign_in(scope="read:items")).status == 200
    assert (await api.sign_in(scope="read:kb")).status == 400
    token = (await api.sign_in(scope="edit:items")).json["access_token"]
    assert (await api.raw("/api/Item", token=token)).status == 200


async def test_calls_of_the_api_and_sign_ins_are_remembered_apart_with_who_made_them(api: Caller) -> None:
    await api.get("/Client", count="1")
    await api.raw("/api/Client")
    assert [(call.path, call.status, call.member) for call in api.psa.calls] == [
        ("/api/Client", 200, "unlimited"),
        ("/api/Client", 401, ""),
    ]
    assert [(call.method, call.path) for call in api.psa.sign_ins] == [("POST", TOKEN)]


async def test_revoked_tokens_and_retired_applications_are_worth_nothing(api: Caller) -> None:
    assert (await api.get("/InstanceInfo")).status == 200
    api.psa.tokens.revoke()
    assert (await api.get("/InstanceInfo")).status == 401
    assert (await api.sign_in("retired")).status == 401


async def test_the_sign_in_is_a_page_for_nobody_else(api: Caller) -> None:
    assert (await api.raw(TOKEN)).status == 404
    assert (await api.raw("/portal")).headers["Content-Type"].startswith("text/html")
