"""A conversation over a fake PSA and a real database, for the tests of what people say and get."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field

import pytest

from bot.bindings import Bindings
from bot.conversation import Choosing, Conversation, Listings, Parts, Pasts, Rights, Rules
from bot.conversation.asking import number_of
from bot.filters import Filters
from bot.history import Histories
from bot.journeys import Answer, Asked, Lookup, RunNews, Started
from bot.messages import Message, Place
from bot.missing import Missing
from bot.options import Options
from bot.overview import Overviews
from bot.permissions import Matrices
from bot.psas import Psas
from bot.render.words import Words
from bot.resync import ResyncSettings
from bot.roster import Roster
from bot.rulebook import Rulebook
from bot.scheduling import Scheduling
from bot.store.queries import connections, questions
from bot.store.queries.connections import Connection
from bot.store.queries.questions import Question
from bot.subscriptions import Subscriptions
from connectors.contract import Connector, Setup
from rules.engine import Engine
from tests.bot.daily import fits_slack
from tests.bot.render.scenes import lines
from tests.bot.sync.fakes import NOON, FakeConnector, account, agreement
from tests.bot.sync.stage import BOX, Stage

__all__ = ["chat"]

GENERAL = Place(channel="C0GENERAL")
AGENT = Asked(by="U0AGENT", name="Dana Agent", place=GENERAL)
ADMIN = Asked(by="U0ADMIN", name="Robin Admin", place=Place(channel="C0BILLING"))
VISITOR = Asked(by="U0VISITOR", name="A Visitor", place=GENERAL)


@dataclass
class Chat:
    """A conversation over a fake PSA and a real database; ``restarted`` is the next process over both."""

    stage: Stage
    engine: Engine
    others: dict[str, FakeConnector] = field(default_factory=dict)  # of other connections, by their names
    conversation: Conversation = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self, kept: int = 500, asks: type[Missing] = Missing) -> None:
        stage = self.stage
        self.psas = Psas(stage.db, BOX, self._build, stage.clock)
        parts = Parts(
            db=stage.db,
            clock=stage.clock,
            words=Words(),
            missing=asks(stage.db, self.psas, self.engine, stage.clock),
            resync=stage.resync(ResyncSettings(cooldown_seconds=60, poll_seconds=0)),
            overviews=Overviews(stage.db, stage.clock),
            subscriptions=Subscriptions(stage.db, stage.clock),
            bindings=Bindings(stage.db, stage.clock),
            listings=Listings(
                Words(), Roster(stage.db, stage.clock, Overviews(stage.db, stage.clock)), self.matrices(), "/psa"
            ),
            filters=Filters(stage.db, self.psas, stage.clock),
            options=Choosing(Words(), Options(stage.db, self.psas, stage.clock), "/psa"),
            pasts=Pasts(stage.clock, Words(), self.engine, Histories(stage.db), "/psa"),
            rules=Rules(Words(), Rulebook(stage.db, self.engine), "/psa"),
            rights=Rights(stage.db, stage.clock, Words(), self.matrices(), "/psa"),
            scheduling=Scheduling(stage.db, stage.clock),
            command="/psa",
            zone="Europe/London",
            kept=kept,
        )
        self.conversation = Conversation(parts)

    def matrices(self) -> Matrices:
        return Matrices(self.stage.db, self.psas, self.stage.clock)

    def _build(self, kind: str, setup: Setup) -> Connector:
        return self.others.get(setup.settings.get("site", ""), self.stage.psa)

    async def asks(self, query: str = "Company 1", asked: Asked = AGENT, connection: str | None = None) -> Answer:
        return await settled(await self.conversation.lookups.ask(query, connection, asked))

    async def again(self, question: str) -> Answer:
        return await settled(await self.conversation.lookups.again(question, AGENT))

    async def question(self, answer: Answer) -> Question:
        found = await questions.get(self.stage.db, number_of(answer.question or ""))
        assert found is not None
        return found

    async def news(self, run: str) -> list[RunNews]:
        return [news async for news in self.conversation.follow(run)]

    async def result(self, started: Answer | Started) -> Message:
        assert isinstance(started, Started)
        last = (await self.news(started.run))[-1].result
        assert last is not None
        fits_slack(last)
        return last

    async def another_connection(self, name: str = "cw-east", psa: FakeConnector | None = None) -> Connection:
        """With a PSA of its own, where one is given."""
        if psa is not None:
            self.others[name] = psa
        return await connections.add(
            self.stage.db,
            BOX,
            name=name,
            psa="connectwise",
            settings={"site": name},
            secrets={},
            now=self.stage.clock.now(),
        )

    async def remove(self, name: str) -> None:
        connection = await connections.by_name(self.stage.db, name)
        assert connection is not None
        await connections.remove(self.stage.db, connection.id)


async def settled(looked_up: Lookup | Answer) -> Answer:
    """When all have answered."""
    if isinstance(looked_up, Answer):
        return looked_up
    async with aclosing(looked_up):
        await looked_up.all()
        return await looked_up.whole()


@pytest.fixture
async def chat(lite: Stage, engine: Engine) -> AsyncIterator[Chat]:
    """Six companies; the first four were synced an hour ago, the other two are new."""
    lite.psa.all_agreements = [
        agreement(
            number, number, status="Active", cancelled=False, starts_on=NOON.date(), open_ended=True, one_time=False
        )
        for number in range(1, 7)
    ]
    everyone, lite.psa.everyone = lite.psa.everyone, lite.psa.everyone[:4]
    await lite.sync()
    lite.psa.everyone = [*everyone[:4], *(account(number, changed_at=lite.clock.now()) for number in (5, 6))]
    lite.clock.pass_by(3600)
    built = Chat(lite, engine)
    yield built
    await built.psas.aclose()


def said(answer: Answer | Started | Message) -> str:
    assert not isinstance(answer, Started)
    message = answer.message if isinstance(answer, Answer) else answer
    fits_slack(message)
    return "\n".join(lines(message))
