"""No column gets more letters than it holds: SQLite would keep what PostgreSQL refuses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from storage.books import Books
from storage.transaction import Transaction
from tests.storage.conftest import HERE
from workflow.ports import Known

NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
LONG = "ы" * 400
Work = Callable[[Transaction], Awaitable[object]]

TOO_LONG: dict[str, Work] = {
    "a row given": lambda tx: tx.set_mark(LONG, "value"),
    "one of several rows": lambda tx: tx.inbox.keep("vk", [("7", ""), (LONG, "")], NOW),
    "values of an update": lambda tx: tx.people.set_account(1, hears=LONG),
    "values of an insert": lambda tx: tx.questions.ask(1, LONG, None, {}, NOW),
}


@pytest.mark.parametrize("work", TOO_LONG.values(), ids=TOO_LONG)
@pytest.mark.parametrize("tries", [1, 3])
async def test_what_is_too_long_is_refused_the_first_time_and_later(books: Books, work: Work, tries: int) -> None:
    """The first use of a statement goes another way than the next ones."""
    for _ in range(tries):

        async def written() -> None:
            async with books.write(HERE) as tx:
                await work(tx)

        with pytest.raises(ValueError, match=r"holds \d+ letters, not 400$"):
            await written()


async def test_as_much_as_a_column_holds_is_kept(books: Books) -> None:
    for _ in range(3):
        async with books.write(HERE) as tx:
            await tx.set_mark("ы" * 64, LONG)
            assert await tx.mark("ы" * 64) == LONG


async def test_what_people_are_called_is_cut(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.people.bind("curator", 1, LONG, in_group=True, now=NOW)
        await tx.people.set_working_group(-1, LONG)
        await tx.keep_file("r", "k", "photo", LONG, 1, NOW)
        file, group = await tx.kept_file("r"), await tx.people.working_group()
        assert file is not None
        assert group is not None
        assert [len(one) for one in ((await tx.people.all())[0].shown_name, group[1], file["name"])] == [128, 256, 256]


async def test_a_search_for_something_longer_finds_nothing(books: Books) -> None:
    for _ in range(3):
        async with books.write(HERE) as tx:
            await tx.messages.remember(Known(1, 1, "card"), NOW)
            assert (await tx.mark(LONG), await tx.case_by_ref("vk", LONG), await tx.kept_file(LONG)) == (
                None,
                None,
                None,
            )
            assert await tx.messages.shown(LONG) == []


async def test_people_are_told_in_one_order_by_both_databases(books: Books) -> None:
    async with books.write(HERE) as tx:
        for person in ("zhkh-head", "zhkh_head", "curator", "Zhkh"):
            await tx.people.bind(person, 1, "", in_group=True, now=NOW)
        assert [binding.person for binding in await tx.people.all()] == ["Zhkh", "curator", "zhkh-head", "zhkh_head"]
