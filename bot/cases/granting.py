"""Carry out what a press or a message asks about a case: pass commands to the desk, open a case from a message, show
the terms in a button's toast. Sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from bot.answering.answered import Answered
from bot.answering.letters import is_link_alone, reply, saying_of, with_linked, written
from bot.answering.saying import close, redraw, say, write_privately
from bot.answering.toasts import toast
from bot.answering.view import Look
from bot.cases.bases import with_words
from bot.cases.fitting import too_long
from bot.cases.screens import sayings
from bot.cases.screens import why as terms
from config.texts import Texts
from handlers.incoming import Incoming, Kind
from handlers.wishes import Carry, HandIn, Lists
from networks.pasted import address_of
from networks.port import Found, LinkProblem, Network
from storage.transaction import Transaction
from workflow.case import Appeal, Case
from workflow.commands import (
    AddNote,
    AnyCommand,
    Approve,
    BeginDraft,
    Forward,
    Posted,
    ProposeInterim,
    TakeBack,
    TakeBasis,
)
from workflow.desk import Desk
from workflow.effects import Priority
from workflow.office import Actor, Office, Role
from workflow.outcomes import Decision, Reason, Refused
from workflow.ports import Known, Letter, account_lane


class Cases(Protocol):
    """What this module needs from `bot.found.finding`: open a case from a message, and learn from where a curator
    forwarded a case."""

    async def open(
        self, tx: Transaction, appeal: Appeal, by: Actor, arrived: datetime, now: datetime, office: Office
    ) -> Decision: ...

    async def learn(self, tx: Transaction, case: Case, now: datetime) -> None: ...


@dataclass(frozen=True)
class CaseGranting:
    desk: Desk
    texts: Texts
    cases: Cases
    networks: Mapping[str, Network] = field(default_factory=dict)

    async def carry(
        self, tx: Transaction, command: AnyCommand, wish: Carry, incoming: Incoming, look: Look
    ) -> Answered:
        """Carry out the command at the desk and put the confirmations in the outbox. Return the toast for a button
        press (empty if there is none); a refused command returns or sends the refusal in words."""
        if isinstance(command, ProposeInterim) and not command.text:
            command = replace(command, text=self.texts.plain("interim.text"))
        if isinstance(command, Posted) and not command.ref:
            network, ref = address_of(self.networks.values(), command.link) or (None, "")
            command = replace(command, network=network, ref=ref)
        if isinstance(command, TakeBasis):
            command = await with_words(tx, command, look.office)
        if isinstance(command, Approve) and (over := await self._over(tx, command, look)):
            return Answered(toast(self.texts, "too_long", {"why": over}), refused=True)
        decision = await self.desk.carry_out(tx, command, look.now, tx.municipality)
        if isinstance(decision, Refused):
            return await self._refused(tx, command, wish, decision, incoming, look)
        if incoming.kind is Kind.PRESS and decision.entry.from_state != decision.entry.to_state:
            await self._shut_menu(tx, incoming, look)
        if isinstance(command, Forward):
            await self.cases.learn(tx, decision.after, look.now)
        if wish.answers is not None:
            await close(tx, wish.answers, look.now)
        if wish.became is not None:
            version = decision.after.draft.version if decision.after.draft else None
            await self._remember(tx, wish.became, decision.after, version, wish.written or written(incoming), look)
        if isinstance(command, TakeBasis | BeginDraft):
            await self._hand_out(tx, command, decision.after, incoming, look)
        details = dict(decision.entry.details)
        text = sayings.confirmation(self.texts, command.action, decision.after, look.office, look.now, details)
        if isinstance(command, TakeBack):
            await redraw(tx, incoming, look.now)
        if decision.after.former is not None and decision.after.former.line == decision.after.version:
            await self._offer_undo(tx, decision.after, incoming, look)
            return Answered(text) if incoming.kind is Kind.PRESS else Answered()
        if incoming.kind is Kind.PRESS:
            return Answered(text)
        if incoming.private and not wish.quiet and text:
            await say(tx, "plain", {"text": text}, incoming, look)
        elif isinstance(command, AddNote):
            await write_privately(tx, Answered(text, account=look.actor.account), look.now)
        return Answered()

    async def _hand_out(
        self, tx: Transaction, command: TakeBasis | BeginDraft, case: Case, incoming: Incoming, look: Look
    ) -> None:
        """Send the person in private the answer they took as a basis, or, after «Черновик» in the group, the answers
        they may take. Nothing is sent if the bot cannot write to them in private."""
        account = look.actor.account
        if account is None or not look.reachable(account) or (isinstance(command, BeginDraft) and incoming.private):
            return
        basis = case.lead.basis if case.lead is not None else None
        taken = basis.text if isinstance(command, TakeBasis) and basis is not None else ""
        which = {"which": "basis", "text": taken} if isinstance(command, TakeBasis) else {"which": "bases"}
        letter = Letter("list", account_lane(account), Priority.TAP, case.id, account, body={**which, "quietly": True})
        await tx.outbox.put([letter], look.now)

    async def _offer_undo(self, tx: Transaction, case: Case, incoming: Incoming, look: Look) -> None:
        """Confirm the act in a message with «Отменить», in private if the bot can write to the person there."""
        letter = replace(reply("undoable", {"line": case.version}, incoming, look), case_id=case.id)
        account = look.actor.account
        if account is not None and not incoming.private and look.reachable(account):
            letter = replace(letter, lane=account_lane(account), account=account, body={"line": case.version})
        await tx.outbox.put([letter], look.now)

    async def _over(self, tx: Transaction, command: Approve, look: Look) -> str:
        """Return why a network would refuse the draft as too long, in words; "" if it fits, or if the rules refuse the
        approval anyway."""
        case = await tx.case(command.case)
        draft = case.draft if case is not None else None
        may = look.office.has_role(look.actor, Role.CURATOR, look.now) is not None
        if case is None or draft is None or draft.version != command.version or not may:
            return ""
        return await too_long(tx, self.networks, case, draft.text)

    async def _shut_menu(self, tx: Transaction, incoming: Incoming, look: Look) -> None:
        """Close the menu in which the command was pressed, so that the message shows its main buttons again."""
        known = await tx.messages.at(incoming.chat, incoming.message)
        if known is not None and known.menu:
            await tx.messages.remember(replace(known, menu=None, shown=None), look.now)

    async def _remember(
        self, tx: Transaction, kind: str, case: Case, version: int | None, written: tuple[int, ...], look: Look
    ) -> None:
        """Remember that the person's own messages belong to the case, so that a reply to one of them or an edit of it
        is understood. `written`: the chat, then the messages in it."""
        for message in written[1:]:
            known = Known(written[0], message, kind, case.id, version, look.actor.account)
            await tx.messages.remember(known, look.now)

    async def _refused(
        self, tx: Transaction, command: AnyCommand, wish: Carry, refused: Refused, incoming: Incoming, look: Look
    ) -> Answered:
        """Say in words why the command is refused: for a press in the toast that is returned (the message with the
        button is refreshed too, since it may be stale), otherwise in a reply."""
        case = await tx.case(command.case)
        facts = {**refused.facts, "action": command.action}
        text = sayings.refusal(self.texts, refused.reason, facts, case, look.office, look.now)
        if incoming.kind is Kind.PRESS:
            await redraw(tx, incoming, look.now)
            return Answered(text, refused=True)
        if refused.reason is not Reason.UNCHANGED_DRAFT or incoming.kind is not Kind.EDIT:
            once = f"refused:{refused.reason}:{command.case}" if wish.once or not look.actor.people else None
            await say(tx, "plain", {"text": text}, incoming, look, once_key=once)
        return Answered()

    # --- cases come in -----------------------------------------------------------------------

    async def hand_in(self, tx: Transaction, wish: HandIn, incoming: Incoming, look: Look) -> None:
        """Open a case from the person's message, or tell the person why not."""
        appeal = wish.appeal
        if isinstance(look.linked, LinkProblem) and is_link_alone(appeal):
            await say(tx, saying_of(look.linked), {}, incoming, look)
            return
        if isinstance(look.linked, Found):
            known = await tx.case_by_ref(look.linked.network, look.linked.ref)
            if known is not None and (case := await tx.case(known)) is not None:
                await say(tx, "already_a_case", {"number": case.number}, incoming, look)
                return
            appeal = with_linked(appeal, look.linked)
        decision = await self.cases.open(tx, appeal, look.actor, look.now, look.now, look.office)
        if isinstance(decision, Refused):
            text = sayings.refusal(self.texts, decision.reason, decision.facts, None, look.office, look.now)
            await say(tx, "plain", {"text": text}, incoming, look)
            return
        if wish.answers is not None:
            await close(tx, wish.answers, look.now)
        await self._remember(tx, "handed_in", decision.after, None, written(incoming), look)
        if not incoming.private:
            await say(tx, "handed_in", {"number": decision.after.number}, incoming, look)
        if isinstance(look.linked, LinkProblem):
            await say(tx, "link_not_read", {"number": decision.after.number}, incoming, look)

    # --- terms -------------------------------------------------------------------------------

    async def terms(self, tx: Transaction, wish: Lists, letter: Letter, incoming: Incoming, look: Look) -> Answered:
        """Answer the button «Сроки» in private to the person who pressed it and return the toast; if the bot cannot
        write to them, return the running terms as an alert."""
        account = incoming.sender.account if incoming.sender else 0
        if look.reachable(account):
            fold = f"why:{wish.number}:{account}"
            await tx.outbox.put([replace(letter, lane=account_lane(account), account=account, fold=fold)], look.now)
            return Answered(toast(self.texts, "why_sent", {"number": wish.number}))
        case = await tx.case_by_number(wish.number or 0)
        assert case is not None, "the door has seen it"
        office = self.desk.office_of(tx.municipality, case.regulation)
        return Answered(terms.terms_toast(self.texts, case, office, look.now), alert=True)
