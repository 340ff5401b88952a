"""The book of connections: where the next poll of a bot begins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from storage import tables as t
from storage.books import Books
from storage.connections import LEFT, MOVING, OtherMessengerError, provisional
from storage.sessions import Sessions
from tests.storage.conftest import HERE
from workflow.ports import Known, Letter

NOW = datetime(2026, 1, 12, 9, 0, tzinfo=UTC)
BOT = "telegram:1001"
ANOTHER = "telegram:1002"


async def test_the_position_is_kept_for_each_connection(books: Books) -> None:
    async with books.write(HERE) as tx:
        assert await tx.connections.position(BOT) is None
        await tx.connections.move(BOT, 17, NOW)
        await tx.connections.move(ANOTHER, 2**40, NOW)
    async with books.write("") as tx:
        assert [await tx.connections.position(key) for key in (BOT, ANOTHER)] == [17, 2**40]


async def test_the_position_moves_both_ways_and_the_moment_with_it(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.connections.move(BOT, 900_000, NOW)
        await tx.connections.move(BOT, 5, NOW + timedelta(days=8))
        rows = (await tx.connection.execute(sa.select(t.connections))).all()
        moments = [await tx.connections.moved_at(key) for key in (BOT, ANOTHER)]
    assert rows == [(BOT, "telegram", 5, NOW + timedelta(days=8))]
    assert moments == [NOW + timedelta(days=8), None]


async def test_a_position_is_not_ahead_of_what_was_kept_with_it(books: Books) -> None:
    async def broken_off() -> None:
        async with books.write(HERE) as tx:
            await tx.inbox.keep("telegram", [("16", "{}")], NOW)
            await tx.connections.move(BOT, 17, NOW)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await broken_off()
    async with books.write(HERE) as tx:
        assert (await tx.connections.position(BOT), await tx.inbox.waiting(NOW, 10)) == (None, [])


async def people(books: Books) -> tuple[list[str], tuple[int, str] | None]:
    async with books.write(HERE) as tx:
        return [binding.person for binding in await tx.people.all()], await tx.people.working_group()


async def kept(books: Books, *, bot: str | None = None) -> None:
    """Somebody bound, a group, a question, a card, a letter, an update that waits."""
    async with books.write(HERE) as tx:
        if bot is not None:
            await tx.connections.settle(bot)
        await tx.people.bind("curator", 11, "Куратор", in_group=True, now=NOW)
        await tx.people.set_working_group(-5, "Группа")
        await tx.questions.shown_at(await tx.questions.ask(11, "why", None, {}, NOW), 11, 3)
        await tx.messages.remember(Known(-5, 2, "card", case_id=1), NOW)
        await tx.outbox.put([Letter("say", "account:11", 1, account=11), Letter("post", "network:vk", 1)], NOW)
        await tx.inbox.keep("messenger", [("16", "{}")], NOW)
        await Sessions(tx).offer("h", 11, NOW + timedelta(days=1), NOW)


async def test_before_the_first_start_a_municipality_has_a_connection_of_its_own(books: Books) -> None:
    async with books.write(HERE) as tx:
        assert tx.messenger == provisional(HERE) == "telegram:okrug"


async def test_the_first_start_takes_over_all_that_was_kept_before(books: Books) -> None:
    await kept(books)
    async with books.write(HERE) as tx:
        await tx.connections.settle(BOT)
        assert await tx.messages.at(-5, 2) is not None
        assert await tx.questions.open_at(11, 3) is not None
        await tx.inbox.keep("messenger", [("16", "{}")], NOW)
        assert [row.key for row in await tx.inbox.waiting(NOW, 10)] == ["16"]
        letters = sa.select(t.outbox.c.connection).order_by(t.outbox.c.id)
        assert list((await tx.connection.execute(letters)).scalars()) == [BOT, "okrug/vk"]
    assert await people(books) == (["curator"], (-5, "Группа"))


async def test_another_process_finds_the_connection(books: Books) -> None:
    await kept(books, bot=BOT)
    beside = Books(books.url)
    assert await people(beside) == (["curator"], (-5, "Группа"))
    await beside.close()


async def test_a_renewed_token_changes_nothing(books: Books) -> None:
    await kept(books, bot=BOT)
    async with books.write(HERE) as tx:
        await tx.connections.settle(BOT)
        assert await tx.questions.open_at(11, 3) is not None


async def test_people_follow_to_another_bot_and_its_messages_are_its_own(books: Books) -> None:
    await kept(books, bot=BOT)
    async with books.write(HERE) as tx:
        await tx.connections.settle(ANOTHER)
    assert await people(books) == (["curator"], (-5, "Группа"))
    async with books.write(HERE) as tx:
        assert (await tx.messages.at(-5, 2), await tx.questions.open_at(11, 3)) == (None, None)
        assert len(await tx.questions.open_of(11)) == 1
        assert [letter.lane for letter in await tx.outbox.heads(NOW)] == ["account:11", "network:vk"]
        await tx.connections.settle(BOT)
        assert await tx.messages.at(-5, 2) is not None


async def test_a_start_that_is_not_kept_leaves_the_connection_as_it_was(books: Books) -> None:
    await kept(books)

    async def broken_off() -> None:
        async with books.write(HERE) as tx:
            await tx.connections.settle(BOT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await broken_off()
    async with books.write(HERE) as tx:
        assert tx.messenger == provisional(HERE)
    assert await people(books) == (["curator"], (-5, "Группа"))


async def test_one_update_number_of_two_bots_is_two_updates(books: Books) -> None:
    for municipality, bot in ((HERE, BOT), ("another", ANOTHER)):
        async with books.write(municipality) as tx:
            await tx.connections.settle(bot)
            await tx.inbox.keep("messenger", [("16", "{}")], NOW)
            await tx.inbox.keep("messenger", [("16", "{}")], NOW)
            assert len(await tx.inbox.waiting(NOW, 10)) == 1


ELSEWHERE = "max:1001"


async def test_to_another_messenger_nobody_moves_by_a_line_in_a_file(books: Books) -> None:
    await kept(books, bot=BOT)
    with pytest.raises(OtherMessengerError, match="telegram"):
        async with books.write(HERE) as tx:
            await tx.connections.settle(ELSEWHERE)
    assert await people(books) == (["curator"], (-5, "Группа"))


async def test_an_office_that_moved_takes_its_cases_and_nobodys_account(books: Books) -> None:
    await kept(books, bot=BOT)
    async with books.write(HERE) as tx:
        await tx.set_mark(MOVING, "max")
        await tx.connections.settle(ELSEWHERE)
    assert await people(books) == ([], None)
    async with books.write(HERE) as tx:
        assert [letter.lane for letter in await tx.outbox.heads(NOW)] == ["network:vk"], "nothing goes to a stranger"
        states = sa.select(t.outbox.c.state, t.outbox.c.error).where(t.outbox.c.connection == BOT)
        assert (await tx.connection.execute(states)).all() == [("failed", LEFT)]
        assert [row.error for row in await tx.inbox.parked()] == [LEFT]
        await tx.set_mark(MOVING, "telegram")
        await tx.connections.settle(BOT)
    assert await people(books) == (["curator"], (-5, "Группа")), "and back"
