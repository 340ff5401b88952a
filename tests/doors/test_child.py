"""The child process that works on strangers' bytes: its limits, its ends, what it is given and what is believed of it."""

from __future__ import annotations

import asyncio
import io
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from structlog.testing import capture_logs

from bot.leadership import papers
from bot.process.child import JOBS, LONG_PATIENCE, Child, Job
from bot.reception.pictures import of_answer
from networks.apart import NotWorkedOut
from reports.case_file import Block
from tests.patience import PATIENT, PROCESS
from tests.reports.cases import NOW, october, report

SHORT = 0.5
SECONDS = {"hang": SHORT, "spin": SHORT}
NAMES = ("hang", "spin", "eat", "die", "crash", "fail", "talk", "nonsense", "number", "surroundings")
HOSTILE = {name: Job(f"tests.doors.child_jobs:{name}", SECONDS.get(name, PATIENT), 64 * 1024) for name in NAMES}
ROOT = Path(__file__).parents[2]

on_linux = pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="what a process has is seen in /proc")


@pytest.fixture
def child() -> Iterator[Child]:
    child = Child(HOSTILE, PATIENT)
    yield child
    child.close()


def not_done(child: Child, name: str, **facts: object) -> str:
    """Why the job came to nothing; the one after it is done."""
    found = child.work_out(name, b"words of a citizen", facts)
    assert isinstance(found, NotWorkedOut)
    assert isinstance(child.work_out("number", b"", {}), int)
    return found.detail


