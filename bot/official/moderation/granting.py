"""Grant wishes about comments on the office's own pages, and record what the network answered.

Everything goes through `workflow.official.moderation`. A comment is stored with its journal line in the open
transaction; orders to the network become letters. Sends nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.answering.answered import Answered
from bot.answering.letters import made_true, pressed, reply, turn
from bot.answering.toasts import short
from bot.answering.view import Look
from bot.delivery.ports import Act, Carried, Failed
from bot.found.finding import Finding
from bot.official.moderation import screens as words
from bot.official.moderation.rendering import LIST, ONE, ORDER, comment_letter, shown_true
from config.texts import Texts
from handlers.updates import Incoming
from handlers.wishes import DecideComment, ListModeration, ModerationWish, ShowComment
from storage.moderation import ModerationBook, Proposal
from storage.transaction import Transaction
from workflow.case import Case
from workflow.effects import Priority
from workflow.office import DETECTOR, Role
from workflow.official.moderation import (
    Matter,
    Moderate,
    Moderated,
    ModerationAction,
    ModerationReason,
    ModerationState,
    NotModerated,
    answered,
    moderate,
    moderator,
)
from workflow.outcomes import Accepted
from workflow.ports import Letter, account_lane, network_lane

ECHO = timedelta(hours=1)
"""How long after a decision to delete a report of the deletion from the network counts as an echo of our own
deletion."""


@dataclass(frozen=True)
class ModerationGranting:
    texts: Texts
    finding: Finding

    async def grant(self, tx: Transaction, wish: ModerationWish, incoming: Incoming, look: Look) -> Answered:
        """Carry out the wish or refuse it in words."""
        match wish:
            case ListModeration(leaf):
                return await self._list(tx, leaf, incoming, look)
            case ShowComment(number, menu):
                return await self._show(tx, number, menu, incoming, look)
            case DecideComment():
                return await self._decide(tx, wish, incoming, look)

    async def _list(self, tx: Transaction, leaf: int, incoming: Incoming, look: Look) -> Answered:
        if not await turn(tx, incoming, LIST, None, str(leaf), look.now):
            await tx.outbox.put([reply("list", {"which": LIST}, incoming, look)], look.now)
        return Answered()

    async def _show(self, tx: Transaction, number: int, menu: str, incoming: Incoming, look: Look) -> Answered:
        found = await ModerationBook(tx).get(number)
        if found is None:
            return self._refused(ModerationReason.NO_SUCH_COMMENT)
        if moderator(look.office, found.comment, look.actor, look.now) is None:
            return self._refused(ModerationReason.NOT_A_MODERATOR)
        if not await turn(tx, incoming, ONE, number, menu, look.now) and look.actor.account is not None:
            await tx.outbox.put([comment_letter(number, look.actor.account, menu=menu)], look.now)
        return Answered()

    async def _decide(self, tx: Transaction, wish: DecideComment, incoming: Incoming, look: Look) -> Answered:
        command = wish.command
        decided = await self.decide(tx, command, look)
        if isinstance(decided, NotModerated):
            await turn(tx, incoming, ONE, command.comment, "", look.now)
            return self._refused(decided.reason)
        decision, case = decided
        if not await turn(tx, incoming, ONE, command.comment, "", look.now):
            await _bring_true(tx, incoming, look.now)
        await shown_true(tx, command.comment, look.now, incoming)
        text = words.done(self.texts, decision, case.number if case is not None else None)
        return Answered(short(text))

    async def decide(
        self, tx: Transaction, command: Moderate, look: Look
    ) -> tuple[Moderated, Case | None] | NotModerated:
        """The one place where a decision about a comment meets the book. Stores it, puts the orders to the network into
        the outbox, and returns the decision with the case the comment became, if any."""
        book = ModerationBook(tx)
        before = await book.get(command.comment)
        if before is None:
            return NotModerated(ModerationReason.NO_SUCH_COMMENT)
        decision = moderate(before.comment, command, look.office, look.now)
        if isinstance(decision, NotModerated):
            return decision
        case = None
        if command.action is ModerationAction.TO_CASE:
            case = await self._to_case(tx, before, look)
            if case is None:
                return NotModerated(ModerationReason.ALREADY_DECIDED)
        takes_away = Matter.COMMENT in decision.matters and decision.comment.state is ModerationState.DELETED
        after = replace(before, by=look.actor.account, echo_until=look.now + ECHO if takes_away else before.echo_until)
        if not await book.save(before, after, decision):
            return NotModerated(ModerationReason.ALREADY_DECIDED)
        await tx.outbox.put(orders(decision), look.now)
        return decision, case

    async def _to_case(self, tx: Transaction, proposal: Proposal, look: Look) -> Case | None:
        """Open a case from the comment in the usual way; a curator who decided gets the offer at once."""
        seen = await tx.seen.by_ref(proposal.comment.network, proposal.comment.ref)
        is_curator = look.office.has_role(look.actor, Role.CURATOR, look.now) is not None
        by = look.actor if is_curator else DETECTOR
        if seen is not None and seen.case is None:
            case = await self.finding.take(tx, seen.id, by, look.office, look.now)
        else:
            decision = await self.finding.open(tx, proposal.appeal, by, look.now, look.now, look.office)
            case = decision.case if isinstance(decision, Accepted) else None
        account = look.actor.account
        if case is not None and is_curator and account is not None and look.reachable(account):
            fold = f"offer:{case.id}:{account}"
            offer = Letter("offer", account_lane(account), Priority.TAP, case.id, account, fold)
            await tx.outbox.put([offer], look.now)
        return case

    def _refused(self, reason: ModerationReason) -> Answered:
        return Answered(short(words.refused(self.texts, reason)), refused=True)


def orders(decision: Moderated) -> Sequence[Letter]:
    """The orders to the network; each is rendered when sent, from the decision as it is then."""
    comment, lane = decision.comment, network_lane(decision.comment.network)
    return [
        Letter(
            ORDER,
            lane,
            Priority.TAP,
            fold=f"{ORDER}:{comment.id}:{matter}",
            body={"comment": comment.id, "matter": matter.value},
        )
        for matter in decision.matters
    ]


async def _bring_true(tx: Transaction, incoming: Incoming, now: datetime) -> None:
    known = await pressed(tx, incoming)
    if known is not None:
        await tx.outbox.put([made_true(known)], now)


async def answered_by_network(
    tx: Transaction, letter: Letter, act: Act, outcome: Carried | Failed, now: datetime
) -> None:
    """Record what the network did; if it did not, a person has to, so the person who decided gets the comment with its
    link."""
    book, number = ModerationBook(tx), int(letter.body["comment"])
    before = await book.get(number)
    if before is None:
        return
    why_not = outcome.reason if isinstance(outcome, Failed) else ""
    done = answered(before.comment, Matter(letter.body["matter"]), act.order, why_not, now)
    if done is None or not await book.save(before, before, done):
        return
    await shown_true(tx, number, now)
    if why_not and before.by is not None:
        await tx.outbox.put([comment_letter(number, before.by, notice="by_hand")], now)
