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
from sandbox.psa.kaseya_family.tales import plots
from sandbox.psa.kaseya_family.tenant import Tenant
from sandbox.psa.records import Kept, day
from sandbox.psa.script import Script, scripts

Change = Callable[[SimulatedKaseya], None]


def world(product: Product, clock: SandboxClock, size: Size, *, seed: int, today: datetime | None) -> SimulatedKaseya:
    """The accounts of the stories and so many made-up ones. ``today``: what the stories are dated from."""
    builder = Builder(tenant=product.tenant, customer_type=product.customer_type)
    people = Cast(builder, product.names, today or clock.now())
    crowd = Crowd(builder, size, seed=seed, today=today or clock.now())
    tenant = Tenant(
        builder=builder,
        accounts=Kept([*people.accounts, *crowd.accounts]),
        contracts=Kept([*people.contracts, *crowd.contracts]),
        lines=Kept([*people.lines, *crowd.lines]),
    )
    return SimulatedKaseya(product, tenant, clock, told(people))


def told(people: Cast) -> list[Script[SimulatedKaseya]]:
    return scripts(plots(people.names), {**_of_accounts(people), **_of_contracts(people), **_of_the_user()})


def _of_accounts(people: Cast) -> Mapping[str, tuple[Change, Change]]:
    kind = people.build.type_fields
    old_name = people.names[cast.TWICE_OLD]
    return {
        "prospect": (_account(cast.PROSPECT, **kind("customer")), _account(cast.PROSPECT, **kind("Prospect"))),
        "vendor": (_account(cast.VENDOR, **kind("customer")), _account(cast.VENDOR, **kind("Vendor"))),
        "inactive": (_account(cast.INACTIVE, isActive=True), _account(cast.INACTIVE, isActive=False)),
        "twice": (
            _account(cast.TWICE_OLD, accountName=f"Closed - {old_name}"),
            _account(cast.TWICE_OLD, accountName=old_name),
        ),
    }


def _of_contracts(people: Cast) -> Mapping[str, tuple[Change, Change]]:
    recurring = {"contractType": RECURRING, "billingCycle": "Monthly"}
    return {
        "no-contract": _contract_of_its_own(people, cast.NO_CONTRACT),
        "branch": _contract_of_its_own(people, cast.BRANCH),
        "ended": (_ends(cast.ENDED, people.days(700)), _ends(cast.ENDED, people.days(-30))),
        "later": (_starts(cast.LATER, people.today), _starts(cast.LATER, people.days(10))),
        "switched-off": (
            _contract(cast.SWITCHED_OFF, deactivated=False),
            _contract(cast.SWITCHED_OFF, deactivated=True),
        ),
        "one-time": (
            _contract(cast.ONE_TIME, **recurring),
            _contract(cast.ONE_TIME, contractType=FIXED, billingCycle=None),
        ),
        "on-retainer": (_contract(cast.ON_RETAINER, **recurring), _contract(cast.ON_RETAINER, contractType=RETAINER)),
    }


def _of_the_user() -> Mapping[str, tuple[Change, Change]]:
    return {
        "unseen": (
            lambda psa: psa.tenant.hidden.discard(cast.UNSEEN),
            lambda psa: psa.tenant.hidden.add(cast.UNSEEN),
        ),
        "locked-out": (_api_access(given=True), _api_access(given=False)),
    }


def _account(account_id: int, **fields: Any) -> Change:
    return lambda psa: psa.tenant.accounts.change(account_id, **fields, modifiedOn=stamp(psa.clock.now()))


def _contract(account_id: int, **fields: Any) -> Change:
    """Nothing on it says when that was (BMS §7)."""
    return lambda psa: psa.tenant.contracts.change(contract_of(account_id), **fields)


def _contract_of_its_own(people: Cast, account_id: int) -> tuple[Change, Change]:
    return (
        lambda psa: psa.tenant.contracts.put(people.contract(account_id)),
        lambda psa: psa.tenant.contracts.drop(contract_of(account_id)),
    )


def _ends(account_id: int, on: date) -> Change:
    return _contract(account_id, endDate=day(on))


def _starts(account_id: int, on: date) -> Change:
    return _contract(account_id, startDate=day(on))


def _api_access(*, given: bool) -> Change:
    def change(psa: SimulatedKaseya) -> None:
        psa.security.users["psabot"].api_access = given

    return change
