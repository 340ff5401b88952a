"""The files of the program that one act enters: `python -m tests.house.entered [--list]`.

A file counts when one of its functions runs between the press (or the moment) and the last letter it causes. Two acts
of the same story: the head of a department presses «Принять»; the term of his draft passes. The loops run meanwhile,
so the files that a round without work enters are also counted apart. Neither the sandbox, the demo, templates nor code
run at import count.
"""

from __future__ import annotations

import asyncio
import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, FrameType

import structlog

from tests.house.source import PACKAGES, ROOT, shown
from tests.stories.morning import a_morning
from tests.stories.test_a_day import forwarded

OURS = tuple(f"{ROOT / name}/" for name in PACKAGES if name != "sandbox")
DEMO = f"{ROOT / 'bot' / 'demo'}/"
IDLE = "a round without work"


@contextmanager
def entered() -> Iterator[set[str]]:
    """The files whose functions run inside the block, also in threads that it starts."""
    codes: set[CodeType] = set()
    files: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            codes.add(frame.f_code)

    threading.setprofile(note)
    sys.setprofile(note)
    try:
        yield files
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
        names = {code.co_filename for code in codes if code.co_name != "<module>"}
        files |= {
            shown(Path(name))
            for name in names
            if name.startswith(OURS) and name.endswith(".py") and not name.startswith(DEMO)
        }


async def acts(folder: Path) -> dict[str, set[str]]:
    """The files entered by a round without work and by each of the two acts."""
    async with a_morning(folder, "kursky") as town:
        await forwarded(town)
        await town.to("2026-01-12T09:30")
        with entered() as idle:
            await town.settles()
        with entered() as by_press:
            await town.zhkh.presses("Принять")
        await town.to("2026-01-12T12:59")
        with entered() as by_term:
            await town.to("2026-01-12T14:01")
        return {IDLE: idle, "«Принять»": by_press, "a due deadline": by_term}


def main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with TemporaryDirectory() as folder:
        found = asyncio.run(acts(Path(folder)))
    for act, files in found.items():
        own = "" if act == IDLE else f", {len(files - found[IDLE])} of them not by {IDLE}"
        print(f"{act}: {len(files)} files entered{own}")
        if "--list" in sys.argv:
            print("\n".join(f"  {file}" for file in sorted(files)))


if __name__ == "__main__":
    main()
