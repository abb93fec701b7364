"""``/psa missing``: a command in, the right answer out, through Slack and the PSA over real HTTP."""

import re
from dataclasses import replace

import pytest

from bot.render.documents import missing_document
from rules.model import Verdict
from tests.journeys.town import Town, actions, words

SYNCED_AGO = "[34] days ago"  # four days before at 07:00, which is not four whole ones earlier in the day
SYNC_BUTTONS = ["missing.sync_one", "missing.sync_full", "missing.check_again", "missing.share"]


@pytest.mark.requirement("R3", "R5", "R7", "R8", "R9", "R14")
async def test_a_company_that_was_created_after_the_last_sync_is_not_synced_yet(town: Town) -> None:
    answer = await town.type("/psa missing Acme")
    assert answer["ephemeral_to"] == "U0AGENT"
    assert answer["text"].startswith("Acme Ltd is in ConnectWise, but not synced yet: created ")
    assert re.search(f"Cache · {SYNCED_AGO}\nnot there", words(answer))
    assert "RecId 4711, status Active, type Client, 1 agreement" in words(answer)
    assert actions(answer) == SYNC_BUTTONS


@pytest.mark.parametrize(
    ("story", "verdict", "said"),
    [
        ("Acme", Verdict.NOT_SYNCED_YET, "not synced yet"),
        ("Globex", Verdict.BLOCKED, "no agreement bills on a recurring cycle"),
        ("Initech", Verdict.EXCLUDED_BY_DESIGN, "its type is Prospect"),
        ("Umbrella", Verdict.DUPLICATE_OR_RECYCLED, "map to RecId 5120"),
        ("Hooli", Verdict.CANNOT_TELL, "Legacy Hosting"),
        ("Stark", Verdict.VISIBLE, "is visible"),
        ("Soylent", Verdict.STALE_ELIGIBILITY, "Soylent"),
        ("Wonka", Verdict.GONE_IN_PSA, "no longer in ConnectWise"),
        ("Tyrell", Verdict.VISIBLE, "is visible"),
    ],
)
@pytest.mark.requirement("R1", "R3", "R34", "R35", "R37", "R46", "R48", "R90")
async def test_every_story_gets_its_verdict(town: Town, story: str, verdict: Verdict, said: str) -> None:
    answer = await town.bot.missing.ask(story)
    assert [result.verdict for result in answer.results] == [verdict]
    assert said in answer.results[0].summary


@pytest.mark.requirement("R2", "R20", "R36", "R94")
async def test_a_failing_check_shows_evidence_a_fix_in_the_psas_words_and_a_link_to_the_record(town: Town) -> None:
    answer = await town.type("/psa missing Globex")
    said = words(answer)
    assert "Its billing cycle is None." in said
    assert "Set Billing Cycle to Monthly, Quarterly, Annual" in said
    [result] = (await town.bot.missing.ask("Globex")).results
    [failing] = [each for each in result.accounts[0].diagnosis.findings if each.rule == "agreement-billing-cycle"]
    assert failing.url is not None
    assert "recordType=AgreementFV&recid=88" in failing.url


async def test_no_single_agreement_of_soylent_passes_all_and_repairing_the_dates_of_one_is_enough(town: Town) -> None:
    [result] = (await town.bot.missing.ask("Soylent")).results
    diagnosis = result.accounts[0].diagnosis
    assert {chain.id: chain.qualifies for chain in diagnosis.agreements} == {"131": False, "132": False}
    assert diagnosis.enough_to_fix in {("agreement-in-date-range",), ("agreement-is-recurring",)}


@pytest.mark.requirement("R38", "R39")
async def test_the_recycled_twin_is_shown_beside_the_one_in_use_with_the_clean_up_path(town: Town) -> None:
    said = words(await town.type("/psa missing Umbrella"))
    assert "RecId 5120" in said
    assert "RecId 2277" in said
    assert "in the recycle bin" in said
    assert "Mass Maintenance > Company Recycle Bin" in said


async def test_not_found_is_said_with_the_right_to_read_proven_in_the_same_answer(town: Town) -> None:
    [result] = (await town.bot.missing.ask("Nobody of that name")).results
    assert result.verdict is Verdict.NOT_FOUND
    assert "Nobody of that name" in result.summary
    probed = [call for call in town.psa.calls if call.path.endswith("/company/companies/count")]
    assert probed[-1].status == 200


@pytest.mark.requirement("R101")
async def test_not_found_takes_two_calls_more_than_the_look_up_and_proves_the_right_each_time(town: Town) -> None:
    await town.bot.missing.ask("Nobody of that name")
    asked = len(town.psa.calls)
    [result] = (await town.bot.missing.ask("Somebody else")).results
    assert result.verdict is Verdict.NOT_FOUND
    assert result.calls == 3
    paths = sorted(call.path.rpartition("/3.0")[2] for call in town.psa.calls[asked:])
    assert paths == ["/company/companies", "/company/companies/count", "/system/mySecurity"]


