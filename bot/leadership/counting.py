"""Turn stored cases into rows of the report: in this process, or in worker processes if there are many.

Computing the terms of twenty thousand cases keeps one core busy for seconds; the running bot must answer presses
meanwhile.
"""

from __future__ import annotations

import asyncio
import multiprocessing
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime

from bot import kept_settings
from config import regulations
from config.municipality import build_office
from reports.rows import CaseRow, row_of
from storage.codec import load_case
from workflow.office import Office

FEW = 2000
"""Up to this many cases, counting in this process is faster than starting worker processes."""

PROCESSES = 2
AHEAD = 2 * PROCESSES


@dataclass(frozen=True)
class Recipe:
    """Everything that terms in the report are computed from, as plain values that can be sent to another process.
    `editions`: the regulation's editions, hash → text."""

    municipality: str
    files: Mapping[str, str]
    editions: Mapping[str, str]
    now: datetime


class Counter:
    """Makes rows of the report from stored cases, under one recipe."""

    def __init__(self, recipe: Recipe) -> None:
        self._now = recipe.now
        municipality = kept_settings.read(recipe.municipality, recipe.files)
        self._today = build_office(municipality)
        self._offices: dict[str, Office] = {self._today.regulation.text_hash: self._today}
        for text_hash, text in recipe.editions.items():
            if text_hash not in self._offices:
                edition = regulations.parse(text, f"{text_hash[:8]}.yaml", kept=True)
                self._offices[text_hash] = build_office(municipality, edition)

    def rows(self, bodies: Sequence[str]) -> list[CaseRow]:
        """Return a row for each stored case, in order; a case whose edition of the regulation was not stored is counted
        by today's."""
        cases = (load_case(body) for body in bodies)
        return [row_of(case, self._offices.get(case.regulation, self._today), self._now) for case in cases]


async def rows(recipe: Recipe, chunks: AsyncIterator[Sequence[str]], cases: int) -> AsyncIterator[list[CaseRow]]:
    """Yield the report's rows of each chunk of stored cases, in order. `cases`: how many cases there are in all."""
    if not cases:
        return
    if cases <= FEW:
        counter = await asyncio.to_thread(Counter, recipe)
        async for chunk in chunks:
            yield await asyncio.to_thread(counter.rows, chunk)
        return
    loop = asyncio.get_running_loop()
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=spawn, initializer=_begin, initargs=(recipe,)) as pool:
        under_way: deque[asyncio.Future[list[CaseRow]]] = deque()
        async for chunk in chunks:
            under_way.append(loop.run_in_executor(pool, _rows, chunk))
            if len(under_way) > AHEAD:
                yield await under_way.popleft()
        while under_way:
            yield await under_way.popleft()


_counter: Counter | None = None


def _begin(recipe: Recipe) -> None:
    """Prepare this worker process with its recipe; called once, before its first chunk."""
    global _counter
    _counter = Counter(recipe)


def _rows(bodies: Sequence[str]) -> list[CaseRow]:
    assert _counter is not None
    return _counter.rows(bodies)
