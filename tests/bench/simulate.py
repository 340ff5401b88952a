"""A year of one municipality, 20,000 cases under the five regulations in turn, through `simulate` as a user would start
it: reading the file, desk, books, alarms, the answer in JSON. Wall-clock time, and the processor time of all cores.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from tests.bench.report import children_cpu

REGULATIONS = ("izobilnensky", "moskalensky", "slavgorod", "kursky", "primorsko-akhtarsky")
CASES = 4000
"""Under each regulation."""
FIRST = datetime(2026, 1, 12, 9, 0)
YEAR = timedelta(days=330)

TOWN = """municipality:
  name: Муниципальный округ
  timezone: Europe/Moscow
  regulation: {regulation}
  work_hours: {{mon-thu: "09:00-13:00, 14:00-18:00", fri: "09:00-13:00, 14:00-16:45"}}
  departments:
    zhkh: {{name: Отдел ЖКХ, topics: [жкх, вода, отопление], overseen_by: first_deputy}}
    roads: {{name: Отдел дорожного хозяйства, topics: [дороги]}}
  people:
    curator: {{role: curator, name: Куратор}}
    zhkh_head: {{role: executor, department: zhkh, name: Начальник отдела ЖКХ}}
    first_deputy: {{role: deputy, name: Первый заместитель главы}}
events:
"""


def life(number: int, start: datetime) -> Iterator[tuple[datetime, str, str]]:
    """The events of a case; every seventh case is different, every seventh answer is sent back once."""
    pace, department = number % 7, "zhkh" if number % 2 else "roads"

    def at(minutes: int) -> datetime:
        return start + timedelta(minutes=minutes)

    yield at(0), "detect", f'source: vk, text: "Третий день нет воды на Школьной, {number}", topic: вода'
    yield at(20 + pace * 5), "forward", f"by: curator, to: [{department}]"
    yield at(40 + pace * 5), "accept", f"by: {department}"
    yield at(100 + pace * 20), "draft", f'by: {department}, text: "Авария, воду подадут сегодня до 20:00 ({number})"'
    if pace == 3:
        yield at(240), "send_back", "by: curator, text: уточните срок"
        yield at(300), "draft", f'by: {department}, text: "Воду подадут сегодня до 21:00 ({number})"'
    yield at(310), "approve", "by: curator"
    yield at(320), "posted", f'by: curator, link: "https://vk.com/wall-1_{number}"'


def scenario(regulation: str, cases: int) -> str:
    """The text of the scenario's file: `cases` spread over a year."""
    events = sorted(
        (at, number, order, do, fields)
        for number in range(cases)
        for order, (at, do, fields) in enumerate(life(number, FIRST + YEAR * number // cases))
    )
    lines = (
        f"  - {{at: {at.isoformat(timespec='seconds')}, do: {do}, case: c{number}, {fields}}}\n"
        for at, number, _, do, fields in events
    )
    return TOWN.format(regulation=regulation) + "".join(lines)


async def measure(folder: Path, cases: int = CASES) -> dict[str, float]:
    """Seconds for all five, wall clock and processor time, and wall-clock seconds of the slowest."""
    took: list[float] = []
    worked = children_cpu()
    played = 0
    for regulation in REGULATIONS:
        file = folder / f"{regulation}.yaml"
        file.write_text(scenario(regulation, cases), encoding="utf-8")
        begun = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "simulate", str(file), "--json", stdout=asyncio.subprocess.PIPE
        )
        answer, _ = await process.communicate()
        took.append(time.perf_counter() - begun)
        played += sum(1 for case in json.loads(answer)["cases"].values() if case["state"] == "closed")
    return {"seconds": sum(took), "cpu_seconds": children_cpu() - worked, "slowest": max(took), "cases": played}
