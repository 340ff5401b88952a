"""Act on what a citizen says about our answer. «Не помогло» counts like a message in which the citizen repeats the
question (decision 0049): it opens a case, with the earlier answer beside it, which waits for the curator. Puts letters
into the outbox, sends nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.answering.answered import Answered
from bot.answering.letters import appeal_of
from bot.answering.saying import redraw
from bot.answering.toasts import toast
from bot.answering.view import Look
from bot.found.citizens import begin_talk
from bot.found.finding import Finding
from bot.helped import screens
from bot.helped.rendering import ASKED, answer_in_network
from config.texts import Texts
from handlers.callbacks import Callback, Verb
from handlers.helped import NO, YES
from handlers.incoming import Incoming
from handlers.wishes import AuthorSays
from networks.port import Found
from storage.transaction import Transaction
from workflow.case import Case
from workflow.commands import AuthorJudged
from workflow.desk import Desk
from workflow.effects import Priority
from workflow.office import DETECTOR, NETWORK, Office
from workflow.outcomes import Refused
from workflow.ports import Letter, network_lane

ANSWERED_WITHIN = timedelta(days=60)
"""How long after the case our question may be answered in words."""


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

    # --- in a network ------------------------------------------------------------------------------------------------

    async def heard(self, tx: Transaction, found: Found, office: Office, now: datetime) -> bool:
        """Whether the message answers our question in its network, by its button or in the button's words; it is then
        carried out, and its author is answered once."""
        if found.kind != "message" or found.ours or found.change != "new" or not found.author_ref:
            return False
        said = await self._said(tx, found, now)
        if said is None:
            return False
        case, helped = said
        if case.helped is helped:
            return True
        if not helped and await _wrote_himself(tx, case):
            await self._answer(tx, case, found, "toasts.helped_written", now)
            return True
        decision = await self.desk.carry_out(tx, AuthorJudged(NETWORK, case.id, helped), now, tx.municipality)
        if isinstance(decision, Refused):
            await self._answer(tx, case, found, "toasts.helped_said", now)
            return True
        if not helped:
            repeat = replace(found, reply_to=answer_in_network(case))
            await self.finding.open_found(tx, repeat, (), DETECTOR, (now, now), office)
        await self._answer(tx, case, found, f"if_helped.{'yes' if helped else 'no'}", now)
        return True

    async def _said(self, tx: Transaction, found: Found, now: datetime) -> tuple[Case, bool] | None:
        pressed = Callback.parse(found.pressed)
        if pressed is not None and pressed.verb is Verb.HELPED and pressed.argument in (YES, NO):
            case = await tx.case(pressed.subject)
            return (case, pressed.argument == YES) if case is not None and _wrote(case, found) else None
        written = screens.written(self.texts, found.text)
        case = await _asked_last(tx, found, now) if written is not None else None
        return (case, written == YES) if case is not None else None

    async def _answer(self, tx: Transaction, case: Case, found: Found, words: str, now: datetime) -> None:
        body, lane = {"words": words, "after": found.ref}, network_lane(found.network)
        letter = Letter("helped", lane, Priority.TAP, case.id, fold=f"helped:{case.id}:{found.ref}", body=body)
        await tx.outbox.put([letter], now)

    # --- in the messenger --------------------------------------------------------------------------------------------

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
            reply_to=answer_in_network(case),
            change="new",
            own_page=False,
        )


def _wrote(case: Case, found: Found) -> bool:
    """Whether the author of the message wrote the case, in private, in the same network."""
    appeal = case.appeal
    return (appeal.network, appeal.author_ref, appeal.kind) == (found.network, found.author_ref, "message")


async def _asked_last(tx: Transaction, found: Found, now: datetime) -> Case | None:
    """The newest case of the author about which he was asked."""
    near = await tx.cases_near(appeal_of(found), "", now - ANSWERED_WITHIN)
    for case in near:
        if _wrote(case, found) and any(line["action"] == ASKED for line in await tx.history(case.id)):
            return case
    return None


def _is_the_author(case: Case, incoming: Incoming, look: Look) -> bool:
    account = incoming.sender.account if incoming.sender is not None and incoming.private else 0
    return case.appeal.network == look.citizens.source.value and case.appeal.author_ref == str(account)


async def _wrote_himself(tx: Transaction, case: Case) -> bool:
    """Whether the citizen has already written under our answer in their own words, and the case of that is open."""
    near = await tx.cases_near(case.appeal, "", case.posting.at if case.posting is not None else case.arrived)
    return any(one.context is not None and one.context.case.id == case.id and not one.is_ended for one in near)
