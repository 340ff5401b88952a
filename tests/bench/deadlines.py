"""`deadlines --batch` as started by a user: lines of two events under the five regulations in turn, in processor time,
including the start of the process.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import config as packaged
from tests.bench.report import ROOT, children_cpu
from tests.bench.simulate import REGULATIONS

LINES = 50_000
FIRST = datetime.fromisoformat("2026-01-12T09:00:00+03:00")


def line(number: int) -> str:
    at = FIRST + timedelta(minutes=number * 7)
    events = [["detected", at.isoformat()], ["forwarded", (at + timedelta(minutes=20)).isoformat()]]
    return json.dumps({"id": str(number), "regulation": REGULATIONS[number % len(REGULATIONS)], "events": events})


async def measure(folder: Path) -> dict[str, float]:
    town = Path(packaged.__file__).parent / "demo" / "municipality.yaml"
    given = "\n".join(line(number) for number in range(LINES)) + "\n"
    begun, worked = time.perf_counter(), children_cpu()
    run = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "bot", "deadlines", "--municipality", str(town), "--batch", "-"],
        input=given,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    )
    seconds, worked = time.perf_counter() - begun, children_cpu() - worked
    if (answered := run.stdout.count('"due"')) != LINES:
        raise RuntimeError(f"{answered} answers to {LINES} lines: the measure means nothing")
    return {"lines_per_second": LINES / worked, "lines_per_second_by_the_clock": LINES / seconds}
