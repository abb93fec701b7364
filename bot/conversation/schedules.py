"""/psa schedule: shows when syncs run, lets people change it in a form, take it back, or sync in spite of the hour."""

from collections.abc import Mapping

from bot.conversation.asking import number_of
from bot.conversation.outcomes import Outcomes
from bot.conversation.people import People
from bot.forms import Filled, Form, only
from bot.journeys import Answer, Asked, Started
from bot.messages import Message
from bot.planned import Plan
from bot.render import resync, schedule_form, schedules
from bot.render.schedule_form import Draft
from bot.render.words import Words
from bot.resync import Resync
from bot.scheduling import Outdated, Scheduling, suggestion
from bot.store.database import Database
from bot.store.queries import connections
from bot.store.queries.connections import Connection
from bot.store.queries.runs import RunKind
from bot.store.queries.schedules import SCHEDULED, SyncSchedule


class ScheduleTalk:
    """``value`` is ``s:3:full:4``: connection 3, its full sync, version 4 of its schedule; or a part of that."""

    def __init__(
        self, db: Database, words: Words, scheduling: Scheduling, resync: Resync, outcomes: Outcomes, people: People
    ) -> None:
        self._db = db
        self._words = words
        self._scheduling = scheduling
        self._resync = resync
        self._outcomes = outcomes
        self._people = people

    async def show(self, connection: str | None, asked: Asked) -> Answer:
        """By its name; without one, all of them are listed where there are several."""
        self._people.met(asked)
        every = await connections.every(self._db)
        if connection is not None:
            found = await connections.by_name(self._db, connection)
            known = tuple(each.name for each in every)
            return await self._shown(found) if found else _private(self._unknown(connection, known))
        if len(every) == 1:
            return await self._shown(every[0])
        if not every:
            return _private(resync.which_connection(self._words, [], ""))
        return _private(schedules.several(self._words, await self._scheduling.agendas()))

    async def chosen(self, value: str, asked: Asked) -> Answer:
        self._people.met(asked)
        connection = await self._connection(value)
        return await self._shown(connection) if connection else await self._removed()

    async def form(self, value: str, asked: Asked) -> Form | Message:
        plan = await self._plan(value)
        if plan is None:
            return (await self._removed()).message
        memory = f"s:{plan.connection.id}:{plan.kind}:{plan.schedule.version if plan.schedule else 0}"
        return self._form(plan, Draft(timetable=plan.timetable, peak=plan.peak), memory)

    async def changed(self, memory: str, filled: Filled) -> Form | Message:
        plan = await self._plan(memory)
        if plan is None:
            return (await self._removed()).message
        return self._form(plan, schedule_form.draft_of(filled, plan), memory, only(filled, "peak"))

    def wrong(self, memory: str, filled: Filled) -> Mapping[str, str]:
        return schedule_form.wrong(filled)

    async def save(self, memory: str, filled: Filled, asked: Asked) -> Answer:
        self._people.met(asked)
        plan = await self._plan(memory)
        if plan is None:
            return await self._removed()
        draft = schedule_form.draft_of(filled, plan)
        changed = await self._scheduling.change(
            plan.connection, plan.kind, draft.timetable, draft.peak, by=asked.by, after=number_of(memory)
        )
        return await self._said(plan.connection, changed, f"Saved by {asked.name}.")

    async def suggested(self, value: str, asked: Asked) -> Answer:
        self._people.met(asked)
        plan = await self._plan(value)
        if plan is None:
            return await self._removed()
        timetable = suggestion(plan.connection, plan.kind)
        changed = await self._scheduling.change(
            plan.connection, plan.kind, timetable, plan.peak, by=asked.by, after=number_of(value)
        )
        return await self._said(plan.connection, changed, f"Saved by {asked.name}.")

    async def undo(self, value: str, asked: Asked) -> Answer:
        self._people.met(asked)
        plan = await self._plan(value)
        if plan is None:
            return await self._removed()
        undone = await self._scheduling.undo(plan.connection, plan.kind, number_of(value), by=asked.by)
        return await self._said(plan.connection, undone, f"Taken back by {asked.name}.")

    async def sync(self, value: str, asked: Asked, *, in_peak: bool) -> Answer | Started:
        """``s:3:17``: question 17 waits for it. ``in_peak``: the person has insisted."""
        self._people.met(asked)
        connection = await self._connection(value)
        if connection is None:
            return await self._removed()
        question = number_of(value) if value.count(":") > 1 else None
        outcome = await self._resync.request(
            connection.name, RunKind.FULL, by=asked.by, question_id=question, in_peak=in_peak
        )
        return await self._outcomes.started(outcome)

    async def _said(self, connection: Connection, outcome: SyncSchedule | Outdated, did: str) -> Answer:
        if isinstance(outcome, Outdated):
            return _private(schedules.outdated(self._words, outcome))
        return await self._shown(connection, did)

    async def _shown(self, connection: Connection, did: str = "") -> Answer:
        agenda = await self._scheduling.agenda(connection)
        people = [self._people.known_as(plan.schedule.by if plan.schedule else "") for plan in agenda.plans]
        setters = [(who.name, who.user) for who in people]
        return _private(schedules.schedule(self._words, agenda, setters, did))

    def _form(self, plan: Plan, draft: Draft, memory: str, peak: str = "") -> Form:
        return schedule_form.form(self._words, plan, draft, memory, self._scheduling.now(), peak)

    async def _plan(self, value: str) -> Plan | None:
        """None: its connection was removed, or the value is none of ours."""
        connection = await self._connection(value)
        kind = value.split(":")[2] if value.count(":") > 1 else ""
        if connection is None or kind not in SCHEDULED:
            return None
        return await self._scheduling.plan(connection, RunKind(kind))

    async def _connection(self, value: str) -> Connection | None:
        return await connections.by_id(self._db, number_of(":".join(value.split(":")[:2])))

    def _unknown(self, name: str, known: tuple[str, ...]) -> Message:
        return resync.unknown_connection(self._words, name, known)

    async def _removed(self) -> Answer:
        known = [each.name for each in await connections.every(self._db)]
        return _private(resync.removed_connection(self._words, known))


def _private(message: Message) -> Answer:
    return Answer(message=message)
