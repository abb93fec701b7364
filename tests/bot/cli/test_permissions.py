"""``psa-bot permissions``: one document, and exit codes that a monitoring job can trust."""

import json

import pytest

from bot.store.queries import connections
from sandbox.serve import serving
from tests.bot.cli.conftest import Shop
from tests.bot.cli.terminal import Ran
from tests.connectors.answerer import Answerer, Say

API = "/v4_6_release/apis/3.0"


async def asked(shop: Shop, *more: str, connection: str = "cw-prod", **env: str) -> Ran:
    return await shop.enters("permissions", "--connection", connection, *more, **env)


@pytest.mark.requirement("R32", "R40", "R42")
async def test_a_right_that_the_bot_lacks_ends_with_1_and_is_told_with_what_to_do(connected: Shop) -> None:
    ran = await asked(connected)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith("❌ This bot lacks 1 right on cw-prod (ConnectWise).")
    assert "❌ Finance > Agreements > Customize: every agreement type in Allow" in ran.out
    assert "✅ Companies > Company Maintenance: Inquire (All)" in ran.out
    assert "Where: System > Security Roles in ConnectWise and the role of the API member" in ran.out


async def test_where_the_bot_lacks_nothing_it_ends_with_0_whatever_the_billing_tool_lacks(connected: Shop) -> None:
    connected.psa.fix("hooli")
    ran = await asked(connected, "--json")
    assert (ran.code, ran.err) == (0, "")
    refused = {right["id"]: right["used_by"] for right in ran.json["rights"] if right["access"] == "refused"}
    assert refused["agreement-changes"] == ["billing tool"]
    assert not [users for users in refused.values() if "bot" in users]


@pytest.mark.requirement("R32", "C9")
async def test_the_document_holds_every_right_with_its_result_and_the_text_to_send(connected: Shop) -> None:
    document = (await asked(connected, "--json")).json
    assert (document["connection"], document["psa"], document["error"]) == ("cw-prod", "connectwise", None)
    assert document["version"]
    allow_list = next(right for right in document["rights"] if right["id"] == "agreement-allow-list")
    assert (allow_list["access"], allow_list["area"], allow_list["often_missed"]) == ("refused", "Agreements", True)
    assert "Legacy Hosting" in allow_list["detail"]
    assert "- Finance > Agreements > Customize: every agreement type in Allow" in document["request"]
    assert document["surplus"] == []


async def test_a_kind_of_psa_is_as_good_as_the_name_of_its_only_connection(connected: Shop) -> None:
    assert (await asked(connected, "--json", connection="ConnectWise")).json["connection"] == "cw-prod"
    await connected.add("second", "--no-test")
    both = await asked(connected, connection="connectwise")
    assert (both.code, both.out) == (2, "")
    assert "Which one: cw-prod, second?" in both.err


async def test_an_unknown_connection_is_wrong_usage(connected: Shop) -> None:
    ran = await asked(connected, "--json", connection="nowhere")
    assert ran.code == 2
    assert "There are: cw-prod." in ran.json["error"]["message"]


async def test_a_psa_that_is_down_ends_with_4_and_claims_nothing(connected: Shop) -> None:
    answerer = Answerer()
    async with serving(answerer.app) as url:
        answerer.on(f"{API}/system/info", Say(status=503, headers={"Retry-After": "3600"}))
        async with connected.terminal.bot() as bot:
            [connection] = await connections.every(bot.db)
            moved = {"base_url": f"{url}{API}", "company": "x"}
            await connections.replace_settings(bot.db, connection.id, moved)
        ran = await asked(connected, "--json")
    assert ran.code == 4
    assert {right["access"] for right in ran.json["rights"]} == {"unknown"}
    assert ran.json["error"]["kind"] == "psa_down"


@pytest.mark.requirement("R220")
async def test_keys_that_are_refused_end_with_1_and_claim_nothing(connected: Shop) -> None:
    connected.psa.break_with("unauthorized")
    ran = await asked(connected, "--json")
    assert (ran.code, ran.json["error"]["who_must_act"]) == (1, "operator")
    assert {right["access"] for right in ran.json["rights"]} == {"unknown"}


async def test_secrets_that_no_key_opens_end_with_3(connected: Shop) -> None:
    ran = await asked(connected, "--json", PSA_BOT_SECRET_KEY="")
    assert ran.code == 3
    assert "PSA_BOT_SECRET_KEY" in ran.json["error"]["message"]


async def test_no_secret_is_in_what_is_printed(connected: Shop) -> None:
    ran = await asked(connected, "--json")
    assert not [secret for secret in json.loads(connected.secrets).values() if secret in ran.out + ran.err]
