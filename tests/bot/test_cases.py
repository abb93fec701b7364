"""What the rules are given to judge: what was read, what was not, and why not."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.cases import Asking, Read, build_case, nobody_case, read_account, with_parent, within
from bot.psas import Surroundings
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind, RunState, SyncRun
from bot.store.snapshot import CachedAccount, StaleAgreement
from connectors.contract import Spec
from connectors.errors import ConnectorError, PermissionDenied, PsaDown
from connectors.records import EMPTY_REF, Account, Because, Capability, Ref
from rules.engine import Engine
from rules.model import AgreementChain, Case, Diagnosis, Finding, State, Verdict
from tests.bot.sync.fakes import GRANTED, NOON, SPEC, TABLES, FakeConnector, account, agreement

CONNECTION = Connection(
    id=1,
    name="cw-prod",
    psa="connectwise",
    settings={},
    paused=False,
    time_zone="Pacific/Auckland",
    created_at=NOON,
)
AROUND = Surroundings(as_of=NOON, tables=TABLES, filter=None, probes=(GRANTED,))
STARTED = NOON - timedelta(days=4)
SYNC = SyncRun(
    id=812,
    connection_id=1,
    kind=RunKind.FULL,
    state=RunState.SUCCEEDED,
    phase="",
    phase_number=0,
    phase_count=0,
    rows=0,
    requested_by="U0AGENT",
    requested_at=STARTED,
    started_at=STARTED,
    ended_at=STARTED + timedelta(minutes=9),
    heartbeat_at=None,
    account_id=None,
    calls=0,
    bytes=0,
    counts={},
    changes={},
    error=None,
    attempt=1,
    cancel_requested=False,
    token="",
)


def asking(psa: FakeConnector | None = None, **changes: Any) -> Asking:
    known = Asking(
        connection=CONNECTION,
        connector=psa or FakeConnector(),
        query="Acme",
        account_id=None,
        now=NOON,
        last_sync=SYNC,
        fresh=False,
    )
    return replace(known, **changes)


def cached(**changes: Any) -> CachedAccount:
    known = CachedAccount(
        account=account(1, name="Acme as it was"),
        agreements=(agreement(1, 1),),
        visible=True,
        verdict_reasons=(),
        first_seen_run=1,
        last_seen_run=812,
        last_seen_at=STARTED,
    )
    return replace(known, **changes)


def case(read: Read, twins: tuple[Account, ...] = (), **changes: Any) -> Case:
    return build_case(asking(**changes), read, twins, AROUND)


FOUND = Read(account_id="1", cached=cached(), live=account(1), agreements=(agreement(1, 1),))


def test_today_is_the_date_where_the_connection_is() -> None:
    assert case(FOUND).today == date(2026, 11, 22)
    assert case(FOUND).now == NOON


def test_the_live_record_is_judged_and_the_cached_one_stands_beside_it() -> None:
    built = case(FOUND)
    assert built.account == account(1)
    assert built.cached.account == account(1, name="Acme as it was")
    assert (built.live.present, built.live.as_of, built.cached.run) == (True, NOON, 812)
    assert built.query == "Acme"


def test_what_could_not_be_read_is_unknown_with_its_reason_and_the_cached_record_stands_in() -> None:
    down = PsaDown("ConnectWise is down.")
    built = case(replace(FOUND, live=down, agreements=PermissionDenied("refused")))
    assert (built.live.present, built.live.because) == (None, Because.PSA_DOWN)
    assert built.live.detail == "ConnectWise is down."
    assert (built.agreements, built.agreements_because) == (None, Because.PERMISSION)
    assert built.account == account(1, name="Acme as it was")


def test_an_account_that_is_not_there_is_not_unknown() -> None:
    built = case(Read(account_id="1", cached=None, live=None, agreements=()))
    assert (built.live.present, built.account, built.agreements) == (False, None, ())
    assert (built.cached.present, built.cached.as_of, built.cached.run) == (False, SYNC.ended_at, 812)


def test_a_connection_that_never_synced_has_no_copy_of_any_age() -> None:
    built = nobody_case(asking(last_sync=None), None, AROUND)
    assert (built.cached.as_of, built.cached.run, built.last_full_sync_started_at) == (None, None, None)
    assert nobody_case(asking(), None, AROUND).last_full_sync_started_at == STARTED


@pytest.mark.requirement("R46")
def test_agreements_that_the_psa_stopped_returning_are_in_the_copy_with_the_day_it_last_did() -> None:
    long_ago = NOON - timedelta(days=40)
    stale = StaleAgreement(agreement=agreement(9, 1), stale_since=STARTED, last_seen_at=long_ago, last_seen_run=700)
    built = case(replace(FOUND, cached=cached(agreements_stale=(stale,))))
    assert [each.id for each in built.cached.agreements] == ["a1", "a9"]
    assert built.cached.last_seen == {"a9": long_ago}


def test_no_twins_is_only_a_fact_where_somebody_looked_for_some() -> None:
    assert case(FOUND).twins == ()
    assert case(FOUND, (account(2),)).twins == (account(2),)
    assert case(FOUND, account_id="1").twins is None
    assert case(replace(FOUND, live=PsaDown("down"))).twins is None
    assert case(replace(FOUND, live=PsaDown("down")), (account(2),)).twins == (account(2),)


def test_rights_that_were_not_probed_say_why() -> None:
    around = replace(AROUND, probes=None, because=Because.PSA_DOWN)
    built = nobody_case(asking(), PsaDown("down"), around)
    assert (built.probes, built.probes_because) == (None, Because.PSA_DOWN)
    assert nobody_case(asking(), None, AROUND).probes_because is None


def test_the_rules_speak_the_psas_own_words() -> None:
    assert case(FOUND).tool_words["account"] == "company"
    assert case(FOUND).tool_words["account_id"] == "RecId"


async def test_one_round_reads_the_account_and_its_agreements_at_the_same_time() -> None:
    psa = FakeConnector(everyone=[account(1)], all_agreements=[agreement(1, 1)])
    psa.gates = {name: asyncio.Event() for name in ("account", "agreements_of")}
    reading = asyncio.create_task(read_account(asking(psa), cached(), "1", None))
    async with asyncio.timeout(5):
        while sorted(psa.calls) != ["account", "agreements_of"]:
            await asyncio.sleep(0)
    for gate in psa.gates.values():
        gate.set()
    read = await reading
    assert (read.live, read.agreements, read.account) == (account(1), [agreement(1, 1)], account(1))


async def test_what_the_look_up_by_name_brought_is_not_read_again() -> None:
    psa = FakeConnector(all_agreements=[agreement(1, 1)])
    read = await read_account(asking(psa), None, "1", account(1))
    assert (read.live, psa.calls) == (account(1), ["agreements_of"])


GROUP = Ref(id="7", name="Wayne Group")
BELONGS = replace(FOUND, live=account(1, parent=GROUP))
NOT_BILLED = Diagnosis(
    verdict=Verdict.BLOCKED,
    summary="",
    findings=(),
    agreements=(AgreementChain(id="a1", name="Managed", qualifies=False, failed=("agreement-in-date-range",)),),
    enough_to_fix=(),
    not_tested=(),
    visible=False,
    catalogue="",
)
NO_AGREEMENT = replace(NOT_BILLED, agreements=())
BILLED = replace(NOT_BILLED, agreements=(AgreementChain(id="a1", name="Managed", qualifies=True, failed=()),))


@pytest.mark.requirement("X27")
@pytest.mark.parametrize("found", [NOT_BILLED, NO_AGREEMENT])
async def test_the_agreements_of_its_parent_are_read_where_none_of_its_own_makes_it_visible(found: Diagnosis) -> None:
    psa = FakeConnector(all_agreements=[agreement(1, 1), agreement(7, 7)])
    read = await with_parent(asking(psa), BELONGS, found)
    assert (read.of_parent, psa.calls) == ([agreement(7, 7)], ["agreements_of"])
    assert build_case(asking(psa), read, (), AROUND).parent_agreements == (agreement(7, 7),)


NO_PARENTS = replace(SPEC, gives=SPEC.gives - {Capability.PARENT_ACCOUNT})


@pytest.mark.parametrize(
    ("read", "found", "spec"),
    [
        (BELONGS, BILLED, SPEC),
        (BELONGS, NOT_BILLED, NO_PARENTS),
        (FOUND, NOT_BILLED, SPEC),
        (replace(FOUND, live=account(1, parent=EMPTY_REF)), NOT_BILLED, SPEC),
        (replace(BELONGS, live=PsaDown("down"), cached=cached(account=account(1, parent=GROUP))), NOT_BILLED, SPEC),
        (replace(BELONGS, live=None), NO_AGREEMENT, SPEC),
        (replace(BELONGS, agreements=PsaDown("down")), NO_AGREEMENT, SPEC),
    ],
    ids=["billed itself", "PSA knows no parents", "not told", "no parent", "PSA down", "gone", "own not read"],
)
async def test_a_parent_that_nobody_needs_costs_no_call(read: Read, found: Diagnosis, spec: Spec) -> None:
    psa = FakeConnector(spec=spec)
    assert await with_parent(asking(psa), read, found) is read
    assert psa.calls == []
    assert build_case(asking(psa), read, (), AROUND).parent_agreements_because is None


@pytest.mark.requirement("X27")
async def test_a_parent_that_may_not_be_read_leaves_its_own_rule_unknown_and_nothing_else(engine: Engine) -> None:
    psa = FakeConnector(fails={"agreements_of": PermissionDenied("refused")})
    asked = asking(psa, connection=replace(CONNECTION, psa="autotask"))
    unasked = replace(BELONGS, agreements=())
    read = await with_parent(asked, unasked, NO_AGREEMENT)
    before, after = (told(engine, build_case(asked, each, (), AROUND)) for each in (unasked, read))
    unknown = after["billing-not-on-parent"]
    assert (unknown.state, unknown.because) == (State.UNKNOWN, Because.PERMISSION)
    assert [rule for rule, finding in after.items() if finding != before[rule]] == ["billing-not-on-parent"]


def told(engine: Engine, case: Case) -> dict[str, Finding]:
    return {finding.rule: finding for finding in engine.diagnose(case).findings}


async def test_the_version_of_the_psa_reaches_the_rules_with_its_reason() -> None:
    known, refused = replace(AROUND, version="2.146"), replace(AROUND, version_because=Because.PERMISSION)
    assert nobody_case(asking(), None, known).psa_version == "2.146"
    assert nobody_case(asking(), None, refused).psa_version_because is Because.PERMISSION


async def test_no_agreement_of_an_account_that_could_not_be_seen_is_not_none() -> None:
    refused = PermissionDenied("refused")
    psa = FakeConnector(fails={"account": refused})
    assert (await read_account(asking(psa), None, "1", None)).agreements is refused
    psa.all_agreements = [agreement(1, 1)]
    assert (await read_account(asking(psa), None, "1", None)).agreements == [agreement(1, 1)]


@pytest.mark.parametrize(
    ("everyone", "told"),
    [([account(7, name="Wayne Group")], "Wayne Group"), ([], "7")],
    ids=["readable", "not readable"],
)
async def test_a_parent_that_is_only_a_number_gets_its_name_where_it_can_be_read(
    everyone: list[Account], told: str
) -> None:
    numbered = replace(BELONGS, live=account(1, parent=Ref(id="7", name="7")))
    read = await with_parent(asking(FakeConnector(everyone=everyone)), numbered, NOT_BILLED)
    assert read.account is not None
    assert read.account.parent == Ref(id="7", name=told)


async def test_an_error_of_the_psa_stands_in_the_place_of_what_it_kept_from_us() -> None:
    psa = FakeConnector(everyone=[account(1)], fails={"agreements_of": PermissionDenied("refused")})
    read = await read_account(asking(psa), None, "1", None)
    assert isinstance(read.agreements, PermissionDenied)
    assert read.live == account(1)


async def test_any_other_error_is_ours_and_is_not_hidden() -> None:
    psa = FakeConnector(fails={"account": RuntimeError("a bug")})
    with pytest.raises(RuntimeError, match="a bug"):
        await read_account(asking(psa), None, "1", None)


async def test_a_psa_that_takes_too_long_is_given_up_and_says_after_how_long() -> None:
    async def forever() -> Sequence[Account]:
        await asyncio.Event().wait()
        return ()

    given_up = await within(asking(patience=timedelta(seconds=0.01)), forever())
    assert isinstance(given_up, ConnectorError)
    assert given_up.message == "ConnectWise did not answer within 0 seconds."
    assert given_up.transient


def test_a_record_that_nobody_has_is_nobody() -> None:
    assert Read(account_id="1", cached=None, live=PsaDown("down"), agreements=()).account is None
