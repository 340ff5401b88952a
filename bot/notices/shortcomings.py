"""Carry out the curator's report of a department's shortcoming: it is journalled, and the department's superiors are
notified (MO-20, KU-21).

`workflow.shortcomings.SHORTCOMINGS` decides. Puts letters into the outbox and sends nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.answering.accounts import accounts_of
from bot.answering.answered import Answered
from bot.answering.view import Look
from bot.notices import shortcoming_screens as words
from config.texts import Texts
from handlers.wishes import Carry
from storage.transaction import Transaction
from workflow.effects import Priority, Told
from workflow.office import Office
from workflow.outcomes import Accepted, Refused
from workflow.ports import Letter, account_lane
from workflow.shortcomings import SHORTCOMINGS, ReportShortcoming, Shortcoming


@dataclass(frozen=True)
class ShortcomingGranting:
    texts: Texts

    async def carry(self, tx: Transaction, command: ReportShortcoming, wish: Carry, look: Look) -> Answered:
        """Report the shortcoming; return the confirmation, which names the department, the curator's words and the
        people notified, or the refusal in words."""
        decision = await report(tx, command, look.office, look.now)
        if isinstance(decision, Refused):
            return Answered(words.refused(self.texts, decision, look.office), refused=True)
        heard = [person for told in decision.effects for person in told.people]
        unknown = [person for person in heard if not accounts_of({person}, look.bindings)]
        return Answered(words.done(self.texts, decision.after, heard, unknown, look.office), close=wish.answers)


async def report(
    tx: Transaction, command: ReportShortcoming, office: Office, now: datetime
) -> Accepted[Shortcoming, Told] | Refused:
    """Decide on the report; if accepted, write it into the audit and into the journal of the case it names, and put
    letters to the superiors into the outbox. Return the decision."""
    decision = SHORTCOMINGS.decide(None, command, office, now)
    if isinstance(decision, Refused):
        return decision
    entry, reported = decision.entry, decision.after
    who, details = entry.by or "", dict(entry.details)
    behalf = {"on_behalf": entry.on_behalf} if entry.on_behalf else {}
    await tx.audit.note(entry.action, {**details, **behalf}, now, who)
    if reported.about is not None:
        line = {"department": reported.department, "remark": reported.text}
        await tx.journal_line(reported.about.id, entry.action, line, now, who)
    await tx.outbox.put(await _letters(tx, decision, who), now)
    return decision


async def _letters(tx: Transaction, decision: Accepted[Shortcoming, Told], who: str) -> list[Letter]:
    reported = decision.after
    about = {"case": reported.about.id, "number": reported.about.number} if reported.about is not None else {}
    facts = {"department": reported.department, "text": reported.text, "by": who, **about}
    people = {person for told in decision.effects for person in told.people}
    return [
        Letter(
            "say",
            account_lane(account),
            Priority.DEADLINE,
            account=account,
            body={"key": "shortcoming", "facts": facts, "roles": []},
        )
        for account in sorted(accounts_of(people, await tx.people.all()))
    ]
