"""The book of comments proposed for moderation: kept with a line each, one change at a time, counted for a report."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from storage.books import Books
from storage.moderation import ModerationBook, Proposal
from storage.transaction import Transaction
from tests.rules.offices import CURATOR, at, office
from tests.storage.conftest import HERE
from workflow.case import Appeal
from workflow.office import DETECTOR, NETWORK
from workflow.official.moderation import (
    COMMENTS,
    Comment,
    CommentCommand,
    Moderate,
    ModerationAction,
    ModerationEvent,
    ModerationState,
    Offence,
    Propose,
    Withdraw,
)
from workflow.official.page_items import Whose
from workflow.outcomes import Accepted
from workflow.regulation import Source

NOW = at("2026-01-12 09:20")
HOUR = timedelta(hours=1)
RULES = office("primorsko-akhtarsky")
A, S = ModerationAction, ModerationState


def proposal(number: int) -> Proposal:
    comment = Comment(
        number,
        "vk",
        f"wall-1_2?reply={number}",
        Whose.ADMINISTRATION,
        grounds=(Offence.SPAM,),
        words=("продам",),
        page=3,
    )
    return Proposal(comment, Appeal(Source.VK, "продам", "Житель", NOW, author_ref="id5"))


async def propose(tx: Transaction, number: int, hours: int = 0) -> Proposal:
    book, fresh = ModerationBook(tx), proposal(number)
    done = COMMENTS.decide(None, Propose(DETECTOR, number, fresh.comment), RULES, NOW + hours * HOUR)
    assert isinstance(done, Accepted), done
    assert await book.save(replace(fresh, comment=done.after), done.entry) is True
    found = await book.get(number)
    assert found is not None
    return found


async def decide(tx: Transaction, number: int, action: A, hours: int, ground: Offence | None = None) -> None:
    book = ModerationBook(tx)
    before = await book.get(number)
    assert before is not None
    assert await happens(tx, before, Moderate(CURATOR, number, action, ground), hours) is True


async def happens(tx: Transaction, before: Proposal, command: CommentCommand, hours: int = 0) -> bool:
    done = COMMENTS.decide(before.comment, command, RULES, NOW + hours * HOUR)
    assert isinstance(done, Accepted), done
    return await ModerationBook(tx).save(replace(before, comment=done.after), done.entry)


async def test_what_is_kept_comes_back_whole(books: Books) -> None:
    async with books.write(HERE) as tx:
        kept = await propose(tx, 1)
        assert kept == replace(proposal(1), comment=replace(proposal(1).comment, version=1))
    async with books.write(HERE) as tx:
        book = ModerationBook(tx)
        assert await book.by_ref("vk", "wall-1_2?reply=1") == kept
        assert await book.by_ref("ok", "wall-1_2?reply=1") is None
        assert (await book.next_number(), await book.count_undecided()) == (2, 1)
    async with books.write("other") as tx:
        book = ModerationBook(tx)
        assert (await book.get(1), await book.next_number(), await book.undecided(5)) == (None, 1, [])


async def test_a_change_of_what_has_changed_meanwhile_is_not_kept(books: Books) -> None:
    async with books.write(HERE) as tx:
        old = await propose(tx, 1)
        await decide(tx, 1, A.KEEP, 1)
        book = ModerationBook(tx)
        assert await happens(tx, old, Withdraw(NETWORK, 1)) is False
        assert [(line["action"], line["words"], line["who"]) for line in await book.history(1, 10)] == [
            ("proposed", ["продам"], None),
            ("keep", ["продам"], "curator"),
        ]
        found = await book.get(1)
        assert found is not None
        assert (found.comment.state, found.comment.version) == (ModerationState.KEPT, 2)


async def test_what_waits_stands_oldest_first_and_what_is_decided_newest_first(books: Books) -> None:
    async with books.write(HERE) as tx:
        for number in (1, 2, 3, 4):
            await propose(tx, number)
        await decide(tx, 3, A.KEEP, 1)
        await decide(tx, 1, A.DELETE, 2, Offence.SPAM)
        book = ModerationBook(tx)
        assert [one.comment.id for one in await book.undecided(5)] == [2, 4]
        assert [one.comment.id for one in await book.undecided(5, 1)] == [4]
        assert [one.comment.id for one in await book.decided(5)] == [1, 3]
        assert await book.proposed_since(NOW - HOUR) == 4
        assert await book.proposed_since(NOW) == 0


async def test_pa_2_3_what_was_moderated_is_told_line_by_line_for_a_report(books: Books) -> None:
    async with books.write(HERE) as tx:
        for number in range(1, 8):
            await propose(tx, number)
        await decide(tx, 1, A.DELETE, 1, Offence.SPAM)
        await decide(tx, 1, A.BLACK_LIST, 2, Offence.SPAM)
        await decide(tx, 2, A.BLACK_LIST, 1, Offence.INSULT)
        await decide(tx, 2, A.RESTORE, 2)
        await decide(tx, 3, A.DELETE, 1, Offence.SPAM)
        await decide(tx, 4, A.KEEP, 1)
        await decide(tx, 5, A.TO_CASE, 1)
        await decide(tx, 6, A.KEEP, 24)
        found = await ModerationBook(tx).get(7)
        assert found is not None
        assert await happens(tx, found, Withdraw(NETWORK, 7), 1)
        book = ModerationBook(tx)
        lines = await book.moderated_between(NOW, NOW + 24 * HOUR)
        assert [line.at for line in lines] == sorted(line.at for line in lines)
        assert [(line.number, line.event, line.was, line.became, line.ground) for line in lines if line.at > NOW] == [
            (1, A.DELETE, S.PROPOSED, S.DELETED, "spam"),
            (2, A.BLACK_LIST, S.PROPOSED, S.DELETED, "insult"),
            (3, A.DELETE, S.PROPOSED, S.DELETED, "spam"),
            (4, A.KEEP, S.PROPOSED, S.KEPT, ""),
            (5, A.TO_CASE, S.PROPOSED, S.CASE, ""),
            (7, ModerationEvent.WITHDRAWN, S.PROPOSED, S.WITHDRAWN, ""),
            (1, A.BLACK_LIST, S.DELETED, S.DELETED, "spam"),
            (2, A.RESTORE, S.DELETED, S.KEPT, ""),
        ]
        assert [(line.number, line.was) for line in lines if line.at == NOW] == [(n, None) for n in range(1, 8)]
        assert {(line.network, line.page) for line in lines} == {("vk", 3)}
        assert {(line.clause, line.who) for line in lines if line.ground} == {("2.3", "curator")}
        later = await book.moderated_between(NOW + 24 * HOUR, NOW + 25 * HOUR)
        assert [(line.number, line.event) for line in later] == [(6, A.KEEP)]
        assert await book.moderated_between(NOW + 25 * HOUR, NOW + 26 * HOUR) == []
    async with books.write("other") as tx:
        assert await ModerationBook(tx).moderated_between(NOW, NOW + 24 * HOUR) == []
