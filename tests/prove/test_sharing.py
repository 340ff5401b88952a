"""Three processes on one PostgreSQL database, killed, frozen, cut from the database and stopped while people work: nothing is
lost or done twice, the order of each chat holds, and of the letters only those on their way come twice, marked.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from storage.books import Books
from tests import postgres
from tests.doors.process_house import KEY, House, a_house
from tests.patience import PROCESS
from tests.prove.hands import Hands
from tests.prove.messengers import MARK
from tests.prove.oracle import Allowed
from tests.prove.play import AT_A_TIME, AT_WORK
from tests.prove.shared_house import Member, asked, owner_of, wires, witnessed
from tests.rules.thoroughness import FULL, SEED, TENTH
from workflow.case import Case, State

PROCESSES, EVENTS = 3, 20 if TENTH else 200
TAKEN_OVER, HANDED_OVER = 10.0, 5.0
"""Seconds from a kill, and from SIGTERM, until another process serves the municipality."""
ONE_BY_ONE = "{list_after: 100, wave: {authors: 100, times: 0}}"
"""Each message is offered by itself, however many come: people here do not know what to do with a list."""
LONGER_THAN_A_LEASE = (8.5, 11.0)

pytestmark = [
    pytest.mark.prove,
    pytest.mark.timeout(7200),
    pytest.mark.skipif(not (FULL or postgres.is_wanted()), reason="needs a PostgreSQL, which `make prove` starts"),
]


@dataclass
class Gang:
    """The processes, and what people do meanwhile."""

    house: House
    hands: Hands
    members: Sequence[Member]
    books: Books
    taken: list[float] = field(default_factory=list)
    handed: list[float] = field(default_factory=list)
    happened: Counter[str] = field(default_factory=Counter)

    async def cases(self) -> list[Case]:
        async with self.books.write(KEY) as tx:
            return await tx.cases_in(AT_WORK)

    async def unanswered(self) -> int:
        """Comments whose cases are not over, or not even known."""
        async with self.books.write(KEY) as tx:
            return self.hands.comments - len(await tx.cases_in((State.CLOSED, State.MERGED)))

    async def work(self, seconds: float) -> None:
        """A resident writes while few cases are open; each person does the next thing to each case, or not yet."""
        end = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < end:
            await self.revive()
            cases = await self.cases()
            if await self.unanswered() < AT_A_TIME:
                self.hands.complain()
            self.hands.act(cases, 0.6)
            await asyncio.sleep(0.3)

    async def revive(self) -> None:
        """Start again what ended by itself, as a service manager does: a start without the database is given up."""
        for member in self.members:
            if member.has_ended and not member.rests:
                await member.start()

    async def victim(self) -> Member:
        """Mostly the process that serves the municipality."""
        pid, _ = await owner_of(self.house.url)
        serving = [one for one in self.members if one.process is not None and one.process.pid == pid]
        return serving[0] if serving and self.hands.dice.random() < 0.8 else self.hands.dice.choice(self.members)

    async def timed(self, member: Member, kept: list[float]) -> None:
        """Keep how long it takes from now until another serves what this process did."""
        loop = asyncio.get_running_loop()
        assert member.process is not None
        pid, epoch = await owner_of(self.house.url)
        if pid != member.process.pid:
            return
        begun = loop.time()
        while loop.time() < begun + PROCESS:
            now, newer = await owner_of(self.house.url)
            if now and newer > epoch:
                kept.append(loop.time() - begun)
                return
            await asyncio.sleep(0.05)

    # --- events ------------------------------------------------------------------------------------------------------

    async def kill(self, member: Member) -> None:
        """Killed, and started again after a while, or at once."""
        watching = asyncio.create_task(self.timed(member, self.taken))
        await asyncio.sleep(0)
        member.send(signal.SIGKILL)
        member.rests = True
        await member.ended()
        await self.work(self.hands.dice.choice((0, 2, 9)))
        await member.start()
        await watching

    async def freeze(self, member: Member) -> None:
        """Stopped for a moment, or past the takeover, and woken."""
        member.send(signal.SIGSTOP)
        await self.work(self.how_long())
        member.send(signal.SIGCONT)

    async def cut(self, member: Member) -> None:
        """Its connections break, and stay broken for a while."""
        member.wire.cut()
        await self.work(self.how_long())
        member.wire.mend()

    async def hold(self, member: Member) -> None:
        """Nothing passes to the database and back, and nobody is told."""
        member.wire.hold()
        await self.work(self.how_long())
        member.wire.mend()

    async def stop(self, member: Member) -> None:
        """Asked to stop, and started again: an update of the program."""
        await self.revive()
        for one in self.members:
            await one.started()
        watching = asyncio.create_task(self.timed(member, self.handed))
        await asyncio.sleep(0)
        member.send(signal.SIGTERM)
        member.rests = True
        assert await member.ended() == 0
        await watching
        await member.start()

    def how_long(self) -> float:
        short = self.hands.dice.random() < 0.4
        return self.hands.dice.uniform(0.0, 2.0) if short else self.hands.dice.uniform(*LONGER_THAN_A_LEASE)


@asynccontextmanager
async def a_gang(folder: Path, dice: random.Random) -> AsyncIterator[Gang]:
    os.environ.setdefault(postgres.WANTED, "postgresql")
    database = await postgres.make()
    await witnessed(database)
    async with a_house(folder, database, approval_delay="0", detection=ONE_BY_ONE) as house:
        members = [Member(house, wire) for wire in wires(house, PROCESSES)]
        for member in members:
            await member.wire.start()
            await member.start()
        books = Books(database)
        try:
            for member in members:
                await member.started()
            await house.listening()  # what is written under a post before that is nobody's duty
            yield Gang(house, Hands(house.players, dice), members, books)
        finally:
            await books.close()
            for member in members:
                member.send(signal.SIGKILL)
                member.send(signal.SIGCONT)
                await member.ended()
                await member.wire.stop()
    await postgres.drop(database)


async def test_whatever_befalls_the_processes_nothing_is_lost_and_nothing_done_twice(tmp_path: Path) -> None:
    dice = random.Random(SEED)
    async with a_gang(tmp_path, dice) as gang:
        for _ in range(EVENTS):
            await gang.work(dice.uniform(0, 2))
            member = await gang.victim()
            event = dice.choice((gang.kill, gang.freeze, gang.cut, gang.hold, gang.stop))
            gang.happened[event.__name__] += 1
            await event(member)
        await finished(gang)
        left = [(case.number, case.state) for case in await gang.cases()]
        await gang.revive()
        for member in gang.members:
            await member.started()
        for member in gang.members:
            member.send(signal.SIGTERM)
        assert [await member.ended() for member in gang.members] == [0] * PROCESSES
        print(
            f"cases {gang.hands.comments}, presses {len(gang.hands.pressed)}, drafts {len(gang.hands.drafts)},"
            f" events {dict(gang.happened)}, starts {gang.house.starts},"
            f" taken over within {sorted(gang.taken)}, handed over within {sorted(gang.handed)}"
        )
        assert left == []
        assert await asked(gang.house, Allowed()) == []
        assert doubled(gang) == []
        assert "Traceback" not in gang.house.everything_said()
        assert max(gang.taken, default=0) <= TAKEN_OVER
        assert max(gang.handed, default=0) <= HANDED_OVER


async def finished(gang: Gang) -> None:
    """Everybody finishes what is begun, and every letter is sent."""
    end = asyncio.get_running_loop().time() + PROCESS
    while asyncio.get_running_loop().time() < end:
        await gang.revive()
        cases = await gang.cases()
        gang.hands.act(cases)
        async with gang.books.write(KEY) as tx:
            moment = await tx.outbox.next_moment(gang.house.town.clock.now())
        if not cases and moment is None:
            return
        await asyncio.sleep(0.3)


def doubled(gang: Gang) -> list[str]:
    """Offers of one citizen's message that came twice without saying so."""
    said = Counter(
        text for message in gang.house.private("curator") if MARK not in message.text for text in (message.text,)
    )
    return [text for text, times in said.items() if times > 1 and "Новое" in text]
