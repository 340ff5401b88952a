"""Do what people ask about absences: enter, end and list them, and notify everybody concerned (IZ-D3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.answering.answered import Answered
from bot.answering.letters import reply
from bot.answering.toasts import toast
from bot.answering.view import Look
from bot.offices import Offices
from bot.people.handing_over import HandingOver, saying
from config.texts import Texts
from handlers.incoming import Incoming
from handlers.wishes import AbsenceWish, EndAbsence, EnterAbsence, ListAbsences
from storage.transaction import Transaction
from workflow.effects import Priority
from workflow.office import Absence, Role, may_enter
from workflow.ports import Letter, account_lane

Said = dict[int | None, Mapping[str, Any] | None]
"""The body of the one message for each account; None if the account is notified in another way."""


@dataclass(frozen=True)
class AbsenceGranting:
    offices: Offices
    handing_over: HandingOver
    texts: Texts

    async def grant(self, tx: Transaction, wish: AbsenceWish, incoming: Incoming, look: Look) -> Answered:
        """Do what the person asked for (`wish`) about absences; return the toast for a pressed button, or an empty
        answer if it came as a message."""
        match wish:
            case ListAbsences():
                people = list(may_enter(look.office, look.actor, look.now))
                body = {"which": "absences", "people": people}
                await tx.outbox.put([reply("list", body, incoming, look)], look.now)
                return Answered()
            case EnterAbsence(absence):
                return await self._enter(tx, absence, look)
            case EndAbsence(number):
                return await self._end(tx, number, look)

    async def _enter(self, tx: Transaction, absence: Absence, look: Look) -> Answered:
        number = await tx.absences.enter(absence, look.actor.people[0], look.now)
        await self.offices.read_absences(tx, look.now)
        bound = {b.person for b in look.bindings if b.reachable}
        unbound = absence.substitute is not None and absence.substitute not in bound
        said: Said = {look.actor.account: saying("absent_entered", absence, number=number, unbound=unbound)}
        acts_now = absence.substitute in self.offices.today(tx.municipality).present(absence.person, look.now)
        told = None if acts_now else saying("absent_stand_in", absence)
        self._to(said, (absence.substitute,), told, look)
        noted = saying("absent_noted", absence, by=look.actor.people[0], number=number)
        self._to(said, (absence.person,), noted, look)
        await self._tell(tx, said, saying("absent_told", absence), look)
        await self.handing_over.look(tx, look.now)
        return Answered()

    async def _end(self, tx: Transaction, number: int, look: Look) -> Answered:
        kept = next((k for k in await tx.absences.lasting(look.now) if k.id == number), None)
        if kept is None:
            return Answered(toast(self.texts, "absent_is_over"))
        if kept.absence.person not in may_enter(look.office, look.actor, look.now):
            return Answered(toast(self.texts, "absent_not_yours"))
        await tx.absences.end(number, look.now)
        await self.offices.read_absences(tx, look.now)
        ended = saying("absent_ended", kept.absence, by=look.actor.people[0])
        said: Said = {look.actor.account: ended}
        self._to(said, (kept.absence.person, kept.absence.substitute), ended, look)
        await self._tell(tx, said, ended, look)
        await self.handing_over.look(tx, look.now)
        return Answered(toast(self.texts, "absent_ended"))

    def _to(
        self,
        said: Said,
        people: tuple[str | None, ...],
        body: Mapping[str, Any] | None,
        look: Look,
    ) -> None:
        """Note in `said` that these people's accounts get the message, unless the account already gets another one."""
        for binding in look.bindings:
            if binding.person in people and binding.reachable:
                said.setdefault(binding.account, body)

    async def _tell(
        self,
        tx: Transaction,
        said: Said,
        to_curators: Mapping[str, Any],
        look: Look,
    ) -> None:
        """Queue each account's one message; curators who get no other message get `to_curators`."""
        office = self.offices.today(tx.municipality)
        curators = tuple(key for key, person in office.people.items() if Role.CURATOR in person.roles)
        self._to(said, (*curators, *office.holders(Role.CURATOR, look.now)), to_curators, look)
        letters = [
            Letter("say", account_lane(account), Priority.TAP, account=account, body=body)
            for account, body in said.items()
            if account is not None and body is not None
        ]
        await tx.outbox.put(letters, look.now)
