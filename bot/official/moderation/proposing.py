"""Propose comments on the office's own pages to the page's moderators if they give a ground that the regulation knows.

Runs within the transaction of the message that was found; deletes, hides and decides nothing. Criticism is no ground: a
comment in which the lexicon finds nothing is not proposed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.answering.accounts import accounts_of
from bot.answering.letters import appeal_of
from bot.official.moderation.rendering import comment_letter, list_letter, shown_true
from config.russian.judging import judge
from networks.port import Found
from storage.moderation import ModerationBook, Proposal
from storage.official_pages import OfficialPages
from storage.transaction import Transaction
from workflow.case import FileRef
from workflow.effects import Priority
from workflow.office import DETECTOR, NETWORK, Office, Role
from workflow.official.moderation import (
    COMMENTS,
    Comment,
    CommentCommand,
    Heard,
    Matter,
    ModerationState,
    NetworkAnswered,
    Order,
    Propose,
    Withdraw,
    named_moderators,
    propose,
)
from workflow.official.page import OfficialPage, PageState
from workflow.official.page_addresses import belongs_to
from workflow.official.page_items import Whose
from workflow.official.publication_links import post_of
from workflow.outcomes import Refused
from workflow.ports import GROUP_LANE, Letter

HOUR = timedelta(hours=1)
LIST_AFTER = 10


@dataclass(frozen=True)
class Proposing:
    """Proposes comments for moderation. `list_after`: how many comments proposed within an hour are sent one by one;
    beyond that the moderators get a list instead."""

    office_today: Callable[[str], Office]
    list_after: int = LIST_AFTER

    async def came(self, tx: Transaction, found: Found, files: tuple[FileRef, ...], now: datetime) -> None:
        """Propose a new or edited message to the page's moderators if it gives a ground for deletion; whether it
        becomes a case is decided elsewhere."""
        book = ModerationBook(tx)
        known = await book.by_ref(found.network, found.ref)
        if known is not None:
            await self._again(tx, book, known, found, now)
            return
        if not found.own_page or not _heard(found.text):
            return
        comment = await comment_of(tx, await book.next_number(), found)
        await self._propose(tx, book, None, comment, found, files, now)

    async def decide(self, tx: Transaction, found: Found) -> bool:
        """Whether the message is a comment that waits for the decision of its page's moderators (they can make it a
        case)."""
        known = await ModerationBook(tx).by_ref(found.network, found.ref)
        return known is not None and known.comment.state is ModerationState.PROPOSED

    async def _propose(
        self,
        tx: Transaction,
        book: ModerationBook,
        before: Proposal | None,
        comment: Comment,
        found: Found,
        files: tuple[FileRef, ...],
        now: datetime,
    ) -> bool:
        office = self.office_today(tx.municipality)
        proposed = propose(comment, _heard(found.text), office.regulation)
        if proposed is None:
            return False
        fresh = replace(appeal_of(found), files=files)
        appeal = fresh if before is None else replace(before.appeal, text=found.text)
        known = replace(before, appeal=appeal) if before is not None else Proposal(comment, appeal)
        named, accounts = await self._asked(tx, proposed, office, now)
        proposed = replace(proposed, stands_in=not accounts)
        kept = await self._happens(tx, book, known, Propose(DETECTOR, comment.id, proposed), now, new=before is None)
        if kept:
            await self._tell(tx, book, proposed, named, accounts, office, now)
        return kept

    async def _asked(
        self, tx: Transaction, comment: Comment, office: Office, now: datetime
    ) -> tuple[Sequence[str], Sequence[int]]:
        """Return the keys of the page's moderators, and the accounts of those the bot can write to."""
        named = named_moderators(office, comment, now)
        return named, sorted(accounts_of(named, await tx.people.all()))

    async def _again(self, tx: Transaction, book: ModerationBook, known: Proposal, found: Found, now: datetime) -> None:
        """Judge an edited or restored comment again. If its author mended it before a decision, withdraw the proposal;
        a deleted comment stays deleted, and an unchanged text is not proposed twice."""
        came_back = known.comment.state is ModerationState.WITHDRAWN
        if found.change == "new" or (found.text == known.appeal.text and not came_back):
            return
        if known.comment.state is ModerationState.DELETED:
            return
        if known.comment.state is not ModerationState.PROPOSED:
            await self._propose(tx, book, known, known.comment, found, known.appeal.files, now)
            return
        proposed = propose(known.comment, _heard(found.text), self.office_today(tx.municipality).regulation)
        after = replace(known, appeal=replace(known.appeal, text=found.text))
        number = known.comment.id
        command = Withdraw(NETWORK, number) if proposed is None else Propose(DETECTOR, number, proposed)
        await self._happens(tx, book, after, command, now)
        await shown_true(tx, known.comment.id, now)

    async def gone(self, tx: Transaction, found: Found, now: datetime) -> bool:
        """Take note that the network reports the comment as gone. Return whether the office deleted it rather than its
        author."""
        book = ModerationBook(tx)
        known = await book.by_ref(found.network, found.ref)
        if known is None:
            return False
        comment = known.comment
        if comment.state is ModerationState.PROPOSED:
            await self._happens(tx, book, known, Withdraw(NETWORK, comment.id), now)
            await shown_true(tx, comment.id, now)
            return False
        if comment.state is ModerationState.DELETED:
            await self._is_gone(tx, book, known, now)
            return True
        return known.echo_until is not None and now <= known.echo_until

    async def _is_gone(self, tx: Transaction, book: ModerationBook, known: Proposal, now: datetime) -> None:
        """A comment that was to be deleted is gone, by us or someone else: no person has to delete it by hand any more."""
        comment = replace(known.comment, by_hand=tuple(m for m in known.comment.by_hand if m is not Matter.COMMENT))
        asked = tuple(dict.fromkeys((*comment.asked, Matter.COMMENT)))
        if Matter.COMMENT in (*known.comment.by_hand, *known.comment.asked):
            still_asked = replace(known, comment=replace(comment, asked=asked))
            command = NetworkAnswered(NETWORK, comment.id, Matter.COMMENT, Order.DELETE)
            if await self._happens(tx, book, still_asked, command, now):
                await shown_true(tx, comment.id, now)

    async def _happens(
        self,
        tx: Transaction,
        book: ModerationBook,
        known: Proposal,
        command: CommentCommand,
        now: datetime,
        new: bool = False,
    ) -> bool:
        """Decide on an event that no person caused and save the comment, as for any command. Return False if it is
        refused or somebody else was first."""
        office = self.office_today(tx.municipality)
        decision = COMMENTS.decide(None if new else known.comment, command, office, now)
        if isinstance(decision, Refused):
            return False
        return await book.save(replace(known, comment=decision.after), decision.entry)

    # --- who is told ---------------------------------------------------------------------------------------------------

    async def _tell(
        self,
        tx: Transaction,
        book: ModerationBook,
        comment: Comment,
        named: Sequence[str],
        accounts: Sequence[int],
        office: Office,
        now: datetime,
    ) -> None:
        """Notify the page's moderators in private; if none is named or reachable, the curators; if those are not
        reachable either, the group learns that a comment waits, without its words."""
        notice = "proposed"
        if not accounts:
            notice = "unreachable" if named else "no_moderator"
            accounts = sorted(accounts_of(office.holders(Role.CURATOR, now), await tx.people.all()))
        if not accounts:
            await _tell_group(tx, office, now)
        if await book.proposed_since(now - HOUR) > self.list_after:
            await tx.outbox.put([list_letter(account, now) for account in accounts], now)
            return
        letters = [comment_letter(comment.id, account, notice=notice, softly=True) for account in accounts]
        await tx.outbox.put(letters, now)


