"""Many people ask at the same moment, over HTTP, and the PSA takes ten seconds for every call."""

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
from cryptography.fernet import Fernet

from bench.report import Aim, Report
from bench.running import LONGEST_SECONDS, ROOT, server
from bench.spread import Spread
from bench.workers.psa import client

QUESTIONS: Final = 50
CHANNEL: Final = "#general"
STEP_SECONDS: Final = 0.5
WARM_UP_SECONDS: Final = 30
ANSWERED: Final = "missing.check_again"  # the button under an answer, and under nothing else
SETTING: Final = (
    "`psa-bot serve` in one process, the local Slack workspace and the simulated PSA in another, signed HTTP between."
)
AT_ONCE: Final = (
    "Every command is written to a connection that is open already, before any answer is read; the workspace measures "
    "what the bot takes to acknowledge each."
)
WHAT_COUNTS: Final = (
    "An answer counts when it stands in the channel with its buttons; “Looking up …” does not. Where the PSA leaves a "
    "question waiting for 30 seconds, it is answered from the cache, and says so."
)

Json = dict[str, Any]


def measure() -> Report:
    bot_port = free_port()
    with (
        server("-m", "sandbox", "--port", "0", "--bot-url", f"http://127.0.0.1:{bot_port}") as line,
        tempfile.TemporaryDirectory() as folder,
    ):
        local = json.loads(line)
        env = environment(local, Path(folder), bot_port)
        connection = local["connections"][0]
        prepare(env, connection)
        names = names_of(connection)
        with serving(env):
            return report(asyncio.run(burst(local["page"], names)))


def environment(local: Json, folder: Path, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "PSA_BOT_DATABASE_URL": f"sqlite:///{folder / 'bench.db'}",
        "PSA_BOT_SECRET_KEY": Fernet.generate_key().decode(),
        "PSA_BOT_ALLOW_INSECURE_LOOPBACK": "1",
        "PSA_BOT_HTTP_PORT": str(port),
        "SLACK_BOT_TOKEN": local["slack"]["bot_token"],
        "SLACK_SIGNING_SECRET": local["slack"]["signing_secret"],
        "SLACK_API_URL": local["slack_api"],
    }


def prepare(env: Mapping[str, str], connection: Json) -> None:
    """An operator's first three commands."""
    name = connection["name"]
    settings = [word for key, value in connection["settings"].items() for word in ("--setting", f"{key}={value}")]
    psa_bot(env, "migrate")
    psa_bot(env, "connections", "add", name, "--psa", connection["psa"], *settings, stdin=connection["secrets"])
    psa_bot(env, "sync", "full", "--connection", name)


def psa_bot(env: Mapping[str, str], *arguments: str, stdin: Json | None = None) -> None:
    subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        input=json.dumps(stdin or {}),
        stdout=subprocess.DEVNULL,
        text=True,
        check=True,
        cwd=ROOT,
        env=env,
        timeout=LONGEST_SECONDS,
    )


def names_of(connection: Json) -> list[str]:
    """Of as many active clients, no two of them alike."""
    asked = {"conditions": 'status/name="Active" AND deletedFlag=false', "childConditions": 'types/name="Client"'}
    with client(connection) as http:
        params = {**asked, "fields": "name", "orderBy": "id desc", "pageSize": "500"}
        rows = http.get("/company/companies", params=params).raise_for_status().json()
    plain = (row["name"] for row in rows if re.fullmatch(r"[A-Za-z ]+", row["name"]))
    return list(dict.fromkeys(plain))[:QUESTIONS]


@contextmanager
def serving(env: Mapping[str, str]) -> Iterator[None]:
    with server("-m", "bot", "serve", env=env):
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class Burst:
    """Deliveries as Slack saw them, how long they took together, and when each answer stood in the channel."""

    deliveries: Sequence[Json]
    seconds: float
    answered: Sequence[float]


async def burst(page: str, names: Sequence[str]) -> Burst:
    async with httpx.AsyncClient(
        base_url=page, timeout=LONGEST_SECONDS, limits=httpx.Limits(max_connections=None), trust_env=False
    ) as http:
        await warm_up(http)
        await http.post("/_control/psa/connectwise/fault", json={"fault": "slow"})
        standing = await answers(http)
        begun = time.perf_counter()
        deliveries = await commanded(page, [f"/psa missing {name}" for name in names])
        seconds = time.perf_counter() - begun
        answered = await answered_at(http, begun, standing, len(names))
        return Burst(deliveries=deliveries, seconds=seconds, answered=answered)


async def commanded(page: str, texts: Sequence[str]) -> list[Json]:
    """All in one moment: every connection is open, and every request written, before any answer is read."""
    to = httpx.URL(page)
    lines = [await asyncio.open_connection(to.host, to.port) for _ in texts]
    for (_, writer), text in zip(lines, texts, strict=True):
        body = json.dumps({"text": text, "channel": CHANNEL}).encode()
        head = f"POST /_control/command HTTP/1.1\r\nHost: {to.host}\r\nConnection: close\r\n"
        writer.write(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
    answered = await asyncio.gather(*(reader.read() for reader, _ in lines))
    for _, writer in lines:
        writer.close()
    return [json.loads(answer.partition(b"\r\n\r\n")[2]) for answer in answered]


async def warm_up(http: httpx.AsyncClient) -> None:
    """One question while the PSA is fast: a bot that has served before."""
    standing = await answers(http)
    await http.post("/_control/command", json={"text": "/psa missing Stark Industries"})
    if not await answered_at(http, time.perf_counter(), standing, 1, patience=WARM_UP_SECONDS):
        raise RuntimeError("The bot did not answer the first question.")


async def answered_at(
    http: httpx.AsyncClient, begun: float, standing: int, wanted: int, *, patience: float = LONGEST_SECONDS
) -> list[float]:
    """Seconds after ``begun``, one per answer; fewer than wanted when time is up."""
    moments: list[float] = []
    while len(moments) < wanted and time.perf_counter() - begun < patience:
        await asyncio.sleep(STEP_SECONDS)
        fresh = await answers(http) - standing - len(moments)
        moments += [time.perf_counter() - begun] * fresh
    return moments


async def answers(http: httpx.AsyncClient) -> int:
    messages = (await http.get("/_control/messages", params={"channel": CHANNEL})).json()
    return sum(ANSWERED in json.dumps(message["blocks"]) for message in messages)


def report(done: Burst) -> Report:
    sent, answered = len(done.deliveries), done.answered
    acks = Spread.of([each["ack_ms"] for each in done.deliveries])
    taken = sum(each["status"] == 200 and "error" not in each for each in done.deliveries)
    return Report(
        title=f"{QUESTIONS} people ask at once, and every call to the PSA takes 10 seconds",
        columns=("what", "measured"),
        rows=[
            ("acknowledged", f"{taken} of {sent}"),
            ("acknowledged after", acks.written(" ms", 0)),
            ("answered", f"{len(answered)} of {sent}"),
            ("answered after", Spread.of(answered).written(" s", 0) if answered else "never"),
        ],
        aims=[
            Aim(
                what="all acknowledged within one second",
                aim="≤ 1,000 ms",
                measured=f"{taken} of {sent}, the slowest after {acks.high:.0f} ms",
                met=taken == sent and acks.high <= 1000,
            ),
            Aim(
                what="all answered",
                aim=f"{QUESTIONS} of {QUESTIONS}",
                measured=f"{len(answered)} of {sent}",
                met=len(answered) == sent == QUESTIONS,
            ),
        ],
        notes=[SETTING, f"{AT_ONCE} Together they took {done.seconds:.2f} s.", WHAT_COUNTS],
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
