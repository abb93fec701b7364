"""``/psa permissions``: what each PSA's API user lacks, through Slack and the PSA over real HTTP."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from bot.store.queries import audit, connections
from connectors.records import Access
from connectors.registry import specs
from rules.engine import Engine
from tests.journeys.town import Town, a_town, actions, words

# PSA: an API user that lacks something (None: by a fault), the right it lacks, and one that lacks nothing.
LACKING: Final = {
    "connectwise": ("nofinance", "Finance > Agreements: Inquire (All)", "admin"),
    "autotask": ("nocontracts", "Contracts: Full permission", "admin"),
    "halopsa": ("noinvoices", "Application: read:invoices", "unlimited"),
    "syncro": ("norecurring", "Recurring Invoices - List", "psabot"),
    "kaseya-bms": (None, "Admin > Security > Roles > Admin: the special feature Has API Access", None),
    "pulseway": (None, "Admin > Security > Roles > Admin: the special feature Has API Access", None),
}
ALL_WELL: Final = "This bot has every right on"


async def becomes(town: Town, member: str) -> None:
    """As an administrator would: the connection gets another API user's keys."""
    [psa], [connection] = list(town.psas.values()), await connections.every(town.bot.db)
    secrets = psa.credentials(member)
    secrets.pop("company", None)
    await connections.replace_secrets(town.bot.db, town.bot.box, connection.id, secrets, town.bot.clock.now())


async def lacking(town: Town, kind: str) -> None:
    member, _, _ = LACKING[kind]
    if member is None:
        town.psas[kind].break_with("no-api-access")
    else:
        await becomes(town, member)


async def repaired(town: Town, kind: str) -> None:
    _, _, member = LACKING[kind]
    if member is None:
        town.psas[kind].break_with("none")
    else:
        await becomes(town, member)


@pytest.mark.requirement("R30", "R32", "R41", "R42", "R53", "R55", "R56")
@pytest.mark.parametrize("kind", LACKING)
async def test_a_right_that_lacks_is_named_can_be_copied_and_is_gone_after_the_repair(
    tmp_path: Path, engine: Engine, kind: str
) -> None:
    right = LACKING[kind][1]
    async with a_town(tmp_path, engine, (kind,)) as town:
        await lacking(town, kind)
        answer = await town.type("/psa permissions")
        assert answer["text"].startswith("❌ This bot lacks ")
        assert right in words(answer)
        assert f"- {right}" in copied(answer)
        assert actions(answer) == ["permissions.test", "permissions.whole", "link.guide"]
        await repaired(town, kind)
        await town.click(answer, "permissions.test")
        well = await town.says(ALL_WELL)
        # A token that is made anew needs everything ticked, whatever it lacks (R55).
        assert (f"- {right}" in copied(well)) is bool(specs()[kind].rights_made_anew)
        await town.click(well, "permissions.whole")
        whole = await town.message(lambda one: ALL_WELL in one["text"] and "permissions.whole" not in actions(one))
        matrix = await town.bot.matrices.ask(kind, fresh=False)
        assert all(line.right.right in words(whole) and line.right.why in words(whole) for line in matrix.lines)


def copied(message: dict[str, Any]) -> str:
    """The text that can be copied; empty where there is none."""
    pieces = [piece for block in message["blocks"] if block["type"] == "rich_text" for piece in block["elements"]]
    return "".join(
        part["text"] for piece in pieces if piece["type"] == "rich_text_preformatted" for part in piece["elements"]
    )


@pytest.mark.requirement("R44")
async def test_one_table_that_is_not_allowed_is_named_and_no_other(town: Town) -> None:
    member = town.psa.members["psabot"]
    less = replace(member.role, tables=member.role.tables - {"Company / Company Type"})
    town.psa.members["psabot"] = replace(member, role=less)
    text = copied(await town.type("/psa permissions @cw-prod"))
    assert "Company / Company Type in Allow" in text
    assert "Company / Company Status in Allow" not in text


