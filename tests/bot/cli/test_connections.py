"""``psa-bot connections``: what is asked, what is refused, and that a secret never comes back."""

import asyncio
import json
import re
from pathlib import Path

import pytest

from bot.store.queries import audit, connections
from bot.store.secrets import new_key
from sandbox.serve import serving
from tests.bot.cli.conftest import Shop
from tests.bot.cli.terminal import KEY, Terminal
from tests.bot.place import until
from tests.connectors.answerer import Answerer, Say

CANARY = "canary-secret-4711"


@pytest.mark.requirement("R98", "R250", "C11", "R224")
async def test_a_connection_is_tested_and_added_and_its_filter_in_force_is_told(shop: Shop) -> None:
    added = await shop.add()
    assert added.code == 0, added.err
    assert added.out.startswith("Added cw-prod.\nSigned in to 127.0.0.1")
    assert "Pulled: status Active" in added.out
    assert "Left out: " in added.out
    assert "Prospect" in added.out
    assert re.search(r"psa-bot schedule set cw-prod --weekly on, for weekly on \w+days, at 07:00 UTC", added.out)
    listed = await shop.enters("connections", "list", "--json")
    assert listed.json == [
        {
            "name": "cw-prod",
            "psa": "connectwise",
            "settings": {"site": shop.url, "company": "examplemsp"} | listed.json[0]["settings"],
            "paused": False,
            "time_zone": "UTC",
        }
    ]


async def test_with_json_an_added_connection_is_one_document_with_its_rights_and_filter(shop: Shop) -> None:
    added = await shop.add("cw-prod", "--json", "--time-zone", "Europe/London")
    assert (added.json["name"], added.json["time_zone"], added.json["test"]["ok"]) == ("cw-prod", "Europe/London", True)
    rights = {each["id"]: each["access"] for each in added.json["test"]["rights"]}
    assert rights["companies"] == "granted"
    assert rights["agreements"] == "granted"
    assert added.err == ""


@pytest.mark.requirement("R100")
@pytest.mark.parametrize("as_json", [[], ["--json"]])
async def test_no_secret_is_ever_printed_or_stored_in_the_clear(shop: Shop, as_json: list[str]) -> None:
    added = await shop.add("cw-prod", *as_json)
    secrets = json.loads(shop.secrets)
    tested = await shop.enters("connections", "test", "cw-prod", *as_json)
    printed = added.out + added.err + tested.out + tested.err
    assert not [name for name, value in secrets.items() if value in printed]
    folder = Path(shop.terminal.env["PSA_BOT_DATABASE_URL"].removeprefix("sqlite:///")).parent
    stored = b"".join(file.read_bytes() for file in folder.glob("psa-bot.db*"))
    assert not [name for name, value in secrets.items() if value.encode() in stored]


@pytest.mark.parametrize(
    "stdin",
    [
        "",
        CANARY,
        f'{{"public_key": "{CANARY}"',
        f'["{CANARY}"]',
        f'{{"public_key": {{"value": "{CANARY}"}}}}',
        '{"public_key": 4711}',
        "[" * 100_000,
    ],
)
def test_secrets_that_are_no_json_object_of_texts_are_refused_and_not_repeated(terminal: Terminal, stdin: str) -> None:
    ran = terminal.types("connections", "add", "cw-prod", "--psa", "connectwise", stdin=stdin)
    assert ran.code == 2
    assert '{"public_key": "…", "private_key": "…", "client_id": "…"}' in ran.err
    assert CANARY not in ran.err + ran.out


@pytest.mark.parametrize(
    ("secrets", "said"),
    [
        ({"public_key": CANARY}, "private_key is missing"),
        (
            {"public_key": CANARY, "private_key": CANARY, "client_id": CANARY, "token": CANARY},
            "no secret token. Known: ",
        ),
        ({"public_key": f"{CANARY} ä", "private_key": CANARY, "client_id": CANARY}, "public_key holds a space"),
    ],
)
async def test_a_missing_or_unknown_secret_is_named_beside_the_known_ones(
    shop: Shop, secrets: dict[str, str], said: str
) -> None:
    ran = await shop.enters(
        "connections", "add", "x", "--psa", "connectwise", *shop.settings, stdin=json.dumps(secrets)
    )
    assert ran.code == 3
    assert said in ran.err
    assert CANARY not in ran.err + ran.out
    assert shop.psa.calls == []


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("colour=blue", "no setting colour. Known: "),
        ("api_version=newest", "api_version is not what ConnectWise uses"),
        ("base_url=http://psa.example.com/v4", "plain http:// address"),
        ("include_types=Cliemt", "“Cliemt” is not in this PSA. Known: "),
        ("include_statuses=Active, Actif", "“Actif” is not in this PSA. Known: "),
    ],
)
@pytest.mark.requirement("R250")
async def test_a_wrong_setting_is_refused_with_what_is_known(shop: Shop, setting: str, said: str) -> None:
    ran = await shop.add("cw-prod", "--setting", setting)
    assert ran.code == 3
    assert said in ran.err
    assert (await shop.enters("connections", "list", "--json")).json == []


