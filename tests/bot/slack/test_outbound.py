"""What leaves for channels: in order, one per second, and nothing twice."""

import asyncio

from bot.slack.calls import Outcome
from bot.slack.outbound import Outbound
from tests.bot.slack.fakes import ScriptedCaller, Time, failed


def outbound(caller: ScriptedCaller, patience: float = 3600.0) -> Outbound:
    return Outbound(caller, monotonic=caller.time.monotonic, sleep=caller.time.sleep, patience=patience)


async def test_a_flood_to_one_channel_leaves_one_per_second_and_in_order() -> None:
    caller = ScriptedCaller()
    out = outbound(caller)
    await asyncio.gather(*(out.post("C1", {"n": number}) for number in range(50)))
    assert [payload["n"] for payload in caller.sent("chat.postMessage")] == list(range(50))
    assert caller.times == [float(number) for number in range(50)]


async def test_channels_do_not_wait_for_each_other() -> None:
    caller = ScriptedCaller()
    out = outbound(caller)
    for number in range(20):
        await out.post(f"C{number}", {})
    assert caller.time.slept == []


async def test_a_rate_limit_pauses_that_method_only_and_loses_nothing() -> None:
    caller = ScriptedCaller({"chat.postMessage": [failed(Outcome.RATE_LIMITED, 30)]})
    out = outbound(caller)
    assert (await out.post("C1", {"n": 1})).ok
    assert caller.time.at == 30
    await out.post("C2", {"n": 2})
    assert [payload["n"] for payload in caller.sent("chat.postMessage")] == [1, 1, 2]
    fresh = ScriptedCaller({"chat.postMessage": [failed(Outcome.RATE_LIMITED, 30)]})
    out = outbound(fresh)
    waiting = asyncio.create_task(out.post("C1", {}))
    await asyncio.sleep(0)
    assert (await out.edit("C1", "1.0", {})).ok
    await waiting


async def test_a_pause_that_is_too_long_ends_with_its_name() -> None:
    caller = ScriptedCaller({"chat.postMessage": [failed(Outcome.RATE_LIMITED, 7200)]})
    assert (await outbound(caller).post("C1", {})).outcome is Outcome.RATE_LIMITED


async def test_an_unreachable_slack_is_tried_three_times() -> None:
    caller = ScriptedCaller({"chat.postMessage": [failed(Outcome.UNREACHABLE)] * 5})
    assert (await outbound(caller).post("C1", {})).outcome is Outcome.UNREACHABLE
    assert len(caller.calls) == 3


async def test_what_may_have_been_posted_is_not_posted_again() -> None:
    caller = ScriptedCaller({"chat.postMessage": [failed(Outcome.UNCERTAIN)]})
    assert (await outbound(caller).post("C1", {})).outcome is Outcome.UNCERTAIN
    assert len(caller.calls) == 1


class Held(ScriptedCaller):
    """Lets the first call hang until told."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()

    async def call(self, method: str, payload: dict[str, object]) -> object:  # type: ignore[override]  # only for this test
        await self.go.wait()
        return await super().call(method, payload)


async def test_edits_of_one_message_that_wait_become_the_newest_one() -> None:
    caller = Held()
    out = outbound(caller)
    edits = []
    for number in range(10):
        edits.append(asyncio.create_task(out.edit("C1", "1.0", {"n": number})))
        await asyncio.sleep(0)
    assert out.waiting() == 1
    caller.go.set()
    assert all(called.ok for called in await asyncio.gather(*edits))
    assert [payload["n"] for payload in caller.sent("chat.update")] == [0, 9]


async def test_a_cancelled_edit_does_not_hold_up_those_that_joined_it() -> None:
    caller = Held()
    out = outbound(caller)
    first = asyncio.create_task(out.edit("C1", "1.0", {"n": 0}))
    await asyncio.sleep(0)
    second = asyncio.create_task(out.edit("C1", "1.0", {"n": 1}))
    await asyncio.sleep(0)
    joined = asyncio.create_task(out.edit("C1", "1.0", {"n": 2}))
    await asyncio.sleep(0)
    second.cancel()
    assert (await joined).outcome is Outcome.REFUSED
    caller.go.set()
    assert (await first).ok


def test_time_in_these_tests_takes_no_time() -> None:
    time = Time()
    asyncio.run(time.sleep(5))
    assert time.monotonic() == 5