def _heard(text: str) -> list[Heard]:
    return [Heard(str(ground.kind), ground.words) for ground in judge(text).grounds]


async def comment_of(tx: Transaction, number: int, found: Found) -> Comment:
    """Return the found message as a comment with this number, on its official page; without grounds yet."""
    page = await _page_of(tx, found)
    if page is None:
        return Comment(number, found.network, found.ref, Whose.ADMINISTRATION)
    return Comment(number, found.network, found.ref, page.whose, page.unit, page=page.id)


async def _page_of(tx: Transaction, found: Found) -> OfficialPage | None:
    """Return the official page the comment is on: the one whose address the link names, else the one that published the
    post it is under. None if the registry has no such page; the comment then counts as on the administration's page."""
    book = OfficialPages(tx)
    pages = [one for one in await book.every() if one.state is not PageState.CLOSED]
    named = next((one for one in pages if one.address and belongs_to(found.link, one.address)), None)
    if named is not None:
        return named
    post = post_of(found.link)
    published = await book.page_published(post) if post is not None else None
    return next((one for one in pages if one.id == published), None)


async def _tell_group(tx: Transaction, office: Office, now: datetime) -> None:
    """Queue a message to the group that a comment waits for a decision, once a day."""
    mark, today = "moderation_waits", now.astimezone(office.zone).date().isoformat()
    if await tx.mark(mark) == today:
        return
    await tx.set_mark(mark, today)
    body: dict[str, object] = {"key": "moderation_waits", "facts": {}, "roles": [], "reply_to": None}
    await tx.outbox.put([Letter("say", GROUP_LANE, Priority.DIGEST, body=body)], now)
