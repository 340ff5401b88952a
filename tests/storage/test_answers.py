"""The books of posted answers and of ready ones: what stands in them, and what the search for like questions finds."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from storage import tables as t
from storage.books import Books
from storage.ready import ReadyAnswers
from tests.reports.cases import NOW, answered, detected
from tests.storage.conftest import HERE
from workflow.case import Case, Loss
from workflow.commands import Action, Entry
from workflow.ready import ReadyAction
from workflow.ready_answer import ReadyAnswer, ReadyState

LINE = Entry(Action.POSTED, NOW, "network", None, None, "closed")
KEPT = ReadyAnswer(1, HERE, "Подключим {срок}.", "zhkh", "вода", 1, "curator", version=1)


async def save(tx: object, before: Case | None, case: Case) -> None:
    assert await tx.save(before, case, LINE)  # type: ignore[attr-defined]


async def test_an_answer_is_found_by_word_topic_and_place_and_never_once_it_is_gone(books: Books) -> None:
    word = answered(1, "2026-10-05", text="Второй день нет воды, водоканал молчит")
    place = replace(answered(2, "2026-10-06", text="Лужа", place="Школьная, 5"), topics=())
    topic = answered(3, "2026-10-07", text="Напор слабый")
    far = replace(answered(4, "2026-10-08", text="Не чистят снег"), topics=("снег",))
    private = answered(5, "2026-10-09", text="Нет воды, водоканал молчит")
    private = replace(private, appeal=replace(private.appeal, kind="message"))
    new = detected(9, "2026-10-20 09:00", "Опять водоканал отключил воду", place="школьная, 5")
    async with books.write(HERE) as tx:
        for case in (word, place, topic, far, private, new):
            await save(tx, None, case)
        assert [case.id for case in await tx.answers.near(new, "zhkh")] == [1, 3, 2, 4], (
            "4 has «воду» in its answer alone"
        )
        gone = replace(word, version=word.version + 1, loss=Loss.SEEN)
        await save(tx, word, gone)
        assert [case.id for case in await tx.answers.near(new, "zhkh")] == [3, 2, 4]
        rows = (await tx.connection.execute(sa.select(t.answers.c.case_id).order_by(t.answers.c.case_id))).scalars()
        assert list(rows) == [2, 3, 4]
    async with books.write("other") as tx:
        assert await tx.answers.near(new, "zhkh") == []


async def test_a_ready_answer_is_kept_by_version_with_its_journal_until_it_is_removed(books: Books) -> None:
    line = Entry(ReadyAction.KEEP, NOW, "curator", None, None, ReadyState.KEPT, (("number", "147"),))
    async with books.write(HERE) as tx:
        book = ReadyAnswers(tx)
        assert await book.save(KEPT, line)
        reworded = replace(KEPT, version=2, text="Подключим сегодня.")
        assert await book.save(reworded, replace(line, action=ReadyAction.REWORD))
        assert not await book.save(reworded, line)
        assert (await book.kept(), await book.next_number()) == ([reworded], 2)
        removed = replace(reworded, version=3, state=ReadyState.REMOVED)
        assert await book.save(removed, replace(line, action=ReadyAction.REMOVE))
        assert (await book.kept(), await book.get(1)) == ([], removed)
        assert [entry["action"] for entry in await book.history(1, 9)] == ["keep", "reword", "remove"]
    async with books.write("other") as tx:
        assert await ReadyAnswers(tx).kept() == []
