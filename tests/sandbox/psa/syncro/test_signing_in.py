from dataclasses import replace
from datetime import timedelta

import pytest

from sandbox.psa.syncro.errors import NOT_AUTHORIZED
from sandbox.psa.syncro.server import BASE
from tests.sandbox.psa.syncro.calling import Caller


async def test_a_token_in_the_header_opens_me_which_shows_a_credential(api: Caller) -> None:
    me = (await api.get("/me")).json
    assert (me["subdomain"], me["admin"], me["permissions"]["customer"]["read"]) == ("examplemsp", False, True)
    assert me["user_token"]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic abc", "Tpsabot-sandbox-token"])
async def test_any_other_header_is_a_401(api: Caller, header: str) -> None:
    reply = await api.raw(f"{BASE}/me", headers={"Authorization": header} if header else None)
    assert (reply.status, reply.json) == (401, {"error": "Invalid or expired API token"})


async def test_a_key_in_the_address_opens_nothing(api: Caller) -> None:
    secret = api.psa.credentials()["api_token"]
    assert (await api.raw(f"{BASE}/me", query=[("api_key", secret)])).status == 401


async def test_a_token_expires_on_its_day(api: Caller) -> None:
    token = api.psa.tokens["psabot"]
    api.psa.tokens["psabot"] = replace(token, expires=api.psa.clock.now() + timedelta(hours=1))
    assert (await api.get("/me")).status == 200
    api.psa.clock.advance(3600)
    assert (await api.get("/me")).status == 401


@pytest.mark.parametrize(
    ("member", "path", "opens"),
    [
        ("norecurring", "/schedules", False),
        ("norecurring", "/schedules/7788", False),
        ("norecurring", "/customers", True),
        ("nodetails", "/customers/30418", False),
        ("nodetails", "/customers", True),
        ("nocustomers", "/customers", False),
        ("nothing", "/products", False),
        ("nothing", "/products/categories", False),
        ("nothing", "/invoices", False),
        ("nothing", "/me", True),
        ("nothing", "/settings", True),
        ("nothing", "/settings/tabs", True),
        ("nothing", "/tickets/settings", True),
        ("nothing", "/users", True),
        ("psabot", "/new_ticket_forms", False),
        ("psabot", "/canned_responses", False),
        ("templates", "/new_ticket_forms", True),
        ("templates", "/canned_responses", True),
    ],
)
async def test_a_missing_permission_is_a_401_with_a_sentence(api: Caller, member: str, path: str, opens: bool) -> None:
    reply = await api.get(path, member=member)
    assert reply.status == (200 if opens else 401)
    assert opens or reply.json == {"error": NOT_AUTHORIZED}


async def test_the_two_kinds_of_401_can_be_made_to_look_alike(api: Caller) -> None:
    api.psa.same_words_for_both_401s = True
    wrong = await api.raw(f"{BASE}/me", headers={"Authorization": "Bearer wrong"})
    assert wrong.json == (await api.get("/schedules", member="nothing")).json


async def test_a_single_customer_user_sees_its_own_customer_and_no_error(api: Caller) -> None:
    assert [row["id"] for row in (await api.get("/customers", member="single")).json["customers"]] == [30418]
    assert (await api.get("/customers/30418", member="single")).status == 200
    assert (await api.get("/customers/30417", member="single")).status == 404
    assert {row["customer_id"] for row in (await api.get("/schedules", member="single")).json["schedules"]} == {30418}
    assert (await api.get("/schedules/7788", member="single")).status == 404
