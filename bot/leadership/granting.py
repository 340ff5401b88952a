"""Annul violations: ask for one reason for several rows of the register, then annul each by a command of its own. Sends
nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.answering.answered import Answered
from bot.answering.letters import made_true
from bot.answering.toasts import toast
from bot.answering.view import Look
from bot.cases.reckoning import CORRECTED
from bot.cases.screens import sayings
from bot.leadership.register import violations_of
from bot.leadership.register_screens import named, outcome, reasons
from bot.offices import Offices
from config.texts import Texts
from handlers.incoming import Incoming, Kind
from handlers.striking import Marked
from handlers.wishes import Ask, AskWhyStrike, RegisterWish, RowOfCase, Strike
from reports.wording import Wording
from storage.transaction import Transaction
from workflow.commands import Annul
from workflow.decide import decide
from workflow.desk import Desk
from workflow.office import Office
from workflow.outcomes import Reason, Refused
from workflow.reasons import STAND_IN

QUESTION = "annul_reason"


@dataclass(frozen=True)
class RegisterGranting:
    desk: Desk
    offices: Offices
    texts: Texts

    async def grant(self, tx: Transaction, wish: RegisterWish, incoming: Incoming, look: Look) -> Answered:
        match wish:
            case AskWhyStrike(source, rows):
                return await self._ask(tx, source, rows, incoming, look)
            case Strike():
                return await self._strike(tx, wish, incoming, look)

    async def _ask(
        self, tx: Transaction, source: str, rows: tuple[RowOfCase, ...], incoming: Incoming, look: Look
    ) -> Answered:
        """Return a question for the reason to annul the marked rows; without marked rows, all that the person may annul
        in the list as it is now. If there are none, return a refusal."""
        if len(rows) == 1 and (refused := await self._refusal(tx, rows[0], look)) is not None:
            await self._refresh(tx, incoming, look)
            return Answered(refused, refused=True)
        found = await violations_of(tx, source, look.actor.people, self.offices, look.now) if source else []
        mine = [one for one in found if one.may and (not rows or one.key in rows)]
        keys = [list(one.key) for one in mine] or [list(row) for row in rows if len(rows) == 1]
        if not keys:
            await self._refresh(tx, incoming, look)
            return Answered(toast(self.texts, "nothing_to_strike"), refused=True)
        body = {
            "rows": keys,
            "text": named(self.texts, mine, self._wording(look.office)),
            "choices": reasons(self.texts, corrected=source == CORRECTED),
            "list": [incoming.chat, incoming.message],
        }
        return Answered(toast(self.texts, "asked_annul_reason"), ask=Ask(QUESTION, None, body))

    async def _refusal(self, tx: Transaction, row: RowOfCase, look: Look) -> str | None:
        """Return why this violation cannot be annulled by this person, in words; None if it can."""
        case = await tx.case(row[0])
        if case is None:
            return self._words(Refused(Reason.NOT_IN_THE_REGISTER), look)
        office = self.desk.office_of(tx.municipality, case.regulation)
        decision = decide(case, self._annul(row, STAND_IN, look), office, look.now)
        return self._words(decision, look) if isinstance(decision, Refused) else None

    async def _strike(self, tx: Transaction, wish: Strike, incoming: Incoming, look: Look) -> Answered:
        """Annul each violation by a command of its own; return in words how many were, and why not the others."""
        done, refused, unexplained = 0, [], False
        for row in wish.rows:
            decision = await self.desk.carry_out(tx, self._annul(row, wish.reason, look), look.now, tx.municipality)
            if isinstance(decision, Refused):
                case = await tx.case(row[0])
                refused.append((case.number if case is not None else 0, self._words(decision, look)))
                unexplained = unexplained or decision.reason is Reason.ANNULMENT_UNEXPLAINED
            else:
                done += 1
        question = await tx.questions.get(wish.answers)
        if question is not None:
            await self._refresh_at(tx, tuple(question.body.get("list", ())), look.now)
        said = outcome(self.texts, done, refused)
        return Answered(said, refused=not done, close=None if unexplained else wish.answers, alert=bool(refused))

    def _annul(self, row: RowOfCase, reason: str, look: Look) -> Annul:
        return Annul(look.actor, row[0], (row[1],), reason)

    def _words(self, refused: Refused, look: Look) -> str:
        return sayings.refusal(self.texts, refused.reason, refused.facts, None, look.office, look.now)

    def _wording(self, office: Office) -> Wording:
        names = {department.key: department.name for department in office.departments.values()}
        return Wording.of(names, office.zone, self.offices.municipality.folders)

    async def _refresh(self, tx: Transaction, incoming: Incoming, look: Look) -> None:
        if incoming.kind is Kind.PRESS:
            await self._refresh_at(tx, (incoming.chat, incoming.message), look.now)

    async def _refresh_at(self, tx: Transaction, address: tuple[int, ...], now: datetime) -> None:
        """Refresh the message with the list of violations, without marked rows."""
        known = await tx.messages.at(*address) if len(address) == 2 else None
        if known is not None and known.menu is not None:
            plain = replace(known, menu=replace(Marked.read(known.menu), rows=()).menu(), shown=None)
            await tx.messages.remember(plain, now)
            await tx.outbox.put([made_true(plain)], now)
