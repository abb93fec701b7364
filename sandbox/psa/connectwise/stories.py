"""The stories that the simulated ConnectWise tells, and what a person would do there to end each of them well."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sandbox.clock import SandboxClock
from sandbox.psa.connectwise import cast
from sandbox.psa.connectwise.building import CYCLE, STATUS, TYPE, day
from sandbox.psa.connectwise.cast import Cast
from sandbox.psa.connectwise.generator import made_up
from sandbox.psa.connectwise.members import ALLOWED_TYPES, NOT_ALLOWED_TYPE
from sandbox.psa.connectwise.permissions import AGREEMENTS, COMPANY_MAINTENANCE, STATUS_TABLE, TABLES, Level
from sandbox.psa.connectwise.records import Collection
from sandbox.psa.connectwise.server import SimulatedConnectWise
from sandbox.psa.connectwise.tales import TALES, TENANT_TALES
from sandbox.psa.connectwise.tenant import Tenant
from sandbox.psa.crowd import Size
from sandbox.psa.script import Plot, Script, scripts

Change = Callable[[SimulatedConnectWise], None]


def connectwise_world(
    clock: SandboxClock,
    *,
    accounts: int = 2000,
    active: int | None = None,
    agreements: int | None = None,
    seed: int = 1,
    today: datetime | None = None,
) -> SimulatedConnectWise:
    """The companies of the stories and so many made-up ones. ``today``: what the stories are dated from."""
    day_of_stories = today or clock.now()
    people = Cast(day_of_stories)
    size = Size(accounts=accounts, active=active, agreements=agreements)
    crowd, their_agreements = made_up(size, seed=seed, today=day_of_stories)
    tenant = Tenant.holding([*people.companies, *crowd], [*people.agreements, *their_agreements])
    return SimulatedConnectWise(tenant, clock, told(people))


def told(people: Cast) -> list[Script[SimulatedConnectWise]]:
    plots = [*map(Plot.of, TALES), *(Plot.of(tale, whole_psa=True) for tale in TENANT_TALES)]
    return scripts(plots, {**_edits_of_records(people), **_other_repairs(people), **_of_the_role()})


def _edits_of_records(people: Cast) -> Mapping[str, tuple[Change, Change]]:
    ended = people.day_ago(1)
    return {
        "globex": (
            _agreement(cast.GLOBEX_AGREEMENT, billingCycle=CYCLE["Monthly"]),
            _agreement(cast.GLOBEX_AGREEMENT, billingCycle=CYCLE["None"]),
        ),
        "initech": (
            _company(cast.INITECH, types=[TYPE["Client"]], leadFlag=False),
            _company(cast.INITECH, types=[TYPE["Prospect"]], leadFlag=True),
        ),
        "soylent": (
            _agreement(cast.SOYLENT_AGREEMENT, endDate=day(ended + timedelta(days=366))),
            _agreement(cast.SOYLENT_AGREEMENT, endDate=day(ended)),
        ),
        "strickland": (
            _company(cast.STRICKLAND, status=STATUS["Active"]),
            _company(cast.STRICKLAND, status=STATUS["Not-Approved"]),
        ),
        "maclaren": (
            _agreement(cast.MACLAREN_AGREEMENT, billingCycle=CYCLE["Monthly"]),
            _agreement(cast.MACLAREN_AGREEMENT, billingCycle=CYCLE["None"]),
        ),
        "tyrell": (
            _company(cast.TYRELL, status=STATUS["Active"]),
            _company(cast.TYRELL, status=STATUS["Credit Hold"]),
        ),
    }


def _other_repairs(people: Cast) -> Mapping[str, tuple[Change, Change]]:
    deleted = people.ago(2)
    return {
        "umbrella": (
            lambda psa: _exists(psa.tenant.companies, cast.UMBRELLA_MERGED, until=psa.clock.now()),
            lambda psa: _exists(psa.tenant.companies, cast.UMBRELLA_MERGED, until=None),
        ),
        "wonka": (
            lambda psa: _restore(psa, until=None),
            lambda psa: _restore(psa, until=deleted),
        ),
    }


def _of_the_role() -> Mapping[str, tuple[Change, Change]]:
    return {
        "hooli": (
            _role(agreement_types=ALLOWED_TYPES | {NOT_ALLOWED_TYPE}),
            _role(agreement_types=ALLOWED_TYPES),
        ),
        "chotchkies": (_inquire(COMPANY_MAINTENANCE, Level.ALL), _inquire(COMPANY_MAINTENANCE, Level.MY)),
        "sabre": (_inquire(AGREEMENTS, Level.ALL), _inquire(AGREEMENTS, Level.NONE)),
        "initrode": (_role(tables=TABLES), _role(tables=TABLES - {STATUS_TABLE})),
    }


def _role(**changes: Any) -> Change:
    """Of the bot's own member."""

    def change(psa: SimulatedConnectWise) -> None:
        one = psa.members["psabot"]
        psa.members["psabot"] = replace(one, role=replace(one.role, **changes))

    return change


def _inquire(function: str, level: Level) -> Change:
    return lambda psa: _role(inquire={**psa.members["psabot"].role.inquire, function: level})(psa)


def _company(record_id: int, **fields: object) -> Change:
    return lambda psa: psa.tenant.companies.change(record_id, psa.clock.now(), **fields)


def _agreement(record_id: int, **fields: object) -> Change:
    return lambda psa: psa.tenant.agreements.change(record_id, psa.clock.now(), **fields)


def _exists(collection: Collection, record_id: int, *, until: datetime | None) -> None:
    collection.put(replace(collection.row(record_id), gone=until))


def _restore(psa: SimulatedConnectWise, *, until: datetime | None) -> None:
    _exists(psa.tenant.companies, cast.WONKA, until=until)
    for row in psa.tenant.agreements.rows():
        if row.data["company"]["id"] == cast.WONKA:
            _exists(psa.tenant.agreements, row.data["id"], until=until)
    if until is None:
        psa.tenant.companies.change(cast.WONKA, psa.clock.now())
