"""Search over cases by word forms, and the lists by what is due first: what is found, in which order, for whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from storage import search
from storage.books import Books
from storage.migrate import upgrade
from storage.search import Hits
from storage.transaction import Transaction
from tests.reports.cases import NOW, after, detected
from tests.rules.offices import CURATOR, ZHKH
from workflow.case import Case, State
from workflow.commands import Action, CloseWithoutPosting, Entry, Forward, Return, SubmitDraft


async def books(folder: Path) -> Books:
    url = f"sqlite:///{folder / 'books.db'}"
    await upgrade(url)
    return Books(url)


async def save(tx: Transaction, before: Case | None, case: Case) -> None:
    assert await tx.save(before, case, Entry(Action.DETECT, NOW, "curator", None, None, case.state))


def handed(case: Case, department: str = "zhkh") -> Case:
    return after(case, ("2026-10-05 09:20", Forward(CURATOR, case.id, (department,))))


async def test_any_form_of_a_word_finds_the_case_and_more_words_come_first(tmp_path: Path) -> None:
    kept = await books(tmp_path)
    async with kept.write("okrug") as tx:
        await save(tx, None, detected(1, "2026-10-05 09:00", "Отключили воду, сидим без воды", place="Мира, 2"))
        await save(tx, None, detected(2, "2026-10-05 09:00", "Нет воды третий день", place="Школьная, 5"))
        await save(tx, None, detected(3, "2026-10-05 09:00", "Яма на дороге"))
        found = await tx.search.find("вода на Школьной", 8)
        assert (found.ids, found.total) == ((2, 1), 2)
        assert (await tx.search.find("ямы", 8)).ids == (3,)
        assert (await tx.search.find("№ 2", 8)).ids == (2, 1)
        assert (await tx.search.find("на и в", 8)).ids == ()
        assert (await tx.search.find("снег", 8)).ids == ()
    await kept.close()


async def test_what_is_written_later_is_found_and_what_is_gone_is_not(tmp_path: Path) -> None:
    kept = await books(tmp_path)
    first = detected(1, "2026-10-05 09:00", "Нет света", place="Мира, 2")
    drafted = after(handed(first), ("2026-10-05 11:00", SubmitDraft(ZHKH, 1, "Заменили трансформатор")))
    moved = replace(drafted, version=drafted.version + 1, location="Степная, 1")
    async with kept.write("okrug") as tx:
        await save(tx, None, first)
        await save(tx, first, drafted)
        assert (await tx.search.find("трансформаторы", 8)).ids == (1,)
        await save(tx, drafted, moved)
        assert (await tx.search.find("степной", 8)).ids == (1,)
        assert (await tx.search.find("мира", 8)).ids == ()
    await kept.close()


async def test_pages_follow_each_other_and_know_the_whole(tmp_path: Path) -> None:
    kept = await books(tmp_path)
    async with kept.write("okrug") as tx:
        for number in range(1, 11):
            await save(tx, None, detected(number, "2026-10-05 09:00", "Нет воды"))
        first, second = await tx.search.find("вода", 8), await tx.search.find("вода", 8, 8)
        beyond = await tx.search.find("вода", 8, 16)
        assert (first.ids, second.ids, beyond.ids) == ((10, 9, 8, 7, 6, 5, 4, 3), (2, 1), ())
        assert (first.total, second.total, beyond.total) == (10, 10, 10)
    async with kept.write("other") as tx:
        assert (await tx.search.find("вода", 8)).total == 0
    await kept.close()


async def test_only_cases_a_department_has_or_had_are_found_for_it(tmp_path: Path) -> None:
    kept = await books(tmp_path)
    fresh = detected(1, "2026-10-05 09:00")
    mine = handed(fresh)
    back = after(mine, ("2026-10-05 09:25", Return(ZHKH, 1, "Не наши полномочия")))
    async with kept.write("okrug") as tx:
        await save(tx, None, fresh)
        assert (await tx.search.find("вода", 8, departments={"zhkh"})).ids == ()
        await save(tx, fresh, mine)
        assert (await tx.search.find("вода", 8, departments={"zhkh"})).ids == (1,)
        assert (await tx.search.find("вода", 8, departments={"roads"})).ids == ()
        assert await tx.lists.count({"zhkh"}) == 1
        await save(tx, mine, back)
        assert (await tx.search.find("вода", 8, departments={"zhkh"})).ids == (1,)
        assert await tx.lists.count({"zhkh"}) == 0
    await kept.close()


async def test_open_cases_stand_by_what_is_due_first_and_ended_ones_not_at_all(tmp_path: Path) -> None:
    kept = await books(tmp_path)
    cases = [detected(number, "2026-10-05 09:00") for number in (1, 2, 3, 4)]
    ended = after(cases[3], ("2026-10-05 09:10", CloseWithoutPosting(CURATOR, 4, "by_mistake")))
    assert ended.state is State.CLOSED_WITHOUT_POSTING
    async with kept.write("okrug") as tx:
        for case in cases:
            await save(tx, None, case)
        await tx.put_due(cases[0], NOW + timedelta(hours=2))
        await tx.put_due(cases[1], NOW)
        await tx.put_due(cases[2], None)
        await save(tx, cases[3], ended)
        await tx.put_due(ended, None)
        assert [case.number for case in await tx.lists.open(10, 0)] == [2, 1, 3]
        assert [case.number for case in await tx.lists.open(1, 1)] == [1]
        late = NOW + timedelta(hours=1)
        assert [case.number for case in await tx.lists.open(10, 0, None, late)] == [2]
        assert (await tx.lists.count(), await tx.lists.count(None, late)) == (3, 1)
    await kept.close()


async def test_of_a_word_many_cases_have_the_newest_are_shown_and_a_rarer_word_finds_an_old_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "NEWEST", 5)
    kept = await books(tmp_path)
    async with kept.write("okrug") as tx:
        for number in range(1, 11):
            place = {1: "Школьная, 5", 2: "Мира, 2"}.get(number, "")
            await save(tx, None, detected(number, "2026-10-05 09:00", "Нет воды", place=place))
        common, both = await tx.search.find("вода", 8), await tx.search.find("вода школьная", 8)
        beyond, few = await tx.search.find("вода", 8, 8), await tx.search.find("мира", 8)
    await kept.close()
    assert common == Hits((10, 9, 8, 7, 6), 5, older_left_out=True)
    assert both == Hits((1, 10, 9, 8, 7, 6), 6, older_left_out=True)
    assert beyond == Hits((), 5, older_left_out=True)
    assert few == Hits((2,), 1)
