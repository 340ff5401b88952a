"""What a small office's process takes after two thousand long comments, each judged, kept and carried out. The comments are cut
from the prose of this tree, some fifteen thousand different words: the office's own people write no more in a year.
"""

from __future__ import annotations

import asyncio
import random
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.bench.many import SETTLED, a_region, begun, blows, used

ROOT = Path(__file__).parents[2]
PROSE = (
    "docs/*.md",
    "config/*.yaml",
    "config/texts/*.yaml",
    "tests/rules/**/*.tsv",
    "tests/rules/*.py",
    "tests/stories/*.py",
)
TEXTS, WORDS = 2_000, 45


def prose() -> list[str]:
    """So many texts, no two alike."""
    files = sorted(file for pattern in PROSE for file in ROOT.glob(pattern))
    words = re.findall(r"[а-яёА-ЯЁ]+", " ".join(file.read_text(encoding="utf-8") for file in files))
    step = max(1, (len(words) - WORDS) // TEXTS)
    return [" ".join(words[at : at + WORDS]) for at in range(0, step * TEXTS, step)]


async def measure(folder: Path) -> dict[str, float]:
    """Megabytes of the process before, after, and at most."""
    texts = iter(prose())
    async with a_region(folder, 1) as region:
        at_first = await begun(region)
        await blows(region, random.Random(2026), TEXTS, lambda _: next(texts))
        assert region.house.process is not None
        while await asyncio.to_thread(waiting, region.house.folder / "dezhurny.db"):  # noqa: ASYNC110 - in another process
            await asyncio.sleep(1)
        await asyncio.sleep(SETTLED)
        _, after = used(region.house.process)
        most = at_most(region.house.process.pid)
        await region.house.kill()
    return {"texts": TEXTS, "before": at_first["memory"], "after": after, "most": most}


def at_most(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) * 1024 / 1e6


def waiting(file: Path) -> int:
    """Updates that are not carried out yet."""
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as books:
        return int(books.execute("SELECT count(*) FROM inbox WHERE state = 'waiting'").fetchone()[0])


if __name__ == "__main__":
    import json
    import tempfile

    with tempfile.TemporaryDirectory(prefix="dezhurny-memory-") as here:
        print(json.dumps(asyncio.run(measure(Path(here))), indent=1))
