"""The book of absences: kept, ended, and each municipality's its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from storage.absences import KeptAbsence
from storage.books import Books
from tests.rules.offices import at
from tests.storage.conftest import HERE
from workflow.office import Absence

NOW = at("2026-01-12 09:20")
DAY = timedelta(days=1)
LEAVE = Absence("curator", at("2026-01-12 00:00"), at("2026-01-26 00:00"), "chief_specialist")
LATER = Absence("zhkh_head", NOW + 30 * DAY, NOW + 31 * DAY, None)


async def test_what_is_entered_lasts_until_its_end_the_earliest_first(books: Books) -> None:
    async with books.write(HERE) as tx:
        later = KeptAbsence(await tx.absences.enter(LATER, "curator", NOW), LATER, "curator", NOW)
        leave = KeptAbsence(await tx.absences.enter(LEAVE, "first_deputy", NOW), LEAVE, "first_deputy", NOW)
        assert await tx.absences.lasting(NOW) == [leave, later]
        assert await tx.absences.lasting(LEAVE.until - timedelta(seconds=1)) == [leave, later]
        assert await tx.absences.lasting(LEAVE.until) == [later]


async def test_one_that_is_ended_is_over_and_cannot_be_ended_again(books: Books) -> None:
    async with books.write(HERE) as tx:
        number = await tx.absences.enter(LEAVE, "curator", NOW)
        other = await tx.absences.enter(replace(LEAVE, person="zhkh_head"), "curator", NOW)
        ended = await tx.absences.end(number, NOW + DAY)
        assert ended == KeptAbsence(number, LEAVE, "curator", NOW)
        assert await tx.absences.end(number, NOW + DAY) is None
        assert await tx.absences.end(other + 1, NOW + DAY) is None
        assert await tx.absences.end(other, LEAVE.until) is None
        assert [kept.id for kept in await tx.absences.lasting(NOW + DAY)] == [other]


async def test_another_municipality_sees_and_ends_nothing(books: Books) -> None:
    async with books.write(HERE) as tx:
        number = await tx.absences.enter(LEAVE, "curator", NOW)
    async with books.write("other") as tx:
        assert await tx.absences.lasting(NOW) == []
        assert await tx.absences.end(number, NOW) is None
    async with books.write(HERE) as tx:
        assert [kept.id for kept in await tx.absences.lasting(NOW)] == [number]


async def test_what_was_learnt_in_a_lost_transaction_is_forgotten_the_last_first(books: Books) -> None:
    undone: list[int] = []
    try:
        async with books.write(HERE) as tx:
            tx.if_lost(lambda: undone.append(1))
            tx.if_lost(lambda: undone.append(2))
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    async with books.write(HERE) as tx:
        tx.if_lost(lambda: undone.append(3))
    assert undone == [2, 1]
