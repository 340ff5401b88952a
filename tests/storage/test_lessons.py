"""The lessons: a case speaks for the department that has it now, and the totals agree with the rows."""

from __future__ import annotations

from datetime import timedelta

from storage.books import Books
from storage.lessons import Learned
from tests.rules.offices import at
from tests.storage.conftest import HERE

NOW = at("2026-01-12 09:20")
DAY = timedelta(days=1)


async def test_what_a_case_teaches_moves_with_it_and_is_forgotten_in_time(books: Books) -> None:
    async with books.write(HERE) as tx:
        assert await tx.lessons.totals() == {}
        await tx.lessons.learn([Learned(1, "zhkh", "вода", ("кран", "стояк"), NOW)])
        await tx.lessons.learn([Learned(2, "zhkh", "", ("кран",), NOW + DAY)])
        await tx.lessons.learn([Learned(1, "roads", "", ("кран", "стояк"), NOW + 2 * DAY)])
        assert await tx.lessons.totals() == {"zhkh": (1, 1), "roads": (1, 2)}
        assert sorted(await tx.lessons.about(("кран",))) == [("кран", "roads", "", 1), ("кран", "zhkh", "", 1)]
        assert [(case, key) for case, key, _, _ in await tx.lessons.in_order()] == [(2, "zhkh"), (1, "roads")]
        await tx.lessons.forget(NOW + 2 * DAY)
        assert await tx.lessons.totals() == {"roads": (1, 2)}


async def test_totals_that_went_wrong_are_counted_anew_daily(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.lessons.learn([Learned(1, "zhkh", "", ("кран", "стояк"), NOW)])
        await tx.set_mark("lessons", "{}")
        await tx.lessons.forget(NOW - DAY)
        assert await tx.lessons.totals() == {"zhkh": (1, 2)}
