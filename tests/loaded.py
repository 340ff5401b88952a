"""Processes of the program forked from one that has already loaded it.

Loading the program and its word lists takes seconds of CPU time, and the tests start three dozen processes. A
child is a process like any other: it has its own session, arguments, environment and output, and ends as the
interpreter ends. `House.launch_from_nothing` proves that `python -m bot run` starts from nothing.
"""

from __future__ import annotations

import asyncio
import atexit
import functools
import importlib
import json
import os
import queue
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Protocol

from tests.patience import PROCESS

ROOT = Path(__file__).parents[1]
LOADED = (
    *("bot.cli.run", "bot.cli.simulate", "bot.cli.report", "bot.cli.moderate", "bot.cli.deadlines"),
    *(
        "bot.telegram.messenger",
        "networks.vk",
        "networks.ok",
        "reports.as_docx",
        "reports.as_xlsx",
        "rich.progress",
        "rich.table",
    ),
)
TOWN = ROOT / "config" / "demo" / "municipality.yaml"


class Process(Protocol):
    """The common interface of a process, forked or started from nothing."""

    @property
    def pid(self) -> int: ...

    @property
    def returncode(self) -> int | None: ...

    async def wait(self) -> int: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...


class Child:
    """A forked process."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.ended: Future[int] = Future()

    @property
    def returncode(self) -> int | None:
        return self.ended.result() if self.ended.done() else None

    async def wait(self) -> int:
        return await asyncio.shield(asyncio.wrap_future(self.ended))

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _send(self, number: int) -> None:
        if not self.ended.done():
            os.kill(self.pid, number)


class Parent:
    """The process that has loaded the program, as seen by the tests."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.loaded"]
        pipe = subprocess.PIPE
        environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
        self._process = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=pipe, stdout=pipe, encoding="utf-8")
        self._children: queue.SimpleQueue[Child] = queue.SimpleQueue()
        threading.Thread(target=self._listen, name="children of tests", daemon=True).start()

    def fork(
        self,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        output: Path,
        *,
        errors: Path | None = None,
        given: Path = Path(os.devnull),
        code: str = "",
    ) -> Child:
        """Run `python -m bot` with these arguments, or the program in `code`. Its output goes to the files; `errors`: a
        separate file for stderr; `given`: its standard input.
        """
        assert self._process.stdin is not None
        files = [str(given), str(output), str(errors or output)]
        for file in files[1:]:
            Path(file).touch()
        order = {"arguments": [*arguments], "environment": {**environment}, "files": files, "code": code}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._children.get()

    def _listen(self) -> None:
        children: dict[int, Child] = {}
        assert self._process.stdout is not None
        for line in self._process.stdout:
            pid, code = json.loads(line)
            if code is None:
                children[pid] = Child(pid)
                self._children.put(children[pid])
            else:
                children.pop(pid).ended.set_result(code)

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@functools.cache
def parent() -> Parent:
    """The parent shared by all tests of this process, started on first use."""
    made = Parent()
    atexit.register(made.close)
    return made


def run(*arguments: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot` with these arguments from start to end."""
    with tempfile.TemporaryDirectory() as folder:
        read, output, errors = (Path(folder, name) for name in ("given", "output", "errors"))
        read.write_text(given, encoding="utf-8")
        child = parent().fork(arguments, {**os.environ, **environment}, output, errors=errors, given=read)
        code = child.ended.result(PROCESS)
        said, complained = (file.read_text(encoding="utf-8") for file in (output, errors))
        return subprocess.CompletedProcess(arguments, code, said, complained)


# --- the process itself ----------------------------------------------------------------------------------------------


def _orders() -> dict[str, Any] | None:
    """Fork a child for each line on stdin and report each that ends. Returns the order in the child; None at the end."""
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    signal.set_wakeup_fd(wakes)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    told, heard = sys.stdout.fileno(), b""
    while True:
        ready, _, _ = select.select([0, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _bury(told)
        if 0 not in ready:
            continue
        came = os.read(0, 65536)
        if not came:
            return None
        *lines, heard = (heard + came).split(b"\n")
        for line in lines:
            if (pid := os.fork()) == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                os.close(woken)
                os.close(wakes)
                return dict(json.loads(line))
            _tell(told, pid, None)


def _bury(told: int) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            return
        _tell(told, pid, os.waitstatus_to_exitcode(status))


def _tell(told: int, pid: int, code: int | None) -> None:
    os.write(told, json.dumps([pid, code]).encode() + b"\n")


def _become(order: dict[str, Any]) -> None:
    """Turn this process into the one that was ordered."""
    os.setsid()
    for wanted, (file, how) in enumerate(
        zip(order["files"], (os.O_RDONLY, *[os.O_WRONLY | os.O_APPEND] * 2), strict=True)
    ):
        found = os.open(file, how)
        os.dup2(found, wanted)
        os.close(found)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    os.environ.clear()
    os.environ.update(order["environment"])


def main() -> None:
    from bot.__main__ import app
    from bot.process.memory import move_in, settle_in
    from config.municipality import load
    from config.russian.judging.lexicon import lexicon

    for name in LOADED:
        importlib.import_module(name)
    load(TOWN, (TOWN.parent,))
    lexicon().read_all()
    move_in()
    settle_in()
    order = _orders()
    if order is None:
        return
    _become(order)
    if order["code"]:
        exec(order["code"], {"__name__": "__main__"})
    else:
        app(order["arguments"], prog_name="dezhurny")


if __name__ == "__main__":
    main()
