"""Do what people ask about material for publication; `bot.official.material.desk` decides about it. Nothing is sent
from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.answering.answered import Answered
from bot.answering.letters import made_true, pressed, turn, written
from bot.answering.toasts import short, toast
from bot.answering.view import Look
from bot.official.material import screens as words
from bot.official.material.desk import MaterialDesk
from bot.official.material.rendering import (
    KIND,
    PLAN,
    all_made_true,
    material_letter,
    plan_letter,
)
from config.texts import Texts
from handlers.incoming import Incoming, Kind
from handlers.material import chosen_in
from handlers.wishes import (
    Ask,
    AskAboutMaterial,
    Carry,
    MaterialWish,
    RewordMaterial,
    ShowMaterial,
    ShowPlan,
)
from storage.materials import Materials
from storage.official_pages import OfficialPages
from storage.transaction import Transaction
from workflow.office import Actor
from workflow.official.material import (
    ApproveMaterial,
    EditMaterial,
    MaterialCommand,
    MaterialPublished,
    ResendMaterial,
    ReturnMaterial,
)
from workflow.official.material_rules import sender
from workflow.outcomes import Reason, Refused
from workflow.ports import Known
from workflow.reasons import STAND_IN

# --- what the doors wish -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MaterialGranting:
    desk: MaterialDesk
    texts: Texts

    async def grant(self, tx: Transaction, wish: MaterialWish, incoming: Incoming, look: Look) -> Answered:
        """Do what the person asked for (`wish`) about material, or refuse it in words; return the toast for a pressed
        button."""
        match wish:
            case ShowPlan(week):
                return await self._plan(tx, week, incoming, look)
            case ShowMaterial(number, menu):
                return await self._show(tx, number, menu, incoming, look)
            case AskAboutMaterial():
                return await self._ask(tx, wish, look)
            case RewordMaterial():
                return await self._reword(tx, wish, incoming, look)

    async def _plan(self, tx: Transaction, week: int, incoming: Incoming, look: Look) -> Answered:
        """Show the plan of the week: switch the message whose button was pressed to it, or send a new message. `week`:
        its first day's ordinal; 0 for the present week."""
        menu = str(week) if week else ""
        if not await turn(tx, incoming, PLAN, None, menu, look.now) and look.actor.account is not None:
            await tx.outbox.put([plan_letter(look.actor.account, week)], look.now)
        return Answered()

    async def _show(self, tx: Transaction, number: int, menu: str, incoming: Incoming, look: Look) -> Answered:
        found = await Materials(tx).get(number)
        if found is None:
            return self._refused(Refused(Reason.NO_SUCH_MATERIAL))
        choice = chosen_in(menu)
        if choice is not None:
            trial = ReturnMaterial(look.actor, number, choice[0], (STAND_IN,))
            refusal = await self.desk.decide(tx, trial, look.office, look.now)
            if isinstance(refusal, Refused):
                await self._turn(tx, number, "", incoming, look)
                return self._refused(refusal)
        if not await self._turn(tx, number, menu, incoming, look) and look.actor.account is not None:
            await tx.outbox.put([material_letter(number, look.actor.account, menu=menu)], look.now)
        return Answered()

    async def _turn(self, tx: Transaction, number: int, menu: str, incoming: Incoming, look: Look) -> bool:
        return await turn(tx, incoming, KIND, number, menu, look.now)

    async def _ask(self, tx: Transaction, wish: AskAboutMaterial, look: Look) -> Answered:
        """Put the question that the action needs answered (new text, remarks, time, link), if the person may do it: the
        command is tried with a placeholder first. Return the question and a toast, or the refusal."""
        trial = _trial(wish, look.actor)
        refusal = await self.desk.decide(tx, trial, look.office, look.now)
        if isinstance(refusal, Refused):
            return self._refused(refusal)
        body = {"material": wish.material, **wish.body}
        return Answered(toast(self.texts, "material_question"), ask=Ask(wish.kind, None, body))

    async def _reword(self, tx: Transaction, wish: RewordMaterial, incoming: Incoming, look: Look) -> Answered:
        found = await Materials(tx).get(wish.material)
        command: MaterialCommand = ResendMaterial(look.actor, wish.material, wish.text, wish.files)
        if found is not None and sender(look.office, found, command, look.now) is None:
            command = EditMaterial(look.actor, wish.material, found.newest.number, wish.text, wish.files)
        answered = await self.carry(tx, command, Carry(command, became=wish.became), incoming, look)
        same = short(words.refused(self.texts, Refused(Reason.SAME), {}))
        return Answered() if wish.quiet and answered.text == same else answered

    async def carry(
        self, tx: Transaction, command: MaterialCommand, wish: Carry, incoming: Incoming, look: Look
    ) -> Answered:
        """Carry out the command, or refuse it in words; return the toast. The person's message about the material is
        refreshed, or a new one sent."""
        decision = await self.desk.carry(tx, command, look.office, look.now)
        if isinstance(decision, Refused):
            return await self._refused_on(tx, decision, incoming, look)
        material = decision.after
        for message in written(incoming)[1:] if wish.became else ():
            known = Known(incoming.chat, message, wish.became or "", None, material.id, look.actor.account)
            await tx.messages.remember(known, look.now)
        turned = await self._turn(tx, material.id, "", incoming, look)
        await all_made_true(tx, material.id, incoming, look.now)
        done = words.done(self.texts, material, command.action, look.office, look.now)
        if turned or look.actor.account is None:
            return Answered(short(done), close=wish.answers)
        await tx.outbox.put([material_letter(material.id, look.actor.account, done=command.action)], look.now)
        return Answered(short(done) if incoming.kind is Kind.PRESS else "", close=wish.answers)

    async def _refused_on(self, tx: Transaction, refusal: Refused, incoming: Incoming, look: Look) -> Answered:
        """Return the refusal in words, and refresh the message whose button was stale."""
        known = await pressed(tx, incoming)
        if known is not None and known.kind == KIND:
            await tx.outbox.put([made_true(known)], look.now)
        names = {one.id: one for one in await OfficialPages(tx).every()}
        return self._refused(refusal, words.page_names(self.texts, look.office, names))

    def _refused(self, refusal: Refused, names: Mapping[int, str] | None = None) -> Answered:
        return Answered(short(words.refused(self.texts, refusal, names or {})), refused=True)


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
