from dataclasses import replace

import pytest

from sandbox.psa.connectwise.server import SimulatedConnectWise
from tests.sandbox.psa.calling import API, Caller, sign_in_headers

INFO = f"{API}/system/info"


async def test_the_right_keys_open_the_api(api: Caller) -> None:
    reply = await api.get("/system/info")
    assert reply.status == 200
    assert reply.json["version"].startswith("v2026.1.")
    assert reply.headers["x-cw-request-id"]
    assert reply.headers["Content-Type"].startswith("application/vnd.connectwise.com+json")


async def test_nobody_signed_in_is_refused_in_the_vendors_words(api: Caller) -> None:
    reply = await api.raw(INFO)
    assert (reply.status, reply.json) == (401, {"code": "ConnectWiseApi", "message": "UserNotAuthenticated"})


@pytest.mark.parametrize("header", ["Bearer abc", "Basic !!!", "Basic //79", "Basic YWJj", "Basic YTpi"])
async def test_a_header_that_is_no_basic_sign_in_is_refused(api: Caller, header: str) -> None:
    reply = await api.raw(INFO, headers={"Authorization": header})
    assert reply.status == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"company": "someoneelse"},
        {"public_key": "unknown"},
        {"private_key": "guessed"},
        {"client_id": ""},
        {"client_id": "not-a-guid"},
    ],
)
async def test_each_wrong_part_of_a_sign_in_is_refused(api: Caller, wrong: dict[str, str]) -> None:
    reply = await api.raw(INFO, headers=sign_in_headers(**{**api.psa.credentials(), **wrong}))
    assert (reply.status, reply.json["code"]) == (401, "Unauthorized")


async def test_an_inactive_member_is_refused(api: Caller) -> None:
    assert (await api.get("/system/info", member="retired")).status == 401


async def test_a_rotated_key_stops_working_at_once(api: Caller) -> None:
    old = sign_in_headers(**api.psa.credentials())
    api.psa.members["psabot"] = replace(api.psa.members["psabot"], private_key="a new one")
    assert (await api.raw(INFO, headers=old)).status == 401
    assert (await api.get("/system/info")).status == 200


def test_a_private_key_stays_out_of_the_repr_of_its_member(psa: SimulatedConnectWise) -> None:
    member = psa.members["psabot"]
    assert member.private_key not in repr(member)


@pytest.mark.parametrize("accept", ["*/*", "application/json", "application/vnd.connectwise.com+json; version=2026.1"])
async def test_a_version_may_be_pinned(api: Caller, accept: str) -> None:
    assert (await api.get("/system/info", headers={"Accept": accept})).status == 200


async def test_a_version_that_does_not_exist_is_refused(api: Caller) -> None:
    reply = await api.get("/system/info", headers={"Accept": "application/vnd.connectwise.com+json; version=v7"})
    assert reply.status == 400
