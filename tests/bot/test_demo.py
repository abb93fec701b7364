"""``psa-bot demo``: ready when it says so, and gone without a trace when it is stopped."""

import asyncio
import os
import signal
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest

from bot.demo import demo, ended, free_port, fresh_folder, has_display, need_free, prepare, sandbox, seven_before
from bot.exits import CommandError, Exit
from rules.engine import Engine
from tests.bot.place import Place, until

STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); signal.pause()"
ROOT = Path(__file__).resolve().parents[2]


@asynccontextmanager
async def running_demo(*argv: str, cwd: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """The command as a person starts it, with an empty HOME and without a screen; yields the page's address."""
    with tempfile.TemporaryDirectory() as home:
        env = {"PATH": os.environ["PATH"], "HOME": home, "LANG": "C"}
        process = await asyncio.create_subprocess_exec(
            *(str(Path(sys.executable).with_name("psa-bot")), "demo", *argv),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=cwd,
            env=env,
        )
        assert process.stdout is not None
        try:
            async with asyncio.timeout(60):
                async for line in process.stdout:
                    if b"http://" in line:
                        yield process, line.decode().split()[-1]
                        return
                raise AssertionError(await process.stderr.read() if process.stderr else "")
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()


def children(pid: int) -> list[int]:
    """Of a process, and theirs."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    return [each for child in map(int, found) for each in (child, *children(child))]


@pytest.mark.parametrize(("hour", "day"), [(0, 21), (6, 21), (7, 22), (23, 22)])
def test_the_last_sync_is_whole_days_old_at_whatever_hour_the_demo_starts(hour: int, day: int) -> None:
    moment = datetime(2026, 11, 22, hour, 30, tzinfo=UTC)
    assert seven_before(moment) == datetime(2026, 11, day, 7, tzinfo=UTC)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="reads /proc: Linux only")
async def test_a_person_asks_acme_and_stops_it_with_ctrl_c() -> None:
    async with running_demo("--port", "0", cwd=ROOT / "docs") as (process, page):
        body = {"text": "/psa missing Acme", "channel": "#general", "user": "agent"}
        async with aiohttp.ClientSession() as session:
            async with session.post(f"{page}/_control/command", json=body) as answer:
                assert (await answer.json())["status"] == 200

            async def is_answered() -> bool:
                return "not synced yet" in await said(session, page)

            await until(is_answered)
        started = children(process.pid)
        assert started
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(30):
            _, errors = await process.communicate()
        assert (process.returncode, errors) == (0, b"Stopped.\n")
        assert not [pid for pid in started if lives(pid)]


def lives(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()


def sandboxes() -> list[int]:
    """Those that this process has started: the module, not a browser's --no-sandbox."""
    return [pid for pid in children(os.getpid()) if b"-m\0sandbox\0" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def printed(capsys: pytest.CaptureFixture[str], words: str) -> Callable[[], Awaitable[bool]]:
    """Whether the words have been printed by now."""
    so_far: list[str] = []

    async def look() -> bool:
        so_far.append(capsys.readouterr().out)
        return words in "".join(so_far)

    return look


async def said(session: aiohttp.ClientSession, page: str) -> str:
    async with session.get(f"{page}/_control/messages", params={"channel": "#general"}) as answer:
        return " ".join(message["text"] for message in await answer.json())


async def test_in_this_process_sigterm_stops_it_while_it_still_prepares(capsys: pytest.CaptureFixture[str]) -> None:
    task = asyncio.create_task(demo(0, open_browser=False, companies=5))
    await until(printed(capsys, "Starting the local workspace"))
    os.kill(os.getpid(), signal.SIGTERM)
    assert await task is Exit.DONE
    at_last = capsys.readouterr()
    assert "http://" not in at_last.out
    assert at_last.err == "Stopped.\n"


async def test_it_says_where_the_page_is_and_opens_it_where_there_is_a_screen(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened = tmp_path / "opened"
    monkeypatch.setenv("BROWSER", f"{sys.executable} -c \"import sys; open(r'{opened}', 'w').write(sys.argv[1])\" %s")
    task = asyncio.create_task(demo(0, open_browser=True, companies=5))
    await until(printed(capsys, "The local workspace: http://127.0.0.1:"))

    async def is_opened() -> bool:
        return opened.exists() and opened.read_text(encoding="utf-8").startswith("http://127.0.0.1:")

    await until(is_opened)
    os.kill(os.getpid(), signal.SIGINT)
    assert await task is Exit.DONE


async def test_a_workspace_that_ends_by_itself_ends_the_demo(capsys: pytest.CaptureFixture[str]) -> None:
    task = asyncio.create_task(demo(0, open_browser=False, companies=5))
    await until(printed(capsys, "The local workspace:"))
    [child] = sandboxes()
    os.kill(child, signal.SIGTERM)
    with pytest.raises(CommandError, match="ended by itself"):
        await task


def test_a_taken_port_says_what_to_type_instead() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} is taken.*make demo PORT=3300") as refused:
            asyncio.run(demo(port, open_browser=False))
    assert refused.value.code is Exit.CONFIG
    need_free(free_port())


async def test_a_workspace_that_does_not_start_leaves_no_process(capfd: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(CommandError, match="did not start"):
            async with sandbox(other.getsockname()[1], "http://127.0.0.1:1"):
                pass
    assert "address already in use" in capfd.readouterr().err


async def test_a_process_that_does_not_want_to_end_is_ended() -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", STUBBORN),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    await process.stdout.readline()
    await ended(process, patience=0.1)
    assert process.returncode == -signal.SIGKILL


def test_each_port_has_a_folder_of_its_own_that_begins_empty() -> None:
    folder = fresh_folder("http://127.0.0.1:65001")
    (folder / "psa-bot.db").write_text("old", encoding="utf-8")
    assert fresh_folder("http://127.0.0.1:65001") == folder
    assert list(folder.iterdir()) == []
    assert fresh_folder("http://127.0.0.1:65002") != folder
    for each in (folder, folder.with_name("65002")):
        each.rmdir()


@pytest.mark.parametrize(
    ("env", "platform", "expected"),
    [
        ({}, "linux", False),
        ({"DISPLAY": ""}, "linux", False),
        ({"DISPLAY": ":0"}, "linux", True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", True),
        ({}, "darwin", True),
    ],
)
def test_a_browser_is_opened_only_where_there_is_a_screen(env: dict[str, str], platform: str, expected: bool) -> None:
    assert has_display(env, platform) is expected


async def test_a_first_sync_that_fails_says_why(place: Place, engine: Engine) -> None:
    place.psa.break_with("unauthorized")
    with pytest.raises(CommandError, match="The first sync of cw-prod ended as failed"):
        await prepare(place.settings, place.local, engine)
