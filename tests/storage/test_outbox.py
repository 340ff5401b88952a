"""The outbox: letters of one fold that wait are one, the urgent go first, a lane goes in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from storage.books import Books
from tests.rules.offices import at
from tests.storage.conftest import HERE
from workflow.ports import Letter

NOW = at("2026-01-12 09:20")
LATER = NOW + timedelta(minutes=1)
CARD = Letter("card", "group", 2, fold="card:1")


async def test_ten_edits_that_wait_are_one_as_urgent_as_the_most_urgent(books: Books) -> None:
    async with books.write(HERE) as page:
        for priority in (3, 1, 2):
            await page.outbox.put([replace(CARD, priority=priority)], NOW)
        [letter] = await page.outbox.waiting(NOW)
        assert (letter.fold, letter.priority) == ("card:1", 1)
        await page.outbox.change(letter.id, state="sending")
        await page.outbox.put([CARD], NOW)
        [again] = await page.outbox.waiting(NOW)
        assert again.id != letter.id
        assert await page.outbox.depth() == 2


async def test_letters_without_a_fold_are_each_their_own(books: Books) -> None:
    async with books.write(HERE) as page:
        await page.outbox.put([replace(CARD, fold=None)] * 3, NOW)
        assert await page.outbox.depth() == 3


async def test_a_letter_put_off_goes_with_the_next_one_that_is_not(books: Books) -> None:
    async with books.write(HERE) as page:
        await page.outbox.put([replace(CARD, not_before=LATER)], NOW)
        assert await page.outbox.waiting(NOW) == []
        assert await page.outbox.next_moment(NOW) == LATER
        await page.outbox.put([CARD], NOW)
        assert [letter.fold for letter in await page.outbox.waiting(NOW)] == ["card:1"]


async def test_a_letter_that_failed_keeps_its_pause_and_holds_its_lane(books: Books) -> None:
    async with books.write(HERE) as page:
        await page.outbox.put([CARD], NOW)
        [letter] = await page.outbox.waiting(NOW)
        await page.outbox.reopen(letter, LATER, 1, "timeout")
        await page.outbox.put([CARD, Letter("say", "group", 2), Letter("say", "account:5", 3)], NOW)
        heads = await page.outbox.heads(NOW)
        assert [(head.lane, head.not_before) for head in heads] == [("account:5", None)]


async def test_the_urgent_first_then_the_old(books: Books) -> None:
    async with books.write(HERE) as page:
        for priority, lane in ((3, "account:1"), (1, "account:2"), (3, "account:3"), (1, "account:1")):
            await page.outbox.put([Letter("say", lane, priority)], NOW)
        heads = await page.outbox.heads(NOW)
        assert [(head.priority, head.lane) for head in heads] == [(1, "account:2"), (1, "account:1"), (3, "account:3")]


async def test_a_letter_that_waits_again_takes_the_newer_one_of_its_fold_in(books: Books) -> None:
    async with books.write(HERE) as page:
        await page.outbox.put([CARD], NOW)
        [letter] = await page.outbox.waiting(NOW)
        await page.outbox.change(letter.id, state="sending")
        await page.outbox.put([replace(CARD, priority=1)], NOW)
        await page.outbox.reopen(letter, None, 1, "timeout")
        [only] = await page.outbox.waiting(NOW)
        assert (only.id, only.priority, only.attempts) == (letter.id, 1, 1)


async def test_what_a_killed_process_was_sending_is_found(books: Books) -> None:
    async with books.write(HERE) as page:
        await page.outbox.put([CARD, Letter("say", "account:5", 3)], NOW)
        for letter in await page.outbox.waiting(NOW):
            await page.outbox.change(letter.id, state="sending")
    async with books.write(HERE) as page:
        assert [letter.lane for letter in await page.outbox.left_sending()] == ["group", "account:5"]
        assert await page.outbox.waiting(NOW) == []


async def test_what_was_sent_long_ago_is_forgotten_and_what_failed_is_not(books: Books) -> None:
    async with books.write(HERE) as page:
        await page.outbox.put([CARD, Letter("say", "account:5", 3)], NOW)
        sent, failed = await page.outbox.waiting(NOW)
        await page.outbox.change(sent.id, state="sent")
        await page.outbox.change(failed.id, state="failed")
        await page.outbox.forget_sent(LATER)
        assert await page.outbox.get(sent.id) is None
        assert await page.outbox.get(failed.id) is not None


async def test_a_body_comes_back_as_it_was(books: Books) -> None:
    body = {"facts": {"number": 17}, "text": "№ 17 «ё» 🙂 <b>", "roles": []}
    async with books.write(HERE) as page:
        await page.outbox.put([Letter("say", "account:5", 3, account=5, body=body)], NOW)
        [letter] = await page.outbox.waiting(NOW)
        assert (letter.body, letter.account, letter.created_at) == (body, 5, NOW)
