"""How a network's events come into the inbox: a long gap in lots, and a new network from its first asking on."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.reception.intake import LATE, LOT, READ_BACK, TRIES, NetworkIntake
from networks.port import Batch, Found, PollError, RawEvent, ReadBack
from sandbox.clock import SandboxClock
from storage import tables as t
from storage.books import Books
from storage.inbox import Inbox
from tests.rules.offices import at
from tests.storage.conftest import HERE

NOW = at("2026-01-12 09:20")


@dataclass
class Network:
    """A network that answers what it is told to. `asked`: from when it was read back."""

    answers: list[Batch | PollError]
    written: tuple[RawEvent, ...] = ()
    broken_off: int = 0
    key: str = "vk"
    asked: list[datetime] = field(default_factory=list)

    async def poll(self, position: str | None) -> Batch:
        answer = self.answers.pop(0)
        if isinstance(answer, PollError):
            raise answer
        return answer

    async def catch_up(self, since: datetime, posts: datetime) -> AsyncIterator[ReadBack]:
        self.asked.append(since)
        for one in self.written:
            yield one
        if self.broken_off:
            self.broken_off -= 1
            raise PollError("down", 1.0)

    def read(self, raw: str) -> Found:
        author = json.loads(raw)
        return Found("vk", raw, "comment", "", "", author, NOW, "", "")


def events(number: int) -> tuple[RawEvent, ...]:
    return tuple(RawEvent(f"e{one}", json.dumps(f"id{one % 7}")) for one in range(number))


def intake(books: Books, network: Network, clock: SandboxClock) -> NetworkIntake:
    woken: list[int] = []
    return NetworkIntake(books, HERE, network, clock, lambda: woken.append(1))  # type: ignore[arg-type]


async def kept(books: Books) -> tuple[int, str | None]:
    async with books.write(HERE) as tx:
        count = sa.select(sa.func.count()).select_from(t.inbox)
        return int((await tx.connection.execute(count)).scalar_one()), await tx.mark("position:vk")


async def test_a_gap_of_thousands_is_kept_in_lots_and_the_position_moves_with_the_last(
    books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = 2 * LOT + 10
    network = Network([Batch((), "7", gap=True), Batch((), "7", gap=True)], events(many))
    coming = intake(books, network, SandboxClock(frozen_at=NOW))
    lots, keep = list[int](), Inbox.keep

    async def counted(self: Inbox, source: str, items: list[tuple[str, str]], *rest: object) -> None:
        lots.append(len(items))
        if len(lots) == 2:
            raise OSError(28, "no room")
        await keep(self, source, items, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Inbox, "keep", counted)
    with pytest.raises(Exception, match="no room"):
        await coming.once()
    assert await kept(books) == (LOT, None)
    assert await coming.once() == many
    assert (lots[2:], await kept(books)) == ([LOT, LOT, 10, 0], (many, "7"))


async def test_a_reading_back_that_breaks_off_is_begun_again_and_does_not_keep_what_comes_waiting_for_ever(
    books: Books,
) -> None:
    network = Network([Batch((), "7", gap=True) for _ in range(TRIES)], events(3), broken_off=TRIES)
    coming, beats = intake(books, network, SandboxClock(frozen_at=NOW)), list[int]()
    coming.beat = lambda: beats.append(1)
    for _ in range(TRIES - 1):
        with pytest.raises(PollError):
            await coming.once()
        assert await kept(books) == (3, None)
    assert await coming.once() == 3
    assert await kept(books) == (3, "7")
    assert len(beats) >= 3 * TRIES, "a network that is read for long is not silent"


async def test_a_network_is_read_back_to_where_it_was_heard_last_thirty_days_at_most(books: Books) -> None:
    clock, network = SandboxClock(frozen_at=NOW), Network([Batch((), "7"), *(Batch((), "8", gap=True) for _ in "ab")])
    coming = intake(books, network, clock)
    await coming.once()
    clock.advance(timedelta(days=10))
    await coming.once()
    clock.advance(timedelta(days=100))
    await coming.once()
    assert network.asked == [NOW, clock.now() - READ_BACK]


async def test_a_new_network_that_answers_late_is_read_from_the_first_asking_on(books: Books) -> None:
    clock = SandboxClock(frozen_at=NOW)
    network = Network([PollError("down", 1.0), PollError("down", 1.0), Batch((), "7"), Batch((), "8")], events(3))
    with pytest.raises(PollError):
        await intake(books, network, clock).once()
    clock.advance(timedelta(hours=1))
    with pytest.raises(PollError):
        await intake(books, network, clock).once()
    assert await intake(books, network, clock).once() == 3
    assert (network.asked, await kept(books)) == ([NOW], (3, "7"))
    clock.advance(timedelta(hours=1))
    assert await intake(books, network, clock).once() == 0
    assert (network.asked, await kept(books)) == ([NOW], (3, "8"))


async def test_a_new_network_that_answers_at_once_is_not_read_back(books: Books) -> None:
    clock, network = SandboxClock(frozen_at=NOW), Network([PollError("down", 1.0), Batch((), "7")], events(3))
    with pytest.raises(PollError):
        await intake(books, network, clock).once()
    clock.advance(LATE / 2)
    assert await intake(books, network, clock).once() == 0
    assert (network.asked, await kept(books)) == ([], (0, "7"))