def until(what: Callable[[], bool]) -> None:
    end = time.monotonic() + PROCESS
    while not what():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    """Not even as a zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def is_over(pid: int) -> bool:
    """It runs no more; whoever inherited it may not have buried it yet."""
    try:
        return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


# --- limits


@pytest.mark.parametrize("name", ["hang", "spin"])
def test_a_job_that_takes_too_long_is_killed_and_the_next_one_is_done(child: Child, name: str) -> None:
    assert child.work_out("number", b"", {}) == 1
    before = child.pid
    assert not_done(child, name) == "too long"
    assert child.pid != before
    assert before is not None
    assert is_gone(before)


@on_linux
def test_a_job_that_eats_memory_comes_to_nothing(child: Child) -> None:
    assert child.work_out("eat", b"", {"bytes": 50_000_000}) == 50_000_000
    assert not_done(child, "eat", bytes=2_000_000_000) == "failed: MemoryError"


def test_an_answer_larger_than_the_job_may_give_is_not_read(child: Child) -> None:
    assert child.work_out("talk", b"", {"letters": 60_000}) == "a" * 60_000
    assert not_done(child, "talk", letters=70_000) == "says too much"


# --- ends


@pytest.mark.parametrize("name", ["die", "crash"])
def test_a_child_that_dies_at_its_job_is_replaced(child: Child, name: str) -> None:
    assert not_done(child, name) == "died"


def test_a_child_killed_between_two_jobs_leaves_no_zombie_and_the_next_job_has_another(child: Child) -> None:
    assert child.work_out("number", b"", {}) == 1
    first = child.pid
    assert first is not None
    os.kill(first, signal.SIGTERM)
    until(lambda: child.pid is None)
    assert is_gone(first)
    assert child.work_out("number", b"", {}) == 1


def test_nothing_runs_before_the_first_job_and_one_child_does_them_all(child: Child) -> None:
    assert child.pid is None
    assert [child.work_out("number", b"", {}) for _ in range(3)] == [1, 2, 3]


def test_a_closed_child_is_gone_and_does_nothing_more(child: Child) -> None:
    child.work_out("number", b"", {})
    pid = child.pid
    child.close()
    assert pid is not None
    assert is_gone(pid)
    assert child.work_out("number", b"", {}) == NotWorkedOut(True, "does not start")


@on_linux
@pytest.mark.parametrize("ending", ["input()", "child.work_out('spin', b'', {})"], ids=["between jobs", "at a job"])
def test_a_child_does_not_outlive_a_parent_that_was_killed(ending: str) -> None:
    program = (
        "from bot.process.child import Child, Job\n"
        f"names, seconds, most = {NAMES}, {PATIENT}, {64 * 1024}\n"
        "child = Child({name: Job(f'tests.doors.child_jobs:{name}', seconds, most) for name in names})\n"
        f"child.work_out('number', b'', {{}}); print(child.pid, flush=True); {ending}"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert not is_over(pid)
        parent.kill()
        parent.wait()
        until(lambda: is_over(pid))


# --- what it is given


@on_linux
def test_the_child_has_no_secrets_no_connections_and_little_of_ours(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOT_TOKEN", "12345:secret")
    monkeypatch.setenv("DATABASE_URL", "postgresql://secret")
    with socket.socket() as held:
        held.set_inheritable(True)
        found = child.work_out("surroundings", b"", {})
    assert isinstance(found, dict)
    assert "secret" not in str(found["environment"])
    assert set(found["environment"]) <= {"LC_CTYPE", "SYSTEMROOT", "LD_LIBRARY_PATH"}
    assert "socket" not in found["open"]
    assert set(found["loaded"]).isdisjoint(
        {"aiogram", "asyncio", "pydantic", "sqlalchemy", "structlog", "ssl", "vk_api"}
    )
    assert found["ours"] == [
        "bot",
        "bot.process",
        "bot.process.child_work",
        "config",
        "config.russian",
        "config.russian.stamps",
        "networks",
        "networks.web",
        "networks.web.page",
        "networks.web.reading",
    ]


# --- what is believed of it


def test_what_a_job_prints_is_not_its_answer(child: Child) -> None:
    assert child.work_out("talk", b"", {"letters": 3}) == "aaa"
    assert child.work_out("number", b"", {}) == 1


def test_an_answer_that_is_no_json_and_an_exception_come_to_nothing_and_no_words_reach_the_log(child: Child) -> None:
    with capture_logs() as logs:
        assert not_done(child, "nonsense") == "failed: TypeError"
        assert not_done(child, "fail") == "failed: ValueError"
    assert [entry["job"] for entry in logs] == ["nonsense", "fail"]
    assert "citizen" not in str(logs)


def test_nothing_but_the_jobs_of_the_table_can_be_asked(child: Child) -> None:
    with pytest.raises(KeyError):
        child.work_out("os:system", b"", {})
    assert all(job.seconds <= 10 for name, job in JOBS.items() if name not in ("sheet", "paper"))
    assert JOBS["sheet"].seconds < LONG_PATIENCE


# --- callers


async def test_callers_take_turns(child: Child) -> None:
    """Who brings ten things at once waits for each; who brings one waits for one."""
    greedy, modest = child.window("number"), child.window("number")
    many = [asyncio.create_task(greedy(b"", {})) for _ in range(10)]
    await asyncio.sleep(0)
    one = await modest(b"", {})
    assert await asyncio.gather(*many) == [1, *range(3, 12)]
    assert one == 2


async def test_a_caller_waits_no_longer_than_his_patience(child: Child) -> None:
    impatient = Child(HOSTILE, patience=SHORT / 5)
    try:
        window = impatient.window("hang")
        found = await asyncio.gather(*(window(b"", {}) for _ in range(5)))
        assert found == [NotWorkedOut(True, "no turn")] * 5
    finally:
        impatient.close()


async def test_a_closed_child_tells_its_callers(child: Child) -> None:
    window = child.window("number")
    child.close()
    assert await window(b"", {}) == NotWorkedOut(True, "closed")


async def test_documents_are_made_in_a_child_and_the_loop_goes_on() -> None:
    """What is asked for fits through the pipe, a broken template comes back as words, a lost child as an error."""
    child = Child(patience=PATIENT)
    try:
        window = child.window("paper")
        made = asyncio.create_task(
            papers.made(window, "case", (Block("title", "Сообщение № 1"), Block("quote", "Нет воды")), NOW)
        )
        turns = 0
        while not made.done():
            await asyncio.sleep(0.001)
            turns += 1
        assert (made.result()[:2], turns > 3) == (b"PK", True)
    finally:
        child.close()
    with pytest.raises(papers.NotMadeError):
        await papers.made(window, "case", (), NOW)


def test_a_month_s_report_can_be_handed_to_the_child() -> None:
    month = report(october())
    assert pickle.loads(pickle.dumps(month)) == month


def test_a_picture_is_turned_and_stripped_within_the_limits_of_the_child() -> None:
    exif, made = Image.Exif(), io.BytesIO()
    exif[0x0112], exif[0x010F] = 6, "SECRET"
    Image.new("RGB", (640, 480), "red").save(made, "JPEG", exif=exif)
    one = Child()
    try:
        found = of_answer(one.work_out("picture", made.getvalue(), {}), made.getvalue())
    finally:
        one.close()
    with Image.open(io.BytesIO(found)) as image:
        assert (image.size, b"SECRET" in found) == ((480, 640), False)
