import pytest

from tests.sandbox.psa.calling import COMPANIES, Caller, sign_in_headers


async def test_companyinfo_tells_the_codebase_without_a_sign_in(api: Caller) -> None:
    reply = await api.raw("/login/companyinfo/examplemsp")
    assert reply.json["Codebase"] == "v2026_1/"
    assert reply.json["SiteUrl"] == api.url.removeprefix("http://")


async def test_companyinfo_of_an_unknown_company_is_the_literal_null(api: Caller) -> None:
    reply = await api.raw("/login/companyinfo/nobody")
    assert (reply.status, reply.text) == (200, "null")


async def test_the_old_name_of_the_codebase_works_as_an_alias(api: Caller) -> None:
    headers = sign_in_headers(**api.psa.credentials())
    assert (await api.raw("/v4_6_release/apis/3.0/system/info", headers=headers)).status == 200


@pytest.mark.parametrize("path", ["/v2026_1//apis/3.0/x", "/v1/apis/3.0/system/info", "/apis/3.0/system/info", "/"])
async def test_a_path_that_leads_nowhere_cannot_be_routed(api: Caller, path: str) -> None:
    reply = await api.raw(path, headers=sign_in_headers(**api.psa.credentials()))
    assert (reply.status, reply.text) == (400, "Cannot route. Codebase/company is invalid")


async def test_a_doubled_path_cannot_be_routed(api: Caller) -> None:
    assert (await api.get("/v2026_1/apis/3.0/system/info")).status == 400


async def test_after_an_upgrade_the_old_codebase_is_a_404_page_until_companyinfo_is_asked_again(api: Caller) -> None:
    api.psa.upgrade("v2026_2")
    old = await api.get("/system/info")
    assert (old.status, old.text[:6]) == (404, "<html>")
    assert (await api.raw("/login/companyinfo/examplemsp")).json["Codebase"] == "v2026_2/"
    new = await api.raw("/v2026_2/apis/3.0/system/info", headers=sign_in_headers(**api.psa.credentials()))
    assert new.status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/company/nothing",
        "/company/companies/4711/agreements",
        "/company/companies/abc",
        "/company/companies/99999999999",
        "/service/info/boards/active/count",
        "/company/companies/",
    ],
)
async def test_an_endpoint_that_does_not_exist_says_so(api: Caller, path: str) -> None:
    reply = await api.get(path)
    assert reply.status == 404
    assert reply.json == {"code": "ConnectWiseApi", "message": "The endpoint does not exist."}


async def test_a_url_beyond_ten_thousand_characters_is_too_long(api: Caller) -> None:
    ids = ",".join(str(number) for number in range(1, 2400))
    reply = await api.get(COMPANIES, conditions=f"id in ({ids})")
    assert (reply.status, reply.text[:6]) == (414, "<html>")


@pytest.mark.requirement("R240")
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "HEAD"])
async def test_nothing_but_get_exists_and_every_try_is_on_record(api: Caller, method: str) -> None:
    headers = sign_in_headers(**api.psa.credentials())
    reply = await api.raw(f"/v2026_1/apis/3.0{COMPANIES}/4711", method=method, headers=headers)
    assert reply.status == 405
    assert [(call.method, call.status) for call in api.psa.calls] == [(method, 405)]


async def test_every_call_is_on_record_with_who_asked_what(api: Caller) -> None:
    await api.get(COMPANIES, conditions='name = "A+ Plumbing"')
    await api.raw("/login/companyinfo/examplemsp")
    first, second = api.psa.calls
    assert (first.method, first.path, first.status) == ("GET", f"/v2026_1/apis/3.0{COMPANIES}", 200)
    assert (first.member, first.query) == ("psabot", {"conditions": 'name = "A+ Plumbing"'})
    assert second.member == ""


async def test_a_deep_link_shows_the_record_and_escapes_its_name(api: Caller) -> None:
    page = "/v4_6_release/services/system_io/router/openrecord.rails"
    odd = next(row for row in api.psa.tenant.companies.rows() if row.data["name"].startswith("<!channel>"))
    shown = await api.raw(page, recordType="CompanyFV", recid=str(odd.data["id"]), companyName="examplemsp")
    assert shown.status == 200
    assert "&lt;!channel&gt; Catering" in shown.text
    assert "<th>types<td>" in shown.text
    assert (await api.raw(page, recordType="AgreementFV", recid="88")).status == 200
    for query in ({"recordType": "CompanyFV", "recid": "1"}, {"recordType": "X", "recid": "88"}, {"recid": "abc"}):
        assert (await api.raw(page, headers=None, **query)).status == 404
