"""The registers: messages by their address, people by their accounts, questions that are open."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from storage.books import Books
from tests.rules.offices import at
from tests.storage.conftest import HERE
from workflow.ports import Binding, Known

NOW = at("2026-01-12 09:20")
LATER = NOW + timedelta(minutes=1)
CARD = Known(-100, 5, "card", 7, None, None, "digest", None)


async def test_a_message_is_known_by_its_address(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.messages.remember(CARD, NOW)
        await tx.messages.remember(replace(CARD, message_id=4), LATER)
        await tx.messages.remember(replace(CARD, shown="other", menu="more"), LATER)
        assert await tx.messages.at(-100, 5) == replace(CARD, shown="other", menu="more")
        assert await tx.messages.at(-200, 5) is None
        assert [known.message_id for known in await tx.messages.of_case(7, "card")] == [5, 4]
        assert await tx.messages.of_case(7, "offer") == []
        await tx.messages.forget(-100, 5)
        assert await tx.messages.at(-100, 5) is None


async def test_a_person_acts_through_one_account_and_an_account_may_be_several(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.people.bind("curator", 1, "Куратор", in_group=True, now=NOW)
        await tx.people.bind("deputy", 1, "Куратор", in_group=True, now=NOW)
        assert [b.person for b in await tx.people.of_account(1)] == ["curator", "deputy"]
        await tx.people.bind("curator", 2, "Другой", in_group=False, now=LATER)
        assert await tx.people.all() == [
            Binding("curator", 2, "Другой", True, False),
            Binding("deputy", 1, "Куратор", True, True),
        ]
        await tx.people.set_account(1, reachable=False)
        assert [b.reachable for b in await tx.people.all()] == [True, False]
        assert await tx.people.unbind("deputy")
        assert not await tx.people.unbind("deputy")
        assert [b.person for b in await tx.people.all()] == ["curator"]


async def test_an_invitation_is_used_once_and_only_here(books: Books) -> None:
    async with books.write(HERE) as tx:
        await tx.people.invite("hash", "curator", LATER)
        found = await tx.people.invitation("hash")
        assert found is not None
        assert (found["person"], found["expires_at"], found["used_at"]) == ("curator", LATER, None)
        await tx.people.use_invitation("hash", NOW)
        used = await tx.people.invitation("hash")
        assert used is not None
        assert used["used_at"] == NOW
    async with books.write("another") as tx:
        assert await tx.people.invitation("hash") is None


async def test_there_is_one_working_group(books: Books) -> None:
    async with books.write(HERE) as tx:
        assert await tx.people.working_group() is None
        await tx.people.set_working_group(-1, "Группа")
        assert await tx.people.working_group() == (-1, "Группа")
        await tx.people.set_working_group(-2, "Другая")
        assert await tx.people.working_group() == (-2, "Другая")


async def test_a_question_is_open_until_it_is_answered_or_asked_anew(books: Books) -> None:
    async with books.write(HERE) as tx:
        first = await tx.questions.ask(5, "remark", 7, {"version": 1}, NOW)
        await tx.questions.shown_at(first, 5, 50)
        other = await tx.questions.ask(5, "link", 7, {}, NOW)
        second = await tx.questions.ask(5, "remark", 7, {"version": 2}, LATER)
        assert [q.id for q in await tx.questions.open_of(5)] == [second, other]
        assert await tx.questions.get(first) is None
        assert await tx.questions.open_at(5, 50) is None
        shown = await tx.questions.asked_at(5, 50)
        assert shown is not None
        assert (shown.id, shown.body) == (first, {"version": 1})
        await tx.questions.answered(second, LATER)
        assert [q.id for q in await tx.questions.open_of(5)] == [other]
        assert await tx.questions.open_of_kind("remark") == []


async def test_words_in_answered_questions_are_wiped_and_open_ones_stay(books: Books) -> None:
    async with books.write(HERE) as tx:
        said = await tx.questions.ask(5, "confirm_draft", 7, {"text": "просто мысли вслух"}, NOW)
        await tx.questions.shown_at(said, 5, 50)
        waiting = await tx.questions.ask(5, "remark", 7, {"version": 1}, NOW)
        await tx.questions.answered(said, NOW)
        await tx.questions.forget(NOW, NOW, NOW)
        untouched = await tx.questions.asked_at(5, 50)
        await tx.questions.forget(LATER, NOW, LATER)
        wiped = await tx.questions.asked_at(5, 50)
        assert untouched is not None
        assert wiped is not None
        assert (untouched.body, wiped.body) == ({"text": "просто мысли вслух"}, {})
        assert [q.body for q in await tx.questions.open_of(5) if q.id == waiting] == [{"version": 1}]


async def test_a_question_about_no_case_is_asked_anew_too(books: Books) -> None:
    async with books.write(HERE) as tx:
        first = await tx.questions.ask(5, "working_group", None, {}, NOW)
        second = await tx.questions.ask(5, "working_group", None, {}, NOW)
        assert first != second
        assert [q.id for q in await tx.questions.open_of(5)] == [second]
