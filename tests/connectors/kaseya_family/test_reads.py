"""Accounts looked up over real HTTP, in every way in which the real servers may turn out to answer (BMS §2 to §4)."""

from collections.abc import Callable

import pytest

from connectors.contract import Connector
from connectors.errors import ConnectorError, PermissionDenied
from connectors.records import AccountFilter
from sandbox.psa.kaseya_family import cast
from sandbox.psa.kaseya_family.ways import Fails, Finds
from tests.connectors.answerer import Asked, Say
from tests.connectors.kaseya_family.connecting import ACCOUNTS, LOOKUP, Wired, failed, ok, wired
from tests.connectors.simulators import Simulated

RECORD = r"/v2/crm/accounts/summary/(\d+)"
EVERYTHING = AccountFilter(statuses=None, types=None)


async def ids(connector: Connector, which: AccountFilter = EVERYTHING) -> list[str]:
    return [one.id async for page in connector.accounts(which) for one in page]


def calls_to(simulated: Simulated, beginning: str) -> int:
    return sum(call.path.startswith(beginning) for call in simulated.psa.calls)


@pytest.mark.parametrize("finds", list(Finds))
@pytest.mark.parametrize(
    "typed",
    [str.lower, lambda name: name.split()[0], lambda name: name.split()[-1].upper(), lambda _: "A501"],
    ids=["whole", "beginning", "part", "code"],
)
async def test_a_name_is_found_however_the_servers_own_filter_compares(
    simulated: Simulated, connector: Connector, finds: Finds, typed: Callable[[str], str]
) -> None:
    simulated.psa.ways.finds = finds
    name = simulated.psa.names[cast.WELL]
    assert name in [one.name for one in await connector.find_accounts(typed(name))]


async def test_once_the_filter_is_seen_to_find_any_part_a_miss_reads_no_other_pages(
    simulated: Simulated, connector: Connector
) -> None:
    assert await connector.find_accounts(simulated.psa.names[cast.WELL].split()[-1])
    before = calls_to(simulated, ACCOUNTS)
    assert await connector.find_accounts("Nobody of that name") == []
    assert calls_to(simulated, ACCOUNTS) - before == 2


async def test_inactive_accounts_and_other_types_are_found_too(simulated: Simulated, connector: Connector) -> None:
    names = [simulated.psa.names[one] for one in (cast.INACTIVE, cast.PROSPECT)]
    inactive, prospect = [one for name in names for one in await connector.find_accounts(name) if one.name == name]
    assert inactive.active is False
    assert prospect.types is not None
    assert [kind.name for kind in prospect.types] == ["Prospect"]


async def test_the_documents_spelling_of_keys_is_read_as_well(simulated: Simulated, connector: Connector) -> None:
    name = simulated.psa.names[cast.WELL]
    camel = await connector.find_accounts(name)
    simulated.psa.ways.pascal_case = True
    assert await connector.find_accounts(name) == camel
    assert await connector.account(camel[0].id) == camel[0]
    assert await connector.agreements_of(camel[0].id)


@pytest.mark.parametrize("bare", [True, False])
async def test_one_record_comes_with_and_without_envelope(
    simulated: Simulated, connector: Connector, bare: bool
) -> None:
    simulated.psa.ways.bare_record = bare
    found = await connector.account(str(cast.WELL))
    assert found is not None
    assert found.name == simulated.psa.names[cast.WELL]


@pytest.mark.parametrize("not_offered", [{RECORD}, {RECORD, "/v2/crm/accounts/lookup"}])
async def test_an_account_is_found_by_its_number_where_records_are_not_offered(
    simulated: Simulated, connector: Connector, not_offered: set[str]
) -> None:
    simulated.psa.ways.not_offered = not_offered
    found = await connector.account(str(cast.WELL))
    assert found is not None
    assert found.name == simulated.psa.names[cast.WELL]
    assert await connector.account("99999999") is None


@pytest.mark.parametrize("identity", ["", "x", "-1", "1.5", "²", "99999999999999999999"])
async def test_what_is_no_number_is_no_account_and_asks_nobody(connector: Connector, identity: str) -> None:
    assert await connector.account(identity) is None
    assert await connector.agreements_of(identity) == []
    assert await connector.lines(identity) == []
    assert connector.usage.calls == 0


NO_RECORD = (ok(None), ok({}), ok({"id": 0, "accountName": None}), failed("Account not found"), Say(status=404))


