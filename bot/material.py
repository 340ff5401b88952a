"""Material for publication: one way for every command about it, granting what the doors wish, and what a posting's end means.

Everything is decided by `workflow.materials.MATERIALS`; a material is kept with its journal line in the open transaction,
together with the letters that bring it to its pages and to people. Nothing is sent from here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.delivery.ports import Failed
from bot.files import FileStore
from bot.letters import made_true, written
from bot.look import Look, accounts_of
from bot.material_shown import KIND, PLAN, is_late, material_letter, out_files, plan_letter, plan_messages
from bot.offices import Offices
from bot.pages import Answered
from bot.screens import Screens
from bot.screens import material as words
from bot.screens.sayings import toast
from bot.turning import others_made_true, pressed, turn
from handlers.material import chosen_in
from handlers.updates import Incoming, Kind
from handlers.wishes import (
    Ask,
    AskAboutMaterial,
    Carry,
    MaterialWish,
    RewordMaterial,
    ShowMaterial,
    ShowPlan,
)
from networks.port import Posted, Publishes
from storage.materials import Materials
from storage.page import Page
from storage.pages import OfficialPages
from workflow.desk import carried
from workflow.effects import Priority, Told
from workflow.material import (
    ApproveMaterial,
    EditMaterial,
    HandOverMaterial,
    Material,
    MaterialCommand,
    MaterialNotice,
    MaterialPublished,
    Publish,
    ResendMaterial,
    RetryMaterial,
    ReturnMaterial,
    SendMaterial,
)
from workflow.materials import MATERIALS, sender
from workflow.office import NETWORK, Actor, Office
from workflow.official_page import OfficialPage, PageState
from workflow.outcomes import Accepted, Reason, Refused
from workflow.page_addresses import belongs_to, network_of, page_address
from workflow.page_items import PageNetwork
from workflow.pages import editors
from workflow.ports import Binding, Known, Letter, network_lane
from workflow.publications import Publication

Done = Accepted[Material, Told | Publish]
Decision = Done | Refused
STAND_IN = "…"
"""An answer good enough for the trial of a question nobody may be asked in vain."""


@dataclass(frozen=True)
class MaterialDesk:
    """The only place where a decision about a material and the books meet. `networks`: what their posts may hold."""

    networks: Mapping[str, object]
    files: FileStore

    async def decide(self, page: Page, command: MaterialCommand, office: Office, now: datetime) -> Decision:
        """What would come of it; nothing is kept."""
        before = await Materials(page).get(command.material)
        return MATERIALS.decide(before, await self._informed(page, command, before), office, now)

    async def carry(self, page: Page, command: MaterialCommand, office: Office, now: datetime) -> Decision:
        """Decided and kept, with everything that is to be sent."""
        book = Materials(page)
        before = None if isinstance(command, SendMaterial) else await book.get(command.material)
        command = await self._informed(page, command, before)
        decision = await carried(MATERIALS, book, before, command, office, now)
        if isinstance(decision, Refused):
            return decision
        if isinstance(command, MaterialPublished):
            await self._count(page, command, decision, now)
        bindings = await page.people.all()
        letters = [*await self._publishing(page, decision), *self._told(decision, command, office, bindings, now)]
        await page.outbox.put(letters, now)
        return decision

    async def _informed(self, page: Page, command: MaterialCommand, material: Material | None) -> MaterialCommand:
        """The command with what only the books and the networks know."""
        book = OfficialPages(page)
        match command:
            case SendMaterial():
                return replace(command, material=await Materials(page).next_number())
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

    async def _count(self, page: Page, command: MaterialPublished, decision: Done, now: datetime) -> None:
        """It counts for the norm of its page, once, however else it may be heard of."""
        person = decision.entry.by if command.by.machine is None else None
        await OfficialPages(page).publish(Publication(command.page, now, command.link), person)

    async def _publishing(self, page: Page, decision: Done) -> list[Letter]:
        """A letter for each page, put off to the time of the approval."""
        material, letters = decision.after, list[Letter]()
        for number in [effect.page for effect in decision.effects if isinstance(effect, Publish)]:
            found = await OfficialPages(page).get(number)
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
        decision: Done,
        command: MaterialCommand,
        office: Office,
        bindings: Sequence[Binding],
        now: datetime,
    ) -> list[Letter]:
        letters: dict[int, Letter] = {}
        page = command.page if isinstance(command, MaterialPublished | HandOverMaterial) else 0
        for told in [effect for effect in decision.effects if isinstance(effect, Told)]:
            heard = accounts_of(told.people, bindings)
            if not heard and told.notice is MaterialNotice.HANDED_OVER:
                heard = accounts_of(editors(office, now), bindings)
            for account in heard - {command.by.account}:
                made = material_letter(decision.after.id, account, notice=str(told.notice), page=page)
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

    async def grant(self, page: Page, wish: MaterialWish, incoming: Incoming, look: Look) -> Answered:
        """The wish is done or refused in words."""
        match wish:
            case ShowPlan(week):
                return await self._plan(page, week, incoming, look)
            case ShowMaterial(number, menu):
                return await self._show(page, number, menu, incoming, look)
            case AskAboutMaterial():
                return await self._ask(page, wish, look)
            case RewordMaterial():
                return await self._reword(page, wish, incoming, look)

    async def _plan(self, page: Page, week: int, incoming: Incoming, look: Look) -> Answered:
        """A new message; under a press the pressed one turns to the week."""
        menu = str(week) if week else ""
        if not await turn(page, incoming, PLAN, None, menu, look.now) and look.actor.account is not None:
            await page.outbox.put([plan_letter(look.actor.account, week)], look.now)
        return Answered()

    async def _show(self, page: Page, number: int, menu: str, incoming: Incoming, look: Look) -> Answered:
        found = await Materials(page).get(number)
        if found is None:
            return self._refused(Refused(Reason.NO_SUCH_MATERIAL))
        choice = chosen_in(menu)
        if choice is not None:
            trial = ReturnMaterial(look.actor, number, choice[0], (STAND_IN,))
            refusal = await self.desk.decide(page, trial, look.office, look.now)
            if isinstance(refusal, Refused):
                await self._turn(page, number, "", incoming, look)
                return self._refused(refusal)
        if not await self._turn(page, number, menu, incoming, look) and look.actor.account is not None:
            await page.outbox.put([material_letter(number, look.actor.account, menu=menu)], look.now)
        return Answered()

    async def _turn(self, page: Page, number: int, menu: str, incoming: Incoming, look: Look) -> bool:
        return await turn(page, incoming, KIND, number, menu, look.now)

    async def _ask(self, page: Page, wish: AskAboutMaterial, look: Look) -> Answered:
        """Nobody is asked what he may not do."""
        trial = _trial(wish, look.actor)
        refusal = await self.desk.decide(page, trial, look.office, look.now)
        if isinstance(refusal, Refused):
            return self._refused(refusal)
        body = {"material": wish.material, **wish.body}
        return Answered(self.screens.toast("material_question"), ask=Ask(wish.kind, None, body))

    async def _reword(self, page: Page, wish: RewordMaterial, incoming: Incoming, look: Look) -> Answered:
        found = await Materials(page).get(wish.material)
        command: MaterialCommand = ResendMaterial(look.actor, wish.material, wish.text, wish.files)
        if found is not None and sender(look.office, found, command, look.now) is None:
            command = EditMaterial(look.actor, wish.material, found.newest.number, wish.text, wish.files)
        answered = await self.carry(page, command, Carry(command, became=wish.became), incoming, look)
        same = toast(words.refused(self.screens.texts, Refused(Reason.SAME), {}))
        return Answered() if wish.quiet and answered.text == same else answered

    async def carry(
        self, page: Page, command: MaterialCommand, wish: Carry, incoming: Incoming, look: Look
    ) -> Answered:
        """The command is carried out, or refused in words."""
        decision = await self.desk.carry(page, command, look.office, look.now)
        if isinstance(decision, Refused):
            return await self._refused_on(page, decision, incoming, look)
        material = decision.after
        for message in written(incoming)[1:] if wish.became else ():
            known = Known(incoming.chat, message, wish.became or "", None, material.id, look.actor.account)
            await page.messages.remember(known, look.now)
        turned = await self._turn(page, material.id, "", incoming, look)
        await all_made_true(page, material.id, incoming, look.now)
        done = words.done(self.screens.texts, material, command.action, look.office, look.now)
        if turned or look.actor.account is None:
            return Answered(toast(done), close=wish.answers)
        await page.outbox.put([material_letter(material.id, look.actor.account, done=command.action)], look.now)
        return Answered(toast(done) if incoming.kind is Kind.PRESS else "", close=wish.answers)

    async def _refused_on(self, page: Page, refusal: Refused, incoming: Incoming, look: Look) -> Answered:
        """What misled whoever pressed is redrawn."""
        known = await pressed(page, incoming)
        if known is not None and known.kind == KIND:
            await page.outbox.put([made_true(known)], look.now)
        names = {one.id: one for one in await OfficialPages(page).every()}
        return self._refused(refusal, words.page_names(self.screens.texts, look.office, names))

    def _refused(self, refusal: Refused, names: Mapping[int, str] | None = None) -> Answered:
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


async def all_made_true(page: Page, number: int, incoming: Incoming | None, now: datetime) -> None:
    """Every message that shows the material or a plan shows what is true now."""
    shown = [*await page.messages.shown(KIND, number), *await plan_messages(page, now)]
    await page.outbox.put(others_made_true(shown, incoming), now)


# --- how a posting ended -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MaterialReporting:
    """The end of a `publish` letter, as a command like everything else."""

    desk: MaterialDesk
    offices: Offices

    async def outcome(self, page: Page, letter: Letter, outcome: Posted | Failed, now: datetime) -> None:
        number, place = int(letter.body["material"]), int(letter.body["page"])
        command: MaterialCommand
        match outcome:
            case Posted(ref, link):
                command = MaterialPublished(NETWORK, number, place, link, ref)
            case Failed(reason):
                found = await Materials(page).get(number)
                late = reason == "by_hand" and found is not None and is_late(found, found.place(place), now)
                command = HandOverMaterial(NETWORK, number, place, "late" if late else reason)
        await self.desk.carry(page, command, self.offices.today(page.municipality), now)
        await all_made_true(page, number, None, now)
