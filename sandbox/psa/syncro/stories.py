"""The stories that the simulated Syncro tells, and what a person would do there to end each of them well."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sandbox.clock import SandboxClock
from sandbox.psa.contract import Story
from sandbox.psa.syncro import cast
from sandbox.psa.syncro.building import line
from sandbox.psa.syncro.cast import Cast
from sandbox.psa.syncro.generator import Size, made_up
from sandbox.psa.syncro.records import Records, Row, stamp
from sandbox.psa.syncro.server import Script, SimulatedSyncro
from sandbox.psa.syncro.tokens import RECURRING_LIST

Change = Callable[[SimulatedSyncro], None]
NOTHING_TO_FIX: Final = "Nothing to fix in the PSA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """``expected``: the verdict while the story is not fixed, four days after the last sync.

    A story that begins as fixed takes something from the whole account, so it only breaks when somebody asks for it.
    """

    story: Story
    customer_id: int
    expected: str


PLOTS: Final = (
    Plot(
        story=Story(
            id="bluth",
            company="Bluth Company",
            title="No recurring invoice",
            text="It is a customer like any other, but nobody made a recurring invoice for it.",
            fix_label="Make a recurring invoice with one line",
        ),
        customer_id=cast.BLUTH,
        expected="BLOCKED",
    ),
    Plot(
        story=Story(
            id="dunder",
            company="Dunder Mifflin",
            title="An empty recurring invoice",
            text="Its recurring invoice has not a single line.",
            fix_label="Add a recurring line",
        ),
        customer_id=cast.DUNDER,
        expected="BLOCKED",
    ),
    Plot(
        story=Story(
            id="pendant",
            company="Pendant Publishing",
            title="Disabled",
            text="The customer is disabled, although its recurring invoice still bills.",
            fix_label="Enable the customer",
        ),
        customer_id=cast.PENDANT,
        expected="EXCLUDED_BY_DESIGN",
    ),
    Plot(
        story=Story(
            id="kramerica",
            company="Kramerica Industries",
            title="Paused",
            text="Its only recurring invoice is paused.",
            fix_label="Resume the recurring invoice",
        ),
        customer_id=cast.KRAMERICA,
        expected="VISIBLE",
    ),
    Plot(
        story=Story(
            id="vandelay",
            company="Vandelay Industries",
            title="Charged once",
            text="The only line of its recurring invoice is a one-time charge.",
            fix_label="Make the line recurring",
        ),
        customer_id=cast.VANDELAY,
        expected="VISIBLE",
    ),
    Plot(
        story=Story(
            id="loblaw",
            company="Bob Loblaw Law",
            title="A quantity of zero",
            text="The only line of its recurring invoice has the quantity zero.",
            fix_label="Set the quantity to 12",
        ),
        customer_id=cast.LOBLAW,
        expected="BLOCKED",
    ),
    Plot(
        story=Story(
            id="gekko",
            company="Gekko & Co",
            title="Counted by assets",
            text="Its only line is tied to assets, and what it will count cannot be read.",
            fix_label="Set the quantity to 12 by hand",
        ),
        customer_id=cast.GEKKO,
        expected="CANNOT_TELL",
    ),
    Plot(
        story=Story(
            id="sitwell",
            company="Sitwell Enterprises",
            title="A token that lacks a permission",
            text="The API token was made anew, and nobody ticked Recurring Invoices - List.",
            fix_label="Re-create the token with Recurring Invoices - List",
            fixed=True,
        ),
        customer_id=cast.SITWELL,
        expected="CANNOT_TELL",
    ),
    Plot(
        story=Story(
            id="wernham",
            company="Wernham Hogg",
            title="All is well",
            text="A customer with a monthly recurring invoice of two lines.",
            fix_label=NOTHING_TO_FIX,
        ),
        customer_id=cast.WERNHAM,
        expected="VISIBLE",
    ),
    Plot(
        story=Story(
            id="goodman",
            company="Saul Goodman",
            title="A private person",
            text="All is well, but it has no business name: only a first and a last name.",
            fix_label=NOTHING_TO_FIX,
        ),
        customer_id=cast.GOODMAN,
        expected="VISIBLE",
    ),
    Plot(
        story=Story(
            id="prestige",
            company="Prestige Worldwide",
            title="Brand new",
            text="It was created yesterday with a monthly recurring invoice; the last sync is older.",
            fix_label=f"{NOTHING_TO_FIX}: sync it",
        ),
        customer_id=cast.PRESTIGE,
        expected="NOT_SYNCED_YET",
    ),
    Plot(
        story=Story(
            id="entertainment",
            company="Entertainment 720",
            title="Deleted for good",
            text="Somebody deleted the customer two days ago, and Syncro has no recycle bin.",
            fix_label="Bring the customer back",
        ),
        customer_id=cast.ENTERTAINMENT,
        expected="GONE_IN_PSA",
    ),
)
STORIES: Final = tuple(plot.story for plot in PLOTS)
EXPECTED: Final[Mapping[str, str]] = {plot.story.id: plot.expected for plot in PLOTS}


def _nothing(_: SimulatedSyncro) -> None:
    """There is nothing to do in the PSA."""


NO_CHANGE: Final = (_nothing, _nothing)


def syncro_world(
    clock: SandboxClock,
    *,
    accounts: int = 2000,
    active: int | None = None,
    agreements: int | None = None,
    seed: int = 1,
    today: datetime | None = None,
) -> SimulatedSyncro:
    """The customers of the stories and so many made-up ones. ``today``: what the stories are dated from."""
    day_of_stories = today or clock.now()
    people = Cast(day_of_stories)
    size = Size(accounts=accounts, active=active, agreements=agreements)
    crowd, their_invoices = made_up(size, seed=seed, today=day_of_stories)
    return SimulatedSyncro(
        customers=Records([*people.customers, *crowd]),
        schedules=Records([*people.schedules, *their_invoices]),
        clock=clock,
        scripts=_scripts(people),
        only_customer=cast.WERNHAM,
    )


def _scripts(people: Cast) -> list[Script]:
    changes = {**_edits_of_records(), **_other_repairs(people)}
    return [
        Script(
            story=plot.story,
            customer_id=plot.customer_id,
            expected=plot.expected,
            fix=changes.get(plot.story.id, NO_CHANGE)[0],
            unfix=changes.get(plot.story.id, NO_CHANGE)[1],
        )
        for plot in PLOTS
    ]


def _edits_of_records() -> Mapping[str, tuple[Change, Change]]:
    return {
        "dunder": (_add_line(cast.DUNDER_SCHEDULE), _schedule(cast.DUNDER_SCHEDULE, lines=[])),
        "pendant": (_customer(cast.PENDANT, disabled=False), _customer(cast.PENDANT, disabled=True)),
        "kramerica": (
            _schedule(cast.KRAMERICA_SCHEDULE, paused=False),
            _schedule(cast.KRAMERICA_SCHEDULE, paused=True),
        ),
        "vandelay": (
            _lines(cast.VANDELAY_SCHEDULE, one_time_charge=False),
            _lines(cast.VANDELAY_SCHEDULE, one_time_charge=True),
        ),
        "loblaw": (_lines(cast.LOBLAW_SCHEDULE, quantity="12.0"), _lines(cast.LOBLAW_SCHEDULE, quantity="0.0")),
        "gekko": (
            _lines(cast.GEKKO_SCHEDULE, quantity="12.0", asset_type_id=None),
            _lines(cast.GEKKO_SCHEDULE, quantity="0.0", asset_type_id=3),
        ),
    }


def _other_repairs(people: Cast) -> Mapping[str, tuple[Change, Change]]:
    made = people.invoice(cast.BLUTH_SCHEDULE, "Bluth monthly services", cast.BLUTH, line(0))
    deleted = people.ago(2)
    return {
        "bluth": (
            lambda psa: psa.schedules.put(Row(data=made, created=psa.clock.now())),
            lambda psa: psa.schedules.put(Row(data=made, created=psa.clock.now(), gone=psa.clock.now())),
        ),
        "sitwell": (lambda psa: _tick(psa, ticked=True), lambda psa: _tick(psa, ticked=False)),
        "entertainment": (lambda psa: _restore(psa, until=None), lambda psa: _restore(psa, until=deleted)),
    }


def _customer(record_id: int, **fields: object) -> Change:
    return lambda psa: psa.customers.change(record_id, **fields, updated_at=stamp(psa.clock.now()))


def _schedule(record_id: int, **fields: object) -> Change:
    """Syncro keeps no date of change for recurring invoices."""
    return lambda psa: psa.schedules.change(record_id, **fields)


def _lines(record_id: int, **fields: object) -> Change:
    def change(psa: SimulatedSyncro) -> None:
        lines = psa.schedules.row(record_id).data["lines"]
        psa.schedules.change(record_id, lines=[{**one, **fields} for one in lines])

    return change


def _add_line(record_id: int) -> Change:
    added = {**line(0), "id": record_id * 10 + 1, "schedule_id": record_id}
    return _schedule(record_id, lines=[added])


def _tick(psa: SimulatedSyncro, *, ticked: bool) -> None:
    """The same value with other permissions: what re-creating a token does, without a connection to be edited."""
    token = psa.tokens["psabot"]
    rights = token.ticked | {RECURRING_LIST} if ticked else token.ticked - {RECURRING_LIST}
    psa.tokens["psabot"] = replace(token, ticked=rights)


def _restore(psa: SimulatedSyncro, *, until: datetime | None) -> None:
    psa.customers.put(replace(psa.customers.row(cast.ENTERTAINMENT), gone=until))
    for row in psa.schedules.rows():
        if row.data["customer_id"] == cast.ENTERTAINMENT:
            psa.schedules.put(replace(row, gone=until))
