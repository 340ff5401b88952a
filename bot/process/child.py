"""Runs work on strangers' bytes in one long-lived child process that can be killed at any moment.

A parser in a thread would hold the interpreter, and with it every municipality. The child starts with the first job,
does one job at a time, and is killed when a job takes too long; the next job starts a new one. Jobs are a closed table
of pure functions from bytes and JSON to JSON: the child can do nothing else, and its answer is trusted only to be of
limited size.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass

import structlog

from bot.process.child_work import READY
from networks.apart import NotWorkedOut, WorkOut

log = structlog.get_logger()


@dataclass(frozen=True)
class Job:
    """A kind of work for the child process. `where`: the module and the function, which takes bytes and facts;
    `seconds`: its time limit; `most_answer`: how many bytes its answer may have."""

    where: str
    seconds: float
    most_answer: int


JOBS: Mapping[str, Job] = {
    "page": Job("networks.web.page:read_page", seconds=3, most_answer=64 * 1024),
    "paper": Job("bot.leadership.papers:make", seconds=120, most_answer=64 * 1024 * 1024),
    "picture": Job("bot.reception.pictures:bare", seconds=10, most_answer=64 * 1024 * 1024),
    "sheet": Job("networks.incident.apart:read", seconds=120, most_answer=64 * 1024 * 1024),
    "text": Job("config.russian.apart:read", seconds=10, most_answer=4 * 1024 * 1024),
}
"""The jobs that the child can do, by name; it can do nothing else."""

START_SECONDS = 30
PATIENCE = 5.0
"""Seconds a caller waits for its turn and the answer together. A person who sent the link waits as long."""
LONG_PATIENCE = 300.0
"""The same limit, in seconds, for jobs that may take half a minute."""
WAITED_FOR = {"page": PATIENCE, "paper": LONG_PATIENCE, "picture": 60.0, "sheet": LONG_PATIENCE, "text": 60.0}

KEPT = ("SYSTEMROOT", "LD_LIBRARY_PATH")
"""The environment variables passed to the child, because the interpreter may need them. The others hold tokens and
passwords."""

PROGRAM = "import sys; sys.path[:] = sys.argv[1:]; from bot.process.child_work import serve; serve()"


class Child:
    """One child process of this program, started by the first job. Jobs run one at a time; the blocking calls to the
    child run in one thread."""

    def __init__(self, jobs: Mapping[str, Job] = JOBS, patience: float = PATIENCE) -> None:
        self._jobs = jobs
        self._patience = patience
        self._thread = ThreadPoolExecutor(1, "child")
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process id of the running child; None if none runs."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def window(self, name: str) -> WorkOut:
        """Return a coroutine function through which one caller gets the job `name` done. Each caller may have one
        request at a time, so that callers take turns however much work each brings. It returns the job's answer or
        NotWorkedOut."""
        turn = asyncio.Lock()

        async def ask(content: bytes, facts: Mapping[str, object]) -> object:
            if self._closed:
                return _not(name, "closed", passing=True)
            try:
                async with asyncio.timeout(self._patience), turn:
                    loop = asyncio.get_running_loop()
                    return await loop.run_in_executor(self._thread, self.work_out, name, content, facts)
            except TimeoutError:
                return _not(name, "no turn", passing=True)

        return ask

    def work_out(self, name: str, content: bytes, facts: Mapping[str, object]) -> object:
        """Do the job in the child and return its answer, or NotWorkedOut if it failed or exceeded its limits. Blocks,
        at most for the job's time limit and the child's start."""
        job = self._jobs[name]
        process = self._running()
        if process is None or process.stdin is None or process.stdout is None:
            return _not(name, "does not start", passing=True)
        request = {"where": job.where, "seconds": job.seconds, "size": len(content), "facts": facts}
        line = b""
        with (
            _within(process, job.seconds) as overdue,
            suppress(OSError, ValueError),
        ):  # the child has died, or the pipe is closed
            process.stdin.write(json.dumps(request).encode() + b"\n" + content)
            process.stdin.flush()
            line = process.stdout.readline(job.most_answer)
        said = _read(line)
        if said is None:
            _end(process)
            return _not(name, "too long" if overdue.is_set() else "says too much" if line else "died")
        return said["answer"] if "answer" in said else _not(name, f"failed: {_kind(said.get('failed'))}")

    def close(self) -> None:
        """End the child process for good. A job in progress fails."""
        with self._lock:
            self._closed = True
        if self._process is not None:
            _end(self._process)
        self._thread.shutdown(cancel_futures=True)

    def _running(self) -> subprocess.Popen[bytes] | None:
        """The child process, started if necessary and ready for a job; None if none can be started."""
        with self._lock:
            if self._closed:
                return None
            if self._process is not None:
                if self._process.poll() is None:
                    return self._process
                _end(self._process)
            try:
                process = self._process = _started()
            except OSError:
                return None
        # Wait for the child from its start, so that a death between two jobs leaves no zombie.
        threading.Thread(target=process.wait, daemon=True, name="child").start()
        assert process.stdout is not None
        with _within(process, START_SECONDS):
            if process.stdout.readline(len(READY)) == READY:
                return process
        _end(process)
        return None


class Children:
    """A child process for each kind of job, so that no kind waits for another: strangers' pages, our own reports,
    exports, pictures, long texts."""

    def __init__(self) -> None:
        self._children = {name: Child({name: job}, WAITED_FOR[name]) for name, job in JOBS.items()}

    def window(self, name: str) -> WorkOut:
        """Return a coroutine function through which one caller gets the job `name` done, as `Child.window` does."""
        return self._children[name].window(name)

    def close(self) -> None:
        """End all the child processes. Jobs in progress fail."""
        for child in self._children.values():
            child.close()


def _started() -> subprocess.Popen[bytes]:
    """Start a bare interpreter as the child: no environment, no open files, and of ours only the loop that reads jobs.
    A signal to our process group (Ctrl-C) does not reach it; it ends when its parent does."""
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-I", "-c", PROGRAM, *sys.path],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={name: os.environ[name] for name in KEPT if name in os.environ},
        start_new_session=True,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


@contextmanager
def _within(process: subprocess.Popen[bytes], seconds: float) -> Iterator[threading.Event]:
    """Kill the process unless the `with` block ends within `seconds`; the yielded event is set if it was killed."""
    overdue = threading.Event()

    def kill() -> None:
        overdue.set()
        process.kill()

    timer = threading.Timer(seconds, kill)
    timer.daemon = True
    timer.start()
    try:
        yield overdue
    finally:
        timer.cancel()


def _read(line: bytes) -> dict[str, object] | None:
    """Parse one complete line of JSON from the child; None if it is incomplete, invalid or no object."""
    try:
        said = json.loads(line) if line.endswith(b"\n") else None
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _kind(said: object) -> str:
    """The exception's name reported by the child if it is an identifier, cut to 40 characters; otherwise "?". Safe for
    the log."""
    return said[:40] if isinstance(said, str) and said.isidentifier() else "?"


def _not(job: str, why: str, *, passing: bool = False) -> NotWorkedOut:
    log.warning("a stranger's bytes were not worked out", job=job, why=why)
    return NotWorkedOut(passing, why)
