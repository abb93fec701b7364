from collections.abc import AsyncIterator

import pytest

from connectors.errors import PsaDown, RateLimited
from connectors.http import Budget, Http, Pace, Signs, Timing
from connectors.records import Usage
from tests.connectors.answerer import Answerer, Say, answering
from tests.connectors.faketime import FakeTime

CALL = "POST /things/query"
SIGNS = Signs(
    lasting=lambda reply: b"no right" in reply.body,
    busy=lambda reply: reply.status == 429 or b"threads" in reply.body,
    rests=(5.0, 15.0),
)


@pytest.fixture
async def answerer() -> AsyncIterator[Answerer]:
    async with answering() as one:
        yield one


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
async def http(time: FakeTime) -> AsyncIterator[Http]:
    timing = Timing.of(time.now, time.sleep)
    one = Http(
        psa="Autotask",
        budget=Budget.alone(pace=Pace(calls=1000), parallel_calls=4, timing=timing),
        usage=Usage(),
        timing=timing,
        through_proxies=False,
        chance=lambda: 1.0,
        signs=SIGNS,
    )
    yield one
    await one.aclose()


async def test_a_question_is_posted_as_json_and_its_answer_comes_back(http: Http, answerer: Answerer) -> None:
    answerer.on("/things/query", Say(body={"items": []}))
    reply = await http.ask(f"{answerer.url}/things/query?paging=%7B%7D", call=CALL, body={"filter": ["ż"]})
    (asked,) = answerer.asked
    assert (reply.status, reply.call) == (200, CALL)
    assert (asked.method, asked.json, asked.query) == ("POST", {"filter": ["ż"]}, {"paging": "{}"})
    assert asked.headers["Content-Type"] == "application/json"


async def test_a_question_is_asked_again_after_an_outage_because_it_changes_nothing(
    http: Http, answerer: Answerer
) -> None:
    answerer.on("/things/query", Say(status=503), Say(body={}))
    assert (await http.ask(f"{answerer.url}/things/query", call=CALL, body={})).status == 200
    assert [one.json for one in answerer.asked] == [{}, {}]


async def test_a_refusal_that_comes_as_a_500_is_not_tried_again(http: Http, answerer: Answerer) -> None:
    answerer.on("/thing", Say(body="no right", status=500))
    assert (await http.get(f"{answerer.url}/thing", call="GET /thing")).status == 500
    assert len(answerer.asked) == 1


async def test_another_500_still_is(http: Http, answerer: Answerer) -> None:
    answerer.on("/thing", Say(body="broken", status=500))
    with pytest.raises(PsaDown):
        await http.get(f"{answerer.url}/thing", call="GET /thing")
    assert len(answerer.asked) == 5


@pytest.mark.parametrize("status", [200, 400, 429, 500])
async def test_a_psa_that_is_busy_is_waited_for_whatever_its_status(
    http: Http, answerer: Answerer, time: FakeTime, status: int
) -> None:
    answerer.on("/thing", Say(body="too many threads", status=status), Say(body={}))
    assert (await http.get(f"{answerer.url}/thing", call="GET /thing")).status == 200
    assert time.slept == [5.0 * 3 / 4]


async def test_the_rests_grow_and_end_as_rate_limited(http: Http, answerer: Answerer, time: FakeTime) -> None:
    answerer.on("/thing", Say(status=429))
    with pytest.raises(RateLimited):
        await http.get(f"{answerer.url}/thing", call="GET /thing")
    assert time.slept[:2] == [5.0 * 3 / 4, 15.0 * 3 / 4]
    assert len(answerer.asked) == 5


async def test_what_the_psa_asks_for_counts_more_than_the_usual_rests(
    http: Http, answerer: Answerer, time: FakeTime
) -> None:
    answerer.on("/thing", Say(status=429, headers={"Retry-After": "2"}), Say(body={}))
    await http.get(f"{answerer.url}/thing", call="GET /thing")
    assert time.slept == [2.0]