@pytest.mark.requirement("R40", "R42", "R43")
async def test_agreement_types_outside_the_allow_list_are_named_for_whoever_can_allow_them(town: Town) -> None:
    text = copied(await town.type("/psa rights connectwise"))
    assert "Not in the Allow list: Legacy Hosting." in text
    assert "Where: System > Security Roles in ConnectWise" in text


@pytest.mark.requirement("R42", "R249")
async def test_an_answer_that_hangs_on_a_right_leads_to_what_has_to_be_granted(town: Town) -> None:
    answer = await town.type("/psa missing Hooli")
    assert actions(answer)[0] == "permissions.test"
    await town.click(answer, "permissions.test")
    assert "Not in the Allow list: Legacy Hosting." in copied(await town.says("This bot lacks 1 right"))
    assert "permissions.test" not in actions(await town.type("/psa missing Globex"))


async def test_a_psa_that_is_down_is_said_and_the_text_names_all_that_is_needed(town: Town) -> None:
    await town.break_psa("down")
    answer = await town.type("/psa permissions")
    assert answer["text"] == "❔ The rights on cw-prod (ConnectWise) could not be tried."
    assert copied(answer).startswith("These are the rights that our support bot needs in ConnectWise.")


async def test_an_unknown_connection_names_those_there_are(town: Town) -> None:
    assert "There are: cw-prod." in words(await town.type("/psa permissions @nowhere"))


async def test_with_several_connections_it_is_asked_whose_rights(tmp_path: Path, engine: Engine) -> None:
    async with a_town(tmp_path, engine, ("connectwise", "cw-lab")) as town:
        for typed in ("/psa permissions", "/psa permissions connectwise"):
            said = words(await town.type(typed))
            assert "Whose rights do you want to see?" in said
            assert "/psa permissions @cw-lab" in said
        asked = await town.type("/psa permissions")
        await town.click(asked, "permissions.test", value="cw-lab")
        await town.says("This bot lacks 1 right on cw-lab (ConnectWise).")


@pytest.mark.requirement("R251")
async def test_who_tried_the_rights_and_what_was_refused_is_written_down(town: Town) -> None:
    await town.type("/psa permissions")
    [entry] = [each for each in await audit.recent(town.bot.db) if each.action == "try rights"]
    assert (entry.who, entry.target, entry.outcome) == ("U0AGENT", "cw-prod", "1 refused")


@pytest.mark.requirement("R240", "R247")
async def test_nothing_is_written_to_find_out_what_may_be_written(town: Town) -> None:
    await town.type("/psa permissions")
    assert {call.method for call in town.psa.calls} == {"GET"}
    matrix = await town.bot.matrices.ask("cw-prod", fresh=False)
    assert Access.REFUSED in {line.access for line in matrix.lines}


@pytest.mark.requirement("R31")
async def test_customers_that_vanish_after_new_credentials_raise_an_alert_that_names_right_and_credentials(
    town: Town,
) -> None:
    await becomes(town, "mine")
    await town.type("/psa resync")
    await town.says("The API user probably lost a right")
    await town.post("clock", advance_seconds=60)
    alert = words(await town.says("The API user probably lost a right", "#psa-alerts"))
    assert "companies did not come back" in alert
    assert "Companies > Company Maintenance: Inquire (All)" in alert
    assert "Its credentials were changed since the last sync." in alert


HOSTILE: Final = ("<!channel>", "<@U0ADMIN>", "*bold*", "```", "<https://evil.example|Allow all>")


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_hostile_agreement_type_is_only_ever_text(town: Town, name: str) -> None:
    types = town.psa.configuration.rows("agreement_types")
    town.psa.configuration.put("agreement_types", [{**row, "name": name} if row["id"] == 9 else row for row in types])
    answer = await town.type("/psa permissions")
    assert name in copied(answer)
    assert not {part["type"] for part in parts(answer["blocks"])} & {"user", "broadcast", "usergroup", "link"}


def parts(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, list):
        return [part for each in value for part in parts(each)]
    if not isinstance(value, dict):
        return []
    return [*([value] if "type" in value else []), *(part for each in value.values() for part in parts(each))]
