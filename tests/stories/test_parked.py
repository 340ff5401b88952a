"""What could not be carried out is parked: it holds its case ten minutes and nobody else, people hear of it once, an
administrator brings it back or drops it."""

from __future__ import annotations

import asyncio
import errno
import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from bot.files import FileStore
from bot.reception.batches import TRIES
from sandbox.max.ids import mid_of
from sandbox.messenger.model import Message
from storage import tables as t
from storage.failures import StorageError
from storage.inbox import Inbox
from storage.transaction import Transaction
from tests.stories.channels_of import IN_MAX
from tests.stories.test_a_day import BETTER, COMPLAINT, DRAFT
from tests.stories.test_replies import at_curator, forwarded, versions
from tests.stories.town import KEY, Town
from workflow.case import State
from workflow.desk import Desk


def pushed(town: Town, message: dict[str, Any]) -> None:
    telegram: Any = town.players.town.telegram
    account, now = telegram.account(town.players.bot), town.clock.now()
    if IN_MAX:
        account.push(event_of(message), now)
    else:
        account.push("message", message, now)


def event_of(message: dict[str, Any]) -> dict[str, Any]:
    """The update about a message, without a number."""
    return {"update_type": "message_created", "timestamp": 1, "message": message} if IN_MAX else {"message": message}


def reply_of(town: Town, card: Message, text: str = DRAFT, number: int = 5001, *, whole: bool = True) -> dict[str, Any]:
    """A reply to the card as the messenger tells of one; not `whole`: it does not say where it stands."""
    person, now = {"first_name": "Начальник"}, int(town.clock.now().timestamp())
    if IN_MAX:
        there: Any = card
        return {
            "recipient": {"chat_id": there.chat.id, "chat_type": "chat"} if whole else None,
            "timestamp": now * 1000,
            "sender": {"user_id": town.zhkh.user.id, **person},
            "body": {"mid": mid_of(there.chat.id, (now * 1000 << 16) + number), "text": text},
            "link": {"type": "reply", "message": {"mid": there.mid, "text": there.text}},
        }
    return {
        "message_id": number,
        "from": {"id": town.zhkh.user.id, **person},
        "chat": {"id": card.chat.id, "type": "supergroup", "title": "Группа"} if whole else None,
        "date": now,
        "reply_to_message": {"message_id": card.id},
        "text": text,
    }


