"""Books over a storage that fails: who hears of it, what is remembered, and what is forgotten with the rows taken back."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from storage import tables as t
from storage.books import Books
from storage.failures import StorageError
from storage.transaction import Transaction
from tests.faults import nothing_grows
from tests.rules.offices import at
from tests.storage.conftest import HERE
from workflow.ports import Known

NOW = at("2026-01-12 09:20")


@dataclass
class Ears:
    """Hears what the books say of their writing."""

    said: list[str] = field(default_factory=list)

    def wrote(self) -> None:
        self.said.append("wrote")

    def failed(self, error: StorageError) -> None:
        self.said.append(f"failed: {error}")


@pytest.fixture
def ears(books: Books) -> Ears:
    ears = books.watch = Ears()
    return ears


async def marked(books: Books, value: str = "1") -> None:
    async with books.write(HERE) as tx:
        await tx.set_mark("mark", value)


async def mark(books: Books) -> str | None:
    async with books.write(HERE) as tx:
        return await tx.mark("mark")


@pytest.mark.sqlite
async def test_a_write_that_failed_is_heard_with_its_reason_and_the_next_one_is_kept(books: Books, ears: Ears) -> None:
    await marked(books)
    with nothing_grows():
        for _ in range(2):
            with pytest.raises(StorageError, match=r"^disk I/O error$"):
                await marked(books, "2")
    assert await mark(books) == "1"
    await marked(books, "3")
    assert ears.said == ["wrote", *["failed: disk I/O error"] * 2, "wrote"]


@pytest.mark.sqlite
async def test_only_a_write_shows_that_writing_works(books: Books, ears: Ears) -> None:
    """On a full disk reading goes on."""
    await mark(books)
    assert ears.said == []


@pytest.mark.sqlite
async def test_a_file_that_is_gone_is_a_failure_of_the_storage(books: Books, ears: Ears, tmp_path: Path) -> None:
    await marked(books)
    (tmp_path / "books.db").rename(tmp_path / "away.db")
    with pytest.raises(StorageError, match=r"^No such file or directory$"):
        await mark(books)
    (tmp_path / "away.db").rename(tmp_path / "books.db")
    assert await mark(books) == "1"
    assert ears.said == ["wrote", "failed: No such file or directory"]


@pytest.mark.sqlite
async def test_a_mistake_of_ours_is_no_failure_of_the_storage(books: Books, ears: Ears) -> None:
    async def mistaken(error: Exception | None) -> None:
        async with books.write(HERE) as tx:
            await tx.set_mark("mark", "1")
            if error is not None:
                raise error
            await tx.connection.execute(t.marks.insert(), {"municipality": HERE, "name": "mark", "value": "2"})

    for error in (KeyError("ours"), OSError("a file of ours"), None):
        with pytest.raises((KeyError, OSError, sa.exc.IntegrityError)):
            await mistaken(error)
    assert await mark(books) is None
    assert ears.said == []


# --- what is remembered beside the rows -------------------------------------------------------------------------------


@pytest.mark.sqlite
async def test_what_was_learnt_is_forgotten_where_the_commit_failed(books: Books) -> None:
    undone: list[str] = []

    async def learns() -> None:
        async with books.write(HERE) as tx:
            await tx.set_mark("mark", "2")
            tx.if_lost(lambda: undone.append("forgotten"))

    await marked(books)
    with nothing_grows(), pytest.raises(StorageError):
        await learns()
    assert undone == ["forgotten"]


async def test_what_was_learnt_stays_where_the_commit_went_through_a_cancellation(books: Books) -> None:
    undone: list[str] = []
    committing = asyncio.Event()

    async def learns() -> None:
        async with books.write(HERE) as tx:
            await tx.set_mark("mark", "1")
            tx.if_lost(lambda: undone.append("forgotten"))
            asyncio.get_running_loop().call_soon(committing.set)

    task = asyncio.create_task(learns())
    await committing.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await mark(books), undone) == ("1", [])


async def _changes_everything(tx: Transaction, row: int) -> None:
    await tx.inbox.park(row, "KeyError", 7, NOW + timedelta(hours=1))
    await tx.people.bind("curator", 1, "Куратор", in_group=True, now=NOW)
    await tx.people.set_working_group(-1, "Группа")
    await tx.messages.remember(Known(-1, 5, "card", 7), NOW)
    assert await tx.inbox.blocked_cases(row + 1, NOW) == {7}
    assert len(await tx.people.all()) == 1
    assert await tx.people.working_group() == (-1, "Группа")
    assert await tx.messages.at(-1, 5) is not None
    assert len(await tx.messages.of_case(7, "card")) == 1


async def _taken_back(tx: Transaction, row: int) -> None:
    async with tx.savepoint():
        await _changes_everything(tx, row)
        raise ZeroDivisionError


async def test_what_a_page_remembers_is_forgotten_with_the_part_that_was_taken_back(books: Books) -> None:
    """What was read before or within may be no longer so; it is read again."""
    async with books.write(HERE) as tx:
        await tx.inbox.keep("messenger", [("1", "raw 1")], NOW)
        [arrival] = await tx.inbox.waiting(NOW, 1)
        assert await tx.inbox.blocked_cases(arrival.id + 1, NOW) == set()
        with pytest.raises(ZeroDivisionError):
            await _taken_back(tx, arrival.id)
        assert await tx.inbox.blocked_cases(arrival.id + 1, NOW) == set()
        assert (await tx.people.all(), await tx.people.working_group()) == ([], None)
        assert (await tx.messages.at(-1, 5), await tx.messages.of_case(7, "card")) == (None, [])


async def test_only_what_was_learnt_within_is_forgotten_with_the_part(books: Books) -> None:
    undone: list[str] = []

    async def learns_and_fails(tx: Transaction) -> None:
        async with tx.savepoint():
            tx.if_lost(lambda: undone.append("within"))
            raise ZeroDivisionError

    async with books.write(HERE) as tx:
        tx.if_lost(lambda: undone.append("before"))
        with pytest.raises(ZeroDivisionError):
            await learns_and_fails(tx)
        async with tx.savepoint():
            tx.if_lost(lambda: undone.append("kept"))
    assert undone == ["within"]


@pytest.mark.sqlite
async def test_a_failure_of_the_storage_within_a_part_takes_the_whole(books: Books, ears: Ears) -> None:
    async with books.write(HERE) as tx:
        pages = (await tx.connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await tx.connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")

    async def goes_on_all_the_same() -> None:
        async with books.write(HERE) as tx:
            await tx.set_mark("mark", "1")
            with pytest.raises(StorageError, match="full"):
                async with tx.savepoint():
                    await tx.set_mark("long", "слово " * 2000)
            await tx.set_mark("mark", "2")

    with pytest.raises(StorageError, match="full"):
        await goes_on_all_the_same()
    assert await mark(books) is None
    assert ears.said == ["failed: database or disk is full"]
