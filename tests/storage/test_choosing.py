"""Who is next: taps before comments, and of one author, one network only a share while others wait."""

from __future__ import annotations

from collections import Counter

import pytest

from bot.reception.choosing import BATCH, OF_ONE, OF_OTHERS, Lines, chosen, waiting_in_lines
from storage.books import Books
from storage.inbox import MESSENGER, Arrival
from tests.rules.offices import at
from tests.storage.conftest import HERE

NOW = at("2026-01-12 09:20")
CURATOR, EXECUTOR, CITIZEN = 1, 2, 99


async def keep(books: Books, source: str, *wrote: tuple[str, int]) -> None:
    """So many rows of each author, in this order."""
    async with books.write(HERE) as tx:
        authors = [author for author, times in wrote for _ in range(times)]
        first = len(await tx.inbox.waiting(NOW, 100_000))
        items = [(f"{source}{first + number}", "{}") for number in range(len(authors))]
        await tx.inbox.keep(source, items, NOW, authors)


async def batch(books: Books, busy: frozenset[int] = frozenset(), skipped: int = 0) -> list[Arrival]:
    async with books.write(HERE) as tx:
        at_once, in_time = chosen(await waiting_in_lines(tx.inbox, NOW, {CURATOR, EXECUTOR}, busy, skipped))
        return [*at_once, *in_time]


def by_author(rows: list[Arrival]) -> Counter[str]:
    return Counter(row.author for row in rows)


async def test_a_tap_after_six_thousand_comments_is_in_the_next_batch_and_first(books: Books) -> None:
    await keep(books, "vk", *((f"id{number}", 15) for number in range(400)))
    await keep(books, MESSENGER, (str(CITIZEN), 500), (str(CURATOR), 3))
    rows = await batch(books)
    assert [row.author for row in rows[:3]] == [str(CURATOR)] * 3
    assert len(rows) == 3 + OF_OTHERS


async def test_one_persons_thousand_taps_leave_room_for_the_other_and_for_comments(books: Books) -> None:
    await keep(books, MESSENGER, (str(CURATOR), 1000), (str(EXECUTOR), 1))
    await keep(books, "vk", ("id1", 100), ("id2", 1))
    rows = await batch(books)
    assert by_author(rows[: OF_ONE + 1]) == {str(CURATOR): OF_ONE, str(EXECUTOR): 1}
    assert by_author(rows)["id2"] == 1
    assert len(rows) == BATCH, "what room is left is filled"


async def test_one_authors_flood_leaves_room_for_every_other_author(books: Books) -> None:
    await keep(books, "vk", ("id1", 6000), ("id2", 3000), ("id3", 1), ("id4", 1))
    assert by_author(await batch(books)) == {"id1": OF_ONE, "id2": OF_OTHERS - OF_ONE}
    async with books.write(HERE) as tx:
        await tx.inbox.done([row.id for row in await tx.inbox.waiting(NOW, 5000)])
    await keep(books, "vk", ("id5", 1))
    assert by_author(await batch(books))["id2"] == OF_ONE


async def test_no_network_waits_for_the_flood_of_another(books: Books) -> None:
    await keep(books, "vk", *((f"id{number}", 1) for number in range(6000)))
    await keep(books, "ok", ("ok1", 1))
    await keep(books, MESSENGER, (str(CITIZEN), 1))
    assert Counter(row.source for row in await batch(books)) == {"vk": OF_OTHERS - 2, "ok": 1, MESSENGER: 1}


async def test_a_persons_updates_keep_their_order(books: Books) -> None:
    await keep(books, MESSENGER, *[(str(CURATOR), 7), (str(EXECUTOR), 2)] * 3)
    rows = await batch(books)
    for person in (CURATOR, EXECUTOR):
        mine = [row.id for row in rows if row.author == str(person)]
        assert mine == sorted(mine)


async def test_who_waits_for_a_file_does_not_fill_the_line(books: Books) -> None:
    await keep(books, MESSENGER, (str(CURATOR), 500), (str(EXECUTOR), 1))
    assert by_author(await batch(books, frozenset({CURATOR}))) == {str(EXECUTOR): 1}


@pytest.mark.parametrize("office", [0, 1, BATCH, 2 * BATCH])
def test_a_batch_is_never_longer_than_it_may_be(office: int) -> None:
    def line(source: str, times: int) -> list[Arrival]:
        return [Arrival(n, source, str(n), "", NOW, 0, None, None, author=str(n)) for n in range(times)]

    assert sum(map(len, chosen(Lines(line(MESSENGER, office), {"vk": line("vk", 50)})))) <= BATCH
