"""Jobs for the child that behave like a hostile one: hang, eat memory, die, talk too much."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Mapping
from itertools import count

from networks.web.page import read_page

DONE = count(1)


def read_or_hang(content: bytes, facts: Mapping[str, object]) -> object:
    return hang(content, facts) if content == b"hang" else read_page(content, facts)


def hang(content: bytes, facts: Mapping[str, object]) -> object:
    """Hang like a parser: without ever releasing the interpreter."""
    return ctypes.PyDLL(None).pause()


def spin(content: bytes, facts: Mapping[str, object]) -> object:
    while True:
        pass


def eat(content: bytes, facts: Mapping[str, object]) -> object:
    return len(bytearray(int(str(facts["bytes"]))))


def die(content: bytes, facts: Mapping[str, object]) -> object:
    os._exit(7)


def crash(content: bytes, facts: Mapping[str, object]) -> object:
    return ctypes.string_at(0)


def fail(content: bytes, facts: Mapping[str, object]) -> object:
    raise ValueError(content.decode())


def talk(content: bytes, facts: Mapping[str, object]) -> object:
    """Write to the standard streams and into the answer."""
    print("слова" * 100)
    os.write(1, b"words")
    os.write(2, b"words")
    sys.stdin.read()
    return "a" * int(str(facts["letters"]))


def nonsense(content: bytes, facts: Mapping[str, object]) -> object:
    return {1, 2}


def number(content: bytes, facts: Mapping[str, object]) -> object:
    """The number of jobs that this child has done."""
    return next(DONE)


def surroundings(content: bytes, facts: Mapping[str, object]) -> object:
    """The files and variables that a compromised child could see."""
    links = [f"/proc/self/fd/{name}" for name in os.listdir("/proc/self/fd")] if os.path.isdir("/proc/self/fd") else []
    return {
        "environment": dict(os.environ),
        "open": [os.readlink(link).partition(":")[0] for link in links if os.path.exists(link)],
        "loaded": sorted({name.partition(".")[0] for name in sys.modules}),
        "ours": sorted(
            name for name in sys.modules if name.partition(".")[0] in ("bot", "networks", "config", "storage")
        ),
    }
