"""The outbox: letters of one fold that wait are one, the urgent go first, a lane goes in order."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from storage.books import Books
from storage.outbox import OWN_FAULT
from tests.rules.offices import at
from tests.storage.conftest import HERE
from workflow.ports import Letter

NOW = at("2026-01-12 09:20")
LATER = NOW + timedelta(minutes=1)
CARD = Letter("card", "group", 2, fold="card:1")


async def test_ten_edits_that_wait_are_one_as_urgent_as_the_most_urgent(books: Books) -> None:
    async with books.write(HERE) as tx:
        for priority in (3, 1, 2):
            await tx.outbox.put([replace(CARD, priority=priority)], NOW)
        [letter] = await tx.outbox.waiting(NOW)
        assert (letter.fold, letter.priority) == ("card:1", 1)
        await tx.outbox.change(letter.id, state="sending")
        await tx.outbox.put([CARD], NOW)
        [again] = await tx.outbox.waiting(NOW)
        assert again.id != letter.id
        assert await tx.outbox.depth() == 2


async def test_letters_without_a_fold_are_each_their_own(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.outbox.put([replace(CARD, fold=None)] * 3, NOW)
        assert await tx.outbox.depth() == 3


async def test_a_letter_put_off_goes_with_the_next_one_that_is_not(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.outbox.put([replace(CARD, not_before=LATER)], NOW)
        assert await tx.outbox.waiting(NOW) == []
        assert await tx.outbox.next_moment(NOW) == LATER
        await tx.outbox.put([CARD], NOW)
        assert [letter.fold for letter in await tx.outbox.waiting(NOW)] == ["card:1"]


async def test_a_letter_that_failed_keeps_its_pause_and_holds_its_lane(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.outbox.put([CARD], NOW)
        [letter] = await tx.outbox.waiting(NOW)
        await tx.outbox.reopen(letter, LATER, 1, "timeout")
        await tx.outbox.put([CARD, Letter("say", "group", 2), Letter("say", "account:5", 3)], NOW)
        heads = await tx.outbox.heads(NOW)
        assert [(head.lane, head.not_before) for head in heads] == [("account:5", None)]


async def tries(books: Books, letter_id: int, attempts: int) -> None:
    """The letter has been tried so often and waits for its repeat."""
    async with books.write(HERE) as tx:
        letter = await tx.outbox.get(letter_id)
        assert letter is not None
        await tx.outbox.reopen(letter, LATER, attempts, "502")


async def heads(books: Books) -> list[int]:
    async with books.write(HERE) as tx:
        return [letter.id for letter in await tx.outbox.heads(NOW)]


async def test_a_letter_tried_often_lets_others_past_but_none_about_its_case(books: Books) -> None:
    async with books.write(HERE) as tx:
        letters = [Letter("offer", "group", 2, case_id=case) for case in (1, 1, 2)]
        await tx.outbox.put([*letters, Letter("say", "group", 2)], NOW)
    await tries(books, 1, 2)
    assert await heads(books) == []
    await tries(books, 1, 3)
    assert await heads(books) == [3]


async def test_the_more_wait_in_a_lane_for_their_repeat_the_longer_till_one_more_is_tried(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.outbox.put([Letter("say", "group", 2) for _ in range(4)], NOW)
    allowed = []
    for first, second in ((3, 1), (9, 3), (9, 4), (3, 9)):
        await tries(books, 1, first)
        await tries(books, 2, second)
        allowed.append(await heads(books))
    assert allowed == [[], [], [3], []]


async def test_letters_of_ours_and_of_networks_that_wait_hold_nobody(books: Books) -> None:
    async with books.write(HERE) as tx:
        lanes = ("group", "group", "network:vk", "network:vk")
        await tx.outbox.put([Letter("say", lane, 2, case_id=1) for lane in lanes], NOW)
        for number, error in ((1, f"{OWN_FAULT}KeyError"), (3, "503")):
            letter = await tx.outbox.get(number)
            assert letter is not None
            await tx.outbox.reopen(letter, LATER, 1, error)
    assert await heads(books) == [2, 4]


async def test_with_new_keys_every_lane_lets_its_repeats_go_and_what_was_put_off_still_waits(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.outbox.put([Letter("say", lane, 2) for lane in ("group", "network:vk")], NOW)
        await tx.outbox.put([Letter("say", "account:5", 2, not_before=LATER)], NOW)
    for number in (1, 2):
        await tries(books, number, 4)
    assert await heads(books) == []
    async with books.write(HERE) as tx:
        await tx.outbox.let_every_repeat_go()
    assert await heads(books) == [1, 2]


async def test_a_lane_that_is_well_again_lets_its_repeats_go(books: Books) -> None:
    async with books.write(HERE) as tx:
        lanes = ("group", "group", "account:5")
        await tx.outbox.put([Letter("say", lane, 2) for lane in lanes], NOW)
    for number in (1, 2, 3):
        await tries(books, number, 4)
    async with books.write(HERE) as tx:
        await tx.outbox.let_repeats_go("group")
    assert await heads(books) == [1]


async def test_how_many_wait_and_since_when_leaves_out_what_was_put_off(books: Books) -> None:
    async with books.write(HERE) as tx:
        assert await tx.outbox.queue(NOW) == (0, None)
        await tx.outbox.put([replace(CARD, not_before=LATER)], NOW)
        assert await tx.outbox.queue(NOW) == (0, None)
        await tx.outbox.put([Letter("say", "group", 2)], LATER)
        assert await tx.outbox.queue(NOW) == (1, LATER)
    await tries(books, 1, 1)
    async with books.write(HERE) as tx:
        assert await tx.outbox.queue(NOW) == (2, NOW)


async def test_what_was_given_up_is_listed_until_its_like_has_arrived(books: Books) -> None:
    async with books.write(HERE) as tx:
        about = replace(CARD, case_id=1)
        await tx.outbox.put([about, Letter("say", "group", 2), replace(CARD, case_id=2, fold=None)], NOW)
        for number in (1, 2, 3):
            await tx.outbox.change(number, state="given_up")
        assert [letter.id for letter in await tx.outbox.given_up(NOW)] == [1, 2, 3]
        assert await tx.outbox.given_up(LATER) == []
        await tx.outbox.put([about], LATER)
        assert [letter.id for letter in await tx.outbox.given_up(NOW)] == [1, 2, 3]
        await tx.outbox.change(4, state="sent")
        assert [letter.id for letter in await tx.outbox.given_up(NOW)] == [2, 3]


async def test_the_urgent_first_then_the_old(books: Books) -> None:
    async with books.write(HERE) as tx:
        for priority, lane in ((3, "account:1"), (1, "account:2"), (3, "account:3"), (1, "account:1")):
            await tx.outbox.put([Letter("say", lane, priority)], NOW)
        heads = await tx.outbox.heads(NOW)
        assert [(head.priority, head.lane) for head in heads] == [(1, "account:2"), (1, "account:1"), (3, "account:3")]


async def test_a_letter_that_waits_again_takes_the_newer_one_of_its_fold_in(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.outbox.put([CARD], NOW)
        [letter] = await tx.outbox.waiting(NOW)
        await tx.outbox.change(letter.id, state="sending")
        await tx.outbox.put([replace(CARD, priority=1)], NOW)
        await tx.outbox.reopen(letter, None, 1, "timeout")
        [only] = await tx.outbox.waiting(NOW)
        assert (only.id, only.priority, only.attempts) == (letter.id, 1, 1)


async def test_what_a_killed_process_was_sending_is_found(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.outbox.put([CARD, Letter("say", "account:5", 3)], NOW)
        for letter in await tx.outbox.waiting(NOW):
            await tx.outbox.change(letter.id, state="sending")
    async with books.write(HERE) as tx:
        assert [letter.lane for letter in await tx.outbox.left_sending()] == ["group", "account:5"]
        assert await tx.outbox.waiting(NOW) == []


async def test_what_was_sent_long_ago_is_forgotten_and_what_failed_is_not(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.outbox.put([CARD, Letter("say", "account:5", 3)], NOW)
        sent, failed = await tx.outbox.waiting(NOW)
        await tx.outbox.change(sent.id, state="sent")
        await tx.outbox.change(failed.id, state="failed")
        await tx.outbox.forget_sent(LATER)
        assert await tx.outbox.get(sent.id) is None
        assert await tx.outbox.get(failed.id) is not None


async def test_a_body_comes_back_as_it_was(books: Books) -> None:
    body = {"facts": {"number": 17}, "text": "№ 17 «ё» 🙂 <b>", "roles": []}
    async with books.write(HERE) as tx:
        await tx.outbox.put([Letter("say", "account:5", 3, account=5, body=body)], NOW)
        [letter] = await tx.outbox.waiting(NOW)
        assert (letter.body, letter.account, letter.created_at) == (body, 5, NOW)
