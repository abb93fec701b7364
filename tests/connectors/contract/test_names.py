"""A look-up by name, whatever the name."""

from typing import Any

import pytest

from connectors.contract import Connector
from connectors.errors import ConnectorError
from tests.connectors.contract.reading import everybody
from tests.connectors.simulators import Simulated

SIGNS = "\"'`\\/[](){}<>%_*?^$#&+=|~!@:;,.-\u2019\u201c"
HOSTILE = (
    "Acme \x00 Ltd",
    "x" * 500,
    "<@U1>",
    "@here <!channel>",
    '6" Pipes',
    "O'Brien",
    '"Quote" O\'Brien',
    "Acme [old]",
    "Acme (new) {2}",
    "50% *off* #1 A+ & Co?",
    "C:\\Temp\\",
    "under_score",
    "a/b?c=d&e",
    "Zażółć 🚀 名前",
    "\u202eright to left",
    "' OR '1'='1",
    '" OR id > 0 OR name contains "',
    "-- ; DROP TABLE clients",
    "line\nbreak\ttab",
)


@pytest.mark.parametrize("name", HOSTILE)
async def test_any_name_can_be_asked_for(connector: Connector, name: str) -> None:
    for account in await connector.find_accounts(name):
        assert name.casefold() in account.name.casefold()


async def test_every_account_of_a_tenant_is_found_by_its_whole_name(connector: Connector) -> None:
    """Simulated tenants hold names that break careless software."""
    odd = [account for account in await everybody(connector) if not account.name.replace(" ", "").isalnum()]
    assert len(odd) > 10
    for account in odd:
        assert account.id in {one.id for one in await connector.find_accounts(account.name)}, account.name


async def test_a_name_of_one_sign_is_answered_truly_or_refused_before_anybody_is_asked(connector: Connector) -> None:
    """No sign may stand for anything else, such as any name at all."""
    refused = []
    for sign in SIGNS:
        before = connector.usage.calls
        try:
            found = await connector.find_accounts(sign)
        except ConnectorError:
            refused.append((sign, connector.usage.calls - before))
            continue
        assert all(sign in account.name or sign in (account.identifier or "") for account in found)
    assert [calls for _, calls in refused] == [0] * len(refused)


@pytest.mark.parametrize("name", HOSTILE)
async def test_a_name_survives_as_it_is_apart_from_what_no_database_stores(
    simulated: Simulated, connector: Connector, name: str
) -> None:
    first = (await everybody(connector))[0]

    def renamed(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: renamed(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [renamed(inner) for inner in value]
        return name if value == first.name else value

    simulated.psa.rewrite = renamed
    (again,) = [account for account in await everybody(connector) if account.id == first.id]
    assert again.name.strip() == name.replace("\x00", "\ufffd").strip()
    assert again.url == first.url


async def test_a_blank_name_finds_nothing_and_asks_nobody(connector: Connector) -> None:
    assert list(await connector.find_accounts("  ")) == []
    assert connector.usage.calls == 0


@pytest.mark.requirement("R37")
async def test_the_look_up_also_shows_what_a_sync_leaves_out(connector: Connector) -> None:
    """Deleted, inactive or disabled: whatever the PSA has of it."""
    asleep = [account for account in await everybody(connector) if account.active is False or account.disabled]
    named = [*asleep[:5], *(one for one in await connector.find_accounts("Umbrella") if one.deleted)]
    statuses = {row.id for row in (await connector.tables()).statuses.rows or () if row.flags.get("inactiveFlag")}
    named += [one for one in await everybody(connector) if one.status and one.status.id in statuses][:5]
    assert named
    for account in named:
        assert account.id in {one.id for one in await connector.find_accounts(account.name)}
