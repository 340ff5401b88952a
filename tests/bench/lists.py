"""`/open`, `/overdue`, `/mine` and `/find` with a million stored cases, and the earlier answers offered for one of them:
milliseconds from the command to the finished screen, the median and the slowest of many. The database takes some
gigabytes, and some minutes to write.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import config as packaged
from bot.leadership.rendering import Leadership
from bot.offices import Offices
from config.municipality import load
from config.russian.earlier import likeliest
from config.texts import Texts
from storage.books import Books
from storage.codec import dump
from storage.migrate import upgrade
from tests.bench.office import KEY
from tests.bench.report import case
from workflow.office import Office
from workflow.terms.alarms import first_due

STORED, OPEN = 1_000_000, 5_000
TIMES = 40
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)

ASKED = {
    "open": ("curator", ""),
    "overdue": ("curator", ""),
    "mine": ("zhkh_head", ""),
    "find": ("curator", "вода школьная"),
    "find_common": ("curator", "отключили"),
}
"""What is asked for: who asks, and his words."""

ENDED = """
INSERT INTO cases (id, municipality, number, version, state, department, source, network, ref, author, place, regulation,
                   detected_at, changed_at, due_at, body)
WITH RECURSIVE n(i) AS (SELECT ? UNION ALL SELECT i + 1 FROM n WHERE i < ?)
SELECT i, ?, i, 9, 'closed', 'zhkh', 'vk', 'vk', 'wall-1_' || i, 'vk:' || (i % 90000), 'школьная, ' || (i % 4000), ?,
       datetime(1600000000 + i * 150, 'unixepoch') || '.000000', '2026-10-01 06:00:00.000000', NULL,
       replace(?, '"number":2,', '"number":' || i || ',') FROM n
"""
SHARES = """
INSERT INTO shares (case_id, department, municipality, active)
SELECT id, CASE id % 3 WHEN 0 THEN 'zhkh' WHEN 1 THEN 'roads' ELSE 'improvement' END, municipality, due_at IS NOT NULL FROM cases
"""
WAITS = (
    "INSERT INTO waits (case_id, who, municipality) SELECT id, 'zhkh', municipality FROM cases WHERE due_at IS NOT NULL"
)
ANSWERS = """
INSERT INTO answers (case_id, municipality, department, topic, place)
SELECT id, municipality, CASE id % 3 WHEN 0 THEN 'zhkh' WHEN 1 THEN 'roads' ELSE 'improvement' END,
       CASE id % 20 WHEN 0 THEN 'вода' ELSE 'отопление' END, place FROM cases WHERE state = 'closed'
"""
WORDS = """
INSERT INTO case_words (municipality, lemma, case_id, weight)
SELECT municipality, 'вода', id, 2 FROM cases WHERE id % 20 = 0
UNION ALL SELECT municipality, 'отключить', id, 2 FROM cases
UNION ALL SELECT municipality, 'школьный', id, 2 FROM cases WHERE id % 300 = 0
UNION ALL SELECT municipality, 'звонить', id, 2 FROM cases WHERE id % 7 = 0
UNION ALL SELECT municipality, 'водоканал', id, 2 FROM cases WHERE id % 30 = 0
UNION ALL SELECT municipality, 'трубка', id, 2 FROM cases WHERE id % 60 = 0
UNION ALL SELECT municipality, '' || number, id, 4 FROM cases
"""
OPEN_ONE = """
INSERT INTO cases (id, municipality, number, version, state, department, source, network, ref, regulation, detected_at,
                   changed_at, due_at, body) VALUES (?, ?, ?, 3, ?, 'zhkh', 'vk', 'vk', ?, ?, ?, ?, ?, ?)
"""


def _written(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


def fill(file: Path, office: Office, stored: int, still_open: int) -> None:
    """Write `stored` cases, the newest of them open, as the program writes them but without the journal."""
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA synchronous=OFF")
    ended, first_open = case(2, office), stored - still_open + 1
    connection.execute(ENDED, (1, first_open - 1, KEY, office.regulation.text_hash, dump(ended)))
    for number in range(first_open, stored + 1):
        one = case(number * 10 + 1, office)
        due = first_due(one, office) or NOW + timedelta(minutes=number % 4000)
        row = (
            number, KEY, number, one.state, f"wall-1_{number}", office.regulation.text_hash, _written(one.detected),
            _written(NOW), _written(due), dump(one).replace(f'"number":{one.number}', f'"number":{number}'),
        )  # fmt: skip
        connection.execute(OPEN_ONE, row)
    connection.execute(SHARES)
    connection.execute(WORDS)
    connection.execute(WAITS)
    connection.execute(ANSWERS)
    connection.commit()
    connection.close()


async def measure(folder: Path, stored: int = STORED, still_open: int = OPEN) -> dict[str, float]:
    """Milliseconds for each list's first page and for one in the middle, including the words of the screen."""
    path = folder / KEY / "municipality.yaml"
    path.parent.mkdir(parents=True)
    demo = Path(packaged.__file__).parent / "demo" / "municipality.yaml"
    path.write_text(demo.read_text(encoding="utf-8"), encoding="utf-8")
    offices, file = Offices(load(path)), folder / "dezhurny.db"
    url = f"sqlite:///{file}"
    await upgrade(url)
    await asyncio.to_thread(fill, file, offices.today(KEY), stored, still_open)
    books = Books(url)
    leadership, office = Leadership(books, offices, Texts()), offices.today(KEY)
    found: dict[str, float] = {"stored": stored, "open": still_open}
    for which, (person, words) in ASKED.items():
        body = {"which": which.partition("_")[0], "private": True, "people": [person], "step": words}
        took = []
        for _ in range(TIMES):
            begun = time.perf_counter()
            async with books.write(KEY) as tx:
                show = await leadership.first_leaf(tx, body, office, NOW)
            took.append((time.perf_counter() - begun) * 1000)
            if not show.screen.buttons:
                raise RuntimeError(f"/{which} is empty: the measure means nothing")
        found[f"{which}_median_ms"], found[f"{which}_slowest_ms"] = statistics.median(took), max(took)
    found |= await _earlier(books, stored)
    await books.close()
    return found


async def _earlier(books: Books, stored: int) -> dict[str, float]:
    """The earlier answers for each of the newest cases, none of which was read before."""
    took = []
    for number in range(stored - TIMES, stored):
        begun = time.perf_counter()
        async with books.write(KEY) as tx:
            asked = await tx.case(number)
            assert asked is not None
            offered = likeliest(asked, "zhkh", await tx.answers.near(asked, "zhkh"))
        took.append((time.perf_counter() - begun) * 1000)
        if not offered:
            raise RuntimeError("no earlier answer: the measure means nothing")
    return {"earlier_median_ms": statistics.median(took), "earlier_slowest_ms": max(took)}


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    with tempfile.TemporaryDirectory(prefix="dezhurny-bench-") as here:
        print(json.dumps(asyncio.run(measure(Path(here), *numbers)), indent=1))
