"""Granting wishes: what the doors asked for is done within the open transaction. Nothing of the network here.

The answer to a press (its toast) is handed back and goes out after the transaction; every other word is a letter.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Protocol, assert_never

from bot.absences import AbsenceGranting
from bot.citizens import CitizenGranting
from bot.finding import Finding
from bot.fitting import too_long
from bot.found_granting import FoundGranting
from bot.hearing import HearingGranting
from bot.importing import Importing
from bot.letters import is_link_alone, made_true, reply, saying_of, with_linked, written
from bot.look import OPEN_STATES, Look, accounts_of
from bot.material import MaterialGranting
from bot.moderation import ModerationGranting
from bot.pages import Answered, PageGranting
from bot.published import PublicationWatch
from handlers.updates import Incoming, Kind
from handlers.wishes import (
    Ask,
    AskToBind,
    Bind,
    Carry,
    ChannelPost,
    CitizenWrote,
    Close,
    EndAbsence,
    EnterAbsence,
    ForwardWave,
    GatherWave,
    HandIn,
    HearBy,
    ImportSheet,
    ListAbsences,
    Lists,
    MaterialWish,
    Membership,
    ModerationWish,
    PageWish,
    PublicationSeen,
    Receipt,
    Refuse,
    Say,
    ShowOne,
    Snooze,
    TakeUp,
    Toast,
    Turn,
    Wish,
    WorkingGroup,
)
from networks.incident import Imported, Unreadable
from networks.pasted import address_of
from networks.port import Found, LinkProblem, Network
from storage.page import Page
from workflow.case import Case
from workflow.commands import Action, AnyCommand, Approve, Forward, Posted, ProposeInterim
from workflow.desk import Desk
from workflow.effects import Priority
from workflow.material import MaterialCommand
from workflow.moderation import Moderate
from workflow.office import Actor, Office, Role
from workflow.official_page import PageCommand
from workflow.outcomes import Facts, Reason, Refused
from workflow.ports import GROUP_LANE, Known, Letter, account_lane


@dataclass(frozen=True, slots=True)
class Heard:
    """The toast of a press. A refusal that comes too late for a toast is written to `account` instead."""

    press: str
    text: str
    alert: bool = False
    refused: bool = False
    account: int | None = None


class Words(Protocol):
    """The words of toasts and of short answers."""

    def refusal(self, reason: Reason, facts: Facts, case: Case | None, office: Office, now: datetime) -> str: ...

    def confirmation(self, action: Action, case: Case, office: Office, now: datetime) -> str: ...

    def toast(self, key: str, facts: Mapping[str, Any]) -> str: ...

    def ready(self, key: str) -> str: ...

    def terms_toast(self, case: Case, office: Office, now: datetime) -> str: ...

    def import_report(self, imported: Imported, days: int) -> list[str]: ...

    def broken_import(self, unreadable: Unreadable) -> str: ...


@dataclass(frozen=True)
class Granting:
    desk: Desk
    words: Words
    office_today: Callable[[str], Office]
    finding: Finding
    found: FoundGranting
    bot_name: str
    absences: AbsenceGranting
    citizens: CitizenGranting
    pages: PageGranting
    moderation: ModerationGranting
    materials: MaterialGranting
    hearing: HearingGranting
    publications: PublicationWatch
    importing: Importing | None = None
    networks: Mapping[str, Network] = field(default_factory=dict)

    async def grant(self, page: Page, wishes: Sequence[Wish], incoming: Incoming, look: Look) -> list[Heard]:
        """Every wish is done, or refused in words. A press always gets its answer, if only an empty one."""
        heard: Heard | None = None
        for wish in wishes:
            heard = await self._one(page, wish, incoming, look) or heard
        if incoming.kind is not Kind.PRESS:
            return []
        return [heard or Heard(incoming.press, "")]

    async def _one(self, page: Page, wish: Wish, incoming: Incoming, look: Look) -> Heard | None:
        if isinstance(wish, PageWish):
            return await self._answered(page, await self.pages.grant(page, wish, incoming, look), incoming, look)
        if isinstance(wish, MaterialWish):
            return await self._answered(page, await self.materials.grant(page, wish, incoming, look), incoming, look)
        if isinstance(wish, ModerationWish):
            return await self._answered(page, await self.moderation.grant(page, wish, incoming, look), incoming, look)
        match wish:
            case Carry(command):
                return await self._carry(page, command, wish, incoming, look)
            case Refuse():
                return await self._told_why_not(page, wish.reason, incoming, look)
            case HandIn():
                await self._hand_in(page, wish, incoming, look)
            case Say():
                await self._say(page, wish.key, wish.facts, incoming, look, once=wish.once)
            case Toast():
                return Heard(incoming.press, self.words.toast(wish.key, wish.facts))
            case Ask():
                await self._ask(page, wish, incoming, look)
            case Close():
                await self._close(page, wish.question, look)
            case Turn():
                await self._turn(page, wish, incoming, look)
            case AskToBind():
                await self._ask_to_bind(page, wish, incoming, look)
            case Bind():
                return await self._bind(page, wish, incoming, look)
            case Membership():
                await self._membership(page, wish)
            case WorkingGroup():
                await self._working_group(page, wish, incoming, look)
            case Lists():
                return await self._lists(page, wish, incoming, look)
            case ImportSheet():
                await self._import(page, incoming, look)
            case PublicationSeen(seen):
                await self.publications.saw(page, seen, look.now)
            case CitizenWrote() | ChannelPost():
                await self.citizens.grant(page, wish, incoming, look, self.finding)
            case ListAbsences() | EnterAbsence() | EndAbsence():
                toast = await self.absences.grant(page, wish, incoming, look)
                return Heard(incoming.press, toast) if toast else None
            case Receipt() | Snooze() | HearBy():
                toast = await self.hearing.grant(page, wish, incoming, look)
                return Heard(incoming.press, toast) if toast else None
            case TakeUp() | ShowOne() | ForwardWave() | GatherWave():
                return Heard(incoming.press, await self.found.grant(page, wish, incoming, look))
            case _:
                assert_never(wish)
        return None

    async def _answered(self, page: Page, answered: Answered, incoming: Incoming, look: Look) -> Heard:
        """What a page or a material has to say, and what is still to be asked."""
        for further in answered.further(incoming):
            await self._one(page, further, incoming, look)
        return Heard(incoming.press, answered.text, refused=answered.refused, account=look.actor.account)

    # --- commands ----------------------------------------------------------------------------

    async def _carry(
        self,
        page: Page,
        command: AnyCommand | PageCommand | MaterialCommand | Moderate,
        wish: Carry,
        incoming: Incoming,
        look: Look,
    ) -> Heard | None:
        """Each command to those who know its thing."""
        if isinstance(command, PageCommand):
            done = await self.pages.carry(page, command, wish, incoming, look)
            return await self._answered(page, done, incoming, look)
        if isinstance(command, MaterialCommand):
            made = await self.materials.carry(page, command, wish, incoming, look)
            return await self._answered(page, made, incoming, look)
        if isinstance(command, Moderate):
            decided = await self.moderation.carry(page, command, incoming, look)
            return await self._answered(page, decided, incoming, look)
        return await self._to_the_desk(page, command, wish, incoming, look)

    async def _to_the_desk(
        self, page: Page, command: AnyCommand, wish: Carry, incoming: Incoming, look: Look
    ) -> Heard | None:
        if isinstance(command, ProposeInterim) and not command.text:
            command = replace(command, text=self.words.ready("interim.text"))
        if isinstance(command, Posted) and not command.ref:
            network, ref = address_of(self.networks.values(), command.link) or (None, "")
            command = replace(command, network=network, ref=ref)
        if isinstance(command, Approve) and (over := await self._over(page, command, look)):
            return Heard(
                incoming.press, self.words.toast("too_long", {"why": over}), refused=True, account=look.actor.account
            )
        decision = await self.desk.carry_out(page, command, look.now, page.municipality)
        if isinstance(decision, Refused):
            return await self._refused(page, command, wish, decision, incoming, look)
        if incoming.kind is Kind.PRESS and decision.entry.from_state != decision.entry.to_state:
            await self._shut_menu(page, incoming, look)
        if isinstance(command, Forward):
            await self.finding.learn(page, decision.after, look.now)
        if wish.answers is not None:
            await self._close(page, wish.answers, look)
        if wish.became is not None:
            version = decision.after.draft.version if decision.after.draft else None
            await self._remember(page, wish.became, decision.after, version, wish.written or written(incoming), look)
        text = self.words.confirmation(command.action, decision.after, look.office, look.now)
        if incoming.kind is Kind.PRESS:
            return Heard(incoming.press, text)
        if incoming.private and not wish.quiet and text:
            await self._say(page, "plain", {"text": text}, incoming, look)
        return None

    async def _over(self, page: Page, command: Approve, look: Look) -> str:
        """Why nobody could post this wording, in words; empty where somebody can, and where it is the rules' to refuse."""
        case = await page.case(command.case)
        draft = case.draft if case is not None else None
        may = look.office.has_role(look.actor, Role.CURATOR, look.now) is not None
        if case is None or draft is None or draft.version != command.version or not may:
            return ""
        return await too_long(page, self.networks, case, draft.text)

    async def _shut_menu(self, page: Page, incoming: Incoming, look: Look) -> None:
        """What the menu was opened for is done: the message shows its first buttons again."""
        known = await page.messages.at(incoming.chat, incoming.message)
        if known is not None and known.menu:
            await page.messages.remember(replace(known, menu=None, shown=None), look.now)

    async def _remember(
        self, page: Page, kind: str, case: Case, version: int | None, written: tuple[int, ...], look: Look
    ) -> None:
        """The person's own messages belong to the case now: a reply to one, or an edit, means something."""
        for message in written[1:]:
            known = Known(written[0], message, kind, case.id, version, look.actor.account)
            await page.messages.remember(known, look.now)

    async def _refused(
        self, page: Page, command: AnyCommand, wish: Carry, refused: Refused, incoming: Incoming, look: Look
    ) -> Heard | None:
        """Why not, in words; and what the person saw is redrawn, since it may be what misled him."""
        case = await page.case(command.case)
        facts = {**refused.facts, "action": command.action}
        text = self.words.refusal(refused.reason, facts, case, look.office, look.now)
        if incoming.kind is Kind.PRESS:
            await self._redraw(page, incoming, look)
            return Heard(incoming.press, text, refused=True, account=look.actor.account)
        if refused.reason is not Reason.UNCHANGED_DRAFT or incoming.kind is not Kind.EDIT:
            once = f"refused:{refused.reason}:{command.case}" if wish.once or not look.actor.people else None
            await self._say(page, "plain", {"text": text}, incoming, look, once_key=once)
        return None

    async def _told_why_not(self, page: Page, reason: Reason, incoming: Incoming, look: Look) -> Heard | None:
        text = self.words.refusal(reason, {}, None, look.office, look.now)
        if incoming.kind is Kind.PRESS:
            return Heard(incoming.press, text, refused=True, account=look.actor.account)
        await self._say(page, "plain", {"text": text}, incoming, look)
        return None

    async def _redraw(self, page: Page, incoming: Incoming, look: Look) -> None:
        known = await page.messages.at(incoming.chat, incoming.message)
        if known is not None:
            await page.outbox.put([made_true(known)], look.now)

    # --- cases come in -----------------------------------------------------------------------

    async def _hand_in(self, page: Page, wish: HandIn, incoming: Incoming, look: Look) -> None:
        appeal = wish.appeal
        if isinstance(look.linked, LinkProblem) and is_link_alone(appeal):
            await self._say(page, saying_of(look.linked), {}, incoming, look)
            return
        if isinstance(look.linked, Found):
            known = await page.case_by_ref(look.linked.network, look.linked.ref)
            if known is not None and (case := await page.case(known)) is not None:
                await self._say(page, "already_a_case", {"number": case.number}, incoming, look)
                return
            appeal = with_linked(appeal, look.linked)
        decision = await self.finding.open(page, appeal, look.actor, look.now, look.now, look.office)
        if isinstance(decision, Refused):
            text = self.words.refusal(decision.reason, decision.facts, None, look.office, look.now)
            await self._say(page, "plain", {"text": text}, incoming, look)
            return
        if wish.answers is not None:
            await self._close(page, wish.answers, look)
        await self._remember(page, "handed_in", decision.after, None, written(incoming), look)
        if not incoming.private:
            await self._say(page, "handed_in", {"number": decision.after.number}, incoming, look)

    async def _import(self, page: Page, incoming: Incoming, look: Look) -> None:
        """The next rows of the export are cases now; when all are, the curator reads what became of each."""
        if self.importing is None or look.sheet is None:
            return
        if isinstance(look.sheet, Unreadable):
            said = [self.words.broken_import(look.sheet)]
        else:
            await self.importing.take_some(page, look.sheet, look.office, look.now, by=look.actor)
            if not look.sheet.is_whole:
                return
            said = self.words.import_report(look.sheet.report, self.importing.plan.oldest.days)
        await self._say(page, "plain", {"text": "\n".join(said)}, incoming, look)

    # --- words and questions -----------------------------------------------------------------

    async def _say(
        self,
        page: Page,
        key: str,
        facts: Mapping[str, Any],
        incoming: Incoming,
        look: Look,
        *,
        once: bool = False,
        once_key: str | None = None,
    ) -> None:
        """Words where the update came from, as a reply to it; `once`: not again to the same person within the day."""
        account = incoming.sender.account if incoming.sender else 0
        if once or once_key:
            mark, today = f"said:{once_key or key}:{account}"[:64], look.now.date().isoformat()
            if await page.mark(mark) == today:
                return
            await page.set_mark(mark, today)
        roles = sorted({role for person in look.office.acting(look.actor, look.now) for role in person.roles})
        body = {"key": key, "facts": dict(facts), "roles": roles}
        await page.outbox.put([reply("say", body, incoming, look)], look.now)

    async def _ask(self, page: Page, wish: Ask, incoming: Incoming, look: Look) -> None:
        """The question is open from now on; it is put in private where the person can be reached."""
        account = incoming.sender.account if incoming.sender else 0
        question = await page.questions.ask(account, wish.kind, wish.case, wish.body, look.now)
        body = {"question": question, "kind": wish.kind, **wish.body}
        letter = reply("ask", body, incoming, look)
        if wish.kind != "working_group" and look.reachable(account):
            letter = replace(letter, lane=account_lane(account), account=account)
            if not incoming.private:
                letter = replace(letter, body={**body, "reply_to": None})
        await page.outbox.put([replace(letter, case_id=wish.case)], look.now)

    async def _close(self, page: Page, question_id: int, look: Look) -> None:
        """The question is over; its message, if it was shown, loses its buttons."""
        question = await page.questions.get(question_id)
        if question is None:
            return
        await page.questions.answered(question_id, look.now)
        if question.chat_id is not None and question.message_id is not None:
            known = await page.messages.at(question.chat_id, question.message_id)
            if known is not None:
                await page.outbox.put([made_true(known)], look.now)

    async def _turn(self, page: Page, wish: Turn, incoming: Incoming, look: Look) -> None:
        known = await page.messages.at(incoming.chat, incoming.message)
        if known is not None:
            turned = replace(known, menu=wish.menu, shown=None)
            await page.messages.remember(turned, look.now)
            await page.outbox.put([made_true(turned)], look.now)

    # --- people and chats --------------------------------------------------------------------

    async def _ask_to_bind(self, page: Page, wish: AskToBind, incoming: Incoming, look: Look) -> None:
        person = await self._invited(page, wish.code_hash, look)
        if person is None:
            await self._say(page, "invitation_expired", {}, incoming, look)
            return
        await self._ask(page, Ask("bind", None, {"code_hash": wish.code_hash, "person": person}), incoming, look)

    async def _invited(self, page: Page, code_hash: str, look: Look) -> str | None:
        """Whom the invitation is for, if it still holds."""
        found = await page.people.invitation(code_hash)
        if found is None or found["used_at"] is not None or found["expires_at"] <= look.now:
            return None
        person = str(found["person"])
        return person if person in look.office.people else None

    async def _bind(self, page: Page, wish: Bind, incoming: Incoming, look: Look) -> Heard | None:
        person = await self._invited(page, wish.code_hash, look)
        if person is None or incoming.sender is None:
            await self._say(page, "invitation_expired", {}, incoming, look)
            return None
        await page.people.use_invitation(wish.code_hash, look.now)
        await page.people.bind(person, incoming.sender.account, incoming.sender.name, in_group=True, now=look.now)
        bound = replace(look, actor=Actor((*look.actor.people, person), incoming.sender.account))
        await self._say(page, "welcome_bound", {"person": person}, incoming, bound)
        await self.absences.handing_over.welcome(page, person, look.now)
        return Heard(incoming.press, self.words.toast("bound", {}))

    async def _membership(self, page: Page, wish: Membership) -> None:
        values: dict[str, bool] = {}
        if wish.in_group is not None:
            values["in_group"] = wish.in_group
        if wish.reachable is not None:
            values["reachable"] = wish.reachable
        if values:
            await page.people.set_account(wish.account, **values)

    async def _working_group(self, page: Page, wish: WorkingGroup, incoming: Incoming, look: Look) -> None:
        """From now on cards go there; after a migration the open ones are posted anew, since old messages stay behind."""
        group = await page.people.working_group()
        title = wish.title or (group[1] if group else look.office.name)
        await page.people.set_working_group(wish.chat, title)
        cards = [
            Letter("card", GROUP_LANE, Priority.TAP, case.id, fold=f"card:{case.id}")
            for case in await page.cases_in(OPEN_STATES)
            if case.parts
        ]
        await page.outbox.put(cards, look.now)
        for question in await page.questions.open_of_kind("working_group"):
            await self._close(page, question.id, look)

    async def _lists(self, page: Page, wish: Lists, incoming: Incoming, look: Look) -> Heard | None:
        """A list is a letter that names it: it is made at the moment of sending, from what is true then."""
        people = list(look.actor.people)
        body = {"which": wish.which, "number": wish.number, "people": people, "private": incoming.private}
        letter = reply("list", {**body, "step": wish.step}, incoming, look)
        if incoming.kind is Kind.PRESS and wish.which == "why":
            return await self._terms(page, wish, letter, incoming, look)
        if incoming.kind is Kind.PRESS:
            return await self._shown_in_private(page, wish, letter, incoming, look)
        await page.outbox.put([letter], look.now)
        return None

    async def _shown_in_private(self, page: Page, wish: Lists, letter: Letter, incoming: Incoming, look: Look) -> Heard:
        """«№ 17» and «Файл» are answered in private, if whoever pressed can be reached there."""
        account = incoming.sender.account if incoming.sender else 0
        if not look.reachable(account):
            return Heard(incoming.press, self.words.toast("write_to_me_first", {}), alert=True)
        body = {**letter.body, "private": True, "reply_to": None}
        fold = f"{wish.which}:{wish.number}:{account}"
        await page.outbox.put(
            [replace(letter, lane=account_lane(account), account=account, fold=fold, body=body)], look.now
        )
        return Heard(incoming.press, self.words.toast("case_sent", {"number": wish.number}))

    async def _terms(self, page: Page, wish: Lists, letter: Letter, incoming: Incoming, look: Look) -> Heard:
        """«Сроки» is answered in private to whoever pressed it; who cannot be reached has what runs over the button."""
        account = incoming.sender.account if incoming.sender else 0
        if look.reachable(account):
            fold = f"why:{wish.number}:{account}"
            await page.outbox.put([replace(letter, lane=account_lane(account), account=account, fold=fold)], look.now)
            return Heard(incoming.press, self.words.toast("why_sent", {"number": wish.number}))
        case = await page.case_by_number(wish.number or 0)
        assert case is not None, "the door has seen it"
        office = self.desk.office_of(page.municipality, case.regulation)
        return Heard(incoming.press, self.words.terms_toast(case, office, look.now), alert=True)

    async def write_refusal(self, page: Page, word: Heard, now: datetime) -> None:
        """The words of a toast that came too late, in private, to whom the bot can write."""
        if word.account in {b.account for b in await page.people.all() if b.reachable}:
            body: dict[str, Any] = {"key": "plain", "facts": {"text": word.text}, "roles": [], "reply_to": None}
            lane = account_lane(word.account or 0)
            await page.outbox.put([Letter("say", lane, Priority.TAP, account=word.account, body=body)], now)

    async def report_parked(self, page: Page, role: Role, now: datetime) -> None:
        """The curators hear that something could not be read, once a day, and what to do."""
        mark, today = "parked_reported", now.date().isoformat()
        if await page.mark(mark) == today:
            return
        await page.set_mark(mark, today)
        people = set(self.office_today(page.municipality).holders(role, now))
        accounts = accounts_of(people, await page.people.all())
        body = json.loads(json.dumps({"key": "parked", "facts": {}, "roles": [role]}))
        letters = [Letter("say", account_lane(a), Priority.DEADLINE, account=a, body=body) for a in sorted(accounts)]
        await page.outbox.put(letters, now)
