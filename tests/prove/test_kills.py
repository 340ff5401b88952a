"""Processes killed (SIGKILL) twenty times while comments, taps and replies arrive: nothing is lost, nothing is carried out
twice, no resident is answered twice, and the journal holds every accepted command once (FACTS §13).
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sandbox.vk.model import Comment
from storage.books import Books
from tests.doors.process_house import KEY, House, a_house
from tests.patience import PROCESS
from tests.prove.houses import asked, left, witnessed
from tests.prove.oracle import Allowed
from tests.rules.thoroughness import SEED, TENTH
from tests.stories.building import MESSENGER
from workflow.case import State

KILLS, CASES = 20, 8
LIFE = 2.0
"""Seconds a process lives at most after it has started; a kill may also come while it is starting."""

ONCE = ["detect", "forward", "accept", "draft", "approve", "release", "posted"]


@dataclass
class Hands:
    """What people do when they see something to be done; each thing once, whatever becomes of the bot."""

    house: House
    done: set[str] = field(default_factory=set)
    comments: list[Comment] = field(default_factory=list)

    def comment(self) -> None:
        text = f"Третий день нет воды на Школьной, {len(self.comments) + 1}. Звоним в водоканал, трубку не берут"
        self.comments.append(self.house.town.vk.comment(self.house.players.resident, self.house.players.post, text))

    def act(self) -> None:
        for person, places in (
            ("curator", self.house.private("curator")),
            ("zhkh_head", self.house.players.in_group()),
        ):
            for message in list(places):
                for button in [b for row in message.buttons for b in row if b.data]:
                    data = str(button.data)
                    wanted = data.startswith(("ac:", "ap:")) or (data.startswith("fw:") and data.endswith(":zhkh"))
                    if wanted and data not in self.done:
                        self.done.add(data)
                        self.house.town.messenger.press(self.house.players.people[person], message, button.text)
                        if data.startswith("ac:"):
                            text = f"Здравствуйте. Авария на водопроводе устранена, воду подали. Обращение {data}."
                            group, head = self.house.players.group, self.house.players.people["zhkh_head"]
                            self.house.town.messenger.write(head, group, text, reply_to=message)

    async def act_for(self, seconds: float) -> None:
        end = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < end:
            self.act()
            await asyncio.sleep(0.01)

    def answers(self) -> list[int]:
        """How many answers stand under each comment."""
        found = self.house.town.vk.comments(self.house.players.post)
        return [sum(1 for answer in found if answer.reply_to is comment) for comment in self.comments]


@pytest.mark.prove
@pytest.mark.skipif(TENTH, reason="each process takes seconds to start; a tenth kills in one process")
@pytest.mark.timeout(12 * PROCESS)
async def test_kills_of_processes_lose_nothing_and_repeat_nothing(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    async with a_house(tmp_path, messenger=MESSENGER, approval_delay="0") as house:
        witnessed(house)
        hands = Hands(house)
        await house.start()
        await asyncio.wait_for(house.town.vk.queues[1001].somebody_waits(), PROCESS)
        for number in range(KILLS):
            if number < CASES:
                hands.comment()
            await hands.act_for(dice.uniform(0.0, LIFE))
            await house.kill()
            if number + 1 < KILLS and dice.random() < 0.2:
                house.process = await house.launch()
                await hands.act_for(dice.uniform(0.0, LIFE))
            else:
                await house.start()

        def all_answered() -> bool | None:
            hands.act()
            return all(hands.answers()) or None

        await house.until("все ответы", all_answered)
        await house.until("всё сказано", lambda: True if left(house) == 0 else None)
        assert await house.stop() == 0
        assert hands.answers() == [1] * CASES
        await journalled_once(house)


async def journalled_once(house: House) -> None:
    books = Books(house.url)
    async with books.write(KEY) as tx:
        for number in range(1, CASES + 1):
            case = await tx.case_by_number(number)
            assert case is not None
            lines = [line["action"] for line in await tx.history(case.id) if line["action"] in ONCE]
            assert (case.state, lines, len(case.drafts)) == (State.CLOSED, ONCE, 1)
        assert await tx.case_by_number(CASES + 1) is None
    await books.close()
    assert await asked(house, Allowed()) == []
