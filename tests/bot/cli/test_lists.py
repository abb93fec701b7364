"""``psa-bot hidden`` and ``psa-bot duplicates``."""

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.cli.lists import FORMULA, cell
from sandbox.psa.connectwise.server import SimulatedConnectWise
from tests.bot.cli.conftest import Shop
from tests.bot.cli.terminal import Terminal

STARK = 1963


def copied(psa: SimulatedConnectWise, record_id: int, **fields: object) -> None:
    """Another company that is like Stark Industries, except for what is said."""
    companies = psa.tenant.companies
    row = companies.row(STARK)
    companies.put(replace(row, data={**row.data, "id": record_id, "identifier": f"Copy{record_id}", **fields}))


@pytest.mark.requirement("R89")
async def test_the_register_tells_the_hidden_accounts_by_the_rule_that_hides_them(synced: Shop) -> None:
    ran = await synced.enters("hidden", "--json")
    assert (ran.code, ran.err) == (0, "")
    [register] = ran.json["connections"]
    reasons = {reason["rule"]: reason for reason in register["reasons"]}
    of_cycle = reasons["agreement-billing-cycle"]
    assert "Globex Corporation" in [account["name"] for account in of_cycle["accounts"]]
    assert of_cycle["count"] == len(of_cycle["accounts"])
    assert of_cycle["title"] == "The agreement bills on a recurring cycle"
    assert [reason["count"] for reason in register["reasons"]] == sorted(
        (reason["count"] for reason in register["reasons"]), reverse=True
    )
    assert register["hidden"] > 0
    assert register["visible"] > 0
    assert "Stark Industries" not in ran.out


async def test_the_register_in_words_has_counts_titles_and_samples(synced: Shop) -> None:
    ran = await synced.enters("hidden", "--connection", "cw-prod")
    assert ran.code == 0
    assert " hidden, " in ran.out.splitlines()[0]
    assert "The agreement bills on a recurring cycle [agreement-billing-cycle]" in ran.out
    assert "Globex Corporation (" in ran.out


async def test_what_was_never_synced_says_so(connected: Shop) -> None:
    ran = await connected.enters("hidden")
    assert (ran.code, ran.out) == (0, "cw-prod: never synced. Run: psa-bot sync full --connection cw-prod\n")


@pytest.mark.parametrize("command", ["hidden", "duplicates"])
def test_without_a_connection_there_is_nothing_to_list(terminal: Terminal, command: str) -> None:
    ran = terminal.types(command)
    assert (ran.code, ran.out) == (3, "")
    assert "psa-bot connections add" in ran.err


async def test_the_csv_holds_a_row_per_account_and_reason_and_no_formula(connected: Shop, tmp_path: Path) -> None:
    globex = next(row for row in connected.psa.tenant.companies.rows() if row.data["name"] == "Globex Corporation")
    connected.psa.tenant.companies.change(globex.data["id"], connected.psa.clock.now(), name='=HYPERLINK("http://x")')
    await connected.enters("sync", "full", "--connection", "cw-prod")
    path = tmp_path / "hidden.csv"
    ran = await connected.enters("hidden", "--csv", str(path), "--json")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert ran.json["csv"] == {"file": str(path), "rows": len(rows) - 1}
    assert rows[0] == ["connection", "account", "name", "state", "rule", "reason"]
    names = [row[2] for row in rows]
    assert '\'=HYPERLINK("http://x")' in names
    assert not [name for name in names if name.startswith(FORMULA)]


async def test_a_file_that_cannot_be_written_ends_with_3_and_names_it(synced: Shop, tmp_path: Path) -> None:
    ran = await synced.enters("hidden", "--csv", str(tmp_path / "no" / "such" / "folder.csv"))
    assert (ran.code, ran.out) == (3, "")
    assert "folder.csv cannot be written: No such file or directory." in ran.err


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=20))
def test_no_cell_begins_like_a_formula_and_no_other_is_changed(text: str) -> None:
    assert not cell(text).startswith(FORMULA)
    assert cell(text) in {text, f"'{text}"}


@pytest.mark.requirement("R4", "R37", "R38")
async def test_same_names_are_listed_with_the_one_in_use_as_the_psa_tells_now(synced: Shop) -> None:
    ran = await synced.enters("duplicates", "umbrella", "--json")
    assert ran.code == 0
    [found] = ran.json["connections"]
    [name] = found["names"]
    assert (name["name"], name["in_use"]) == ("Umbrella Inc", "5120")
    assert [(each["id"], each["deleted"]) for each in name["accounts"]] == [("5120", False), ("2277", True)]
    assert found["error"] is None


async def test_same_names_in_words_say_which_one_to_use(synced: Shop) -> None:
    ran = await synced.enters("duplicates", "Umbrella")
    assert "cw-prod: 1 name with more than one account." in ran.out
    assert "Umbrella Inc: use RecId 5120" in ran.out
    assert "RecId 2277: in the recycle bin or gone" in ran.out
    assert "RecId 5120: in use, status Active, 3 agreements in the cache" in ran.out


async def test_where_several_are_in_use_nobody_can_tell_which_is_meant(connected: Shop) -> None:
    copied(connected.psa, 9001)
    await connected.enters("sync", "full", "--connection", "cw-prod")
    connected.psa.calls.clear()
    ran = await connected.enters("duplicates", "--json")
    [name] = [each for each in ran.json["connections"][0]["names"] if each["name"] == "Stark Industries"]
    assert name["in_use"] is None
    assert {each["id"] for each in name["accounts"]} == {str(STARK), "9001"}
    assert connected.psa.calls == []
    assert "cannot tell which is in use: open each RecId" in (await connected.enters("duplicates", "stark")).out


async def test_one_that_a_sync_no_longer_found_is_not_the_one_in_use(connected: Shop) -> None:
    copied(connected.psa, 9001)
    await connected.enters("sync", "full", "--connection", "cw-prod")
    connected.psa.tenant.companies.change(9001, connected.psa.clock.now(), deletedFlag=True)
    await connected.enters("sync", "full", "--connection", "cw-prod")
    ran = await connected.enters("duplicates", "--json")
    [name] = [each for each in ran.json["connections"][0]["names"] if each["name"] == "Stark Industries"]
    assert name["in_use"] == str(STARK)
    assert [each["deleted"] for each in name["accounts"]] == [False, True]


async def test_when_the_psa_refuses_the_cache_answers_and_says_that_it_is_alone(connected: Shop) -> None:
    copied(connected.psa, 9001)
    await connected.enters("sync", "full", "--connection", "cw-prod")
    connected.psa.break_with("unauthorized")
    ran = await connected.enters("duplicates", "stark")
    assert ran.code == 1
    assert "Only the cache was read: " in ran.out
    assert "Stark Industries" in ran.out
