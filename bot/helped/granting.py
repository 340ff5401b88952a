"""Act on what a citizen says about our answer. «Не помогло» counts like a message in which the citizen repeats the
question (decision 0049): it opens a case, with the earlier answer beside it, which waits for the curator. Puts letters
into the outbox, sends nothing."""

from __future__ import annotations

from dataclasses import dataclass

from bot.answering.answered import Answered
from bot.answering.saying import redraw
from bot.answering.toasts import toast
from bot.answering.view import Look
from bot.found.citizens import begin_talk
from bot.found.finding import Finding
from config.texts import Texts
from handlers.incoming import Incoming
from handlers.wishes import AuthorSays
from networks.port import Found
from storage.transaction import Transaction
from workflow.case import Case
from workflow.commands import AuthorJudged
from workflow.desk import Desk
from workflow.office import DETECTOR, NETWORK
from workflow.outcomes import Refused


@dataclass(frozen=True)
class HelpedGranting:
    desk: Desk
    texts: Texts
    finding: Finding

    async def grant(self, tx: Transaction, wish: AuthorSays, incoming: Incoming, look: Look) -> Answered:
        case = await tx.case(wish.case)
        if case is None or not _is_the_author(case, incoming, look):
            return Answered(toast(self.texts, "helped_not_yours"), refused=True)
        if not wish.helped and await _wrote_himself(tx, case):
            return Answered(toast(self.texts, "helped_written"), refused=True)
        judged = AuthorJudged(NETWORK, case.id, wish.helped)
        decision = await self.desk.carry_out(tx, judged, look.now, tx.municipality)
        await redraw(tx, incoming, look.now)
        if isinstance(decision, Refused):
            return Answered(toast(self.texts, "helped_said"), refused=True)
        if not wish.helped:
            found = self._found(case, incoming, look)
            await self.finding.open_found(tx, found, (), DETECTOR, (look.now, look.now), look.office)
            await begin_talk(tx, found.ref, incoming, look.now)
            return Answered(toast(self.texts, "helped_no"))
        return Answered(toast(self.texts, "helped_yes"))

    def _found(self, case: Case, incoming: Incoming, look: Look) -> Found:
        """Return the press of «Не помогло» as a message of its author under our answer."""
        assert incoming.sender is not None
        return Found(
            network=str(case.appeal.network),
            ref=f"{incoming.chat}:{incoming.message}",
            kind="message",
            text=self.texts.plain("if_helped_buttons.no"),
            author_name=incoming.sender.name,
            author_ref=case.appeal.author_ref,
            written_at=look.now,
            link=case.appeal.link,
            place="",
            attachments=(),
            reply_to=(case.posting.ref if case.posting is not None else "") or case.appeal.ref,
            change="new",
            own_page=False,
        )


def _is_the_author(case: Case, incoming: Incoming, look: Look) -> bool:
    account = incoming.sender.account if incoming.sender is not None and incoming.private else 0
    return case.appeal.network == look.citizens.source.value and case.appeal.author_ref == str(account)


async def _wrote_himself(tx: Transaction, case: Case) -> bool:
    """Whether the citizen has already written under our answer in their own words, and the case of that is open."""
    near = await tx.cases_near(case.appeal, "", case.posting.at if case.posting is not None else case.arrived)
    return any(one.context is not None and one.context.case.id == case.id and not one.is_ended for one in near)
