"""The parts of `make prove`, and what runs them: `python -m tests.prove [PART …] [--seed N] [--tenth]`.

Each part is a pytest run of its own, so it can be started alone and fails alone. What the parts hold, when each was run
and what none of them proves: `docs/proof.md`.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
BUDGET = 180.0
"""Seconds that a tenth may take."""


@dataclass(frozen=True)
class Part:
    """`tests`: what pytest is given. `marked`: only its tests marked `prove`; otherwise all its tests, more thoroughly.
    `tenth`: `--tenth` runs a tenth of it. `messenger`: where the office works (`TEST_MESSENGER`).
    """

    holds: str
    tests: tuple[str, ...]
    marked: bool = True
    tenth: bool = False
    messenger: str = "telegram"


PARTS: Mapping[str, Part] = {
    "worktime": Part(
        "working time agrees with a walk through every minute",
        ("tests/rules/test_worktime_oracle.py", "tests/rules/test_worktime_of_regulations.py"),
        marked=False,
        tenth=True,
    ),
    "walks": Part(
        "on seeded walks nobody is late in the past, and no row of the register moves",
        ("tests/rules/test_wide_walk.py::test_on_many_seeded_walks",),
        tenth=True,
    ),
    "situations": Part(
        "in every situation somebody is waited for, can act, and hears",
        ("tests/rules/test_walk.py", "tests/rules/test_wide_walk.py::test_in_every_situation_so_many_commands_deep"),
    ),
    "lived": Part(
        "a step is refused if and only if nobody could live it, seven commands deep",
        ("tests/rules/test_feasible.py",),
        marked=False,
    ),
    "replay": Part(
        "simulate says of a seeded walk what the rules said", ("tests/stories/test_walk_replayed.py",), tenth=True
    ),
    "faults": Part(
        "thirty seeded faults are found by the tests meant for them",
        ("tests/prove/test_seeded_faults.py",),
        tenth=True,
    ),
    "coverage": Part("tests of the rules run every branch of workflow/", ("tests/prove/test_coverage.py",)),
    "screens": Part("every screen takes every hostile text", ("tests/doors/test_screens_hostile.py",)),
    "threats": Part("the figures of the threats are those written down", ("tests/rules/test_threats.py",)),
    "kills": Part(
        "six hundred kills at named points and at random lose nothing and repeat nothing",
        ("tests/prove/test_kills_named.py", "tests/prove/test_kills_of_commands.py", "tests/prove/test_kills.py"),
        tenth=True,
    ),
    "calls": Part(
        "twenty thousand calls to a sick messenger and a sick network lose nothing and repeat nothing",
        ("tests/prove/test_sick_calls.py",),
        tenth=True,
    ),
    "updates": Part("twenty thousand hostile updates stop nobody", ("tests/prove/test_hostile_many.py",), tenth=True),
    "disk": Part(
        "a disk that is full, locked, away, read-only or torn costs nothing", ("tests/prove/test_disk.py",), tenth=True
    ),
    "suspend": Part(
        "a machine that sleeps and a clock that is set cost nothing", ("tests/prove/test_suspended.py",), tenth=True
    ),
    "kills_max": Part(
        "the same kills of an office in MAX; nothing comes twice there that can be looked up",
        ("tests/prove/test_kills_named.py", "tests/prove/test_kills.py"),
        tenth=True,
        messenger="max",
    ),
    "calls_max": Part(
        "the same number of calls to a sick MAX lose nothing and repeat nothing",
        ("tests/prove/test_sick_calls.py",),
        tenth=True,
        messenger="max",
    ),
    "updates_max": Part(
        "twenty thousand hostile updates of MAX stop nobody",
        ("tests/prove/test_hostile_many.py",),
        tenth=True,
        messenger="max",
    ),
    "suspend_max": Part(
        "a machine that sleeps and a clock that is set cost nothing in MAX",
        ("tests/prove/test_suspended.py",),
        tenth=True,
        messenger="max",
    ),
    "sharing": Part(
        "two hundred kills, freezes and cuts over three processes on one database lose nothing and repeat nothing",
        ("tests/prove/test_sharing.py",),
    ),
    "silence": Part("each loop that stands still is named", ("tests/stories/test_beats.py",), marked=False),
    "corpus": Part("hostile texts, pages and sheets hold nobody up", ("tests/prove/test_corpus.py",), tenth=True),
    "oracle": Part("whatever is wrong, the oracle says", ("tests/prove/test_oracle.py",)),
    "flood": Part("six thousand comments hold up no tap of the curator", ("tests/prove/test_flood.py",)),
    "storm": Part("ten thousand events survive five kills", ("tests/prove/test_storm.py",)),
    "stopping": Part("a stop breaks off what hangs and loses nothing", ("tests/doors/test_process_stopping.py",)),
    "installing": Part(
        "the archive installs on bare systems without a network, and the guide's commands do what it says",
        ("tests/prove/test_installing.py",),
    ),
    "demo": Part(
        "the demo plays, in a browser too, and a wheel works elsewhere",
        ("tests/stories/test_demo_page.py", "tests/stories/test_demo_headless.py", "tests/house/test_packaging.py"),
    ),
}


def command(part: Part, seed: int, more: Sequence[str] = ()) -> list[str]:
    marked = ["-m", "prove"] if part.marked else []
    return [sys.executable, "-m", "pytest", "-q", f"--hypothesis-seed={seed}", *marked, *part.tests, *more]


def processor_seconds() -> float:
    """Processor time of all processes started and ended so far, theirs included; 0 on Windows, which does not count it."""
    spent = os.times()
    return spent.children_user + spent.children_system


def run(name: str, seed: int, *, tenth: bool, more: Sequence[str] = (), seconds: float | None = None) -> bool | None:
    """Whether the part held; None if it was broken off after so many seconds."""
    environment = {**os.environ, "PROVE": "1", "PROVE_SEED": str(seed), "PROVE_TENTH": "1" if tenth else "0"}
    environment["TEST_MESSENGER"] = PARTS[name].messenger
    with subprocess.Popen(
        command(PARTS[name], seed, more), cwd=ROOT, env=environment, start_new_session=True
    ) as running:
        try:
            return running.wait(seconds) == 0
        except BaseException as end:
            os.killpg(running.pid, signal.SIGKILL)  # with the processes it has started
            running.wait()
            if isinstance(end, subprocess.TimeoutExpired):
                return None
            raise


def main() -> None:
    reading = argparse.ArgumentParser(prog="python -m tests.prove")
    reading.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    reading.add_argument("--seed", type=int, default=None, help="by default a new one")
    reading.add_argument("--tenth", action="store_true", help=f"a tenth, in at most {BUDGET:.0f} seconds")
    given, more = reading.parse_known_args()
    if unknown := [name for name in given.parts if name not in PARTS]:
        reading.error(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    seed = random.SystemRandom().randrange(1_000_000) if given.seed is None else given.seed
    names = given.parts or [name for name, part in PARTS.items() if part.tenth or not given.tenth]
    if given.tenth:
        random.Random(seed).shuffle(names)
    sys.exit(0 if prove(names, seed, tenth=given.tenth, more=more) else 1)


def prove(names: Sequence[str], seed: int, *, tenth: bool, more: Sequence[str] = ()) -> bool:
    """Run the parts one after the other and say how each ended, with the seed first and last. Return False if one failed.

    A tenth that failed is run once more with the same seed, and counts as held if it then holds: a fault of the program
    comes back, a moment in which the machine was too slow does not. That it failed first is said.
    """
    repeat = f"seed {seed}: repeat with --seed {seed}{' --tenth' if tenth else ''}"
    print(repeat, flush=True)
    ended: dict[str, str] = {}
    begun, failed = time.monotonic(), False
    try:
        for name in names:
            left = BUDGET - (time.monotonic() - begun) if tenth else None
            if left is not None and left < 1:
                ended[name] = "not run: the time is used up"
                continue
            print(f"--- {name}: {PARTS[name].holds}", flush=True)
            started, spent = time.monotonic(), processor_seconds()
            held = run(name, seed, tenth=tenth, more=more, seconds=left)
            again = ""
            if held is False and tenth:
                print(f"--- {name}: failed, once more with the same seed", flush=True)
                held, again = (
                    run(name, seed, tenth=True, more=more, seconds=BUDGET) or False,
                    ", once more after a failure",
                )
            took = f"{time.monotonic() - started:.0f} s, {processor_seconds() - spent:.0f} s of CPU time{again}"
            ended[name] = {True: f"held, {took}", False: f"FAILED, {took}", None: f"broken off after {took}"}[held]
            failed |= held is False
    finally:
        for name, words in ended.items():
            print(f"  {name:9} {words}")
        print(repeat, flush=True)
    return not failed
