"""The matrix of each PSA: every documented right, what became of it, and what kept us from trying."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from bot.answers import UnknownConnection
from bot.permissions import Matrices, Matrix, SeveralConnections, lines_of
from bot.psas import FRESH_FOR, Psas
from bot.store.database import Database
from bot.store.queries import connections
from bot.store.secrets import SecretKeyError
from connectors.contract import Connector, Right, Setup
from connectors.errors import BadSettings, PermissionDenied, PsaDown, TimedOut
from connectors.records import Access, AccessProbe
from connectors.registry import specs
from tests.bot.daily import BOX, MONDAY
from tests.bot.sync.fakes import FakeConnector, MovingClock

KINDS = sorted(specs())


def probe_of(right: Right, access: Access = Access.GRANTED, detail: str = "") -> AccessProbe:
    return AccessProbe(id=right.id, right=right.right, call="", access=access, used_by=right.used_by, detail=detail)


@dataclass
class Office:
    """Connections by name and kind, each with a PSA from memory."""

    db: Database
    kinds: Mapping[str, str]
    clock: MovingClock = field(default_factory=lambda: MovingClock(MONDAY))
    patience: timedelta = timedelta(seconds=60)
    broken: Exception | None = None

    def __post_init__(self) -> None:
        self.psa = {kind: FakeConnector(spec=specs()[kind]) for kind in self.kinds.values()}
        for fake in self.psa.values():
            fake.probes = [probe_of(right) for right in fake.spec.rights]
        self.psas = Psas(self.db, BOX, self._build, self.clock)
        self.matrices = Matrices(self.db, self.psas, self.clock, self.patience)

    def _build(self, kind: str, setup: Setup) -> Connector:
        if self.broken is not None:
            raise self.broken
        return self.psa[kind]

    async def ask(self, word: str = "prod", *, fresh: bool = True) -> Matrix:
        return await self.matrices.ask(word, fresh=fresh)


async def office(db: Database, /, **kinds: str) -> Office:
    for name, kind in kinds.items():
        await connections.add(db, BOX, name=name, psa=kind, settings={}, secrets={}, now=MONDAY)
    return Office(db, kinds)


@pytest.fixture
async def cw(sqlite_database: Database) -> Office:
    return await office(sqlite_database, prod="connectwise")


def accesses(matrix: Matrix) -> set[Access]:
    return {line.access for line in matrix.lines}


@pytest.mark.requirement("R30", "R32", "R53", "R56")
@pytest.mark.parametrize("kind", KINDS)
async def test_every_documented_right_is_there_with_what_became_of_it(sqlite_database: Database, kind: str) -> None:
    at = await office(sqlite_database, prod=kind)
    matrix = await at.ask()
    assert {line.right for line in matrix.lines} == set(specs()[kind].rights)
    assert accesses(matrix) == {Access.GRANTED}
    assert (matrix.connection, matrix.spec.kind, matrix.version, matrix.trouble) == ("prod", kind, "2026.1", None)
    assert matrix.asked_at == MONDAY


@pytest.mark.requirement("R33")
@pytest.mark.parametrize("kind", KINDS)
def test_the_rights_that_are_missed_most_come_first(kind: str) -> None:
    often = [line.right.often_missed for line in lines_of(specs()[kind], ())]
    assert often == sorted(often, reverse=True)


@pytest.mark.requirement("R33")
def test_the_very_first_of_autotask_is_the_one_that_is_missed_most() -> None:
    assert lines_of(specs()["autotask"], ())[0].right.right == "CRM: All permission to Customer & Cancellation"


@pytest.mark.parametrize("kind", KINDS)
def test_a_right_that_was_not_tried_is_unknown_and_never_granted(kind: str) -> None:
    assert {line.access for line in lines_of(specs()[kind], ())} == {Access.UNKNOWN}


@pytest.mark.requirement("C9")
async def test_only_what_this_bot_itself_needs_counts_as_lacking(cw: Office) -> None:
    fake = cw.psa["connectwise"]
    fake.probes = [probe_of(right, Access.REFUSED) for right in fake.spec.rights]
    lacking = {line.right.id for line in (await cw.ask()).refused}
    assert {"companies", "agreements", "agreement-allow-list"} <= lacking
    assert not lacking & {"agreement-changes", "table-setup-add", "catalog", "members"}


@pytest.mark.requirement("R127", "R249")
@pytest.mark.parametrize("more", [None, [], ["Companies > Contacts: Inquire (All)"]])
async def test_what_the_role_holds_beyond_is_told_where_the_psa_shows_it(
    cw: Office, more: Sequence[str] | None
) -> None:
    cw.psa["connectwise"].more = more
    assert (await cw.ask()).surplus == (None if more is None else tuple(more))


@pytest.mark.parametrize("call", ["check", "probe"])
async def test_a_psa_that_is_down_leaves_everything_unknown_and_says_why(cw: Office, call: str) -> None:
    cw.psa["connectwise"].fails[call] = PsaDown("ConnectWise is down.")
    matrix = await cw.ask()
    assert isinstance(matrix.trouble, PsaDown)
    assert accesses(matrix) == {Access.UNKNOWN}
    assert (matrix.refused, matrix.version) == ((), None)


async def test_a_psa_that_hangs_is_given_up(cw: Office) -> None:
    cw.psa["connectwise"].gates["check"] = asyncio.Event()
    hurried = Matrices(cw.db, cw.psas, cw.clock, timedelta(seconds=0.01))
    trouble = (await hurried.ask("prod")).trouble
    assert isinstance(trouble, TimedOut)
    assert "ConnectWise did not answer within" in trouble.message


@pytest.mark.parametrize("wrong", [BadSettings("include_types: “X” is not there."), SecretKeyError("No key opens it.")])
async def test_a_connection_that_is_set_up_wrongly_says_so(cw: Office, wrong: Exception) -> None:
    cw.broken = wrong
    assert (await cw.ask()).trouble is wrong


async def test_a_role_that_may_not_even_see_the_version_is_tried_all_the_same(cw: Office) -> None:
    cw.psa["connectwise"].fails["check"] = PermissionDenied("No.")
    matrix = await cw.ask()
    assert (matrix.version, matrix.trouble) == (None, None)
    assert accesses(matrix) == {Access.GRANTED}


@pytest.mark.requirement("R101")
async def test_looking_again_within_two_minutes_tries_nothing_anew_unless_it_is_wanted(cw: Office) -> None:
    fake = cw.psa["connectwise"]
    await cw.ask()
    cw.clock.pass_by(60)
    assert (await cw.ask(fresh=False)).asked_at == MONDAY
    assert fake.calls.count("probe") == 1
    assert (await cw.ask()).asked_at > MONDAY
    cw.clock.pass_by(FRESH_FOR.total_seconds())
    await cw.ask(fresh=False)
    assert fake.calls.count("probe") == 3


@pytest.mark.requirement("R32")
async def test_a_kind_of_psa_means_the_one_connection_that_has_it(sqlite_database: Database) -> None:
    at = await office(sqlite_database, east="autotask", west="connectwise", lab="connectwise")
    assert (await at.ask("Autotask")).connection == "east"
    assert (await at.ask("LAB")).connection == "lab"
    with pytest.raises(SeveralConnections) as several:
        await at.ask("connectwise")
    assert several.value.names == ("lab", "west")


async def test_a_word_that_means_nothing_names_what_there_is(cw: Office) -> None:
    with pytest.raises(UnknownConnection) as unknown:
        await cw.ask("syncro")
    assert unknown.value.known == ("prod",)