@pytest.fixture
def breaking(town: Town, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A town in which carrying out a draft with these words breaks, by a fault of ours."""
    carry_out = Desk.carry_out

    async def broken(self: Desk, page: Any, command: Any, *rest: Any) -> Any:
        if getattr(command, "text", "") == DRAFT:
            raise RuntimeError("a fault of ours")
        return await carry_out(self, page, command, *rest)

    monkeypatch.setattr(Desk, "carry_out", broken)
    return town


async def parked(town: Town) -> list[int]:
    async with town.books.write(KEY) as tx:
        return [row.id for row in await tx.inbox.parked()]


async def tried_out(town: Town) -> None:
    """Every try is over."""
    for _ in range(TRIES):
        await town.waits(seconds=40)


async def test_a_parked_row_holds_its_case_ten_minutes_and_then_stays_parked(breaking: Town) -> None:
    town = breaking
    card = await forwarded(town)
    await town.zhkh.replies(card, DRAFT)
    await tried_out(town)
    assert len(await parked(town)) == 1
    town.curator.sees("Не удалось разобрать 1 входящее")
    await town.zhkh.replies(card, BETTER)
    await town.waits(minutes=5)
    assert await versions(town) == []
    await town.waits(minutes=6)
    at_curator(town, 1, BETTER)
    assert await versions(town) == [BETTER]
    assert len(await parked(town)) == 1
    assert ("parked", None, State.FORWARDED) in await town.journal()
    town.curator.looks_at_everything()
    town.zhkh.looks_at_everything()


async def test_hundreds_behind_a_parked_row_keep_nobody_waiting(breaking: Town) -> None:
    town = breaking
    card = await forwarded(town)
    await town.zhkh.replies(card, DRAFT)
    await tried_out(town)
    town.curator.sees("Не удалось разобрать")
    for number in range(200):
        pushed(town, reply_of(town, card, "Принято", 6000 + number))
    await town.settles()
    await town.curator.writes("/open")
    town.curator.sees("Открыто 1 сообщение")
    await town.resident_writes("На Мира опять нет воды, сколько можно")
    town.curator.sees("На Мира опять")
    async with town.books.write(KEY) as tx:
        count = sa.select(sa.func.count()).where(t.inbox.c.state == "behind")
        assert (await tx.connection.execute(count)).scalar_one() >= 200
    town.curator.looks_at_everything()


async def test_the_parked_comes_back_by_retry_and_is_told_of_once(
    breaking: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = breaking
    card = await forwarded(town)
    await town.zhkh.replies(card, DRAFT)
    await tried_out(town)
    town.curator.sees("Не удалось разобрать 1 входящее")
    for _ in range(2):
        async with town.books.write(KEY) as tx:
            assert await tx.inbox.retry_parked() == 1
        await tried_out(town)
        await town.waits(minutes=61)
    assert len(await parked(town)) == 1
    assert [m for m in town.curator.private if town.is_unseen(m) and "разобрать" in m.text] == []
    monkeypatch.undo()
    async with town.books.write(KEY) as tx:
        assert await tx.inbox.retry_parked((await tx.inbox.parked())[0].id) == 1
    await town.settles()
    assert (await versions(town), await parked(town)) == ([DRAFT], [])
    for person in (town.curator, town.zhkh, town.deputy):
        person.looks_at_everything()
    town.looks_around()


async def test_many_parked_are_one_message_with_a_count(town: Town) -> None:
    card = town.players.in_group()[0]
    for number in range(90):
        pushed(town, reply_of(town, card, "слова жителя", number, whole=False))
    await town.settles()
    said = town.curator.sees("Не удалось разобрать 90 входящих")
    assert "и ещё 85" in said.text
    assert len(said.text) < 800
    assert "слова жителя" not in said.text
    pushed(town, reply_of(town, card, "", 999, whole=False))
    await town.settles()
    town.curator.hears_nothing()
    await town.waits(minutes=61)
    town.curator.sees("Не удалось разобрать 1 входящее")


async def test_what_is_wrong_with_the_case_itself_parks_the_row_of_no_case(town: Town) -> None:
    card = await forwarded(town)
    async with town.books.write(KEY) as tx:
        await tx.connection.execute(t.cases.update().values(body="{}"))
        tx._cases.clear()
    pushed(town, reply_of(town, card))
    await town.settles()
    await tried_out(town)
    await town.resident_writes(COMPLAINT + " Второй раз пишу.")
    town.looks_around()
    async with town.books.write(KEY) as tx:
        [row] = await tx.inbox.parked()
        assert row.case_id is None


@pytest.mark.sqlite
async def test_a_row_that_stops_the_reception_is_parked_at_the_third_time(town: Town) -> None:
    async with town.books.write(KEY) as tx:
        await tx.inbox.keep("messenger", [("1", "{}"), ("2", json.dumps({"update_id": 2}))], town.clock.now())
        await tx.connection.execute(sa.text("UPDATE inbox SET received_at = 'когда-то' WHERE key = '1'"))
    for _ in range(2):
        with pytest.raises(ValueError, match="isoformat"):
            await town.bot.reception.work()
    await town.bot.reception.work()
    async with town.books.write(KEY) as tx:
        states = dict(
            iter(
                await tx.connection.execute(
                    sa.select(t.inbox.c.key, t.inbox.c.state).where(t.inbox.c.key.in_(["1", "2"]))
                )
            )
        )
    assert states == {"1": "parked", "2": "done"}


@pytest.mark.sqlite
async def test_a_storage_that_fails_parks_nobody(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, a lock: everything waits, nothing is counted; with room again it is carried out as if nothing had been."""
    card = await forwarded(town)
    async with town.books.write(KEY) as tx:
        body = json.dumps({"update_id": 9, **event_of(reply_of(town, card))}, ensure_ascii=False)
        await tx.inbox.keep("messenger", [("9", body)], town.clock.now())
        await tx.connection.execute(sa.text("PRAGMA max_page_count = 1"))
    full = Transaction.save

    async def no_room(self: Transaction, *rest: Any) -> bool:
        blob = "x" * 50_000_000
        await self.set_mark("filling", blob)
        return await full(self, *rest)

    monkeypatch.setattr(Transaction, "save", no_room)
    for _ in range(7):
        with pytest.raises(StorageError, match="full"):
            await town.bot.reception.work()
    assert await parked(town) == []
    monkeypatch.undo()
    async with town.books.write(KEY) as tx:
        await tx.connection.execute(sa.text("PRAGMA max_page_count = 1073741823"))
    await town.settles()
    at_curator(town, 1, DRAFT)
    assert await versions(town) == [DRAFT]


async def test_what_cannot_even_be_parked_is_passed_over(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    card = await forwarded(town)
    pushed(town, reply_of(town, card, whole=False))
    for name in ("park", "again_later"):

        async def broken(self: Inbox, *rest: Any, **more: Any) -> None:
            raise OverflowError("a number no column holds")

        monkeypatch.setattr(Inbox, name, broken)
    await town.settles()
    await town.curator.writes("/open")
    town.curator.sees("Открыто 1 сообщение")
    monkeypatch.undo()
    assert await parked(town) == []
    await town.waits(minutes=6)
    assert len(await parked(town)) == 1
    town.curator.sees("Не удалось разобрать 1 входящее")


async def test_an_update_that_cannot_be_kept_is_parked_and_the_offset_moves(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await forwarded(town)
    keep = Inbox.keep

    async def broken(self: Inbox, source: str, items: Any, *rest: Any) -> None:
        if any("нельзя" in raw for _, raw in items):
            raise OverflowError("a number no column holds")
        await keep(self, source, items, *rest)

    monkeypatch.setattr(Inbox, "keep", broken)
    before = await town.bot.intake.position()
    for text in ("Принял, смотрю", "нельзя", DRAFT):
        pushed(town, reply_of(town, card, text, 5000 + len(text)))
    await town.settles()
    assert (await town.bot.intake.position() or 0) - (before or 0) == 3
    async with town.books.write(KEY) as tx:
        [row] = await tx.inbox.parked()
        assert (row.error, row.key.startswith("strange:")) == ("cannot be kept: OverflowError", True)
    town.zhkh.sees("«Принял, смотрю». Это проект ответа")
    at_curator(town, 1, DRAFT)
    town.curator.sees("Не удалось разобрать 1 входящее")


async def test_where_the_storage_fails_nothing_is_acknowledged(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    card = await forwarded(town)

    async def full(self: Inbox, *rest: Any) -> None:
        raise OSError(errno.ENOSPC, "no room")

    with monkeypatch.context() as broken:
        broken.setattr(Inbox, "keep", full)
        before = await town.bot.intake.position()
        pushed(town, reply_of(town, card))
        for _ in range(5):
            with pytest.raises(StorageError, match="no room"):
                await town.bot.intake.once(0)
        assert await town.bot.intake.position() == before
    await town.settles()
    at_curator(town, 1, DRAFT)
    assert await parked(town) == []


async def test_a_disk_without_room_for_files_makes_them_wait_and_then_does_without(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = await forwarded(town)

    async def full(self: FileStore, data: bytes) -> str:
        raise OSError(errno.ENOSPC, "no room")

    monkeypatch.setattr(FileStore, "keep", full)
    await town.zhkh.replies(card, DRAFT, [b"\xff\xd8 picture"])
    for _ in range(8):
        await town.waits(minutes=1)
    assert (await versions(town), await parked(town)) == ([], [])
    await town.waits(minutes=3)
    at_curator(town, 1, DRAFT)
    town.sees_in_group("не удалось получить")
    assert await parked(town) == []


@pytest.mark.telegrams_own("an album of messages")
async def test_an_album_whose_first_item_waits_keeps_nobody_busy(town: Town) -> None:
    """Its other items are due and have nothing to do: the reception comes to rest all the same."""
    card = await forwarded(town)
    for number in range(3):
        item = reply_of(town, card, DRAFT if number == 0 else "", 5000 + number)
        pushed(town, {**item, "media_group_id": "81"})
    await town.settles()
    town.clock.advance(timedelta(seconds=4))
    async with town.books.write(KEY) as tx:
        [first, *_] = await tx.inbox.waiting(town.clock.now(), 10)
        await tx.inbox.again_later(first.id, "TimeoutError", town.clock.now() + timedelta(seconds=30))
    await asyncio.wait_for(town.bot.reception.work(), timeout=20)
    assert await versions(town) == []
    await town.waits(seconds=31)
    at_curator(town, 1, DRAFT)