async def test_a_right_that_was_lost_a_moment_ago_is_noticed_before_not_found_is_said(town: Town) -> None:
    [result] = (await town.bot.missing.ask("Nobody of that name")).results
    assert result.verdict is Verdict.NOT_FOUND
    town.psa.members["psabot"] = replace(town.psa.members["psabot"], role=town.psa.members["mine"].role)
    [result] = (await town.bot.missing.ask("Nobody of that name")).results
    assert result.verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize("fault", ["forbidden-companies", "down", "html", "unauthorized"])
async def test_not_found_is_never_said_where_companies_could_not_be_read(town: Town, fault: str) -> None:
    await town.break_psa(fault)
    [result] = (await town.bot.missing.ask("Nobody of that name")).results
    assert result.verdict is Verdict.CANNOT_TELL


async def test_when_the_psa_is_down_the_cache_answers_with_its_age_and_nothing_is_claimed_of_today(town: Town) -> None:
    await town.break_psa("down")
    answer = await town.type("/psa missing Stark")
    assert "could not be read" in words(answer)
    assert re.search(SYNCED_AGO, words(answer))
    [result] = (await town.bot.missing.ask("Stark")).results
    assert result.verdict is Verdict.CANNOT_TELL


async def test_refused_agreements_make_the_verdict_unknown_and_name_the_right(town: Town) -> None:
    await town.break_psa("forbidden-agreements")
    [result] = (await town.bot.missing.ask("Stark", fresh=True)).results
    assert result.verdict is Verdict.CANNOT_TELL
    assert "Finance > Agreements" in words(await town.type("/psa missing Stark"))


async def test_several_matches_are_a_choice_and_choosing_answers(town: Town) -> None:
    companies = town.psa.tenant.companies
    for number, name in ((9001, "Zebra North"), (9002, "Zebra South")):
        row = companies.row(1963)
        companies.put(replace(row, data={**row.data, "id": number, "name": name, "identifier": name.replace(" ", "")}))
    choice = await town.type("/psa missing Zebra")
    assert choice["text"].startswith("2 companies match “Zebra”")
    assert actions(choice) == ["missing.pick", "missing.check_again"]
    [menu, _] = [element for block in choice["blocks"] if block["type"] == "actions" for element in block["elements"]]
    [south] = [option["value"] for option in menu["options"] if option["text"]["text"] == "Zebra South"]
    await town.click(choice, "missing.pick", value=south)
    await town.says("whether Zebra South should be visible")


async def test_the_json_has_the_promised_shape(town: Town) -> None:
    document = missing_document(await town.bot.missing.ask("Globex"))
    [result] = document["results"]
    [account] = result["accounts"]
    assert {"query", "asked_at", "results"} <= set(document)
    promised = {"connection", "psa", "verdict", "summary", "accounts", "nearest", "not_tested", "calls", "elapsed_ms"}
    assert promised <= set(result)
    assert {"id", "name", "url", "verdict", "cached", "live", "findings", "agreements", "enough_to_fix"} <= set(account)
    assert set(account["cached"]) == {"present", "as_of", "run"}
    assert account["enough_to_fix"] == ["agreement-billing-cycle"]
    assert account["agreements"] == [
        {"id": "88", "name": "Globex managed services", "qualifies": False, "failed": ["agreement-billing-cycle"]}
    ]
    [failing] = [each for each in account["findings"] if each["state"] == "fail" and each["blocks"]]
    assert failing["rule"] == "agreement-billing-cycle"
    assert failing["record"]["kind"] == "agreement"


@pytest.mark.requirement("R240")
async def test_the_psa_is_only_ever_read(town: Town) -> None:
    await town.type("/psa missing Globex")
    assert {call.method for call in town.psa.calls} == {"GET"}


@pytest.mark.parametrize(
    "name",
    [
        "<!channel>",
        "<@U0ADMIN>",
        "*bold* _it_ ~no~ `code`",
        "<https://evil.example|Acme>",
        '"',
        "'; --",
        "%*[x]",
        "@here",
        "a" * 500,
    ],
)
async def test_a_hostile_name_is_only_ever_text(town: Town, name: str) -> None:
    answer = await town.type(f"/psa missing {name}")
    kinds = {element["type"] for block in answer["blocks"] if block["type"] == "rich_text" for element in flat(block)}
    assert "user" not in kinds
    assert "broadcast" not in kinds
    assert "link" not in kinds or all("127.0.0.1" in each["url"] for each in links(answer))


def flat(part: dict) -> list[dict]:
    return [part, *(inner for each in part.get("elements", []) for inner in flat(each))]


def links(answer: dict) -> list[dict]:
    return [each for block in answer["blocks"] for each in flat(block) if each.get("type") == "link"]
