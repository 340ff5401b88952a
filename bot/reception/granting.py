"""Do what an update asks for (the wishes that the doors made of it), in the open transaction, each through its subject.
Makes no network calls.

The answer to a button press (its toast) is returned and sent after the transaction; all other output is letters (queued
messages) in the outbox.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import assert_never

from bot.answering.answered import Answered
from bot.answering.audited import looked
from bot.answering.letters import reply
from bot.answering.saying import ask, close, pass_by, say, turn_menu
from bot.answering.sheet import Taking
from bot.answering.toasts import toast
from bot.answering.view import Look
from bot.cases.granting import CaseGranting
from bot.cases.kept_back import keep_back
from bot.cases.screens import sayings
from bot.found import import_screens
from bot.found.citizens import CitizenGranting
from bot.found.finding import Finding
from bot.found.granting import FoundGranting
from bot.found.importing import Importing
from bot.helped.granting import HelpedGranting
from bot.leadership.granting import RegisterGranting
from bot.notices.granting import NoticeGranting
from bot.notices.shortcomings import ShortcomingGranting
from bot.official.material.granting import MaterialGranting
from bot.official.moderation.granting import ModerationGranting
from bot.official.pages.granting import PageGranting
from bot.official.publications.watch import PublicationWatch
from bot.people.binding import BindingGranting
from bot.people.granting import AbsenceGranting
from bot.ready.granting import ReadyGranting
from config.russian.words import When
from config.texts import Texts
from handlers.handing_in import IMPORT
from handlers.incoming import Incoming, Kind
from handlers.wishes import (
    Ask,
    AskForwardGuessed,
    AskToBind,
    AskWhyStrike,
    AuthorSays,
    Bind,
    Carry,
    ChannelPost,
    CitizenWrote,
    Close,
    EndAbsence,
    EnterAbsence,
    ForwardGuessed,
    ForwardWave,
    GatherWave,
    HandIn,
    HearBy,
    Hush,
    ImportSheet,
    InGroup,
    ListAbsences,
    Lists,
    MaterialWish,
    Membership,
    ModerationWish,
    PageWish,
    PassBy,
    PublicationSeen,
    Receipt,
    Refuse,
    Say,
    ShowOne,
    ShowReady,
    Snooze,
    Strike,
    TakeUp,
    Toast,
    Turn,
    Wish,
    WorkingGroup,
)
from networks.incident import Unreadable
from networks.port import Found
from storage.transaction import Transaction
from workflow.commands import AnyCommand
from workflow.office import Office
from workflow.official.material import MaterialCommand
from workflow.official.moderation import Moderate
from workflow.official.page import PageCommand
from workflow.outcomes import Reason
from workflow.ports import Letter, account_lane
from workflow.ready import ReadyCommand
from workflow.shortcomings import ReportShortcoming


@dataclass(frozen=True)
class Granting:
    texts: Texts
    office_today: Callable[[str], Office]
    bot_name: str
    finding: Finding
    cases: CaseGranting
    found: FoundGranting
    binding: BindingGranting
    absences: AbsenceGranting
    citizens: CitizenGranting
    pages: PageGranting
    moderation: ModerationGranting
    materials: MaterialGranting
    notices: NoticeGranting
    shortcomings: ShortcomingGranting
    publications: PublicationWatch
    register: RegisterGranting
    ready: ReadyGranting
    helped: HelpedGranting
    importing: Importing | None = None

    async def came(self, tx: Transaction, found: Found, arrived: datetime, now: datetime) -> None:
        """A message came from a network: an answer to our question, or one to be taken in."""
        if not await self.helped.heard(tx, found, self.office_today(tx.municipality), now):
            await self.finding.detect(tx, found, arrived, now)

    async def grant(self, tx: Transaction, wishes: Sequence[Wish], incoming: Incoming, look: Look) -> Answered | None:
        """Do everything the update asks for (`wishes`), or refuse it in words. Return the toast of a press, even if
        empty; None for anything else."""
        last = Answered()
        for wish in wishes:
            answered = await self._one(tx, wish, incoming, look)
            if answered is not None:
                await self._further(tx, answered, incoming, look)
                last = answered if answered.text else last
        if incoming.kind is not Kind.PRESS:
            return None
        return replace(last, press=incoming.press, account=look.actor.account)

    async def _one(self, tx: Transaction, wish: Wish, incoming: Incoming, look: Look) -> Answered | None:
        if isinstance(wish, PageWish):
            return await self.pages.grant(tx, wish, incoming, look)
        if isinstance(wish, MaterialWish):
            return await self.materials.grant(tx, wish, incoming, look)
        if isinstance(wish, AuthorSays | ShowReady):
            return await self._about_answers(tx, wish, incoming, look)
        if isinstance(wish, ModerationWish):
            return await self.moderation.grant(tx, wish, incoming, look)
        match wish:
            case Carry(command):
                return await self._carry(tx, command, wish, incoming, look)
            case Refuse():
                return self._refused(wish.reason, look)
            case HandIn():
                await self.cases.hand_in(tx, wish, incoming, look)
            case Say():
                await say(tx, wish.key, wish.facts, incoming, look, once=wish.once)
            case Toast():
                return Answered(toast(self.texts, wish.key, wish.facts)) if incoming.kind is Kind.PRESS else None
            case Ask():
                await ask(tx, wish, incoming, look)
            case Close(keeps=True):
                await tx.outbox.put(await keep_back(tx, wish.question, look.office, look.now), look.now)
            case Close():
                await close(tx, wish.question, look.now)
            case PassBy():
                await pass_by(tx, wish, look)
            case Turn():
                await turn_menu(tx, wish, incoming, look.now)
            case AskToBind():
                await self.binding.ask_to_bind(tx, wish, incoming, look)
            case Bind():
                return await self.binding.bind(tx, wish, incoming, look)
            case Membership():
                await self.binding.membership(tx, wish)
            case InGroup():
                await self.binding.in_group(tx, wish)
            case WorkingGroup():
                await self.binding.working_group(tx, wish, look)
            case Lists():
                return await self._lists(tx, wish, incoming, look)
            case ImportSheet(answers):
                return await self._import(tx, answers, incoming, look)
            case PublicationSeen(seen):
                await self.publications.saw(tx, seen, look.now)
            case CitizenWrote() | ChannelPost():
                await self.citizens.grant(tx, wish, incoming, look, self.finding)
            case ListAbsences() | EnterAbsence() | EndAbsence():
                return await self.absences.grant(tx, wish, incoming, look)
            case Receipt() | Snooze() | HearBy() | Hush():
                return await self.notices.grant(tx, wish, incoming, look)
            case AskWhyStrike() | Strike():
                return await self.register.grant(tx, wish, incoming, look)
            case TakeUp() | ShowOne() | ForwardWave() | GatherWave() | AskForwardGuessed() | ForwardGuessed():
                return await self.found.grant(tx, wish, incoming, look)
            case _:
                assert_never(wish)
        return None

    async def _about_answers(
        self, tx: Transaction, wish: AuthorSays | ShowReady, incoming: Incoming, look: Look
    ) -> Answered:
        if isinstance(wish, AuthorSays):
            return await self.helped.grant(tx, wish, incoming, look)
        return await self.ready.show(tx, wish, look)

    async def _carry(
        self,
        tx: Transaction,
        command: AnyCommand | PageCommand | MaterialCommand | Moderate | ReportShortcoming | ReadyCommand,
        wish: Carry,
        incoming: Incoming,
        look: Look,
    ) -> Answered:
        """Pass the command to the subject that handles its kind; return that subject's answer."""
        if isinstance(command, PageCommand):
            return await self.pages.carry(tx, command, wish, incoming, look)
        if isinstance(command, MaterialCommand):
            return await self.materials.carry(tx, command, wish, incoming, look)
        if isinstance(command, Moderate):
            return await self.moderation.carry(tx, command, incoming, look)
        if isinstance(command, ReadyCommand):
            return await self.ready.carry(tx, command, incoming, look)
        if isinstance(command, ReportShortcoming):
            return await self.shortcomings.carry(tx, command, wish, look)
        return await self.cases.carry(tx, command, wish, incoming, look)

    async def _further(self, tx: Transaction, answered: Answered, incoming: Incoming, look: Look) -> None:
        """Close the answered question, ask the next one, and send the text as a message unless it will be shown as a
        toast."""
        if answered.close is not None:
            await close(tx, answered.close, look.now)
        if answered.ask is not None:
            await ask(tx, answered.ask, incoming, look)
        if answered.text and incoming.kind is not Kind.PRESS:
            await say(tx, "plain", {"text": answered.text}, incoming, look)

    def _refused(self, reason: Reason, look: Look) -> Answered:
        return Answered(sayings.refusal(self.texts, reason, {}, None, look.office, look.now), refused=True)

    async def _import(self, tx: Transaction, answers: int | None, incoming: Incoming, look: Look) -> Answered:
        """Return a question whether to import the export that was read; once the person agrees, import the next rows as
        cases. When all are done, a report on every row follows."""
        if self.importing is None or look.sheet is None:
            return Answered()
        if isinstance(look.sheet, Unreadable):
            return Answered(import_screens.unreadable_file(self.texts, look.sheet), refused=True, close=answers)
        days = self.importing.plan.oldest.days
        if answers is None:
            return self._asking_to_import(look.sheet, days, look)
        await self.importing.take_some(tx, look.sheet, look.office, look.now, by=look.actor)
        if not look.sheet.is_whole:
            return Answered(toast(self.texts, "importing"))
        said = import_screens.report(self.texts, look.sheet.report, days)
        await say(tx, "plain", {"text": "\n".join(said)}, incoming, look)
        return Answered(said[0], close=answers)

    def _asking_to_import(self, taking: Taking, days: int, look: Look) -> Answered:
        said = import_screens.before(self.texts, taking.sheet, days, When(look.now, look.office.zone))
        files = [file.key for file in look.kept.values() if file.kind == "document"]
        if not taking.sheet.rows or not files:
            return Answered("\n".join(said), refused=True)
        return Answered(ask=Ask(IMPORT, None, {"file": files[0], "said": said, "n": len(taking.sheet.rows)}))

    # --- lists -------------------------------------------------------------------------------

    async def _lists(self, tx: Transaction, wish: Lists, incoming: Incoming, look: Look) -> Answered | None:
        """Queue a letter (message) that names the list; its content is made at the moment of sending. A pressed
        button's list goes to the person in private, and its toast is returned."""
        await looked(tx, wish, look)
        people = list(look.actor.people)
        body = {"which": wish.which, "number": wish.number, "people": people, "private": incoming.private}
        letter = reply("list", {**body, "step": wish.step}, incoming, look)
        if incoming.kind is Kind.PRESS and wish.which == "why":
            return await self.cases.terms(tx, wish, letter, incoming, look)
        if incoming.kind is Kind.PRESS:
            return await self._shown_in_private(tx, wish, letter, incoming, look)
        await tx.outbox.put([letter], look.now)
        return None

    async def _shown_in_private(
        self, tx: Transaction, wish: Lists, letter: Letter, incoming: Incoming, look: Look
    ) -> Answered:
        """Send the answer to «№ 17», «Файл» and a month's button in private, if the bot can write to the person who
        pressed; return the toast."""
        account = incoming.sender.account if incoming.sender else 0
        if not look.reachable(account):
            return Answered(toast(self.texts, "write_to_me_first"), alert=True)
        body = {**letter.body, "private": True, "reply_to": None}
        fold = f"{wish.which}:{wish.number or wish.step}:{account}"
        case = await tx.case_by_number(wish.number or 0)
        about = replace(letter, case_id=case.id if case is not None else None, body=body)
        await tx.outbox.put([replace(about, lane=account_lane(account), account=account, fold=fold)], look.now)
        if wish.number is None:
            return Answered(toast(self.texts, "report_coming"))
        return Answered(toast(self.texts, "case_sent", {"number": wish.number}))
