"""``/psa missing`` from the question to the Block Kit that is sent, on a cache of tens of thousands of accounts."""

import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Final

from bench.workers.bot_at_work import connected, full_sync, settings_in
from bench.workers.memory import peak_megabytes
from bench.workers.psa import client
from bot.app import Bot, opened
from bot.render.missing import missing
from bot.slack.blocks import to_blocks
from bot.store.queries import snapshots
from bot.store.snapshot import NameRow

LETTERS: Final = "bcdfghjklmnpqrstvwxz"
Json = dict[str, Any]


async def main() -> None:
    asked = json.load(sys.stdin)
    given = asked["connection"]
    with tempfile.TemporaryDirectory() as folder:
        settings = settings_in(Path(folder))
        async with connected(settings, given) as (bot, connection):
            synced = await full_sync(bot, connection)
            rows = await snapshots.names(bot.db, connection.id)
        questions = mixed(made_up(rows, asked["of_each_kind"]))
        round_ms = latency(given)
        answers: list[Json] = []
        for batch in batches(questions, asked["at_once"]):
            # Each batch has a connector of its own, because the call budget of one minute would hold it up.
            async with opened(settings) as bot:
                await ask(bot, "warm-up", "Globex Corporation")
                answers += [await ask(bot, kind, name) for kind, name in batch]
    print(
        json.dumps(
            {"sync": synced, "accounts": len(rows), "round_ms": round_ms, "answers": answers, "mb": peak_megabytes()}
        )
    )


async def ask(bot: Bot, kind: str, name: str) -> Json:
    begun, used = time.perf_counter(), time.process_time()
    answer = await bot.missing.ask(name)
    blocks = to_blocks(missing(bot.words, answer, "q:1"))
    return {
        "kind": kind,
        "ms": (time.perf_counter() - begun) * 1000,
        "cpu_ms": (time.process_time() - used) * 1000,
        "calls": sum(result.calls for result in answer.results),
        "verdict": answer.results[0].verdict.value,
        "blocks": len(blocks),
    }


def made_up(rows: Sequence[NameRow], of_each_kind: int) -> Iterator[tuple[str, str]]:
    """Names as people type them; always the same ones. Several accounts of one name are another question."""
    dice = random.Random(1)  # noqa: S311 - the same questions each time, no secret
    known = Counter(row.key for row in rows)
    once = [row.name for row in rows if known[row.key] == 1 and len(row.key) > 8]
    for name in dice.sample(once, of_each_kind):
        yield "exact", name
    for name in dice.sample(once, of_each_kind):
        yield "prefix", name[: max(4, len(name) * 2 // 3)]
    for name in dice.sample(once, of_each_kind):
        at = len(name) // 2
        yield "typo", f"{name[: at - 1]}{name[at]}{name[at - 1]}{name[at + 1 :]}"
    for _ in range(of_each_kind):
        yield "unknown", "".join(dice.choices(LETTERS, k=7)).capitalize() + " " + "".join(dice.choices(LETTERS, k=8))


def mixed(questions: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """So that no kind has the machine's worse moments to itself."""
    shuffled = list(questions)
    random.Random(2).shuffle(shuffled)  # noqa: S311 - the same order each time
    return shuffled


def batches(questions: Sequence[tuple[str, str]], size: int) -> Iterator[Sequence[tuple[str, str]]]:
    for start in range(0, len(questions), size):
        yield questions[start : start + size]


def latency(given: Json, times: int = 20) -> float:
    """One round to the PSA and back over an open connection, in milliseconds."""
    taken = []
    with client(given) as http:
        for _ in range(times + 1):
            begun = time.perf_counter()
            http.get("/system/info").raise_for_status()
            taken.append((time.perf_counter() - begun) * 1000)
    return median(taken[1:])


if __name__ == "__main__":
    asyncio.run(main())
