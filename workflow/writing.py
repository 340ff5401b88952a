"""Who writes the draft now, so that two people of one department do not write the same answer. Pure.

It is a mark for colleagues: no term runs from it, and anybody of the department may send the draft all the same.
"""

from __future__ import annotations

from datetime import datetime

from workflow.case import Case, State
from workflow.commands import AnyCommand
from workflow.office import Office
from workflow.outcomes import Reason, Refused

WRITTEN_IN = (State.IN_WORK, State.REWORK, State.WAITING_AUTHOR, State.INTERIM)
"""States of a case in which the lead executor has to write a draft."""


def writer(case: Case) -> tuple[str, datetime] | None:
    """Return the key of the person in the lead executor's department who began the next draft, and when; None if nobody
    did, or the department has submitted a draft since."""
    lead, last = case.lead, case.draft
    if lead is None or lead.writing is None or case.state not in WRITTEN_IN:
        return None
    sent = last is not None and last.department == lead.department and last.at >= lead.writing[1]
    return None if sent else lead.writing


def nobody_writes(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse to begin a draft that the actor, or a colleague who is present, is writing already. A draft begun by somebody
    who is absent, or no longer in the municipality's file, may be begun anew: None."""
    writing = writer(case)
    if writing is None:
        return None
    by, at = writing
    own = by in command.by.people
    if not own and (by not in office.people or office.present(by, now) != (by,)):
        return None
    return Refused(Reason.ALREADY_WRITTEN, {"at": at, "person": "" if own else by})
