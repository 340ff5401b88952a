"""Do what people ask about comments on the office's own pages, and record the networks' answers to orders.

`workflow.official.moderation.COMMENTS` decides everything; a comment is saved with its journal entry in the open
transaction, and an order to the network becomes a letter. Nothing is sent from here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.answering.accounts import accounts_of
from bot.answering.answered import Answered
from bot.answering.letters import appeal_of, made_true, pressed, reply, turn
from bot.answering.toasts import short
from bot.answering.view import Look
from bot.delivery.ports import Act, Carried, Failed
from bot.found.finding import Finding
from bot.official.moderation import screens as words
from bot.official.moderation.proposing import comment_of
from bot.official.moderation.rendering import LIST, ONE, ORDER, comment_letter, shown_true
from config.texts import Texts
from handlers.incoming import Incoming
from handlers.wishes import ListModeration, ModerationWish, PutUp, ShowComment
from networks.port import Found
from storage.moderation import ModerationBook, Proposal
from storage.transaction import Transaction
from workflow.case import Case
from workflow.effects import Priority
from workflow.office import DETECTOR, NETWORK, Office, Role
from workflow.official.moderation import (
    COMMENTS,
    Comment,
    Matter,
    Moderate,
    ModerationAction,
    ModerationState,
    NetworkAnswered,
    Propose,
    moderates,
    named_moderators,
)
from workflow.outcomes import Accepted, Reason, Refused
from workflow.ports import Letter, account_lane, network_lane

Done = Accepted[Comment, Matter]
ECHO = timedelta(hours=1)
"""For this long after a decision to delete, the network's report that the comment was deleted counts as our own
deletion."""


@dataclass(frozen=True)
class ModerationGranting:
    texts: Texts
    finding: Finding

    async def grant(self, tx: Transaction, wish: ModerationWish, incoming: Incoming, look: Look) -> Answered:
        """Do what the person asked for (`wish`) about comments, or refuse it in words; return the toast for a pressed
        button."""
        match wish:
            case ListModeration(leaf):
                return await self._list(tx, leaf, incoming, look)
            case ShowComment(number, menu):
                return await self._show(tx, number, menu, incoming, look)
            case PutUp():
                return await self._put_up(tx, incoming, look)

    async def _list(self, tx: Transaction, leaf: int, incoming: Incoming, look: Look) -> Answered:
        if not await turn(tx, incoming, LIST, None, str(leaf), look.now):
            await tx.outbox.put([reply("list", {"which": LIST}, incoming, look)], look.now)
        return Answered()

    async def _show(self, tx: Transaction, number: int, menu: str, incoming: Incoming, look: Look) -> Answered:
        found = await ModerationBook(tx).get(number)
        if found is None:
            return self._refused(Reason.NO_SUCH_COMMENT)
        if moderates(look.office, found.comment, look.actor, look.now) is None:
            return self._refused(Reason.NOT_A_MODERATOR)
        if not await turn(tx, incoming, ONE, number, menu, look.now) and look.actor.account is not None:
            await tx.outbox.put([comment_letter(number, look.actor.account, menu=menu)], look.now)
        return Answered()

    async def _put_up(self, tx: Transaction, incoming: Incoming, look: Look) -> Answered:
        """Propose the comment that the message links to, without a ground: the person who deletes it names one. A known
        comment is shown as it is."""
        found, book = look.linked, ModerationBook(tx)
        if not isinstance(found, Found) or not found.own_page:
            body = {"key": "comment_not_ours", "facts": {}, "roles": []}
            await tx.outbox.put([reply("say", body, incoming, look)], look.now)
            return Answered()
        known = await book.by_ref(found.network, found.ref)
        comment = known.comment if known is not None else await comment_of(tx, await book.next_number(), found)
        if known is None:
            named = named_moderators(look.office, comment, look.now)
            comment = replace(comment, stands_in=not accounts_of(named, look.bindings))
        if known is None:
            command = Propose(look.actor, comment.id, comment)
            decision = COMMENTS.decide(None, command, look.office, look.now)
            if isinstance(decision, Refused):
                text = words.refused(self.texts, decision.reason)
                body = {"key": "plain", "facts": {"text": text}, "roles": []}
                await tx.outbox.put([reply("say", body, incoming, look)], look.now)
                return Answered()
            await book.save(Proposal(decision.after, appeal_of(found)), decision.entry)
        return await self._show(tx, comment.id, "", incoming, look)

    async def carry(self, tx: Transaction, command: Moderate, incoming: Incoming, look: Look) -> Answered:
        """Carry out the decision about the comment, or refuse it in words; return the toast. Messages that show the
        comment are refreshed."""
        decided = await self.decide(tx, command, look)
        if isinstance(decided, Refused):
            await turn(tx, incoming, ONE, command.comment, "", look.now)
            return self._refused(decided.reason)
        decision, case = decided
        if not await turn(tx, incoming, ONE, command.comment, "", look.now):
            await _bring_true(tx, incoming, look.now)
        await shown_true(tx, command.comment, look.now, incoming)
        text = words.done(self.texts, decision, case.number if case is not None else None)
        return Answered(short(text))

    async def decide(self, tx: Transaction, command: Moderate, look: Look) -> tuple[Done, Case | None] | Refused:
        """Decide on the command; if it is accepted, save the comment and queue the orders to its network.

        Return the decision and the case the comment has become (None for every other action), or the refusal:
        ALREADY_DECIDED if somebody else was first or no case could be opened.
        """
        book = ModerationBook(tx)
        before = await book.get(command.comment)
        decision = COMMENTS.decide(before.comment if before is not None else None, command, look.office, look.now)
        if before is None or isinstance(decision, Refused):
            return decision if isinstance(decision, Refused) else Refused(Reason.NO_SUCH_COMMENT)
        case = None
        if command.action is ModerationAction.TO_CASE:
            case = await self._to_case(tx, before, look)
            if case is None:
                return Refused(Reason.ALREADY_DECIDED)
        takes_away = Matter.COMMENT in decision.effects and decision.after.state is ModerationState.DELETED
        echo = look.now + ECHO if takes_away else before.echo_until
        after = replace(before, comment=decision.after, by=look.actor.account, echo_until=echo)
        if not await book.save(after, decision.entry):
            return Refused(Reason.ALREADY_DECIDED)
        await tx.outbox.put(orders(decision), look.now)
        return decision, case

    async def _to_case(self, tx: Transaction, proposal: Proposal, look: Look) -> Case | None:
        """Open a case from the comment in the usual way and return it, None if it is refused; a curator who decided
        this gets the offer at once."""
        seen = await tx.seen.by_ref(proposal.comment.network, proposal.comment.ref)
        is_curator = look.office.has_role(look.actor, Role.CURATOR, look.now) is not None
        by = look.actor if is_curator else DETECTOR
        if seen is not None and seen.case is None:
            case = await self.finding.take(tx, seen.id, by, look.office, look.now)
        else:
            decision = await self.finding.open(tx, proposal.appeal, by, look.now, look.now, look.office)
            case = decision.after if isinstance(decision, Accepted) else None
        account = look.actor.account
        if case is not None and is_curator and account is not None and look.reachable(account):
            fold = f"offer:{case.id}:{account}"
            offer = Letter("offer", account_lane(account), Priority.TAP, case.id, account, fold)
            await tx.outbox.put([offer], look.now)
        return case

    def _refused(self, reason: Reason) -> Answered:
        return Answered(short(words.refused(self.texts, reason)), refused=True)


def orders(decision: Done) -> Sequence[Letter]:
    """Return letters (queued orders) to the comment's network; each order follows the decision as it is at the moment
    of sending."""
    comment, lane = decision.after, network_lane(decision.after.network)
    return [
        Letter(
            ORDER,
            lane,
            Priority.TAP,
            fold=f"{ORDER}:{comment.id}:{matter}",
            body={"comment": comment.id, "matter": matter.value},
        )
        for matter in decision.effects
    ]


async def _bring_true(tx: Transaction, incoming: Incoming, now: datetime) -> None:
    known = await pressed(tx, incoming)
    if known is not None:
        await tx.outbox.put([made_true(known)], now)


async def answered_by_network(
    tx: Transaction, letter: Letter, act: Act, outcome: Carried | Failed, office: Office, now: datetime
) -> None:
    """Record how the network answered an order. If it failed, the person who decided gets the comment with its link, to
    act by hand."""
    book, number = ModerationBook(tx), int(letter.body["comment"])
    before = await book.get(number)
    if before is None:
        return
    why_not = outcome.reason if isinstance(outcome, Failed) else ""
    command = NetworkAnswered(NETWORK, number, Matter(letter.body["matter"]), act.order, why_not)
    done = COMMENTS.decide(before.comment, command, office, now)
    if isinstance(done, Refused) or not await book.save(replace(before, comment=done.after), done.entry):
        return
    await shown_true(tx, number, now)
    if why_not and before.by is not None:
        await tx.outbox.put([comment_letter(number, before.by, notice="by_hand")], now)
