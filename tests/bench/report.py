"""The monthly report over 20,000 cases: seconds and memory of each format, in a separate process, including writing the
file.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import config as packaged
from bot.offices import Offices
from config.municipality import load
from storage import tables as t
from storage.books import Books
from storage.codec import dump
from storage.migrate import upgrade
from tests.bench.office import DRAFT, KEY, TEXT, database_url
from workflow.case import Appeal, Case, Draft, Part, PartState, Posting, State
from workflow.office import Office
from workflow.regulation import DraftKind, Event, Source
from workflow.terms.deadlines import Happening

CASES = 20_000
MONTH = "2026-10"
FIRST = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)
DAYS, MINUTES = 30, 240
"""Cases come on each day of the month, within so many minutes of its morning."""

CHUNK = 1000
ROOT = Path(__file__).parents[2]

MEASURED = """
import re, sys
from bot.__main__ import app
if __name__ == "__main__":
    app(sys.argv[1:], standalone_mode=False)
    with open("/proc/self/status") as status:
        print(re.search("VmHWM: *([0-9]+)", status.read().replace("\\t", " "))[1])
"""


def case(number: int, office: Office) -> Case:
    """A case of the month: most answered, some late, sent back, open, not processed."""
    minute = timedelta(minutes=1)
    at = FIRST + timedelta(days=number % DAYS) + number // DAYS % MINUTES * minute
    department = tuple(office.departments)[number % len(office.departments)]
    appeal = Appeal(Source.VK, f"{TEXT} ({number})", "Житель", at, "Курская", network="vk", ref=f"wall-1_{number}")
    opened = Case(
        id=number, municipality=KEY, number=number, version=1, state=State.NEW, regulation=office.regulation.text_hash,
        appeal=appeal, arrived=at, history=(Happening(Event.DETECTED, at),), topics=("вода", "отопление")[: number % 3],
        location=f"Школьная, {number % 40}",
    )  # fmt: skip
    if number % 20 == 0:
        return replace(
            opened,
            state=State.NOT_PROCESSED,
            ended_because="no_answer_needed",
            history=(*opened.history, Happening(Event.CLOSED, at + minute)),
        )
    slow = 5 if number % 4 == 0 else 1
    forwarded, drafted, sent_back = at + 20 * minute, at + 150 * minute * slow, at + 170 * minute * slow
    again, approved, posted = at + 200 * minute * slow, at + 210 * minute * slow, at + 211 * minute * slow
    history = [
        Happening(Event.FORWARDED, forwarded, who=department),
        Happening(Event.ACCEPTED, forwarded + minute, who=department),
        Happening(Event.DRAFTED, drafted, who=department, draft=DraftKind.FINAL),
    ]
    drafts = [Draft(1, DraftKind.FINAL, DRAFT, (), "head", department, drafted)]
    if number % 3 == 0:
        history += [
            Happening(Event.SENT_BACK, sent_back),
            Happening(Event.DRAFTED, again, who=department, draft=DraftKind.FINAL),
        ]
        drafts.append(Draft(2, DraftKind.FINAL, DRAFT, (), "head", department, again))
    ended = number % 10 != 1
    if ended:
        history += [Happening(Event.APPROVED, approved), Happening(Event.POSTED, posted)]
    return replace(
        opened,
        state=State.CLOSED if ended else State.ON_APPROVAL,
        parts=(Part(department, True, PartState.ACCEPTED, forwarded, forwarded + minute, "head"),),
        drafts=tuple(drafts),
        approved=len(drafts) if ended else None,
        postings=(Posting(len(drafts), posted, "https://vk.com/wall-1_1"),) if ended else (),
        history=(*opened.history, *history),
    )


def _rows(office: Office, cases: int) -> Iterator[dict[str, Any]]:
    for number in range(1, cases + 1):
        made = case(number, office)
        yield {
            "id": made.id, "municipality": KEY, "number": number, "version": 1, "state": made.state, "department": None,
            "source": made.appeal.source, "network": "vk", "ref": made.appeal.ref, "regulation": made.regulation,
            "detected_at": made.detected, "changed_at": made.history[-1].at, "body": dump(made),
        }  # fmt: skip


async def filled(folder: Path, cases: int = CASES) -> str:
    """The URL of a database with the demo's municipality and `cases` cases of one month."""
    path = folder / KEY / "municipality.yaml"
    path.parent.mkdir(parents=True)
    demo = Path(packaged.__file__).parent / "demo" / "municipality.yaml"
    path.write_text(demo.read_text(encoding="utf-8"), encoding="utf-8")
    offices = Offices(load(path))
    url = database_url(folder)
    await upgrade(url)
    books = Books(url)
    try:
        async with books.write(KEY) as tx:
            await offices.open_editions(tx, FIRST)
            rows: list[dict[str, Any]] = []
            for row in _rows(offices.today(KEY), cases):
                rows.append(row)
                if len(rows) == CHUNK:
                    await tx.connection.execute(t.cases.insert(), rows)
                    rows = []
            if rows:
                await tx.connection.execute(t.cases.insert(), rows)
    finally:
        await books.close()
    return url


def children_cpu() -> float:
    """Seconds of CPU time of our finished children on all cores: on a busy machine they say more than the wall clock."""
    used = os.times()
    return used.children_user + used.children_system


async def measure(folder: Path) -> dict[str, float]:
    """Seconds, including the start of the process and its helpers, and its peak memory in megabytes (on Linux)."""
    url = await filled(folder)
    script = folder / "measured.py"
    script.write_text(MEASURED, encoding="utf-8")
    found: dict[str, float] = {"cases": CASES}
    for form in ("json", "xlsx", "docx"):
        command = ["report", "--month", MONTH, "--format", form, "--out", str(folder / f"report.{form}")]
        begun, worked = time.perf_counter(), children_cpu()
        run = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, str(script), *command],
            env={**os.environ, "DATABASE_URL": url, "PYTHONPATH": str(ROOT)},
            check=True,
            capture_output=True,
            text=True,
        )
        found[f"{form}_seconds"] = time.perf_counter() - begun
        found[f"{form}_cpu_seconds"] = children_cpu() - worked
        found[f"{form}_megabytes"] = int(run.stdout) / 1024
    return found


if __name__ == "__main__":
    import json
    import tempfile

    with tempfile.TemporaryDirectory(prefix="dezhurny-bench-") as here:
        print(json.dumps(asyncio.run(measure(Path(here))), indent=1))
