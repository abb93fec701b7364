"""Who may read what: the scope of the token, the role of the agent, and the customers that it may use."""

from dataclasses import replace

import pytest

from sandbox.psa.halopsa.cast import SPECTRE
from tests.sandbox.psa.halopsa.calling import EVERYBODY, Caller, paged


async def status(api: Caller, path: str, application: str) -> int:
    return (await api.get(path, application=application)).status


@pytest.mark.parametrize(
    ("application", "refused"),
    [
        ("unlimited", set()),
        ("noinvoices", {"/RecurringInvoice"}),
        ("noitems", {"/Item", "/TicketType", "/TicketArea"}),
        ("norole", {"/RecurringInvoice", "/ClientContract", "/TicketType", "/TicketArea"}),
    ],
)
async def test_a_call_needs_its_scope_and_its_area(api: Caller, application: str, refused: set[str]) -> None:
    paths = ("/Client", "/RecurringInvoice", "/ClientContract", "/Item", "/TicketType", "/TicketArea")
    assert {path for path in paths if await status(api, path, application) == 403} == refused


async def test_an_agent_that_may_not_use_all_customers_gets_shorter_lists_and_no_error(api: Caller) -> None:
    api.psa.unfix("spectre")
    for path, key in (("/Client", "clients"), ("/RecurringInvoice", "invoices"), ("/ClientContract", "contracts")):
        marks = EVERYBODY if key == "clients" else {}
        every, some = [
            (await api.get(path, application=one, **marks, **paged(1, 1))).json["record_count"]
            for one in ("unlimited", "psabot")
        ]
        assert every - some == 1
    assert await status(api, f"/Client/{SPECTRE}", "psabot") == 404
    assert await status(api, f"/Client/{SPECTRE}", "unlimited") == 200


async def test_an_agents_own_record_names_the_customers_that_it_is_limited_to(api: Caller) -> None:
    api.psa.unfix("spectre")
    limited = (await api.get("/Agent/me", application="psabot")).json["clients"]
    assert len(limited) == 254
    assert SPECTRE not in {one["client_id"] for one in limited}
    assert (await api.get("/Agent/me")).json["clients"] == []
    assert await status(api, "/Agent/me", "shy") == 403


async def test_an_instance_tells_its_version_or_refuses_to(api: Caller) -> None:
    assert (await api.get("/InstanceInfo")).json["app_version"] == "2.206.1"
    api.psa.version = None
    assert (await api.get("/InstanceInfo")).status == 403


@pytest.mark.parametrize("path", ["/Nothing", "/Client/x", "/TicketArea/1", "/Client/41/more", "/client"])
async def test_an_address_that_is_none_is_a_page_that_says_so(api: Caller, path: str) -> None:
    reply = await api.get(path)
    assert (reply.status, reply.text[:15]) == (404, "<!DOCTYPE html>")


async def test_nothing_can_be_written(api: Caller) -> None:
    token = await api.token("unlimited")
    for method in ("POST", "PUT", "DELETE"):
        assert (await api.raw("/api/Client", method=method, token=token)).status == 405


async def test_a_record_that_is_not_there_is_refused_in_json(api: Caller) -> None:
    reply = await api.get("/RecurringInvoice/5")
    assert (reply.status, list(reply.json)) == (404, ["Message"])


async def test_a_scope_that_is_unticked_ends_with_the_next_token(api: Caller) -> None:
    one = api.psa.applications["unlimited"]
    api.psa.applications["unlimited"] = replace(one, scopes=one.scopes - {"read:invoices"})
    assert (await api.sign_in(scope="read:customers read:invoices")).status == 400
    assert (await api.sign_in(scope="read:customers")).status == 200


async def test_a_deep_link_shows_the_customer_without_its_secrets(api: Caller) -> None:
    page = await api.raw("/customers", clientid="41")
    assert "Oceanic Airlines" in page.text
    assert "secret" not in page.text
    assert (await api.raw("/customers", clientid="4")).status == 404
    api.psa.tenant.clients.change(41, name="<b>Oceanic</b>")
    assert "<b>Oceanic" not in (await api.raw("/customers", clientid="41")).text
