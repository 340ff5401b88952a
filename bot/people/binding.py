"""Bind accounts to people of the office, and the working group to the municipality. Sends nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.answering.answered import Answered
from bot.answering.letters import open_cards, pinned_letter
from bot.answering.saying import ask, close, say
from bot.answering.toasts import toast
from bot.answering.view import Look
from bot.people.handing_over import HandingOver
from config.texts import Texts
from handlers.incoming import Incoming
from handlers.wishes import Ask, AskToBind, Bind, InGroup, Membership, WorkingGroup
from storage.pins import Pins
from storage.transaction import Transaction
from storage.troubles import NOT_ADMIN, OUT_OF_GROUP, Troubles
from workflow.effects import Priority
from workflow.office import Actor
from workflow.ports import GROUP_LANE


@dataclass(frozen=True)
class BindingGranting:
    texts: Texts
    handing_over: HandingOver

    async def ask_to_bind(self, tx: Transaction, wish: AskToBind, incoming: Incoming, look: Look) -> None:
        """Ask the person who opened an invitation to confirm whom it names; if it is not valid, say so."""
        person = await self._invited(tx, wish.code_hash, look)
        if person is None:
            await say(tx, "invitation_expired", {}, incoming, look)
            return
        await ask(tx, Ask("bind", None, {"code_hash": wish.code_hash, "person": person}), incoming, look)

    async def _invited(self, tx: Transaction, code_hash: str, look: Look) -> str | None:
        """Return the key of the person the invitation is for; None if it is used, expired, or names nobody in the
        office."""
        found = await tx.people.invitation(code_hash)
        if found is None or found["used_at"] is not None or found["expires_at"] <= look.now:
            return None
        person = str(found["person"])
        return person if person in look.office.people else None

    async def bind(self, tx: Transaction, wish: Bind, incoming: Incoming, look: Look) -> Answered:
        person = await self._invited(tx, wish.code_hash, look)
        if person is None or incoming.sender is None:
            await say(tx, "invitation_expired", {}, incoming, look)
            return Answered()
        await tx.people.use_invitation(wish.code_hash, look.now)
        await tx.people.bind(person, incoming.sender.account, incoming.sender.name, in_group=True, now=look.now)
        bound = replace(look, actor=Actor((*look.actor.people, person), incoming.sender.account))
        await say(tx, "welcome_bound", {"person": person}, incoming, bound)
        await self.handing_over.welcome(tx, person, look.now)
        return Answered(toast(self.texts, "bound"))

    async def membership(self, tx: Transaction, wish: Membership) -> None:
        values: dict[str, bool] = {}
        if wish.in_group is not None:
            values["in_group"] = wish.in_group
        if wish.reachable is not None:
            values["reachable"] = wish.reachable
        if values:
            await tx.people.set_account(wish.account, **values)

    async def in_group(self, tx: Transaction, wish: InGroup) -> None:
        """Note whether the bot is in the working group and an administrator there; if not, that is a trouble, which
        people are notified of. Once the bot is back, waiting letters may go."""
        troubles = Troubles(tx)
        await (troubles.over if wish.here else troubles.begin)(OUT_OF_GROUP)
        await (troubles.over if wish.admin or not wish.here else troubles.begin)(NOT_ADMIN)
        await Pins(tx).try_again()
        if wish.here:
            await tx.outbox.let_repeats_go(GROUP_LANE)

    async def working_group(self, tx: Transaction, wish: WorkingGroup, look: Look) -> None:
        """Send cards to this group from now on, and post open cards and the pinned list anew there: old messages stay
        in the old chat (also after a migration to a supergroup)."""
        group = await tx.people.working_group()
        title = wish.title or (group[1] if group else look.office.name)
        await tx.people.set_working_group(wish.chat, title)
        await Troubles(tx).over(OUT_OF_GROUP)
        cards = [replace(card, priority=Priority.TAP) for card in await open_cards(tx)]
        await tx.outbox.put([*cards, pinned_letter(look.now)], look.now)
        for question in await tx.questions.open_of_kind("working_group"):
            await close(tx, question.id, look.now)
