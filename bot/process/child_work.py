"""What the child process of `bot.process.child` runs: one job after another until its parent ends.

It imports nothing of ours by itself. It handles a stranger's bytes, so it gets no secrets, no connections, and limited
memory and time. What a job prints is discarded.
"""

from __future__ import annotations

import faulthandler
import importlib
import json
import math
import os
import sys
from contextlib import suppress

READY = b"ready\n"
MOST_MEMORY = 512 * 1024 * 1024
"""The limit of the child's address space in bytes; the interpreter itself takes a tenth of it."""
LONGER = 2
"""Seconds after the job's time limit at which the child ends itself, in case its parent is no longer there to kill it.
"""


def serve() -> None:
    """Do jobs until the input ends. For each: read a line of JSON and as many bytes as it names, write one line of
    JSON as the answer."""
    asked, told = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(nowhere, stream)
    _limit_memory()
    told.write(READY)
    told.flush()
    while line := asked.readline():
        request = json.loads(line)
        content = asked.read(request["size"])
        _limit_time(request["seconds"] + LONGER)
        told.write(_answer(request["where"], content, request["facts"]).encode() + b"\n")
        told.flush()
        faulthandler.cancel_dump_traceback_later()


def _answer(where: str, content: bytes, facts: object) -> str:
    module, _, name = where.partition(":")
    try:
        return json.dumps({"answer": getattr(importlib.import_module(module), name)(content, facts)})
    except Exception as error:
        return json.dumps({"failed": type(error).__name__})


def _limit_memory() -> None:
    """Limit the process's memory and disable core dumps, which could hold citizens' texts. Windows has neither limit."""
    if sys.platform != "win32":
        import resource

        for limited, most in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CORE, 0)):
            with suppress(ValueError, OSError):  # a lower limit is set already, or the system has no such limit
                resource.setrlimit(limited, (most, most))


def _limit_time(seconds: float) -> None:
    """End the process `seconds` from now, unless a later call moves the limit. The watchdog thread needs no
    interpreter, so it also ends code that never returns to it."""
    faulthandler.dump_traceback_later(seconds, exit=True)
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(used.ru_utime + used.ru_stime + seconds), hard))
