"""Material for publication: one way for every command about it, granting what the doors wish, and what a posting's end means.

Everything goes through `workflow.official.material_rules.decide_material`; a material is kept with its journal line in
the open transaction, together with the letters that bring it to its pages and to people. Nothing is sent from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.answering.letters import made_true, written
from bot.answering.turning import others_made_true, pressed, turn
from bot.answering.view import Look, accounts_of
from bot.cases.screens.sayings import toast
from bot.delivery.ports import Failed
from bot.files import FileStore
from bot.offices import Offices
from bot.official.material import screens as words
from bot.official.material.rendering import KIND, PLAN, is_late, material_letter, out_files, plan_letter, plan_messages
from bot.official.pages.granting import Answered
from bot.process.screens import Screens
from handlers.material import chosen_in
from handlers.updates import Incoming, Kind
from handlers.wishes import (
    Ask,
    AskAboutMaterial,
    CarryMaterial,
    MaterialWish,
    RewordMaterial,
    ShowMaterial,
    ShowPlan,
)
from networks.port import Posted, Publishes
from storage.materials import Materials
from storage.official_pages import OfficialPages
from storage.transaction import Transaction
from workflow.effects import Priority
from workflow.office import NETWORK, Actor, Office
from workflow.official.material import (
    ApproveMaterial,
    EditMaterial,
    HandOverMaterial,
    Material,
    MaterialAccepted,
    MaterialCommand,
    MaterialDecision,
    MaterialNotice,
    MaterialPublished,
    MaterialReason,
    MaterialRefused,
    ResendMaterial,
    RetryMaterial,
    ReturnMaterial,
    SendMaterial,
)
from workflow.official.material_rules import decide_material, sender
from workflow.official.page import OfficialPage, PageState
from workflow.official.page_addresses import belongs_to, network_of, page_address
from workflow.official.page_items import PageNetwork
from workflow.official.page_rules import editors
from workflow.official.publications import Publication
from workflow.ports import Binding, Known, Letter, network_lane

STAND_IN = "…"
"""An answer good enough for the trial of a question nobody may be asked in vain."""


@dataclass(frozen=True)
class MaterialDesk:
    """The only place where a decision about a material and the books meet. `networks`: what their posts may hold."""

    networks: Mapping[str, object]
    files: FileStore

    async def decide(
        self, tx: Transaction, command: MaterialCommand, office: Office, now: datetime
    ) -> MaterialDecision:
        """What would come of it; nothing is kept."""
        before = None if isinstance(command, SendMaterial) else await Materials(tx).get(command.material)
        return decide_material(before, await self._informed(tx, command, before), office, now)

    async def carry(
        self, tx: Transaction, command: MaterialCommand, office: Office, now: datetime
    ) -> MaterialDecision | None:
        """Decided and kept, with everything that is to be sent; None where somebody else was faster."""
        decision = await self.decide(tx, command, office, now)
        if isinstance(decision, MaterialRefused):
            return decision
        if not await Materials(tx).save(decision.material, decision.entry):
            return None
        if isinstance(command, MaterialPublished):
            await self._count(tx, command, decision, now)
        bindings = await tx.people.all()
        letters = [*await self._publishing(tx, decision), *self._told(decision, command, office, bindings, now)]
        await tx.outbox.put(letters, now)
        return decision

    async def _informed(self, tx: Transaction, command: MaterialCommand, material: Material | None) -> MaterialCommand:
        """The command with what only the books and the networks know."""
        book = OfficialPages(tx)
        match command:
            case SendMaterial():
                return replace(command, material=await Materials(tx).next_number())
            case ApproveMaterial() if material is not None:
                pages = {one.id: one for one in await book.every() if one.state is PageState.IN_FORCE}
                chosen = [pages[number] for number in command.pages if number in pages]
                problems = [(one.id, said[0]) for one in chosen if (said := self._problems(one, material))]
                return replace(command, in_force=frozenset(pages), problems=tuple(problems))
            case MaterialPublished() if command.by.machine is None:
                found = await book.get(command.page)
                if found is None:
                    return command
                fits = command.link == STAND_IN or _fits(command.link, found)
                return replace(command, fits=fits, keeper=found.responsible)
            case HandOverMaterial():
                found = await book.get(command.page)
                return replace(command, keeper=found.responsible if found is not None else "")
            case RetryMaterial():
                found = await book.get(command.page)
                by_us = found is not None and found.state is PageState.IN_FORCE and self._publishes(found)
                return replace(command, by_us=by_us, keeper=found.responsible if found is not None else "")
            case _:
                return command

    def _problems(self, page: OfficialPage, material: Material) -> list[str]:
        publisher = self.networks.get(page.network)
        if not isinstance(publisher, Publishes):
            return []
        return publisher.post_problems(material.newest.text, out_files(material.newest.files, self.files))

    def _publishes(self, page: OfficialPage) -> bool:
        publisher = self.networks.get(page.network)
        return isinstance(publisher, Publishes) and publisher.may_publish

    async def _count(
        self, tx: Transaction, command: MaterialPublished, decision: MaterialAccepted, now: datetime
    ) -> None:
        """It counts for the norm of its page, once, however else it may be heard of."""
        person = decision.entry.by if command.by.machine is None else None
        await OfficialPages(tx).publish(Publication(command.page, now, command.link), person)

    async def _publishing(self, tx: Transaction, decision: MaterialAccepted) -> list[Letter]:
        """A letter for each page, put off to the time of the approval."""
        material, letters = decision.material, list[Letter]()
        for number in decision.publish:
            found = await OfficialPages(tx).get(number)
            network = found.network if found is not None else PageNetwork.VK
            place = material.place(number)
            tries = place.tries if place is not None else 0
            body = {"material": material.id, "page": number, "approval": material.approval, "tries": tries}
            fold = f"publish:{material.id}:{number}:{material.approval}:{tries}"
            letters.append(Letter(
                "publish", network_lane(network), Priority.DEADLINE, fold=fold, body=body, not_before=material.publish_at,
            ))  # fmt: skip
        return letters

    def _told(
        self,
        decision: MaterialAccepted,
        command: MaterialCommand,
        office: Office,
        bindings: Sequence[Binding],
        now: datetime,
    ) -> list[Letter]:
        letters: dict[int, Letter] = {}
        page = command.page if isinstance(command, MaterialPublished | HandOverMaterial) else 0
        for told in decision.told:
            heard = accounts_of(told.people, bindings)
            if not heard and told.notice is MaterialNotice.HANDED_OVER:
                heard = accounts_of(editors(office, now), bindings)
            for account in heard - {command.by.account}:
                made = material_letter(decision.material.id, account, notice=told.notice, page=page)
                letters.setdefault(account, made)
        return list(letters.values())


def _fits(link: str, page: OfficialPage) -> bool:
    """Whether the link may be a post of the page: of its network, no page itself, and in a channel of that channel."""
    if network_of(link) is not page.network or page_address(link) is not None:
        return False
    return page.network is not PageNetwork.TELEGRAM or belongs_to(link, page.address)


# --- what the doors wish -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MaterialGranting:
    desk: MaterialDesk
    screens: Screens

    async def grant(self, tx: Transaction, wish: MaterialWish, incoming: Incoming, look: Look) -> Answered:
        """The wish is done or refused in words."""
        match wish:
            case ShowPlan(week):
                return await self._plan(tx, week, incoming, look)
            case ShowMaterial(number, menu):
                return await self._show(tx, number, menu, incoming, look)
            case AskAboutMaterial():
                return await self._ask(tx, wish, look)
            case CarryMaterial(command):
                return await self._carry(tx, command, wish.answers, wish.became, incoming, look)
            case RewordMaterial():
                return await self._reword(tx, wish, incoming, look)

    async def _plan(self, tx: Transaction, week: int, incoming: Incoming, look: Look) -> Answered:
        """A new message; under a press the pressed one turns to the week."""
        menu = str(week) if week else ""
        if not await turn(tx, incoming, PLAN, None, menu, look.now) and look.actor.account is not None:
            await tx.outbox.put([plan_letter(look.actor.account, week)], look.now)
        return Answered()

    async def _show(self, tx: Transaction, number: int, menu: str, incoming: Incoming, look: Look) -> Answered:
        found = await Materials(tx).get(number)
        if found is None:
            return self._refused(MaterialRefused(MaterialReason.NO_SUCH_MATERIAL))
        choice = chosen_in(menu)
        if choice is not None:
            trial = ReturnMaterial(look.actor, number, choice[0], (STAND_IN,))
            refusal = await self.desk.decide(tx, trial, look.office, look.now)
            if isinstance(refusal, MaterialRefused):
                await self._turn(tx, number, "", incoming, look)
                return self._refused(refusal)
        if not await self._turn(tx, number, menu, incoming, look) and look.actor.account is not None:
            await tx.outbox.put([material_letter(number, look.actor.account, menu=menu)], look.now)
        return Answered()

    async def _turn(self, tx: Transaction, number: int, menu: str, incoming: Incoming, look: Look) -> bool:
        return await turn(tx, incoming, KIND, number, menu, look.now)

    async def _ask(self, tx: Transaction, wish: AskAboutMaterial, look: Look) -> Answered:
        """Nobody is asked what he may not do."""
        trial = _trial(wish, look.actor)
        refusal = await self.desk.decide(tx, trial, look.office, look.now)
        if isinstance(refusal, MaterialRefused):
            return self._refused(refusal)
        body = {"material": wish.material, **wish.body}
        return Answered(self.screens.toast("material_question"), ask=Ask(wish.kind, None, body))

    async def _reword(self, tx: Transaction, wish: RewordMaterial, incoming: Incoming, look: Look) -> Answered:
        found = await Materials(tx).get(wish.material)
        command: MaterialCommand = ResendMaterial(look.actor, wish.material, wish.text, wish.files)
        if found is not None and sender(look.office, found, command, look.now) is None:
            command = EditMaterial(look.actor, wish.material, found.newest.number, wish.text, wish.files)
        answered = await self._carry(tx, command, None, wish.became, incoming, look)
        same = toast(words.refused(self.screens.texts, MaterialRefused(MaterialReason.SAME), {}))
        return Answered() if wish.quiet and answered.text == same else answered

    async def _carry(
        self,
        tx: Transaction,
        command: MaterialCommand,
        answers: int | None,
        became: str | None,
        incoming: Incoming,
        look: Look,
    ) -> Answered:
        decision = await self.desk.carry(tx, command, look.office, look.now)
        if decision is None:
            return Answered(self.screens.toast("material_changed"), refused=True)
        if isinstance(decision, MaterialRefused):
            return await self._refused_on(tx, decision, incoming, look)
        material = decision.material
        for message in written(incoming)[1:] if became else ():
            known = Known(incoming.chat, message, became or "", None, material.id, look.actor.account)
            await tx.messages.remember(known, look.now)
        turned = await self._turn(tx, material.id, "", incoming, look)
        await all_made_true(tx, material.id, incoming, look.now)
        done = words.done(self.screens.texts, material, command.action, look.office, look.now)
        if turned or look.actor.account is None:
            return Answered(toast(done), close=answers)
        await tx.outbox.put([material_letter(material.id, look.actor.account, done=command.action)], look.now)
        return Answered(toast(done) if incoming.kind is Kind.PRESS else "", close=answers)

    async def _refused_on(self, tx: Transaction, refusal: MaterialRefused, incoming: Incoming, look: Look) -> Answered:
        """What misled whoever pressed is redrawn."""
        known = await pressed(tx, incoming)
        if known is not None and known.kind == KIND:
            await tx.outbox.put([made_true(known)], look.now)
        names = {one.id: one for one in await OfficialPages(tx).every()}
        return self._refused(refusal, words.page_names(self.screens.texts, look.office, names))

    def _refused(self, refusal: MaterialRefused, names: Mapping[int, str] | None = None) -> Answered:
        return Answered(toast(words.refused(self.screens.texts, refusal, names or {})), refused=True)


def _trial(wish: AskAboutMaterial, by: Actor) -> MaterialCommand:
    body, number = wish.body, wish.material
    match wish.kind:
        case "material_edit":
            return EditMaterial(by, number, int(body["wording"]), STAND_IN)
        case "material_remarks":
            return ReturnMaterial(by, number, int(body["wording"]), (STAND_IN,))
        case "material_time":
            return ApproveMaterial(by, number, int(body["wording"]), tuple(body["pages"]))
        case _:
            return MaterialPublished(by, number, int(body["page"]), STAND_IN)


async def all_made_true(tx: Transaction, number: int, incoming: Incoming | None, now: datetime) -> None:
    """Every message that shows the material or a plan shows what is true now."""
    shown = [*await tx.messages.shown(KIND, number), *await plan_messages(tx, now)]
    await tx.outbox.put(others_made_true(shown, incoming), now)


# --- how a posting ended -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MaterialReporting:
    """The end of a `publish` letter, as a command like everything else."""

    desk: MaterialDesk
    offices: Offices

    async def outcome(self, tx: Transaction, letter: Letter, outcome: Posted | Failed, now: datetime) -> None:
        number, place = int(letter.body["material"]), int(letter.body["page"])
        command: MaterialCommand
        match outcome:
            case Posted(ref, link):
                command = MaterialPublished(NETWORK, number, place, link, ref)
            case Failed(reason):
                found = await Materials(tx).get(number)
                late = reason == "by_hand" and found is not None and is_late(found, found.place(place), now)
                command = HandOverMaterial(NETWORK, number, place, "late" if late else reason)
        await self.desk.carry(tx, command, self.offices.today(tx.municipality), now)
        await all_made_true(tx, number, None, now)
