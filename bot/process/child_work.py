"""What runs in the child process of `bot.process.child`: a job at a time until its parent is gone.

It imports nothing of ours by itself. It holds a stranger's bytes, so it is given little to lose: no secrets,
no connections, so much memory, so much time. What a job prints goes nowhere.
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
"""Bytes of addresses: the interpreter takes a tenth of it."""
LONGER = 2
"""So many seconds after its parent should have ended it the child ends by itself: the parent may be gone."""


def serve() -> None:
    """A line of JSON and as many bytes as it names are a job, a line of JSON is its answer."""
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
    """And no picture of the memory is left behind by a kill: citizens' words may be in it. Windows has neither limit."""
    if sys.platform != "win32":
        import resource

        for limited, most in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CORE, 0)):
            with suppress(ValueError, OSError):  # a smaller one is in force, or the system has none
                resource.setrlimit(limited, (most, most))


def _limit_time(seconds: float) -> None:
    """From now on. The watchdog is a thread that needs no interpreter, so it ends even what never comes back to it."""
    faulthandler.dump_traceback_later(seconds, exit=True)
    if sys.platform != "win32":
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(used.ru_utime + used.ru_stime + seconds), hard))