async def test_labels_of_the_tenants_own_tables_make_the_filter(shop: Shop) -> None:
    ran = await shop.add("cw-prod", "--setting", "include_types=Client", "--setting", "include_statuses=active")
    assert ran.code == 0
    assert "Pulled: status Active; type Client." in ran.out


async def test_plain_http_is_refused_even_on_this_machine_unless_it_is_allowed(shop: Shop) -> None:
    ran = await shop.add(PSA_BOT_ALLOW_INSECURE_LOOPBACK="")
    assert ran.code == 3
    assert "plain http:// address" in ran.err
    assert shop.psa.calls == []


@pytest.mark.parametrize("setting", [CANARY, f"={CANARY}"])
def test_a_setting_that_is_no_pair_is_refused_and_not_repeated(terminal: Terminal, setting: str) -> None:
    ran = terminal.types(
        "connections", "add", "x", "--psa", "connectwise", "--setting", "a=b", "--setting", setting, stdin="{}"
    )
    assert ran.code == 2
    assert "--setting number 2 is not KEY=VALUE" in ran.err
    assert CANARY not in ran.err


def test_a_setting_that_is_given_twice_is_refused(terminal: Terminal) -> None:
    pairs = ("--setting", "site=a", "--setting", "site=b")
    ran = terminal.types("connections", "add", "x", "--psa", "connectwise", *pairs, stdin="{}")
    assert (ran.code, ran.err) == (2, "--setting site is given twice.\n")


@pytest.mark.parametrize("name", ["", "two words", "@cw", "-cw", "cw/prod", "x" * 41, "cw\n"])
def test_a_name_is_one_word_so_that_it_can_follow_an_at_sign(terminal: Terminal, name: str) -> None:
    ran = terminal.types("connections", "add", "--psa", "connectwise", "--", name, stdin="{}")
    assert ran.code == 2
    assert "one word" in ran.err


@pytest.mark.parametrize("name", ["all", "ALL"])
def test_all_means_every_connection_so_none_can_be_called_so(terminal: Terminal, name: str) -> None:
    ran = terminal.types("connections", "add", name, "--psa", "connectwise", stdin="{}")
    assert (ran.code, ran.err) == (2, "“all” means every connection. Choose another name.\n")


async def test_a_name_is_taken_whatever_its_case(connected: Shop) -> None:
    again = await connected.add("CW-Prod")
    assert again.code == 2
    assert "There is a connection “CW-Prod” already" in again.err


async def test_a_name_that_is_taken_while_the_psa_is_asked_is_refused(shop: Shop) -> None:
    shop.psa.latency_ms = 300
    first = asyncio.create_task(shop.add())
    await until(shop.reads)
    async with shop.terminal.bot() as bot:
        await connections.add(
            bot.db, bot.box, name="cw-prod", psa="connectwise", settings={}, secrets={}, now=bot.clock.now()
        )
    shop.psa.latency_ms = 0
    late = await first
    assert late.code == 2
    assert "cw-prod" in late.err


def test_an_unknown_time_zone_is_refused(terminal: Terminal) -> None:
    ran = terminal.types("connections", "add", "x", "--psa", "connectwise", "--time-zone", "Europe/Lundun")
    assert (ran.code, ran.out) == (2, "")
    assert "Europe/London" in ran.err


async def test_without_a_key_secrets_are_not_even_asked_for(shop: Shop) -> None:
    ran = await shop.add(PSA_BOT_SECRET_KEY="")
    assert ran.code == 3
    assert "PSA_BOT_SECRET_KEY is not set" in ran.err
    assert shop.psa.calls == []


@pytest.mark.requirement("R209")
@pytest.mark.parametrize("as_json", [False, True])
async def test_keys_that_do_not_work_are_not_saved_unless_one_insists(shop: Shop, as_json: bool) -> None:
    shop.psa.break_with("unauthorized")
    refused = await shop.add("cw-prod", *(["--json"] if as_json else []))
    assert refused.code == 1
    assert "was not saved" in refused.err
    assert "--no-test" in refused.err
    if as_json:
        assert refused.json["ok"] is False
        assert refused.json["who_must_act"] == "operator"
    else:
        assert refused.out.startswith("It does not work: ")
    assert (await shop.enters("connections", "list", "--json")).json == []
    insisted = await shop.add("cw-prod", "--no-test", "--json")
    assert (insisted.code, insisted.json["test"]) == (0, None)