@pytest.mark.parametrize("answer", NO_RECORD)
async def test_a_record_that_is_not_there_is_only_said_where_others_can_be_seen(wire: Wired, answer: Say) -> None:
    wire.on(f"{ACCOUNTS}/7", answer)
    wire.on(LOOKUP, ok([]))
    wire.on(ACCOUNTS, ok([{"id": 1, "accountName": "Acme"}], total=1))
    assert await wire.psa.account("7") is None
    wire.on(ACCOUNTS, ok([], total=0))
    with pytest.raises(PermissionDenied, match="no account at all"):
        await wire.psa.account("7")


async def test_nothing_to_see_and_no_look_up_is_no_proof_either(wire: Wired) -> None:
    wire.on(ACCOUNTS, ok([], total=0))
    with pytest.raises(PermissionDenied, match="no account at all"):
        await wire.psa.account("7")


@pytest.mark.requirement("R56")
async def test_what_the_security_scope_hides_is_refused_and_never_not_found(
    simulated: Simulated, connector: Connector
) -> None:
    simulated.psa.unfix("unseen")
    name = simulated.psa.names[cast.UNSEEN]
    for written in (name, f"{name} Holdings"):
        simulated.psa.tenant.accounts.change(cast.UNSEEN, accountName=written)
        with pytest.raises(PermissionDenied, match="security scope of the API user hides it") as raised:
            await connector.find_accounts(f" {name.lower()} ")
        assert "Scopes" in raised.value.right
    with pytest.raises(PermissionDenied, match="security scope of the API user hides it"):
        await connector.account("507")
    simulated.psa.fix("unseen")
    assert [one.name for one in await connector.find_accounts(name)] == [f"{name} Holdings"]
    assert await connector.account("507") is not None


async def test_a_scope_that_cannot_be_asked_about_hides_nothing_that_we_know_of(
    simulated: Simulated, connector: Connector
) -> None:
    simulated.psa.unfix("unseen")
    simulated.psa.ways.not_offered = {"/v2/crm/accounts/lookup"}
    assert await connector.find_accounts(simulated.psa.names[cast.UNSEEN]) == []


async def test_links_go_to_the_pages_that_a_setting_names_else_to_the_front_page() -> None:
    rows = ok([{"id": 7, "accountName": "Acme", "isActive": True}], total=1)
    for setting, value, url in (
        ("server", "https://psa.example.com", "https://psa.example.com/"),
        ("account_url", "https://psa.example.com/a/{id}/x", "https://psa.example.com/a/7/x"),
    ):
        async with wired(None, **{setting: value}) as wire:
            wire.on(ACCOUNTS, rows)
            (found,) = await wire.psa.find_accounts("Acme")
            assert found.url == url


async def test_names_without_a_printable_sign_are_looked_for_among_all(connector: Connector) -> None:
    assert await connector.find_accounts("\x00\x01") == []


async def test_a_name_that_fits_very_many_is_not_read_to_the_end(wire: Wired) -> None:
    def page(asked: Asked) -> Say:
        first = int(asked.query["PageNumber"]) * 1000
        return ok([{"id": first + one, "accountName": f"Acme {one}"} for one in range(100)], total=10_000)

    wire.on(ACCOUNTS, page)
    wire.on(LOOKUP, ok([]))
    assert len(await wire.psa.find_accounts("Acme")) == 50
    assert len(wire.paths(ACCOUNTS)) == 10


async def test_names_of_all_kinds_are_found_again(simulated: Simulated, connector: Connector) -> None:
    rows = simulated.psa.tenant.accounts_at(simulated.psa.clock.now())
    chosen = rows[::4]
    for row in chosen:
        assert str(row["id"]) in [one.id for one in await connector.find_accounts(row["accountName"])]


@pytest.mark.parametrize("fails", list(Fails))
async def test_a_missing_right_is_a_refusal_in_both_ways_to_tell_it(
    simulated: Simulated, connector: Connector, fails: Fails
) -> None:
    simulated.psa.ways.fails = fails
    simulated.psa.break_with("forbidden-companies")
    with pytest.raises(PermissionDenied) as raised:
        await connector.find_accounts("Anybody")
    assert raised.value.right == "CRM > Accounts: View"


@pytest.mark.parametrize("fails", list(Fails))
async def test_a_token_that_ended_on_the_servers_clock_is_renewed_unseen(
    simulated: Simulated, connector: Connector, fails: Fails
) -> None:
    simulated.psa.ways.fails = fails
    await connector.check()
    simulated.psa.clock.advance(3600)
    await connector.check()
    assert simulated.psa.security.sign_ins == 2


async def test_a_purpose_reads_nothing_that_its_list_does_not_name(wire: Wired) -> None:
    with pytest.raises(ConnectorError, match="may not call"):
        await wire.psa._api.get("check", ACCOUNTS)
    with pytest.raises(ConnectorError, match="may not call POST"):
        await wire.psa._api.ask("one", ACCOUNTS, {})
    assert wire.server.asked == []
