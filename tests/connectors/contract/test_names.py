"""A look-up by name, whatever the name."""

import pytest

from connectors.contract import Connector
from connectors.errors import ConnectorError

HOSTILE = (
    "Acme \x00 Ltd",
    "x" * 500,
    "<@U1>",
    "@here <!channel>",
    '6" Pipes',
    "O'Brien",
    '"Quote" O\'Brien',
    "Acme [old]",
    "50% *off* #1 A+ & Co?",
    "C:\\Temp\\",
    "Zażółć 🚀 名前",
    "' OR '1'='1",
    '" OR id > 0 OR name contains "',
)


@pytest.mark.parametrize("name", HOSTILE)
async def test_any_name_can_be_asked_for(connector: Connector, name: str) -> None:
    for account in await connector.find_accounts(name):
        assert name.casefold() in account.name.casefold()


async def test_a_name_that_no_query_can_hold_is_refused_not_answered_with_nothing(connector: Connector) -> None:
    with pytest.raises(ConnectorError, match="RecId"):
        await connector.find_accounts("\\'\"")
    assert connector.usage.calls == 0


async def test_a_blank_name_finds_nothing_and_asks_nobody(connector: Connector) -> None:
    assert list(await connector.find_accounts("  ")) == []
    assert connector.usage.calls == 0


async def test_the_look_up_also_shows_deleted_and_inactive_accounts(connector: Connector) -> None:
    found = [account for account in await connector.find_accounts("umbrella INC") if account.name == "Umbrella Inc"]
    assert [(account.id, account.deleted) for account in found] == [("2277", True), ("5120", False)]
