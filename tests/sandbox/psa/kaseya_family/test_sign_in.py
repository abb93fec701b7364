import aiohttp
import pytest

from sandbox.clock import SandboxClock
from sandbox.psa.kaseya_family.server import SimulatedKaseya
from sandbox.psa.kaseya_family.ways import Fails
from tests.sandbox.psa.kaseya_family.calling import ACCOUNTS, REFRESH, SIGN_IN, USER, Caller


async def test_a_token_opens_the_api_until_it_ends(api: Caller, clock: SandboxClock) -> None:
    assert (await api.raw(USER)).status == 401
    assert (await api.get(USER)).json["result"]["productName"] == api.psa.title
    clock.advance(29 * 60)
    assert (await api.get(USER)).status == 200
    clock.advance(2 * 60)
    assert (await api.get(USER)).status == 401
    assert [call.member for call in api.psa.calls][-2:] == ["psabot.api", ""]


async def test_a_refresh_token_is_good_once(api: Caller, clock: SandboxClock) -> None:
    told = (await api.sign_in()).json["result"]
    form = {"accessToken": told["accessToken"], "refreshToken": told["refreshToken"]}
    clock.advance(3600)
    renewed = await api.raw(REFRESH, method="POST", data=form)
    assert renewed.json["result"]["accessToken"] != told["accessToken"]
    assert (await api.raw(REFRESH, method="POST", data=form)).error == "The refresh token is not valid."
    assert (api.psa.security.sign_ins, api.psa.security.refreshes) == (1, 1)


@pytest.mark.parametrize(
    "changes",
    [{"password": "wrong"}, {"password": ""}, {"userName": "nobody"}, {"tenant": "Somebody else"}],
)
async def test_a_wrong_sign_in_is_a_failure_inside_a_200(api: Caller, changes: dict[str, str]) -> None:
    reply = await api.sign_in(**changes)
    assert (reply.status, reply.error) == (200, "Invalid user name or password")
    assert "stackStrace" in reply.json["error"]


async def test_names_of_fields_and_tenant_are_taken_in_any_case(api: Caller, psa: SimulatedKaseya) -> None:
    keys = psa.credentials()
    form = {
        "GRANTTYPE": "password",
        "username": keys["username"],
        "PassWord": keys["password"],
        "Tenant": psa.connection(api.url)["settings"]["tenant"].upper(),
    }
    assert (await api.raw(SIGN_IN, method="POST", data=form)).json["success"] is True
    assert (await api.sign_in(grantType="")).status == 400


async def test_forms_come_as_multipart_too_and_json_is_none(api: Caller, psa: SimulatedKaseya) -> None:
    psa.ways.takes_urlencoded = False
    assert (await api.sign_in()).status == 415
    form = aiohttp.FormData(default_to_multipart=True)
    for name, text in {"grantType": "password", **psa.credentials()}.items():
        form.add_field(name, text)
    form.add_field("tenant", psa.connection(api.url)["settings"]["tenant"])
    assert (await api.raw(SIGN_IN, method="POST", data=form)).json["success"] is True
    assert (await api.raw(SIGN_IN, method="POST", json={})).status == 415
    assert (await api.raw(SIGN_IN)).status == 405


async def test_an_employee_with_an_authenticator_is_asked_for_a_code(api: Caller) -> None:
    assert (await api.sign_in("technician")).error == "MFA verification code is required."
    assert (await api.sign_in("technician", mfaCode="123456")).json["success"] is True
    assert (await api.get(ACCOUNTS)).status == 200


async def test_without_api_access_the_sign_in_or_every_call_is_refused(api: Caller, psa: SimulatedKaseya) -> None:
    psa.unfix("locked-out")
    assert (await api.get(USER)).status == 403
    psa.ways.fails = Fails.ENVELOPE
    assert (await api.get(USER)).error == "You do not have permission to perform this action."
    assert (await api.sign_in()).error == "The user does not have API access."


async def test_a_stale_token_may_be_told_inside_a_200(api: Caller, psa: SimulatedKaseya) -> None:
    psa.ways.fails = Fails.ENVELOPE
    api.token = "nonsense"
    reply = await api.get(USER)
    assert (reply.status, reply.error) == (200, "The access token has expired.")


async def test_secrets_are_in_no_repr(psa: SimulatedKaseya) -> None:
    assert psa.credentials()["password"] not in repr(psa.security.users)
