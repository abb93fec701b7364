"""Records that hold less than they should, or what nobody has seen before."""

import re
from collections.abc import Callable
from dataclasses import fields
from datetime import date
from typing import Any, Final

import pytest

from connectors.contract import Connector
from connectors.errors import ErrorKind, InvalidData
from connectors.records import EMPTY_REF, Account, Agreement
from tests.connectors.contract.reading import everybody
from tests.connectors.simulators import Simulated

# What every record has, by whatever name: without it there is nothing to keep.
ESSENTIAL: Final = re.compile(r"(id|(company|client|customer|account)_?(id|name)?)", re.IGNORECASE)
SAID_OF_ALL: Final = {"id", "name", "url", "raw", "account_id", "account_name"}
LABEL: Final = re.compile(r"[A-Z][A-Za-z -]+")
Change = Callable[[dict[str, Any]], dict[str, Any]]


def each_record(change: Change) -> Callable[[Any], Any]:
    """A record is an object with an id; what stands inside of one is part of it."""

    def changed(value: Any) -> Any:
        if isinstance(value, list):
            return [changed(inner) for inner in value]
        if isinstance(value, dict):
            return change(value) if "id" in value else {key: changed(inner) for key, inner in value.items()}
        return value

    return changed


def bare(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if ESSENTIAL.fullmatch(key)}


def nulls(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value if ESSENTIAL.fullmatch(key) else None for key, value in record.items()}


def unheard_of(record: dict[str, Any]) -> dict[str, Any]:
    """New labels and numbers of them, as after an upgrade or in another language."""

    def other(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: other(inner) for key, inner in value.items()}
        if isinstance(value, list):
            return [other(inner) for inner in value]
        if isinstance(value, int | float) and not isinstance(value, bool):
            return value + 1_000_000
        return f"Sonstiges {value}" if isinstance(value, str) and LABEL.fullmatch(value) else value

    return {key: value if ESSENTIAL.fullmatch(key) else other(value) for key, value in record.items()}


def wrong_types(record: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value if ESSENTIAL.fullmatch(key) else 12_345 if isinstance(value, str) else "x"
        for key, value in record.items()
    }


async def accounts_and_agreements(connector: Connector) -> tuple[list[Account], list[Agreement]]:
    return await everybody(connector), [one async for page in connector.agreements() for one in page]


async def test_what_is_not_told_is_not_known(simulated: Simulated, connector: Connector) -> None:
    whole = await accounts_and_agreements(connector)
    simulated.psa.rewrite = each_record(bare)
    accounts, agreements = await accounts_and_agreements(connector)
    assert {one.id for one in accounts} == {one.id for one in whole[0]}
    assert {one.id for one in agreements} == {one.id for one in whole[1]}
    records: list[Account | Agreement] = [*accounts, *agreements]
    for record in records:
        told = {one.name: getattr(record, one.name) for one in fields(record) if one.name not in SAID_OF_ALL}
        # That there is none, or no limit, may follow from a missing field; a label, a flag or a day never does.
        assert {name for name, value in told.items() if value not in {None, EMPTY_REF, (), date.min}} <= {
            "recurring",  # by the list that it stands in
            "open_ended",
        }


@pytest.mark.parametrize("change", [nulls, unheard_of, wrong_types])
async def test_labels_and_types_that_nobody_has_seen_are_no_exception(
    simulated: Simulated, connector: Connector, change: Change
) -> None:
    whole = await accounts_and_agreements(connector)
    simulated.psa.rewrite = each_record(change)
    accounts, agreements = await accounts_and_agreements(connector)
    assert {one.id for one in accounts} == {one.id for one in whole[0]}
    assert {one.id for one in agreements} == {one.id for one in whole[1]}


async def test_a_record_without_an_id_is_an_error_that_says_so(simulated: Simulated, connector: Connector) -> None:
    await connector.tables()
    simulated.psa.rewrite = each_record(lambda record: {key: value for key, value in record.items() if key != "id"})
    with pytest.raises(InvalidData) as raised:
        await everybody(connector)
    assert raised.value.kind is ErrorKind.INVALID_DATA
