"""Plays one story as people would: ask in Slack, repair it in the PSA, sync, ask again; all of it over HTTP."""

from dataclasses import dataclass
from typing import Any

from bot.store.queries import questions
from rules.model import Verdict
from sandbox.psa.contract import Story
from tests.journeys.town import Town, actions, elements, words

MINUTES = 150  # seconds after which nothing is used that was read of the whole connection before


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the answer to a story says. Its verdict is the one that the simulated PSA expects.

    ``says``: the evidence; ``fix``: what to do, in the PSA's own words; ``then``: the verdict after its repair and a
    sync; ``renamed``: what the repair calls the customer.
    """

    story: str
    says: tuple[str, ...]
    fix: tuple[str, ...] = ()
    then: Verdict = Verdict.VISIBLE
    renamed: str = ""

    def __str__(self) -> str:
        return self.story


async def play(town: Town, row: Row) -> str:
    """Everything that the first answer said. The story ends well."""
    [(kind, psa)] = town.psas.items()
    story = next(one for one in psa.stories if one.id == row.story)
    if story.whole_psa:
        await change(town, kind, story, "unfix")
    answer = await ask(town, psa, story.company)
    assert await verdict_of(town, answer) == psa.expected[story.id]
    await change(town, kind, story, "fix")
    if "missing.sync_one" in actions(answer):
        await synced(town, answer)
    again = await ask(town, psa, row.renamed or story.company)
    assert await verdict_of(town, again) == row.then
    return words(answer)


async def change(town: Town, kind: str, story: Story, verb: str) -> None:
    """What a person does in the PSA. What is about the whole of it is seen when the bot looks again."""
    async with town.session.post(f"{town.page}/_control/stories/{kind}/{story.id}/{verb}", json={}) as answer:
        assert answer.status == 200, await answer.text()
    if story.whole_psa:
        await town.post("clock", advance_seconds=MINUTES)


async def ask(town: Town, psa: Any, company: str) -> dict[str, Any]:
    return await town.type(f"/psa missing {company} @{psa.connection_name}")


async def synced(town: Town, answer: dict[str, Any]) -> None:
    """Presses the button, and waits for the answer in the sync's thread."""
    before = {one["ts"] for one in await town.messages()}
    await town.click(answer, "missing.sync_one")
    await town.message(lambda one: bool(one["thread_ts"]) and one["ts"] not in before)


async def verdict_of(town: Town, answer: dict[str, Any]) -> str:
    """As it is kept with the question that the answer's buttons name."""
    [value] = [each["value"] for each in elements(answer) if each["action_id"] == "missing.check_again"]
    question = await questions.get(town.bot.db, int(value.removeprefix("q:")))
    assert question is not None
    return str(question.answer["verdict"])


def played_by(test: Any) -> list[str]:
    """The stories of a test's table."""
    [rows] = [mark.args[1] for mark in test.pytestmark if mark.name == "parametrize"]
    return [row.values[0].story for row in rows]
