"""Messages that one smooth case costs the group: sends and edits from the comment to the closed card, through the
stories' town.
"""

from __future__ import annotations

from pathlib import Path

from tests.stories.building import a_town, everybody_in
from tests.stories.test_a_day import drafted
from workflow.case import State


async def measure(folder: Path) -> dict[str, float]:
    async with a_town(folder, "kursky") as town:
        await everybody_in(town)
        before = town.group_writes()
        await drafted(town)
        await town.curator.presses("Согласовать")
        await town.waits(seconds=31)
        if (await town.case()).state is not State.CLOSED:
            raise RuntimeError("the case is not closed: the measure means nothing")
        return {"group_writes": town.group_writes() - before}
