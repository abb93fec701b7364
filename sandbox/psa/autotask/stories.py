"""The stories that the simulated Autotask tells, and what a person would do there to end each of them well."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sandbox.clock import SandboxClock
from sandbox.psa.autotask import cast
from sandbox.psa.autotask.building import Builder, service_line
from sandbox.psa.autotask.cast import Cast, contract_of, line_of
from sandbox.psa.autotask.generator import Crowd
from sandbox.psa.autotask.moments import stamp
from sandbox.psa.autotask.picklists import Picklists
from sandbox.psa.autotask.server import SimulatedAutotask
from sandbox.psa.autotask.tales import TALES, TENANT_TALES
from sandbox.psa.autotask.tenant import Tenant
from sandbox.psa.autotask.units import OWN_FIELDS
from sandbox.psa.autotask.users import CUSTOMERS, EVERY_GROUP, Crm
from sandbox.psa.crowd import Size
from sandbox.psa.records import Kept, Row, day
from sandbox.psa.script import Plot, Script, both, scripts

Change = Callable[[SimulatedAutotask], None]


def autotask_world(
    clock: SandboxClock,
    *,
    accounts: int = 2000,
    active: int | None = None,
    agreements: int | None = None,
    seed: int = 1,
    today: datetime | None = None,
    picklists: Picklists | None = None,
) -> SimulatedAutotask:
    """The accounts of the stories and so many made-up ones. ``today``: what the stories are dated from."""
    lists = picklists or Picklists()
    people = Cast(Builder(lists), today or clock.now())
    size = Size(accounts=accounts, active=active, agreements=agreements)
    crowd = Crowd(Builder(lists), size, seed=seed, today=today or clock.now())
    tenant = Tenant(
        picklists=lists,
        companies=Kept([*people.companies, *crowd.companies]),
        contracts=Kept([*people.contracts, *crowd.contracts]),
        services=Kept([*people.services, *crowd.services]),
        bundles=Kept([*people.bundles, *crowd.bundles]),
    )
    return SimulatedAutotask(tenant, clock, told(people))


def told(people: Cast) -> list[Script[SimulatedAutotask]]:
    plots = [*map(Plot.of, TALES), *(Plot.of(tale, whole_psa=True) for tale in TENANT_TALES)]
    return scripts(plots, {**_of_accounts(people), **_of_contracts(people), **_of_services(people)})


def _of_accounts(people: Cast) -> Mapping[str, tuple[Change, Change]]:
    kind = people.build.kind
    return {
        "vandelay": (
            _account(cast.VANDELAY, companyType=kind("Customer")),
            _account(cast.VANDELAY, companyType=kind("Prospect")),
        ),
        "placeholder": (
            _account(cast.PLACEHOLDER, companyName="Krusty Foods", companyType=kind("Customer")),
            _account(cast.PLACEHOLDER, companyName="clientName", companyType=kind("Partner")),
        ),
        "blockbuster": (_account(cast.BLOCKBUSTER, isActive=True), _account(cast.BLOCKBUSTER, isActive=False)),
        "aperture": (_level(crm=EVERY_GROUP), _level(crm={**EVERY_GROUP, CUSTOMERS: Crm.TERRITORIES})),
        "sunshine": (_level(contracts=True), _level(contracts=False)),
    }


def _of_contracts(people: Cast) -> Mapping[str, tuple[Change, Change]]:
    status, kind = people.build.status, people.build.contract_kind
    today, ended, later = people.today, people.days(-10), people.days(366)
    return {
        "cyberdyne": (
            _contract(cast.CYBERDYNE, status=status("Active")),
            _contract(cast.CYBERDYNE, status=status("Inactive")),
        ),
        "oscorp": (_contract(cast.OSCORP, endDate=day(later)), _contract(cast.OSCORP, endDate=day(ended))),
        "massive": (_starts(cast.MASSIVE, today), _starts(cast.MASSIVE, people.days(10))),
        "gekko": (_starts(cast.GEKKO, today), _starts(cast.GEKKO, people.next_year.starts)),
        "bluth": (_contract(cast.BLUTH, endDate=day(later)), _contract(cast.BLUTH, endDate=day(today))),
        "piper": (
            both(_contract(cast.PIPER, contractType=kind("Recurring Service")), _with_service(cast.PIPER)),
            both(_contract(cast.PIPER, contractType=kind("Fixed Price")), _without_service(cast.PIPER)),
        ),
        "dunder": _contract_of_its_own(people, cast.DUNDER),
        "soap": _contract_of_its_own(people, cast.SOAP),
    }


def _of_services(people: Cast) -> Mapping[str, tuple[Change, Change]]:
    return {
        "sterling": (_with_service(cast.STERLING), _without_service(cast.STERLING)),
        "prestige": (_units(cast.PRESTIGE, 12), _units(cast.PRESTIGE, 0)),
    }


def _account(company_id: int, **fields: Any) -> Change:
    return lambda psa: psa.tenant.companies.change(
        company_id, **fields, lastTrackedModifiedDateTime=stamp(psa.clock.now())
    )


def _contract(company_id: int, **fields: Any) -> Change:
    """Nothing on it says when that was (AT §5.2)."""
    return lambda psa: psa.tenant.contracts.change(contract_of(company_id), **fields)


def _starts(company_id: int, on: date) -> Change:
    return _contract(company_id, startDate=day(on))


def _units(company_id: int, units: int) -> Change:
    return lambda psa: psa.tenant.services.change(line_of(company_id), **{OWN_FIELDS: units})


def _with_service(company_id: int) -> Change:
    line = service_line(line_of(company_id), contract_of(company_id), units=12)
    return lambda psa: psa.tenant.services.put(Row(data=line))


def _without_service(company_id: int) -> Change:
    return lambda psa: psa.tenant.services.drop(line_of(company_id))


def _contract_of_its_own(people: Cast, company_id: int) -> tuple[Change, Change]:
    record = people.contract(company_id, replace(people.usual, starts=people.today - timedelta(days=1)))

    def without(psa: SimulatedAutotask) -> None:
        psa.tenant.services.drop(line_of(company_id))
        psa.tenant.contracts.drop(contract_of(company_id))

    return both(lambda psa: psa.tenant.contracts.put(Row(data=record)), _with_service(company_id)), without


def _level(**rights: Any) -> Change:
    """Of the bot's own user."""

    def change(psa: SimulatedAutotask) -> None:
        one = psa.users["psabot"]
        psa.users["psabot"] = replace(one, level=replace(one.level, **rights))

    return change
