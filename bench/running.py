"""Starts what is measured as processes of its own, so that no two of them share an interpreter."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parent.parent
LONGEST_SECONDS: Final = 900

Json = dict[str, Any]


@contextmanager
def simulated(psa: str, *options: str) -> Iterator[Json]:
    """A simulated PSA, by its folder; yields a connection to it, as ``psa-bot connections add`` takes it."""
    with server("-m", f"sandbox.psa.{psa}", "--port", "0", *options) as line:
        yield json.loads(line)


@contextmanager
def server(*command: str, env: Mapping[str, str] | None = None) -> Iterator[str]:
    """A Python process that prints one line when it can be called; yields that line."""
    process = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, text=True, cwd=ROOT, env={**os.environ, **(env or {})}
    )
    try:
        line = process.stdout.readline().strip() if process.stdout else ""
        if not line:
            raise RuntimeError(f"{' '.join(command)} did not start.")
        yield line
    finally:
        process.terminate()
        process.communicate(timeout=LONGEST_SECONDS)


def worker(name: str, question: Json, python: str) -> Json:
    """Runs one of ``bench.workers``: one JSON document in, one JSON line out."""
    done = subprocess.run(
        [python, "-m", f"bench.workers.{name}"],
        input=json.dumps(question),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        cwd=ROOT,
        timeout=LONGEST_SECONDS,
    )
    answer: Json = json.loads(done.stdout.splitlines()[-1])
    return answer
