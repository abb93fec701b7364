"""A Web API that answers as it is told, and a clock and a sleep that take no time."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.slack.calls import Called, Json, Outcome


@dataclass
class Time:
    """``sleep`` moves it at once."""

    at: float = 0.0
    slept: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.at

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds


@dataclass
class ScriptedCaller:
    """``script`` holds the answers of a method, in order; afterwards everything is delivered."""

    script: dict[str, list[Called]] = field(default_factory=dict)
    calls: list[tuple[str, Json]] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    time: Time = field(default_factory=Time)

    async def call(self, method: str, payload: Json) -> Called:
        return self._answer(method, payload)

    async def ask(self, method: str, params: Mapping[str, str]) -> Called:
        return self._answer(method, dict(params))

    def _answer(self, method: str, payload: Json) -> Called:
        self.calls.append((method, payload))
        self.times.append(self.time.at)
        answers = self.script.get(method)
        return answers.pop(0) if answers else delivered(f"{len(self.calls)}.0")

    def sent(self, method: str) -> list[Json]:
        return [payload for name, payload in self.calls if name == method]


def delivered(ts: str, **data: object) -> Called:
    return Called(outcome=Outcome.DELIVERED, data={"ts": ts, "channel": "C1", **data})


def failed(outcome: Outcome, retry_after: float = 0.0) -> Called:
    return Called(outcome=outcome, error=outcome.value, retry_after=retry_after)
