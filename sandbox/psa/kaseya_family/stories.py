"""The stories that both products tell, and what a person would do there to end each of them well (R56)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sandbox.clock import SandboxClock
from sandbox.psa.crowd import Size
from sandbox.psa.kaseya_family import cast
from sandbox.psa.kaseya_family.building import FIXED, RECURRING, RETAINER, Builder
from sandbox.psa.kaseya_family.cast import Cast, contract_of
from sandbox.psa.kaseya_family.generator import Crowd
from sandbox.psa.kaseya_family.moments import stamp
from sandbox.psa.kaseya_family.product import Product
from sandbox.psa.kaseya_family.server import SimulatedKaseya
from sandbox.psa.kaseya_family.tales import PLOTS
from sandbox.psa.kaseya_family.tenant import Tenant
from sandbox.psa.records import Kept, day
from sandbox.psa.script import Script, scripts

Change = Callable[[SimulatedKaseya], None]


def world(product: Product, clock: SandboxClock, size: Size, *, seed: int, today: datetime | None) -> SimulatedKaseya:
    """The accounts of the stories and so many made-up ones. ``today``: what the stories are dated from."""
    builder = Builder(tenant=product.tenant, customer_type=product.customer_type)
    people = Cast(builder, today or clock.now())
    crowd = Crowd(builder, size, seed=seed, today=today or clock.now())
    tenant = Tenant(
        builder=builder,
        accounts=Kept([*people.accounts, *crowd.accounts]),
        contracts=Kept([*people.contracts, *crowd.contracts]),
        lines=Kept([*people.lines, *crowd.lines]),
        hidden={cast.HOOLI},
    )
    return SimulatedKaseya(product, tenant, clock, told(people))


def told(people: Cast) -> list[Script[SimulatedKaseya]]:
    return scripts(PLOTS, {**_of_accounts(people), **_of_contracts(people), **_of_the_user()})


def _of_accounts(people: Cast) -> Mapping[str, tuple[Change, Change]]:
    kind = people.build.type_fields
    old_name = cast.NAMES[cast.UMBRELLA_OLD]
    return {
        "initech": (_account(cast.INITECH, **kind("customer")), _account(cast.INITECH, **kind("Prospect"))),
        "vandelay": (_account(cast.VANDELAY, **kind("customer")), _account(cast.VANDELAY, **kind("Vendor"))),
        "wonka": (_account(cast.WONKA, isActive=True), _account(cast.WONKA, isActive=False)),
        "umbrella": (
            _account(cast.UMBRELLA_OLD, accountName=f"Closed - {old_name}"),
            _account(cast.UMBRELLA_OLD, accountName=old_name),
        ),
    }


def _of_contracts(people: Cast) -> Mapping[str, tuple[Change, Change]]:
    recurring = {"contractType": RECURRING, "billingCycle": "Monthly"}
    return {
        "globex": (
            lambda psa: psa.tenant.contracts.put(people.contract(cast.GLOBEX)),
            lambda psa: psa.tenant.contracts.drop(contract_of(cast.GLOBEX)),
        ),
        "soylent": (_ends(cast.SOYLENT, people.days(700)), _ends(cast.SOYLENT, people.days(-30))),
        "wayne": (_starts(cast.WAYNE, people.today), _starts(cast.WAYNE, people.days(10))),
        "cyberdyne": (_contract(cast.CYBERDYNE, deactivated=False), _contract(cast.CYBERDYNE, deactivated=True)),
        "massive": (
            _contract(cast.MASSIVE, **recurring),
            _contract(cast.MASSIVE, contractType=FIXED, billingCycle=None),
        ),
        "tyrell": (_contract(cast.TYRELL, **recurring), _contract(cast.TYRELL, contractType=RETAINER)),
    }


def _of_the_user() -> Mapping[str, tuple[Change, Change]]:
    return {
        "hooli": (
            lambda psa: psa.tenant.hidden.discard(cast.HOOLI),
            lambda psa: psa.tenant.hidden.add(cast.HOOLI),
        ),
        "piper": (_api_access(given=True), _api_access(given=False)),
    }


def _account(account_id: int, **fields: Any) -> Change:
    return lambda psa: psa.tenant.accounts.change(account_id, **fields, modifiedOn=stamp(psa.clock.now()))


def _contract(account_id: int, **fields: Any) -> Change:
    """Nothing on it says when that was (BMS §7)."""
    return lambda psa: psa.tenant.contracts.change(contract_of(account_id), **fields)


def _ends(account_id: int, on: date) -> Change:
    return _contract(account_id, endDate=day(on))


def _starts(account_id: int, on: date) -> Change:
    return _contract(account_id, startDate=day(on))


def _api_access(*, given: bool) -> Change:
    def change(psa: SimulatedKaseya) -> None:
        psa.security.users["psabot"].api_access = given

    return change
