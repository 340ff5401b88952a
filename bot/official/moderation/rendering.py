"""Render comments proposed for moderation, and orders to networks, at the moment of sending. Awaits nothing of the
network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.answering.accounts import accounts_of, reader_of
from bot.answering.letters import others_made_true
from bot.delivery.ports import Act, Show
from bot.delivery.wanted import Makers, Wanted
from bot.official.moderation import screens as words
from config.texts import Texts
from handlers.incoming import Incoming
from storage.moderation import ModerationBook, Proposal
from storage.transaction import Transaction
from workflow.effects import Priority
from workflow.office import Actor, Office, Role
from workflow.official.moderation import Comment, Matter, ModerationState, Order, moderates, named_moderators
from workflow.ports import Letter, account_lane

ONE = "moderation"
"""The kind of a message that shows one comment; the message's `version` is the comment's number."""
LIST = "moderations"
ORDER = "moderate"
"""The kind of a letter (queued order) to a network."""
LIST_LIVES = timedelta(hours=12)
"""How long the message with a list keeps being edited; after that a new one is sent."""
MOST_OF_A_UNIT = 500
DECIDED = 6


def comment_letter(number: int, account: int, *, notice: str = "", menu: str = "", softly: bool = False) -> Letter:
    """Return a letter (queued message) that shows the comment as it is when sent, with the menu `menu`, below `notice`
    if there is one. `softly`: in quiet hours it is sent without a sound."""
    body = {"comment": number, "notice": notice, "menu": menu, "softly": softly}
    priority = Priority.OFFER if notice else Priority.TAP
    fold = f"{ONE}:{number}:{account}:{notice}"
    return Letter(ONE, account_lane(account), priority, account=account, fold=fold, body=body)


def list_letter(account: int, now: datetime) -> Letter:
    """Return a letter (queued message) with the list of comments to decide on; if the person has a recent list, that
    message is edited instead."""
    body = {"since": (now - LIST_LIVES).isoformat(), "softly": True}
    return Letter(LIST, account_lane(account), Priority.OFFER, account=account, fold=f"{LIST}:{account}", body=body)


async def shown_true(tx: Transaction, number: int, now: datetime, incoming: Incoming | None = None) -> None:
    """Queue edits that bring every message showing this comment up to date, and the newest list in each chat, except
    the message whose button was pressed (`incoming`)."""
    shown = await tx.messages.shown(ONE, number)
    lists = {known.chat_id: known for known in await tx.messages.shown(LIST, None, now - LIST_LIVES)}
    await tx.outbox.put(others_made_true([*shown, *lists.values()], incoming), now)


@dataclass(frozen=True)
class ModerationRendering:
    texts: Texts
    appeals: words.Appeals

    @property
    def makers(self) -> Makers:
        return Makers(
            letters={ORDER: self._order, ONE: self._new_comment, LIST: self._fresh_list},
            messages={ONE: self._comment, LIST: self._list},
            lists={LIST: self._new_list},
        )

    async def _order(self, wanted: Wanted) -> Act | None:
        number, matter = int(wanted.body["comment"]), Matter(wanted.body["matter"])
        return await _act(wanted.tx, self.texts, number, matter, self.appeals, wanted.office)

    async def _new_comment(self, wanted: Wanted) -> Show | None:
        return await self._one(wanted, int(wanted.body["comment"]), wanted.letter.account, str(wanted.body["menu"]))

    async def _comment(self, wanted: Wanted) -> Show | None:
        known = wanted.known
        if known is None or known.version is None:
            return None
        return await self._one(wanted, known.version, known.account, known.menu)

    async def _one(self, wanted: Wanted, number: int, account: int | None, menu: str | None) -> Show | None:
        return await show(wanted.tx, self.texts, number, account, menu, self.appeals, wanted.office, wanted.now)

    async def _fresh_list(self, wanted: Wanted) -> Show | None:
        """Return the list of comments to decide on; None if it is empty and there is no message to edit: none is sent
        just to say so."""
        shown = await self._list(wanted)
        return shown if wanted.known is not None or shown.screen.buttons else None

    async def _list(self, wanted: Wanted) -> Show:
        account = wanted.known.account if wanted.letter.kind == "edit" and wanted.known else wanted.letter.account
        return await show_list(wanted.tx, self.texts, account, wanted.menu, wanted.office, wanted.now)

    async def _new_list(self, wanted: Wanted) -> Show:
        shown = await show_list(wanted.tx, self.texts, wanted.letter.account, None, wanted.office, wanted.now)
        return replace(shown, reply_to=await wanted.reply_to())


async def show(
    tx: Transaction,
    texts: Texts,
    number: int,
    account: int | None,
    menu: str | None,
    appeals: words.Appeals,
    office: Office,
    now: datetime,
) -> Show | None:
    """Return a message with the comment and what its reader may do about it; None if there is no such comment."""
    book = ModerationBook(tx)
    found = await book.get(number)
    if found is None:
        return None
    history = await book.history(number, words.NEWEST)
    reader = await reader_of(tx, account)
    notice = await _why_he(tx, found.comment, reader, office, now)
    seen = words.Shown(found.comment, found.appeal, reader, menu or "", history, notice, appeals)
    return Show(words.one(texts, seen, office, now), ONE, number, menu=menu or None)


async def _why_he(tx: Transaction, comment: Comment, reader: Actor, office: Office, now: datetime) -> str:
    """Return the name of the phrase that tells a curator why an undecided comment came to them although its page has
    moderators of its own; "" if nothing need be said."""
    named = named_moderators(office, comment, now)
    own = {person.key for person in office.acting(reader, now)}
    curator = office.has_role(reader, Role.CURATOR, now) is not None
    if comment.state is not ModerationState.PROPOSED or not curator or own & set(named):
        return ""
    if not named:
        return "no_moderator"
    return "" if accounts_of(named, await tx.people.all()) else "unreachable"


async def show_list(
    tx: Transaction, texts: Texts, account: int | None, menu: str | None, office: Office, now: datetime
) -> Show:
    """Return one part of the list of undecided comments that the reader may decide on (`menu`: its number), and the
    latest decisions."""
    book, reader = ModerationBook(tx), await reader_of(tx, account)
    leaf = int(menu) if menu and menu.isdecimal() else 1
    if any(office.has_role(reader, role, now) for role in (Role.EDITOR, Role.CURATOR)):
        total = await book.count_undecided()
        leaf = min(max(leaf, 1), words.leaves(total))
        waiting = await book.undecided(words.LEAF, (leaf - 1) * words.LEAF)
        decided = await book.decided(DECIDED)
    else:
        own = _own(await book.undecided(MOST_OF_A_UNIT), reader, office, now)
        total = len(own)
        leaf = min(max(leaf, 1), words.leaves(total))
        waiting = own[(leaf - 1) * words.LEAF : leaf * words.LEAF]
        decided = _own(await book.decided(MOST_OF_A_UNIT), reader, office, now)[:DECIDED]
    shown = [words.Line(one.comment, one.appeal, await _last(book, one)) for one in decided]
    lines = [words.Line(one.comment, one.appeal, {}) for one in waiting]
    return Show(words.listing(texts, lines, shown, leaf, total, office, now), LIST, menu=menu or None)


def _own(proposals: list[Proposal], reader: Actor, office: Office, now: datetime) -> list[Proposal]:
    return [one for one in proposals if moderates(office, one.comment, reader, now) is not None]


async def _last(book: ModerationBook, one: Proposal) -> words.Entry:
    """Return the latest journal entry of the comment that a person caused; {} if there is none."""
    lines = [line for line in await book.history(one.comment.id, words.NEWEST) if line["who"] is not None]
    return lines[-1] if lines else {}


async def _act(
    tx: Transaction, texts: Texts, number: int, matter: Matter, appeals: words.Appeals, office: Office
) -> Act | None:
    """Return the order about the comment (or its author) that the network should get now; None if there is nothing left
    to do."""
    book = ModerationBook(tx)
    found = await book.get(number)
    if found is None or matter not in found.comment.asked:
        return None
    comment = found.comment
    order = comment.order(matter)
    if matter is Matter.COMMENT:
        return Act(comment.network, order, comment.ref)
    grounds = [line["ground"] for line in await book.history(number, words.NEWEST) if line["ground"]]
    reason = ""
    if order is Order.BAN:
        reason = words.ban_reason(texts, grounds[-1] if grounds else "", appeals, office)
    return Act(comment.network, order, found.appeal.author_ref, reason)
