"""The stories that both products tell, and what a person would do there to end each of them well (R56)."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from sandbox.clock import SandboxClock
from sandbox.psa.contract import Story
from sandbox.psa.kaseya_family import cast
from sandbox.psa.kaseya_family.building import FIXED, RECURRING, RETAINER, Builder
from sandbox.psa.kaseya_family.cast import Cast, contract_of
from sandbox.psa.kaseya_family.generator import Crowd, Size
from sandbox.psa.kaseya_family.product import Product
from sandbox.psa.kaseya_family.records import Kept, day, stamp
from sandbox.psa.kaseya_family.server import Script, SimulatedKaseya
from sandbox.psa.kaseya_family.tenant import Tenant

Change = Callable[[SimulatedKaseya], None]
NOTHING_TO_FIX: Final = "Nothing to fix in the PSA"

# id, accounts, expected verdict, title, what is wrong, what the fix does
TALES: Final = (
    ("stark", (cast.STARK,), "VISIBLE", "All is well", "A client with a recurring contract.", NOTHING_TO_FIX),
    (
        "acme",
        (cast.ACME,),
        "NOT_SYNCED_YET",
        "Brand new",
        "It was created yesterday and has a recurring contract; the last sync is older.",
        f"{NOTHING_TO_FIX}: sync it",
    ),
    (
        "initech",
        (cast.INITECH,),
        "EXCLUDED_BY_DESIGN",
        "Still a prospect",
        "Its contract runs, but its account type is Prospect.",
        "Change the account type to a client's",
    ),
    (
        "vandelay",
        (cast.VANDELAY,),
        "EXCLUDED_BY_DESIGN",
        "Filed as a vendor",
        "It buys and sells; its account type is Vendor.",
        "Change the account type to a client's",
    ),
    (
        "wonka",
        (cast.WONKA,),
        "EXCLUDED_BY_DESIGN",
        "Switched off",
        "Its contract runs, but the account is not active.",
        "Set the account to active",
    ),
    (
        "globex",
        (cast.GLOBEX,),
        "BLOCKED",
        "No contract at all",
        "It is a client that nobody made a contract for.",
        "Create a recurring services contract",
    ),
    (
        "soylent",
        (cast.SOYLENT,),
        "BLOCKED",
        "Ran out",
        "Its recurring contract ended a month ago.",
        "Extend the contract by two years",
    ),
    (
        "wayne",
        (cast.WAYNE,),
        "BLOCKED",
        "Not yet",
        "Its recurring contract begins in ten days.",
        "Let the contract begin today",
    ),
    (
        "cyberdyne",
        (cast.CYBERDYNE,),
        "BLOCKED",
        "A contract that is off",
        "Somebody deactivated its only contract.",
        "Activate the contract",
    ),
    (
        "massive",
        (cast.MASSIVE,),
        "BLOCKED",
        "Paid once",
        "Its only contract is of the type Fixed Price.",
        "Make it a contract of the type Recurring Services",
    ),
    (
        "tyrell",
        (cast.TYRELL,),
        "CANNOT_TELL",
        "A retainer",
        "Its only contract is a retainer with a billing cycle; no document says whether that counts.",
        "Make it a contract of the type Recurring Services",
    ),
    (
        "hooli",
        (cast.HOOLI,),
        "CANNOT_TELL",
        "Out of sight",
        "The security scope of the API user leaves it out, without an error.",
        "Widen the security scope",
    ),
    (
        "umbrella",
        (cast.UMBRELLA, cast.UMBRELLA_OLD),
        "AMBIGUOUS",
        "Twice in the list",
        "An inactive account has the same name and an old contract.",
        "Rename the inactive account",
    ),
    (
        "piper",
        (cast.PIPER,),
        "VISIBLE",
        "Locked out",
        "When its role loses Has API Access, the API user can read nothing, this account neither.",
        "Tick Has API Access for the role again",
    ),
)
BEGUN_WELL: Final = frozenset({"piper"})  # taking the right away would spoil every other story


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
    return SimulatedKaseya(product, tenant, clock, scripts(people))


def scripts(people: Cast) -> list[Script]:
    changes = {**_of_accounts(people), **_of_contracts(people), **_of_the_user()}
    told = []
    for story_id, account_ids, expected, title, text, fix_label in TALES:
        fix, unfix = changes.get(story_id, (_nothing, _nothing))
        story = Story(
            id=story_id,
            company=cast.NAMES[account_ids[0]],
            title=title,
            text=text,
            fix_label=fix_label,
            fixed=story_id in BEGUN_WELL,
        )
        told.append(Script(story=story, account_ids=account_ids, expected=expected, fix=fix, unfix=unfix))
    return told


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


def _nothing(_: SimulatedKaseya) -> None:
    """There is nothing to do in the PSA."""


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