async def test_a_psa_that_is_down_ends_with_4(terminal: Terminal) -> None:
    answerer = Answerer()
    maintenance = Say(status=503, headers={"Retry-After": "3600"})
    answerer.on("/v4_6_release/apis/3.0/system/info", maintenance)
    secrets = json.dumps({"public_key": "a", "private_key": "b", "client_id": "c"})
    async with serving(answerer.app) as url:
        where = ("--setting", f"base_url={url}/v4_6_release/apis/3.0", "--setting", "company=x")
        ran = await terminal.enters("connections", "add", "x", "--psa", "connectwise", *where, "--json", stdin=secrets)
    assert ran.code == 4
    assert (ran.json["ok"], ran.json["who_must_act"]) == (False, "psa")


@pytest.mark.parametrize("fault", ["forbidden-companies", "forbidden-agreements"])
async def test_a_test_that_signs_in_but_may_not_read_has_failed(shop: Shop, fault: str) -> None:
    shop.psa.break_with(fault)
    ran = await shop.add("cw-prod", "--json")
    assert ran.code == 1
    assert ran.json["ok"] is False
    assert "Grant: " in ran.json["error"]
    assert "Inquire (All)" in ran.json["error"]


@pytest.mark.requirement("R127")
async def test_the_test_tells_only_the_rights_that_the_bot_itself_uses(connected: Shop) -> None:
    ran = await connected.enters("connections", "test", "cw-prod")
    assert ran.code == 0
    assert "ok       Companies > Company Maintenance: Inquire (All)." in ran.out
    assert "REFUSED  Finance > Agreements > Customize" in ran.out
    assert "Procurement" not in ran.out
    assert "Add, Edit" not in ran.out


async def test_a_paused_connection_starts_no_sync_until_it_is_resumed(connected: Shop) -> None:
    assert (await connected.enters("connections", "pause", "CW-PROD", "--json")).json == {
        "connection": "cw-prod",
        "done": "paused",
    }
    assert "paused" in (await connected.enters("connections", "list")).out
    stopped = await connected.enters("sync", "full", "--connection", "cw-prod")
    assert stopped.code == 1
    assert "psa-bot connections resume cw-prod" in stopped.err
    assert (await connected.enters("connections", "resume", "cw-prod")).out == "cw-prod: resumed.\n"
    assert (await connected.enters("sync", "full", "--connection", "cw-prod")).code == 0


@pytest.mark.requirement("R100")
async def test_new_secrets_are_tried_before_they_replace_the_old_ones(connected: Shop) -> None:
    wrong = json.loads(connected.secrets) | {"private_key": CANARY}
    refused = await connected.enters("connections", "rotate", "cw-prod", "--json", stdin=json.dumps(wrong))
    assert (refused.code, refused.json["ok"], refused.err) == (1, False, "The old secrets were kept.\n")
    assert CANARY not in refused.out
    assert (await connected.enters("connections", "test", "cw-prod")).code == 0
    rotated = await connected.enters("connections", "rotate", "cw-prod", stdin=connected.secrets)
    assert (rotated.code, rotated.out) == (0, "cw-prod: rotated.\n")


@pytest.mark.requirement("R100")
async def test_after_resealing_the_older_key_is_no_longer_needed(connected: Shop) -> None:
    newer = new_key()
    resealed = await connected.enters("connections", "reseal", "--json", PSA_BOT_SECRET_KEY=f"{newer},{KEY}")
    assert resealed.json == {"resealed": 1}
    assert (await connected.enters("connections", "test", "cw-prod", PSA_BOT_SECRET_KEY=newer)).code == 0
    assert (await connected.enters("connections", "test", "cw-prod", PSA_BOT_SECRET_KEY=KEY)).code == 3


async def test_a_removed_connection_is_gone_with_everything_that_was_stored_of_it(synced: Shop) -> None:
    assert (await synced.enters("connections", "remove", "cw-prod")).out == "cw-prod: removed.\n"
    assert (await synced.enters("connections", "list")).out.startswith("No connection yet. Add one")
    assert (await synced.enters("missing", "Stark")).code == 3


@pytest.mark.requirement("R251")
async def test_every_change_of_a_connection_is_audited(connected: Shop) -> None:
    for action in ("pause", "resume", "remove"):
        await connected.enters("connections", action, "cw-prod")
    async with connected.terminal.bot() as bot:
        entries = await audit.recent(bot.db)
    assert [entry.action for entry in reversed(entries)] == [
        "add connection",
        "connection paused",
        "connection resumed",
        "connection removed",
    ]
    assert {(entry.who, entry.target) for entry in entries} == {("command line", "cw-prod")}
