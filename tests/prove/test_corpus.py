"""A hostile corpus of texts, pages and sheets: each is done within two seconds of work, and none holds the event loop.

Seconds are those of this process, or of the child, at work: how busy the machine is has no part in them.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.process.child import JOBS, LONG_PATIENCE, Child
from networks.apart import NotWorkedOut
from networks.incident import apart
from tests.networks.test_web_hostile import longest_stall
from tests.prove import corpus
from tests.prove.lives import a_killable_town
from tests.prove.oracle import Allowed
from tests.prove.play import all_is_well
from tests.rules.thoroughness import SEED, examples

pytestmark = [pytest.mark.prove, pytest.mark.timeout(1800)]

MOST = 4.0
"""Two seconds where nothing else runs; where others keep the caches warm for themselves, the same work takes up to twice that."""
STALL = 0.5
TICKS = os.sysconf("SC_CLK_TCK")
FACTS = apart.facts_of(
    (), "Курский муниципальный округ", None, (), ZoneInfo("Europe/Moscow"), datetime(2026, 1, 12, tzinfo=UTC)
)
KINDS = {
    "page": (corpus.page, {"kind": "text/html", "cut": False}, 60),
    "sheet": (corpus.sheet, FACTS, 20),
}


@pytest.fixture
def child() -> Iterator[Child]:
    child = Child(JOBS, LONG_PATIENCE)
    child.work_out("page", b"<p>warm", {"kind": "text/html", "cut": False})
    yield child
    child.close()


def worked(child: Child) -> float:
    """Seconds of work of the child until now."""
    parts = Path(f"/proc/{child.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / TICKS


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the child's work is read in /proc")
@pytest.mark.parametrize("kind", KINDS)
async def test_a_hostile_file_is_read_in_time_beside_the_loop(child: Child, kind: str) -> None:
    made, facts, many = KINDS[kind]
    dice = random.Random(f"{SEED} {kind}")
    slow: list[str] = []
    for number in range(examples(many)):
        content, before, pid = made(dice), worked(child), child.pid
        found, stall = await longest_stall(asyncio.to_thread(child.work_out, kind, content, facts))
        seconds = worked(child) - before if child.pid == pid and pid is not None else JOBS[kind].seconds
        if seconds > MOST or stall > STALL or isinstance(found, NotWorkedOut):
            slow.append(
                f"{kind} {number}: {seconds:.1f} s, the loop {stall:.1f} s, {content[:80]!r}… {str(found)[:80]}"
            )
            child.work_out("page", b"<p>warm", {"kind": "text/html", "cut": False})
    assert slow == []


async def test_hostile_texts_hold_up_nobody(tmp_path: Path) -> None:
    """As comments of VK and as messages to the bot."""
    dice, slow = random.Random(SEED), []
    async with a_killable_town(tmp_path) as lives:
        town = lives.town
        for number in range(examples(80)):
            longest = corpus.LONGEST * dice.choice((1, 4))
            words = corpus.text(dice, longest)
            if longest > corpus.LONGEST:
                town.players.town.vk.comment(town.players.resident, town.players.post, words)
            else:
                town.players.town.telegram.write(town.curator.user, town.players.bot, words)
            _, stall = await longest_stall(lives.settles())
            if stall > STALL:
                slow.append(f"text {number}: {stall:.1f} s, {words[:60]!r}…")
        await lives.waits(700)
        assert slow == []
        wrong = await all_is_well(lives, Allowed(open_cases=True))
        assert not wrong, wrong
