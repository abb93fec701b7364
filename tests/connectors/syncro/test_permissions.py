"""Each permission of the token, tried on its own."""

from dataclasses import replace

import pytest

from connectors.errors import SignInFailed
from connectors.records import Access, AccessProbe
from sandbox.psa.records import Kept
from tests.connectors.simulators import Simulated
from tests.connectors.syncro.connecting import CUSTOMERS, IT_IS_ME, ME, SCHEDULES, Wired, customers, schedules

TEMPLATES = {"ticket-forms", "canned-responses"}


async def probed(simulated: Simulated, member: str = "psabot") -> dict[str, AccessProbe]:
    connector = simulated.connect(secrets=simulated.psa.credentials(member))
    try:
        return {probe.id: probe for probe in await connector.probe()}
    finally:
        await connector.aclose()


def refused(probes: dict[str, AccessProbe]) -> set[str]:
    """Of the permissions that the bot or the billing tool needs."""
    return {name for name, probe in probes.items() if probe.access is Access.REFUSED and name not in TEMPLATES}


@pytest.mark.requirement("R32", "R41", "R55")
async def test_a_token_with_everything_is_granted_what_reading_can_prove(simulated: Simulated) -> None:
    probes = await probed(simulated, "templates")
    unproven = {name for name, probe in probes.items() if probe.access is not Access.GRANTED}
    assert unproven == {"recurring-invoice-changes", "invoice-changes", "token-expiry"}
    assert {probes[name].access for name in unproven} == {Access.UNPROBEABLE}
    assert all(probes[name].detail for name in unproven)
    assert probes["customers"].rows == len(simulated.psa.customers.at(simulated.psa.clock.now()))
    assert probes["customer-details"].call == "GET /customers/{id}"


async def test_a_token_that_reads_customers_only_lacks_what_opens_the_templates(simulated: Simulated) -> None:
    probes = await probed(simulated)
    assert {name for name, probe in probes.items() if probe.access is Access.REFUSED} == TEMPLATES


@pytest.mark.requirement("R55")
@pytest.mark.parametrize(
    ("token", "lacks"),
    [
        ("norecurring", {"agreements"}),
        ("nodetails", {"customer-details"}),
        ("nocustomers", {"customers"}),
        ("nothing", {"customers", "agreements", "products", "invoices"}),
    ],
)
async def test_a_missing_tick_is_named_with_what_to_do(simulated: Simulated, token: str, lacks: set[str]) -> None:
    probes = await probed(simulated, token)
    assert refused(probes) == lacks
    for name in lacks:
        assert probes[name].detail == f"Syncro refused it: re-create the token with {probes[name].right}."


async def test_what_has_no_record_to_try_it_on_is_unknown_and_not_granted(simulated: Simulated) -> None:
    assert (await probed(simulated, "nocustomers"))["customer-details"].access is Access.UNKNOWN
    simulated.psa.schedules = Kept()
    probes = await probed(simulated)
    assert (probes["invoices"].access, probes["invoice-details"].access) == (Access.EMPTY, Access.UNKNOWN)


@pytest.mark.requirement("R41")
async def test_a_single_customer_user_gets_a_short_list_and_the_probe_says_so(simulated: Simulated) -> None:
    probe = (await probed(simulated, "single"))["customers"]
    assert (probe.access, probe.rows) == (Access.EMPTY, 1)
    assert "Single-Customer user" in probe.detail


async def test_an_administrator_with_one_customer_is_granted_it(wire: Wired) -> None:
    wire.server.on(CUSTOMERS, customers(1))
    wire.server.on(ME, replace(IT_IS_ME, body={"admin": True}))
    assert (await wire.syncro.probe())[0].access is Access.GRANTED


async def test_recurring_invoices_that_are_switched_off_are_told_from_a_missing_right(simulated: Simulated) -> None:
    simulated.psa.schedules = Kept()
    assert (await probed(simulated))["agreements"].detail == "It is readable, but nothing came back."
    simulated.psa.modules_off = frozenset({"recur"})
    probe = (await probed(simulated))["agreements"]
    assert probe.access is Access.EMPTY
    assert probe.detail.endswith("Syncro shows these modules as switched off: recur.")


async def test_modules_that_cannot_be_read_change_nothing(wire: Wired) -> None:
    wire.server.on(SCHEDULES, schedules())
    probe = {probe.id: probe for probe in await wire.syncro.probe()}["agreements"]
    assert (probe.access, probe.detail) == (Access.EMPTY, "It is readable, but nothing came back.")


async def test_a_psa_that_breaks_while_it_is_probed_leaves_rights_unknown(wire: Wired) -> None:
    probes = {probe.id: probe for probe in await wire.syncro.probe()}
    assert {probes[name].access for name in ("customers", "agreements", "products", "invoices")} == {Access.UNKNOWN}


@pytest.mark.parametrize("same_words", [False, True])
async def test_an_expired_token_is_no_list_of_missing_rights(simulated: Simulated, same_words: bool) -> None:
    simulated.psa.same_words_for_both_401s = same_words
    token = simulated.psa.tokens["psabot"]
    simulated.psa.tokens["psabot"] = replace(token, expires=simulated.psa.clock.now())
    with pytest.raises(SignInFailed, match="expired"):
        await probed(simulated)
