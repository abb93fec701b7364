"""The stories that the sandbox tells, and what a person would do in the PSA to end each of them well."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sandbox.clock import SandboxClock
from sandbox.psa.connectwise import cast
from sandbox.psa.connectwise.building import CYCLE, STATUS, TYPE, day
from sandbox.psa.connectwise.cast import Cast
from sandbox.psa.connectwise.generator import made_up
from sandbox.psa.connectwise.members import NOT_ALLOWED_TYPE
from sandbox.psa.connectwise.records import Collection
from sandbox.psa.connectwise.server import SimulatedConnectWise
from sandbox.psa.connectwise.tenant import Tenant
from sandbox.psa.crowd import Size
from sandbox.psa.script import NOTHING_TO_FIX, Plot, Tale, scripts

Change = Callable[[SimulatedConnectWise], None]
TALES: Final[tuple[Tale, ...]] = (
    (
        "acme",
        "Acme Ltd",
        (cast.ACME,),
        "NOT_SYNCED_YET",
        "Brand new",
        "It was created yesterday and has one monthly agreement; the last sync is older.",
        f"{NOTHING_TO_FIX}: sync it",
    ),
    (
        "globex",
        "Globex Corporation",
        (cast.GLOBEX,),
        "BLOCKED",
        "Not billed again and again",
        "Its only agreement has the billing cycle None.",
        "Set the billing cycle to Monthly",
    ),
    (
        "initech",
        "Initech",
        (cast.INITECH,),
        "EXCLUDED_BY_DESIGN",
        "Still a prospect",
        "It has signed, but its only company type is Prospect.",
        "Change the type to Client",
    ),
    (
        "umbrella",
        "Umbrella Inc",
        (cast.UMBRELLA, cast.UMBRELLA_MERGED),
        "DUPLICATE_OR_RECYCLED",
        "Twice in the list",
        "The recycle bin still holds 2277, which was merged into 5120.",
        "Empty the recycle bin",
    ),
    (
        "hooli",
        "Hooli",
        (cast.HOOLI,),
        "CANNOT_TELL",
        "An agreement that nobody may see",
        "Its only agreement is of the type Legacy Hosting, which the bot's role does not allow.",
        "Allow the agreement type Legacy Hosting",
    ),
    (
        "stark",
        "Stark Industries",
        (cast.STARK,),
        "VISIBLE",
        "All is well",
        "A client with two monthly agreements.",
        NOTHING_TO_FIX,
    ),
    (
        "soylent",
        "Soylent Corp",
        (cast.SOYLENT,),
        "STALE_ELIGIBILITY",
        "About to vanish",
        "Its recurring agreement ended yesterday, the other one bills one time only.",
        "Extend the agreement by a year",
    ),
    (
        "wonka",
        "Wonka Candy",
        (cast.WONKA,),
        "GONE_IN_PSA",
        "Deleted for good",
        "Somebody deleted the company two days ago and emptied the recycle bin.",
        "Bring the company back",
    ),
    (
        "tyrell",
        "Tyrell Corp",
        (cast.TYRELL,),
        "VISIBLE",
        "A status of our own",
        "All is fine, but its status is the custom one called Credit Hold.",
        "Change the status to Active",
    ),
)


def connectwise_world(
    clock: SandboxClock,
    *,
    accounts: int = 2000,
    active: int | None = None,
    agreements: int | None = None,
    seed: int = 1,
    today: datetime | None = None,
) -> SimulatedConnectWise:
    """The nine companies of the stories and so many made-up ones. ``today``: what the stories are dated from."""
    day_of_stories = today or clock.now()
    people = Cast(day_of_stories)
    size = Size(accounts=accounts, active=active, agreements=agreements)
    crowd, their_agreements = made_up(size, seed=seed, today=day_of_stories)
    tenant = Tenant.holding([*people.companies, *crowd], [*people.agreements, *their_agreements])
    return SimulatedConnectWise(tenant, clock, scripts(map(Plot.of, TALES), changes(people)))


def changes(people: Cast) -> Mapping[str, tuple[Change, Change]]:
    return {**_edits_of_records(people), **_other_repairs(people)}


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
        "hooli": (
            lambda psa: _allow_type(psa, "psabot", allowed=True),
            lambda psa: _allow_type(psa, "psabot", allowed=False),
        ),
        "wonka": (
            lambda psa: _restore(psa, until=None),
            lambda psa: _restore(psa, until=deleted),
        ),
    }


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


def _allow_type(psa: SimulatedConnectWise, member: str, *, allowed: bool) -> None:
    one = psa.members[member]
    types = one.role.agreement_types or frozenset()
    changed = types | {NOT_ALLOWED_TYPE} if allowed else types - {NOT_ALLOWED_TYPE}
    psa.members[member] = replace(one, role=replace(one.role, agreement_types=changed))
