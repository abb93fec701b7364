from dataclasses import replace

import pytest

from sandbox.psa.autotask.users import WRONG_SECRETS
from tests.sandbox.psa.autotask.calling import API, Caller

THRESHOLD = f"{API}/ThresholdInformation"
ZONE = "/ATServicesRest/V1.0/zoneInformation"


async def test_the_zone_is_told_to_anybody_who_knows_a_user(api: Caller) -> None:
    reply = await api.raw(f"{ZONE.lower()}?user=PSABOT%2Bapi%40example-msp.test")
    assert reply.status == 200
    assert reply.json == {
        "zoneName": "America East",
        "url": f"{api.url}/zone3/ATServicesRest/",
        "webUrl": f"{api.url}/",
        "ci": 12345,
    }


async def test_an_unknown_user_is_a_500(api: Caller) -> None:
    reply = await api.raw(f"{ZONE}?user=nobody")
    assert (reply.status, reply.error) == (500, "Zone information could not be determined")


async def test_versions_are_listed_though_only_one_of_them_answers(api: Caller) -> None:
    assert (await api.raw("/ATServicesRest/VersionInformation")).json == {"apiVersions": ["V1.0", "V2.0"]}
    assert (await api.raw("/ATServicesRest/V2.0/zoneInformation?user=x")).status == 404
    assert (await api.raw(f"{API.replace('V1.0', 'V2.0')}/ThresholdInformation", headers=api.keys())).status == 404


async def test_the_right_keys_are_let_in(api: Caller) -> None:
    assert (await api.raw(THRESHOLD, headers=api.keys())).status == 200


@pytest.mark.parametrize("header", ["UserName", "Secret"])
@pytest.mark.parametrize("value", [None, "wrong"])
async def test_without_the_right_name_and_secret_nobody_is_let_in(api: Caller, header: str, value: str | None) -> None:
    reply = await api.raw(THRESHOLD, headers=api.keys(**{header: value}))
    assert (reply.status, reply.error) == (401, "Unauthorized")


@pytest.mark.parametrize("value", [None, "wrong"])
async def test_a_wrong_tracking_identifier_is_a_500(api: Caller, value: str | None) -> None:
    reply = await api.raw(THRESHOLD, headers=api.keys(ApiIntegrationCode=value))
    assert (reply.status, reply.error) == (500, "IntegrationCode is invalid.")


async def test_the_content_type_belongs_to_every_call(api: Caller) -> None:
    assert (await api.raw(THRESHOLD, headers=api.keys(**{"Content-Type": "text/plain"}))).status == 415


async def test_who_impersonates_somebody_asks_with_that_persons_rights(api: Caller) -> None:
    reply = await api.raw(THRESHOLD, headers=api.keys(ImpersonationResourceId="29682885"))
    assert reply.status == 500
    assert "adequate permissions" in reply.error


async def test_an_inactive_user_is_not_let_in(api: Caller) -> None:
    api.user = "retired"
    assert (await api.raw(THRESHOLD, headers=api.keys())).status == 401


async def test_too_many_wrong_secrets_lock_the_user(api: Caller) -> None:
    for _ in range(WRONG_SECRETS - 1):
        await api.raw(THRESHOLD, headers=api.keys(Secret="wrong"))
    assert (await api.raw(THRESHOLD, headers=api.keys())).status == 200  # and the count begins anew
    for _ in range(WRONG_SECRETS):
        await api.raw(THRESHOLD, headers=api.keys(Secret="wrong"))
    assert (await api.raw(THRESHOLD, headers=api.keys())).status == 401


async def test_the_wrong_zone_is_a_401_until_the_zone_is_asked_for_again(api: Caller) -> None:
    api.psa.move("zone9")
    assert (await api.raw(THRESHOLD, headers=api.keys())).status == 401
    assert (await api.raw(THRESHOLD.replace("zone3", "zone9"), headers=api.keys())).status == 200


async def test_secrets_stand_in_no_repr(api: Caller) -> None:
    assert api.psa.users["admin"].secret not in repr(replace(api.psa.users["admin"]))
    assert api.psa.connection("http://x")["secrets"]["secret"] == api.psa.users["psabot"].secret
