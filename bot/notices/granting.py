"""Grant wishes about notices: store a receipt, put off a reminder, change how a person is notified."""

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
from workflow.office import Office
from workflow.regulation import Step
from workflow.terms.alarms import Alarm, AlarmKind, department_of, heard_by, people_there, running
from workflow.terms.deadlines import Deadline

MOST_CASES = 500
"""How many overdue cases one receipt for all of them covers, the longest overdue first."""


@dataclass(frozen=True)
class NoticeGranting:
    offices: Offices
    texts: Texts

    async def grant(self, tx: Transaction, wish: NoticeWish, incoming: Incoming, look: Look) -> Answered:
        """The wish is done; the words over the button that asked for it, if one did."""
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
        """Journal who has seen which overdue step and when; a second receipt for the same step adds no line."""
        if wish.case is not None:
            case = await tx.case(wish.case)
            if case is not None:
                await self._keep(tx, case, wish.step, look)
            return Answered(toast(self.texts, "seen"))
        for case in await tx.lists.open(MOST_CASES, 0, due_before=look.now):
            for run in running(case, self.offices.at(tx.municipality, case.regulation)).values():
                if self._was_told(run, case, look):
                    await self._keep(tx, case, run.name, look)
        return Answered(toast(self.texts, "seen"))

    def _was_told(self, run: Deadline, case: Case, look: Look) -> bool:
        office = self.offices.at(case.municipality, case.regulation)
        people = people_there(department_of(run, case), office)
        told = {people[audience] for audience in heard_by(run, case, office, look.now) if audience in people}
        return bool(told & _people(look, office))

    async def _keep(self, tx: Transaction, case: Case, step: str, look: Look) -> None:
        office = self.offices.at(tx.municipality, case.regulation)
        wanted = step.partition("@")[0]
        if wanted and wanted not in set(Step):
            return
        run = next((run for run in running(case, office).values() if run.step == wanted), None)
        person = look.actor.people[0]
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
    """«7:00» for «07:00»."""
    return clock.removeprefix("0")


def _people(look: Look, office: Office) -> set[str]:
    """The keys of the person and of everybody they stand in for now."""
    return {key for person in look.actor.people for key in office.stands_in(person, look.now)}
