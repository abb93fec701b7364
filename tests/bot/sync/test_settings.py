"""A settings sync: every table, compared with names, checked, and swapped at once."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.configuration import Configuration, StoredTable, Turn
from bot.store.queries import runs, settings
from bot.store.queries.runs import RunState
from bot.store.snapshot import InvalidSnapshot
from bot.sync.configuration_checks import AT_LEAST, integrity
from bot.sync.configuration_diff import compared, tallied
from bot.sync.verification import Held, verify
from connectors.errors import PermissionDenied, PsaDown
from connectors.records import Because, Ref, SettingsKind, SettingsRow, SettingsTable
from tests.bot.sync.fakes import SETTINGS, SPEC
from tests.bot.sync.stage import Stage

BOARDS, STATUSES, FIELDS = SettingsKind.BOARDS, SettingsKind.STATUSES, SettingsKind.CUSTOM_FIELDS


def table(kind: SettingsKind, *rows: SettingsRow, because: Because | None = None) -> SettingsTable:
    return SettingsTable(kind=kind, name=SPEC.settings_tables[kind], rows=None if because else rows, because=because)


def row(number: int | str, name: str = "", **changes: object) -> SettingsRow:
    return replace(SettingsRow(id=str(number), name=name or f"Row {number}"), **changes)  # type: ignore[arg-type]


def told(kind: SettingsKind) -> SettingsTable:
    return next(one for one in SETTINGS if one.kind is kind)


def put(stage: Stage, changed: SettingsTable) -> None:
    stage.psa.told_settings = [changed if one.kind is changed.kind else one for one in stage.psa.told_settings]


@pytest.fixture
async def copied(stage: Stage) -> Stage:
    run = await stage.sync("settings")
    assert run.state is RunState.SUCCEEDED
    return stage


@pytest.mark.requirement("R141", "R177", "R178", "R179", "R181", "R185", "R186")
async def test_the_first_one_is_a_beginning_with_every_table_and_no_change(stage: Stage) -> None:
    run = await stage.sync("settings")
    copy = await settings.read(stage.db, stage.connection.id)
    assert (run.state, run.phase_number, run.phase_count) == (RunState.SUCCEEDED, 3, 3)
    assert set(copy.tables) == set(SPEC.settings_tables)
    assert copy.version == run.id
    assert run.counts["tables"]["read"] == len(SPEC.settings_tables)
    assert sum(run.changes.values()) == 0
    assert await settings.changes(stage.db, run.id) == []


@pytest.mark.requirement("R151", "R152", "R153", "R154", "R182", "R183")
async def test_what_came_went_and_changed_is_kept_with_its_names(copied: Stage) -> None:
    boards = told(BOARDS)
    assert boards.rows is not None
    put(copied, replace(boards, rows=(replace(boards.rows[0], name="Help Desk"), row(9, "Projects"))))
    put(copied, replace(told(STATUSES), rows=(row("s1", "New", parent=Ref(id="1", name="Help Desk")),)))
    run = await copied.sync("settings")
    found = {(one.kind, one.name): one for one in await settings.changes(copied.db, run.id)}
    assert found[BOARDS, "Projects"].what is Turn.ADDED
    assert found[BOARDS, "Old board"].what is Turn.REMOVED
    renamed = found[BOARDS, "Help Desk"]
    assert (renamed.what, renamed.before, renamed.after) == (
        Turn.CHANGED,
        {"name": "Service"},
        {"name": "Help Desk"},
    )
    assert run.changes["added"] == 1


@pytest.mark.requirement("R180")
async def test_an_inactive_row_is_remembered_and_not_offered(copied: Stage) -> None:
    boards = (await settings.read(copied.db, copied.connection.id)).tables[BOARDS]
    assert [one.name for one in boards.rows or ()] == ["Service", "Old board"]
    assert [one.name for one in boards.offered] == ["Service"]


@pytest.mark.requirement("R184", "R223")
@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (table(BOARDS, row(1), row(1)), "the same id"),
        (table(BOARDS, row("")), "has none"),
        (table(STATUSES, row("s1", parent=Ref(id="77", name="Gone"))), "hang under a row that was not sent"),
    ],
)
async def test_tables_that_contradict_each_other_leave_the_version_from_before(
    copied: Stage, broken: SettingsTable, words: str
) -> None:
    before = await settings.read(copied.db, copied.connection.id)
    put(copied, broken)
    run = await copied.sync("settings")
    assert (run.state, (run.error or {})["kind"]) == (RunState.FAILED, "invalid_data")
    assert words in (run.error or {})["message"]
    assert await settings.read(copied.db, copied.connection.id) == before


@pytest.mark.requirement("R184")
def test_a_table_that_came_back_empty_is_not_believed_and_a_small_one_is() -> None:
    def before(count: int) -> Configuration:
        rows = tuple(row(number) for number in range(count))
        stored = StoredTable(kind=BOARDS, name="Boards", rows=rows, because=None, run_id=1, read_at=None)
        return Configuration(version=1, tables={BOARDS: stored})

    sent = [replace(one, rows=()) for one in SETTINGS]
    integrity(sent, before(AT_LEAST - 1), SPEC)
    with pytest.raises(InvalidSnapshot, match="a right was probably lost"):
        integrity(sent, before(AT_LEAST), SPEC)


def test_a_table_that_is_missing_or_comes_twice_is_not_believed() -> None:
    for sent in (SETTINGS[1:], [*SETTINGS, SETTINGS[0]]):
        with pytest.raises(InvalidSnapshot):
            integrity(sent, Configuration(), SPEC)


@pytest.mark.requirement("R210", "R213")
async def test_a_refused_table_keeps_its_older_rows_and_says_why(copied: Stage) -> None:
    put(copied, table(STATUSES, because=Because.PERMISSION))
    run = await copied.sync("settings")
    stored = (await settings.read(copied.db, copied.connection.id)).tables[STATUSES]
    assert run.state is RunState.SUCCEEDED
    assert run.counts["tables"]["refused"] == [SPEC.settings_tables[STATUSES]]
    assert stored.because is Because.PERMISSION
    assert stored.rows
    assert stored.run_id != run.id
    assert await settings.changes(copied.db, run.id) == []


@pytest.mark.parametrize(
    ("error", "state"),
    [(PsaDown("It is down."), RunState.INCOMPLETE), (PermissionDenied("No right at all."), RunState.FAILED)],
)
async def test_a_psa_that_cannot_be_read_leaves_the_version_from_before(
    copied: Stage, error: Exception, state: RunState
) -> None:
    before = await settings.read(copied.db, copied.connection.id)
    copied.psa.fails["settings_tables"] = error
    assert (await copied.sync("settings")).state is state
    assert await settings.read(copied.db, copied.connection.id) == before


async def test_a_table_whose_host_did_not_answer_ends_the_run(copied: Stage) -> None:
    put(copied, table(STATUSES, because=Because.PSA_DOWN))
    run = await copied.sync("settings")
    assert run.state is RunState.INCOMPLETE
    assert SPEC.settings_tables[STATUSES] in (run.error or {})["message"]


@pytest.mark.requirement("R234")
async def test_a_run_that_was_cancelled_or_lost_its_token_writes_nothing(copied: Stage) -> None:
    before = await settings.read(copied.db, copied.connection.id)
    run = await copied.requested("settings")
    assert await runs.start(copied.db, run.id, token="t", now=copied.clock.now())
    for token in ("other", "t"):
        await runs.ask_cancel(copied.db, run.id, copied.clock.now())
        written = await settings.write(
            copied.db,
            run.id,
            token,
            copied.connection.id,
            tables=SETTINGS,
            changes=[],
            now=copied.clock.now(),
        )
        assert not written
    assert await settings.read(copied.db, copied.connection.id) == before


async def test_a_table_that_the_psa_no_longer_has_goes(copied: Stage) -> None:
    kept = [one for one in SETTINGS if one.kind is not FIELDS]
    run = await copied.requested("settings")
    assert await runs.start(copied.db, run.id, token="t", now=copied.clock.now())
    assert await settings.write(
        copied.db, run.id, "t", copied.connection.id, tables=kept, changes=[], now=copied.clock.now()
    )
    assert set((await settings.read(copied.db, copied.connection.id)).tables) == {one.kind for one in kept}


async def test_names_of_any_kind_survive_the_copy(copied: Stage) -> None:
    name = 'x <@U1> "q" \\ 🧨 ' + "y" * 500
    put(copied, table(BOARDS, row(1, name)))
    await copied.sync("settings")
    [stored] = (await settings.read(copied.db, copied.connection.id)).tables[BOARDS].rows or ()
    assert stored.name == name


@pytest.mark.requirement(
    "R196", "R197", "R198", "R199", "R200", "R201", "R202", "R203", "R204", "R205", "R206", "R207", "R231"
)
async def test_every_run_verifies_four_groups_and_says_what_no_api_shows(copied: Stage) -> None:
    run = (await runs.latest(copied.db, copied.connection.id))[0]
    verified = {(one["group"], one["state"]) for one in run.counts["verified"]}
    assert {group for group, _ in verified} == {"dropdowns", "boards", "statuses", "custom fields"}
    assert {
        ("statuses", "unknown"),
        ("custom fields", "unknown"),
        ("boards", "pass"),
        ("dropdowns", "pass"),
    } <= verified
    assert not [one for one in run.counts["verified"] if one["state"] == "fail"]


def stored(*sent: SettingsTable) -> Configuration:
    tables = {
        one.kind: StoredTable(kind=one.kind, name=one.name, rows=one.rows, because=one.because, run_id=1, read_at=None)
        for one in sent
    }
    return Configuration(version=1, tables=tables)


def failing(sent: Sequence[SettingsTable], now: Configuration, before: Configuration | None = None) -> list[str]:
    checks = verify(sent, before or Configuration(), now, SPEC)
    return [f"{one.group}: {one.says}" for one in checks if one.held is Held.FAIL]


@pytest.mark.requirement("R197", "R198", "R200", "R201", "R203", "R206", "R207")
def test_a_copy_that_lacks_what_the_psa_has_fails_in_its_group() -> None:
    boards, board = table(BOARDS, row(1, "Service"), row(2, "Bare")), Ref(id="1", name="Service")
    statuses = table(STATUSES, row("s1", "New", parent=board), row("s2", "Done", parent=board))
    fields = table(FIELDS, row("f1", "Tier", options=()), row("f2", "Gone"))
    sent = [boards, statuses, fields]
    now = stored(
        table(BOARDS, row(1, "Service")),
        table(STATUSES, row("s1", "New", parent=board)),
        table(FIELDS, row("f1", "Tier", options=())),
    )
    assert failing(sent, now) == [
        "dropdowns: Bare cannot be chosen; Done cannot be chosen; Gone cannot be chosen",
        "boards: 1 of 2 in use are here",
        "statuses: the counts differ for 1",
        "custom fields: Gone is not here; Tier has no options",
    ]
    assert failing([boards], stored(boards), None) == []
    assert "boards: without any status: Bare" in failing([boards, statuses], stored(boards, statuses))
    empty = table(BOARDS)
    assert failing([empty], stored(empty), stored(boards)) == [
        f"dropdowns: {SPEC.settings_tables[BOARDS]} offers nothing any more"
    ]


def test_a_table_that_was_not_read_is_unknown_and_one_that_is_lacking_not_needed() -> None:
    refused = [table(kind, because=Because.PERMISSION) for kind in (BOARDS, STATUSES, FIELDS)]
    held = {(one.group, one.held) for one in verify(refused, Configuration(), stored(*refused), SPEC)}
    assert {(group, Held.UNKNOWN) for group in ("dropdowns", "boards", "statuses", "custom fields")} <= held
    none = verify([], Configuration(), Configuration(), SPEC)
    assert {one.held for one in none if one.group != "dropdowns"} == {Held.NOT_NEEDED}


rows = st.lists(
    st.builds(
        SettingsRow,
        id=st.sampled_from("abcdef"),
        name=st.text(max_size=3),
        active=st.none() | st.booleans(),
        properties=st.dictionaries(st.sampled_from(["name", "color"]), st.none() | st.booleans() | st.text(max_size=2)),
    ),
    unique_by=lambda one: one.id,
).map(tuple)


def told_of(one: SettingsRow | None) -> object:
    """What the PSA said of it: a property without a value was not said."""
    said = {name: value for name, value in one.properties.items() if value is not None} if one else None
    return None if one is None else (one.name, one.active, said)


@given(rows, rows)
@pytest.mark.requirement("R182", "R183")
def test_the_difference_names_every_row_that_differs_and_no_other(
    before: tuple[SettingsRow, ...], after: tuple[SettingsRow, ...]
) -> None:
    found = {one.row_id: one for one in compared(stored(table(BOARDS, *before)), [table(BOARDS, *after)])}
    old, new = ({one.id: one for one in each} for each in (before, after))
    assert set(found) == {key for key in old | new if told_of(old.get(key)) != told_of(new.get(key))}
    for key, change in found.items():
        expected = Turn.ADDED if key not in old else Turn.REMOVED if key not in new else Turn.CHANGED
        assert change.what is expected
        assert change.what is not Turn.CHANGED or change.before != change.after
    assert sum(tallied(list(found.values())).values()) == len(found)
