"""Reads of a connector that several shared tests make."""

from datetime import datetime

from connectors.contract import Connector, filter_from
from connectors.records import Account, AccountFilter, Agreement


async def every_read(connector: Connector) -> list[Account]:
    found = await every_read_of_records(connector)
    await connector.probe()
    await connector.surplus()
    async for _ in connector.settings_tables():
        pass
    return found


async def every_read_of_records(connector: Connector) -> list[Account]:
    await connector.check()
    which = filter_from(await connector.tables(), {})
    found = list(await connector.find_accounts("a"))
    assert await connector.account(found[0].id) == found[0]
    await connector.counts(which)
    async for _ in connector.accounts(which):
        pass
    async for page in connector.agreements():
        await connector.lines(page[0].id)
    await connector.agreements_of(found[0].id)
    return found


async def bulk(connector: Connector, since: datetime | None) -> tuple[list[Account], list[Agreement]]:
    which = filter_from(await connector.tables(), {})
    accounts = [one async for page in connector.accounts(which, changed_since=since) for one in page]
    return accounts, [one async for page in connector.agreements(changed_since=since) for one in page]


async def everybody(connector: Connector) -> list[Account]:
    """Of every status and type, as far as a sync can read them."""
    which = AccountFilter(statuses=None, types=None)
    return [one async for page in connector.accounts(which) for one in page]
