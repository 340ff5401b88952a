"""Do what people ask about notices: store a receipt («Вижу»), put off a reminder, change how a person is notified."""

from __future__ import annotations

from dataclasses import dataclass

from bot.answering.answered import Answered
from bot.answering.letters import reply
from bot.answering.toasts import toast
from bot.answering.view import Look
from bot.cases.postroom import SEEN, receipts
from bot.offices import Offices
from config.russian.words import When
from config.texts import Texts
from handlers.incoming import Incoming, Kind
from handlers.wishes import HearBy, Hush, NoticeWish, Receipt, Snooze
from storage.transaction import Transaction
from workflow.case import Case
from workflow.changes.standing import hears_of_significant
from workflow.effects import Audience
from workflow.office import Office, Role
from workflow.regulation import Step
from workflow.terms.alarms import Alarm, AlarmKind, charged_department, heard_by, people_there, running
from workflow.terms.deadlines import Deadline

MOST_CASES = 500
"""How many overdue cases one receipt for all of them covers, the longest overdue first."""


@dataclass(frozen=True)
class NoticeGranting:
    offices: Offices
    texts: Texts

    async def grant(self, tx: Transaction, wish: NoticeWish, incoming: Incoming, look: Look) -> Answered:
        """Do what the person asked for (`wish`); return the toast for the pressed button, or an empty answer if it came
        as a message."""
        match wish:
            case Receipt():
                return await self._receipt(tx, wish, look)
            case Snooze():
                return await self._snooze(tx, wish, incoming, look)
            case HearBy(how):
                await tx.people.set_account(look.actor.account or 0, hears=how)
                if how == "group":
                    return Answered(toast(self.texts, "hear_group"))
                return Answered(toast(self.texts, "hear_private"))
            case Hush():
                return await self._hush(tx, wish, look)

    async def _hush(self, tx: Transaction, wish: Hush, look: Look) -> Answered:
        values = {"quiet": wish.quiet, "posted_at_once": wish.posted_at_once}
        chosen = {name: value for name, value in values.items() if value is not None}
        await tx.people.set_account(look.actor.account or 0, **chosen)
        if wish.posted_at_once is not None:
            later = toast(self.texts, "posted_in_the_evening")
            return Answered(toast(self.texts, "posted_at_once") if wish.posted_at_once else later)
        since, _, until = (wish.quiet or "").partition("-")
        if not until:
            return Answered(toast(self.texts, "quiet_as_usual"))
        return Answered(toast(self.texts, "quiet_hours", {"since": _hour(since), "until": _hour(until)}))

    async def _receipt(self, tx: Transaction, wish: Receipt, look: Look) -> Answered:
        """Journal that this person has seen this overdue step, and when; refuse anybody who was not notified of it. A
        second receipt for the same step adds no line."""
        if wish.case is None:
            return await self._receipt_of_all(tx, look)
        case, step = await tx.case(wish.case), wish.step.partition("@")[0]
        if case is None or (step and step not in set(Step)):
            return Answered(toast(self.texts, "unknown_button"), refused=True)
        office = self.offices.at(tx.municipality, case.regulation)
        runs = [run for run in running(case, office).values() if run.step == step]
        if step and not runs:
            return Answered(toast(self.texts, "seen_is_over"), refused=True)
        told = [run for run in runs if self._was_told(run, case, look)]
        if not told and (step or not self._was_told_of_significant(case, look)):
            return Answered(toast(self.texts, "seen_by_others"), refused=True)
        await self._keep(tx, case, wish.step, told[0] if told else None, look)
        return Answered(toast(self.texts, "seen"))

    async def _receipt_of_all(self, tx: Transaction, look: Look) -> Answered:
        """Journal a receipt for every overdue step that the person was notified of; refuse if there is none."""
        is_one = False
        for case in await tx.lists.open(MOST_CASES, 0, due_before=look.now):
            for run in running(case, self.offices.at(tx.municipality, case.regulation)).values():
                if self._was_told(run, case, look):
                    await self._keep(tx, case, run.name, run, look)
                    is_one = True
        return (
            Answered(toast(self.texts, "seen")) if is_one else Answered(toast(self.texts, "seen_is_over"), refused=True)
        )

    def _was_told(self, run: Deadline, case: Case, look: Look) -> bool:
        office = self.offices.at(case.municipality, case.regulation)
        people = people_there(charged_department(run, case), office)
        told = {people[audience] for audience in heard_by(run, case, office, look.now) if audience in people}
        return bool(told & _people(look, office))

    def _was_told_of_significant(self, case: Case, look: Look) -> bool:
        office = self.offices.at(case.municipality, case.regulation)
        people = people_there(case.lead.department if case.lead else None, office)
        hearing = hears_of_significant(case, office)
        told = {people[audience] for audience in hearing if audience in people}
        if Audience.CURATORS in hearing:
            told |= set(office.holders(Role.CURATOR, look.now))
        return case.significant and bool(told & _people(look, office))

    async def _keep(self, tx: Transaction, case: Case, step: str, run: Deadline | None, look: Look) -> None:
        person, wanted = look.actor.people[0], step.partition("@")[0]
        if person not in await receipts(tx, case.id, wanted, run.until if run else None):
            await tx.journal_line(case.id, SEEN, {"step": step}, look.now, person)

    async def _snooze(self, tx: Transaction, wish: Snooze, incoming: Incoming, look: Look) -> Answered:
        case = await tx.case(wish.case)
        assert case is not None, "the door has seen it"
        run = running(case, self.offices.at(tx.municipality, case.regulation)).get(wish.step)
        if run is None:
            return Answered(toast(self.texts, "snooze_is_over"))
        account = look.actor.account or 0
        alarm = Alarm(wish.at, AlarmKind.SNOOZE, case.id, run.name, run.until, account)
        await tx.put_terms(case, [], [alarm], [])
        if incoming.kind is Kind.PRESS:
            return Answered(
                toast(
                    self.texts, "snoozed", {"number": case.number, "at": When(look.now, look.office.zone).past(wish.at)}
                )
            )
        facts = {"number": case.number, "at": wish.at.isoformat()}
        await tx.outbox.put([reply("say", {"key": "snoozed", "facts": facts, "roles": []}, incoming, look)], look.now)
        return Answered()


def _hour(clock: str) -> str:
    """Return the time without a leading zero: «7:00» for «07:00»."""
    return clock.removeprefix("0")


def _people(look: Look, office: Office) -> set[str]:
    """Return the keys of the person and of everybody they stand in for now."""
    return {key for person in look.actor.people for key in office.stands_in(person, look.now)}
