"""The stories that the simulated Syncro tells, and what a person would do there to end each of them well."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from sandbox.clock import SandboxClock
from sandbox.psa.crowd import Size
from sandbox.psa.records import Kept, Row
from sandbox.psa.script import scripts
from sandbox.psa.syncro import cast
from sandbox.psa.syncro.building import line
from sandbox.psa.syncro.cast import Cast
from sandbox.psa.syncro.generator import made_up
from sandbox.psa.syncro.moments import stamp
from sandbox.psa.syncro.server import SimulatedSyncro
from sandbox.psa.syncro.tales import PLOTS
from sandbox.psa.syncro.tokens import RECURRING_LIST

Change = Callable[[SimulatedSyncro], None]


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
        customers=Kept([*people.customers, *crowd]),
        schedules=Kept([*people.schedules, *their_invoices]),
        clock=clock,
        scripts=scripts(PLOTS, _changes(people)),
        only_customer=cast.WERNHAM,
    )


def _changes(people: Cast) -> Mapping[str, tuple[Change, Change]]:
    return {**_edits_of_records(), **_other_repairs(people)}


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
