"""The stories that the sandbox tells, and what a person would do in the PSA to end each of them well."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sandbox.clock import SandboxClock
from sandbox.psa.connectwise import cast
from sandbox.psa.connectwise.building import CYCLE, STATUS, TYPE, day
from sandbox.psa.connectwise.cast import Cast
from sandbox.psa.connectwise.generator import Size, made_up
from sandbox.psa.connectwise.members import NOT_ALLOWED_TYPE
from sandbox.psa.connectwise.records import Collection
from sandbox.psa.connectwise.server import Script, SimulatedConnectWise
from sandbox.psa.connectwise.tenant import Tenant
from sandbox.psa.contract import Story

Change = Callable[[SimulatedConnectWise], None]
NOTHING_TO_FIX: Final = "Nothing to fix in the PSA"

STORIES: Final = (
    Story(
        id="acme",
        company="Acme Ltd",
        title="Brand new",
        text="It was created yesterday and has one monthly agreement; the last sync is older.",
        fix_label=f"{NOTHING_TO_FIX}: sync it",
    ),
    Story(
        id="globex",
        company="Globex Corporation",
        title="Not billed again and again",
        text="Its only agreement has the billing cycle None.",
        fix_label="Set the billing cycle to Monthly",
    ),
    Story(
        id="initech",
        company="Initech",
        title="Still a prospect",
        text="It has signed, but its only company type is Prospect.",
        fix_label="Change the type to Client",
    ),
    Story(
        id="umbrella",
        company="Umbrella Inc",
        title="Twice in the list",
        text="The recycle bin still holds 2277, which was merged into 5120.",
        fix_label="Empty the recycle bin",
    ),
    Story(
        id="hooli",
        company="Hooli",
        title="An agreement that nobody may see",
        text="Its only agreement is of the type Legacy Hosting, which the bot's role does not allow.",
        fix_label="Allow the agreement type Legacy Hosting",
    ),
    Story(
        id="stark",
        company="Stark Industries",
        title="All is well",
        text="A client with two monthly agreements.",
        fix_label=NOTHING_TO_FIX,
    ),
    Story(
        id="soylent",
        company="Soylent Corp",
        title="About to vanish",
        text="Its recurring agreement ended yesterday, the other one bills one time only.",
        fix_label="Extend the agreement by a year",
    ),
    Story(
        id="wonka",
        company="Wonka Candy",
        title="Deleted for good",
        text="Somebody deleted the company two days ago and emptied the recycle bin.",
        fix_label="Bring the company back",
    ),
    Story(
        id="tyrell",
        company="Tyrell Corp",
        title="A status of our own",
        text="All is fine, but its status is the custom one called Credit Hold.",
        fix_label="Change the status to Active",
    ),
)
COMPANIES: Final = {
    "acme": (cast.ACME,),
    "globex": (cast.GLOBEX,),
    "initech": (cast.INITECH,),
    "umbrella": (cast.UMBRELLA, cast.UMBRELLA_MERGED),
    "hooli": (cast.HOOLI,),
    "stark": (cast.STARK,),
    "soylent": (cast.SOYLENT,),
    "wonka": (cast.WONKA,),
    "tyrell": (cast.TYRELL,),
}


def connectwise_world(
    clock: SandboxClock,
    *,
    companies: int = 2000,
    active: int | None = None,
    agreements: int | None = None,
    seed: int = 1,
    today: datetime | None = None,
) -> SimulatedConnectWise:
    """The nine companies of the stories and so many made-up ones. ``today``: what the stories are dated from."""
    day_of_stories = today or clock.now()
    people = Cast(day_of_stories)
    size = Size(companies=companies, active=active, agreements=agreements)
    crowd, their_agreements = made_up(size, seed=seed, today=day_of_stories)
    tenant = Tenant.holding([*people.companies, *crowd], [*people.agreements, *their_agreements])
    return SimulatedConnectWise(tenant, clock, scripts(people))


def scripts(people: Cast) -> list[Script]:
    changes = {**_edits_of_records(people), **_other_repairs(people)}
    return [_script(story, changes) for story in STORIES]


def _script(story: Story, changes: Mapping[str, tuple[Change, Change]]) -> Script:
    fix, unfix = changes.get(story.id, (_nothing, _nothing))
    return Script(story=story, company_ids=COMPANIES[story.id], fix=fix, unfix=unfix)


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


def _nothing(_: SimulatedConnectWise) -> None:
    """There is nothing to do in the PSA."""


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
