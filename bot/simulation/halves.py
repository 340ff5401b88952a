"""Plays a long scenario in several processes, each with a share of the cases: independent cases need no common
database. One process plays everything if the system cannot fork, or if the cases are few or depend on each other."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from bot.simulation.outcome import Outcome, together
from bot.simulation.player import Progress, play
from bot.simulation.scenario import Scenario

WORTH_A_PROCESS = 200
"""How many cases each process gets at least: for fewer, starting a process takes longer than playing them."""
MOST = 8


def shares(scenario: Scenario) -> int:
    """In how many processes to play the scenario on this machine; 1 if it cannot be divided."""
    if scenario.whole or "fork" not in multiprocessing.get_all_start_methods():
        return 1
    free = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(free, MOST, len(scenario.names) // WORTH_A_PROCESS))


def play_apart(scenario: Scenario, among: int, progress: Progress = lambda done: None) -> Outcome:
    """Play the scenario in `among` processes and return the same outcome as `play`. `progress` is told how many events
    are done in all, on the assumption that the other processes are as far as this one."""
    own, *others = [_share(scenario, number, among) for number in range(among)]
    with _started(others) as links:
        found = [play(own, progress=lambda done: progress(done * among))]
        found += [link.recv() for link in links]
    return together(found, scenario.names)


def _share(scenario: Scenario, number: int, among: int) -> Scenario:
    names = frozenset(scenario.names[number::among])
    return replace(scenario, events=tuple(event for event in scenario.events if event.case in names))


@contextmanager
def _started(scenarios: list[Scenario]) -> Iterator[list[Connection]]:
    context = multiprocessing.get_context("fork")
    processes: list[BaseProcess] = []
    links: list[Connection] = []
    try:
        for scenario in scenarios:
            ours, theirs = context.Pipe(duplex=False)
            process: BaseProcess = context.Process(target=_play_there, args=(scenario, theirs), daemon=True)
            process.start()
            theirs.close()
            processes.append(process)
            links.append(ours)
        yield links
    except BaseException:
        for one in processes:
            one.terminate()
        raise
    finally:
        for one in processes:
            one.join()


def _play_there(scenario: Scenario, link: Connection) -> None:
    try:
        link.send(play(scenario))
    except KeyboardInterrupt:
        pass
    finally:
        link.close()
