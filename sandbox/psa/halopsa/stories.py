"""The stories that the simulated HaloPSA tells, and what a person would do there to end each of them well."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from sandbox.clock import SandboxClock
from sandbox.psa.crowd import Size
from sandbox.psa.halopsa import cast
from sandbox.psa.halopsa.building import line
from sandbox.psa.halopsa.cast import Cast, invoice_of, line_of
from sandbox.psa.halopsa.generator import Crowd
from sandbox.psa.halopsa.moments import NO_DAY, stamp
from sandbox.psa.halopsa.server import NEWEST, SimulatedHaloPsa
from sandbox.psa.halopsa.tales import TALES, TENANT_TALES
from sandbox.psa.halopsa.tenant import Tenant
from sandbox.psa.records import Kept, Row, day
from sandbox.psa.script import Plot, Script, scripts

Change = Callable[[SimulatedHaloPsa], None]
OLD: Final = "2.99"
HIDDEN: Final = frozenset({cast.SPECTRE})


def halopsa_world(
    clock: SandboxClock,
    *,
    accounts: int = 2000,
    active: int | None = None,
    agreements: int | None = None,
    seed: int = 1,
    today: datetime | None = None,
) -> SimulatedHaloPsa:
    """The customers of the stories and so many made-up ones. ``today``: what the stories are dated from."""
    people = Cast(today or clock.now())
    size = Size(accounts=accounts, active=active, agreements=agreements)
    crowd = Crowd(size, seed=seed, today=people.today)
    tenant = Tenant(
        clients=Kept([*people.clients, *crowd.clients]),
        invoices=Kept([*people.invoices, *crowd.invoices]),
        contracts=Kept(people.contracts),
    )
    return SimulatedHaloPsa(tenant, clock, told(people))


def told(people: Cast) -> list[Script[SimulatedHaloPsa]]:
    plots = [*map(Plot.of, TALES), *(Plot.of(tale, whole_psa=True) for tale in TENANT_TALES)]
    return scripts(plots, {**_of_invoices(people), **_of_lines(), **_of_tenant()})


def _of_invoices(people: Cast) -> Mapping[str, tuple[Change, Change]]:
    later = people.ended + timedelta(days=400)
    return {
        "monsters": _invoice_of_its_own(people, cast.MONSTERS, "Monsters, Inc."),
        "bubba": _invoice_of_its_own(people, cast.BUBBA, "Bubba Gump Shrimp"),
        "duff": (_invoice(cast.DUFF, disabled=False), _invoice(cast.DUFF, disabled=True)),
        "nakatomi": (_until(later, "Active"), _until(people.ended, "Expired")),
        "lumon": (_client(cast.LUMON, inactive=False), _client(cast.LUMON, inactive=True)),
    }


def _of_lines() -> Mapping[str, tuple[Change, Change]]:
    cheers, halcyon = line_of(cast.CHEERS), line_of(cast.HALCYON)
    first, second = line_of(cast.GRINGOTTS), line_of(cast.GRINGOTTS) + 1
    heading = line(line_of(cast.OLLIVANDER), quantity=0.0, isgroupdesc=True)
    off = line(second, isinactive=True)
    counted = line(halcyon, quantity=0.0, recurring_invoice_quantity_type=2)
    return {
        "gringotts": (
            _lines(cast.GRINGOTTS, line(first), off),
            _lines(cast.GRINGOTTS, line(first, isinactive=True), off),
        ),
        "ollivander": (_lines(cast.OLLIVANDER, heading, line(heading["id"] + 1)), _lines(cast.OLLIVANDER, heading)),
        "cheers": (_lines(cast.CHEERS, line(cheers)), _lines(cast.CHEERS, line(cheers, quantity=0.0))),
        "halcyon": (_lines(cast.HALCYON, line(halcyon)), _lines(cast.HALCYON, counted)),
    }


def _of_tenant() -> Mapping[str, tuple[Change, Change]]:
    return {
        "spectre": (_hidden(frozenset()), _hidden(HIDDEN)),
        "dharma": (_scope("read:invoices", ticked=True), _scope("read:invoices", ticked=False)),
        "zorin": (_version(NEWEST), _version(OLD)),
    }


def _client(client_id: int, **fields: Any) -> Change:
    return lambda psa: psa.tenant.clients.change(client_id, **fields, alastupdate=stamp(psa.clock.now()))


def _invoice(client_id: int, **fields: Any) -> Change:
    return lambda psa: psa.tenant.invoices.change(invoice_of(client_id), **fields, last_modified=stamp(psa.clock.now()))


def _lines(client_id: int, *lines: dict[str, Any]) -> Change:
    return _invoice(client_id, lines=[{**one, "ihid": invoice_of(client_id)} for one in lines])


def _until(last_day: date, status: str) -> Change:
    """The recurring invoice and the contract that it belongs to."""

    def change(psa: SimulatedHaloPsa) -> None:
        _invoice(cast.NAKATOMI, enddate=day(last_day))(psa)
        psa.tenant.contracts.change(
            invoice_of(cast.NAKATOMI) + 1_000_000,
            end_date=day(last_day),
            expired=status == "Expired",
            active=status == "Active",
            contract_status=status,
        )

    return change


def _invoice_of_its_own(people: Cast, client_id: int, name: str) -> tuple[Change, Change]:
    def create(psa: SimulatedHaloPsa) -> None:
        now = stamp(psa.clock.now())
        record = people.usual_invoice(client_id, name, date_created=now, last_modified=now, lastcreated=NO_DAY)
        psa.tenant.invoices.put(Row(data=record))

    return create, lambda psa: psa.tenant.invoices.drop(invoice_of(client_id))


def _hidden(clients: frozenset[int]) -> Change:
    def change(psa: SimulatedHaloPsa) -> None:
        one = psa.applications["psabot"]
        psa.applications["psabot"] = replace(one, agent=replace(one.agent, hidden=clients))

    return change


def _scope(scope: str, *, ticked: bool) -> Change:
    """Tokens that were given out before keep what they had, so taking a right away ends them."""

    def change(psa: SimulatedHaloPsa) -> None:
        one = psa.applications["psabot"]
        scopes = one.scopes | {scope} if ticked else one.scopes - {scope}
        psa.applications["psabot"] = replace(one, scopes=scopes)
        psa.tokens.revoke()

    return change


def _version(version: str) -> Change:
    def change(psa: SimulatedHaloPsa) -> None:
        psa.version = version

    return change
