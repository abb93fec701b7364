"""Each documented right, probed over real HTTP (BMS §5; R56, R57)."""

import pytest

from connectors.contract import Connector
from connectors.errors import ConnectorError, SignInFailed
from connectors.kaseya_family.rights import EMPLOYEES, TICKET_TEMPLATES
from connectors.records import Access, AccessProbe
from sandbox.psa.kaseya_family.ways import Fails
from tests.connectors.answerer import Say
from tests.connectors.kaseya_family.connecting import (
    ACCOUNTS,
    CONTRACTS,
    INVOICES,
    LOOKUP,
    SERVICES,
    SIGN_IN,
    TYPES,
    USER,
    Wired,
    failed,
    ok,
)
from tests.connectors.simulators import Simulated


async def probed(connector: Connector) -> dict[str, AccessProbe]:
    return {one.id: one for one in await connector.probe()}


def plain(probes: dict[str, AccessProbe]) -> dict[str, str]:
    return {name: str(one.access) for name, one in probes.items()}


ALL_WELL = {
    "api-access": "granted",
    "api-employee": "unprobeable",
    "accounts": "granted",
    "security-scope": "granted",
    "agreements": "granted",
    "contract-changes": "unprobeable",
    "account-types": "granted",
    "services": "granted",
    "invoices": "granted",
    "employees": "granted",
    "ticket-templates": "granted",
}


@pytest.mark.requirement("R56")
async def test_a_role_with_everything_is_granted_everything_that_can_be_probed(
    simulated: Simulated, connector: Connector
) -> None:
    probes = await probed(connector)
    assert plain(probes) == ALL_WELL
    assert probes["accounts"].rows == len(simulated.psa.tenant.accounts_at(simulated.psa.clock.now()))
    assert probes["api-access"].call == f"GET {USER}"


@pytest.mark.requirement("R56")
async def test_a_security_scope_that_hides_one_account_is_found_out(simulated: Simulated, connector: Connector) -> None:
    simulated.psa.unfix("unseen")
    probes = await probed(connector)
    assert plain(probes) == {**ALL_WELL, "security-scope": "empty"}
    assert "Admin > CRM > Scopes" in probes["security-scope"].detail


@pytest.mark.parametrize("fails", list(Fails))
@pytest.mark.parametrize(
    ("fault", "refused"),
    [
        ("forbidden-agreements", {"agreements"}),
        ("forbidden-companies", {"accounts", "security-scope"}),
        ("forbidden-tables", {"account-types", "services"}),
    ],
)
async def test_each_missing_right_is_told_on_its_own(
    simulated: Simulated, connector: Connector, fails: Fails, fault: str, refused: set[str]
) -> None:
    simulated.psa.ways.fails = fails
    simulated.psa.break_with(fault)
    probes = await probed(connector)
    assert {name for name, one in probes.items() if one.access is Access.REFUSED} == refused


@pytest.mark.requirement("R56")
async def test_without_api_access_everything_is_refused(simulated: Simulated, connector: Connector) -> None:
    simulated.psa.break_with("no-api-access")
    probes = await probed(connector)
    assert {one.access for one in probes.values()} == {Access.REFUSED, Access.UNPROBEABLE}
    assert probes["api-access"].detail.startswith("It was refused: grant Admin > Security > Roles")


async def test_an_answer_to_anything_proves_api_access(wire: Wired) -> None:
    wire.on(USER, Say(status=403))
    for path in (CONTRACTS, ACCOUNTS, SERVICES):
        wire.on(path, ok([], total=0))
    for path in (TYPES, INVOICES, LOOKUP, EMPLOYEES, TICKET_TEMPLATES):
        wire.on(path, ok([]))
    assert plain(await probed(wire.psa)) == {
        **ALL_WELL,
        "accounts": "empty",
        "agreements": "empty",
        "account-types": "empty",
        "services": "empty",
        "invoices": "empty",
        "employees": "empty",
        "ticket-templates": "empty",
    }


async def test_what_is_down_or_not_offered_is_unknown_and_never_refused(wire: Wired) -> None:
    for path in (CONTRACTS, SERVICES, INVOICES, USER, LOOKUP, EMPLOYEES, TICKET_TEMPLATES):
        wire.on(path, Say(status=404))
    wire.on(ACCOUNTS, ok([{"id": 1}]))
    wire.on(TYPES, failed("Object reference not set"))
    probes = await probed(wire.psa)
    assert plain(probes) == {
        **ALL_WELL,
        "agreements": "unknown",
        "services": "unknown",
        "invoices": "unknown",
        "account-types": "unknown",
        "employees": "unknown",
        "ticket-templates": "unknown",
        "security-scope": "unprobeable",
    }
    assert probes["accounts"].rows is None
    wire.on(LOOKUP, failed("Object reference not set"))
    assert plain(await probed(wire.psa))["security-scope"] == "unknown"


async def test_nobody_can_be_judged_whose_sign_in_is_refused(wire: Wired) -> None:
    wire.on(SIGN_IN, failed("Invalid user name or password"))
    with pytest.raises(SignInFailed):
        await wire.psa.probe()


async def test_a_user_who_is_locked_out_while_signing_in_is_an_error_with_the_right(
    simulated: Simulated, connector: Connector
) -> None:
    simulated.psa.ways.fails = Fails.ENVELOPE
    simulated.psa.unfix("locked-out")
    with pytest.raises(ConnectorError, match="Has API Access"):
        await connector.check()
