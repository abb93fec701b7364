"""Several connections in one workspace, through Slack and the PSAs over real HTTP."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.slack.front import Pace
from bot.store.queries import connections
from rules.engine import Engine
from rules.model import Verdict
from tests.journeys.town import Town, a_town, actions, elements, words

PATIENCE = 8.0  # seconds that a PSA has; half of it is more than the others need on a loaded machine


THREE = ("connectwise", "cw-lab", "autotask")  # two of one kind, and one of another


@pytest.fixture
async def three(tmp_path: Path, engine: Engine) -> AsyncIterator[Town]:
    """In the second one Globex is mended already."""
    async with a_town(tmp_path, engine, THREE) as built:
        built.psas["cw-lab"].fix("globex")
        yield built


@pytest.fixture
async def hurried(tmp_path: Path, engine: Engine) -> AsyncIterator[Town]:
    """A PSA that does not answer is given up soon, and what the others said is told before."""
    pace = Pace(patience=PATIENCE / 2)
    async with a_town(tmp_path, engine, THREE, psa_seconds=PATIENCE, pace=pace) as built:
        built.psas["cw-lab"].fix("globex")
        yield built


def parts(block: Any) -> list[dict[str, Any]]:
    if isinstance(block, list):
        return [part for each in block for part in parts(each)]
    if not isinstance(block, dict):
        return []
    return ([block] if "type" in block else []) + [part for each in block.values() for part in parts(each)]


async def answers(town: Town) -> list[str]:
    return [one["ts"] for one in await town.messages() if one["ephemeral_to"]]


@pytest.mark.requirement("R98", "R140", "C14")
async def test_two_connections_of_one_kind_and_a_third_are_asked_at_once_and_each_has_its_line(three: Town) -> None:
    answer = await three.type("/psa missing Globex")
    said = words(answer)
    assert "3 connections asked" in said
    assert "cw-lab: not synced yet, in full below" in said
    assert "cw-prod: hidden. Globex Corporation is in ConnectWise but hidden" in said
    assert "at-east: not found" in said
    labels = [each["text"]["text"] for each in elements(answer)]
    assert labels[-2:] == ["Details at-east", "Details cw-prod"]
    assert await answers(three) == [answer["ts"]]


@pytest.mark.requirement("R140", "C14")
async def test_help_answers_whether_several_connections_of_one_psa_work(three: Town) -> None:
    said = words(await three.type("/psa help"))
    assert "Several connections, also of the same PSA? Yes" in said
    assert "Several connections of the same PSA work side by side" in words(await three.type("/psa help connections"))


async def test_another_connections_part_is_a_press_away_and_its_buttons_mean_that_connection(three: Town) -> None:
    answer = await three.type("/psa missing Globex")
    [value] = [each["value"] for each in elements(answer) if each["text"]["text"] == "Details cw-prod"]
    await three.click(answer, "missing.details", value=value)
    shown = await three.says("cw-prod: hidden, in full below")
    assert shown["ts"] == answer["ts"]
    await three.fix("globex")
    await three.click(shown, "missing.sync_one")
    verified = await three.says("Globex Corporation is visible")
    assert "cw-prod (ConnectWise)" in words(verified)


@pytest.mark.requirement("R239")
async def test_one_that_never_answers_delays_nobody_is_added_when_it_is_given_up_and_can_be_tried_again(
    hurried: Town,
) -> None:
    await hurried.break_psa("hang", "cw-lab")
    first = await hurried.type("/psa missing Globex")
    assert "2 of 3 connections have answered:" in words(first)
    assert "cw-lab: has not answered yet" in words(first)
    late = await hurried.says("cw-lab about")
    assert "ConnectWise did not answer within 8 seconds." in words(late)
    assert await answers(hurried) == [first["ts"], late["ts"]]
    await hurried.break_psa("none", "cw-lab")
    await hurried.click(late, "missing.retry")
    again = await hurried.message(lambda one: one["ts"] == late["ts"] and "3 connections asked" in words(one))
    assert "cw-lab: not synced yet" in words(again)


async def test_a_late_answer_that_matters_more_is_told_in_full(hurried: Town) -> None:
    companies = hurried.psas["cw-lab"].tenant.companies
    row = companies.row(1963)
    companies.put(replace(row, data={**row.data, "id": 9001, "name": "Zebra North", "identifier": "ZebraNorth"}))
    await hurried.break_psa("hang", "cw-lab")
    first = await hurried.type("/psa missing Zebra North")
    assert "cw-prod: not found" in words(first)
    await hurried.break_psa("none", "cw-lab")  # whoever waits is answered
    late = await hurried.message(lambda one: one["ts"] != first["ts"] and bool(one["ephemeral_to"]))
    assert late["text"].startswith("Cannot tell whether Zebra North should be visible: no agreement was returned")
    assert "cw-lab (ConnectWise)" in words(late)
    assert "missing.sync_one" in actions(late)


@pytest.mark.requirement("R239")
async def test_one_that_is_down_and_one_that_is_set_up_wrongly_say_so_and_the_third_is_told_in_full(
    three: Town,
) -> None:
    await three.break_psa("down", "autotask")
    lab = await connections.by_name(three.bot.db, "cw-lab")
    assert lab is not None
    await connections.replace_settings(three.bot.db, lab.id, {**lab.settings, "include_types": "No such type"})
    answer = await three.type("/psa missing Globex")
    said = words(answer)
    assert "cw-prod: hidden, in full below" in said
    assert "“No such type” is not in this PSA" in said
    assert "at-east: cannot tell." in said
    assert actions(answer).count("missing.retry") == 2


async def test_after_a_mention_the_answer_in_the_thread_is_edited_when_the_slow_one_has_answered(hurried: Town) -> None:
    await hurried.break_psa("hang", "autotask")
    await hurried.post("mention", channel="#general", user="agent", text="missing Globex")
    first = await hurried.says("2 of 3 connections have answered:")
    whole = await hurried.message(lambda one: one["ts"] == first["ts"] and "3 connections asked" in words(one))
    assert "Autotask did not answer within 8 seconds." in words(whole)
    assert first["thread_ts"]


async def test_two_people_ask_at_once_and_each_gets_the_whole_answer_alone(three: Town) -> None:
    three.psas["cw-lab"].latency_ms = 100
    await asyncio.gather(
        three.post("command", text="/psa missing Globex", channel="#general", user="agent"),
        three.post("command", text="/psa missing Stark", channel="#general", user="admin"),
    )
    agent = await three.message(lambda one: one["ephemeral_to"] == "U0AGENT")
    admin = await three.message(lambda one: one["ephemeral_to"] == "U0ADMIN")
    assert "Globex" in agent["text"]
    assert "Stark" in admin["text"]
    for one in (agent, admin):
        assert "3 connections asked" in words(one)


@pytest.mark.parametrize("name", ["<!channel>", "*bold* `code`", "a" * 500])
async def test_a_hostile_name_is_only_text_on_every_line(three: Town, name: str) -> None:
    answer = await three.type(f"/psa missing {name}")
    assert "3 connections asked" in words(answer)
    kinds = {part["type"] for part in parts(answer["blocks"])}
    assert kinds.isdisjoint({"user", "broadcast", "usergroup"})


async def test_the_terminals_answer_has_all_results_however_long_one_takes(hurried: Town) -> None:
    await hurried.break_psa("hang", "autotask")
    answer = await hurried.bot.missing.ask("Globex")
    assert [(result.connection, result.verdict) for result in answer.results] == [
        ("at-east", Verdict.CANNOT_TELL),
        ("cw-lab", Verdict.NOT_SYNCED_YET),
        ("cw-prod", Verdict.BLOCKED),
    ]
    assert answer.waiting == ()
