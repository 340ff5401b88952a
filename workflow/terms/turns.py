"""Computes whether contributions given in turn (MO-14) would leave the lead executor too little time for the draft. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from workflow.case import Case
from workflow.office import Office
from workflow.regulation import Event, Step
from workflow.replacing import replace
from workflow.terms.alarms import facts_of
from workflow.terms.deadlines import Deadline, Happening
from workflow.terms.grants import runs


def late_in_turn(case: Case, departments: Sequence[str], office: Office, now: datetime) -> Deadline | None:
    """Return the deadline of the draft as it would be if the case went at `now` to these departments in turn, the lead's
    first, provided that this would be late; None if the turns fit into the draft's term.

    Its `until` is when the lead executor would have every contribution and the time for the common draft.
    """
    lead, *others = departments
    stays = case.lead is not None and case.lead.department == lead
    coming = [department for department in others if not stays or case.part_of(department) is None]
    first = [] if stays and case.owing else coming[:1]
    handed = [Happening(Event.FORWARDED, now, who=lead, lead=True)] if not stays else []
    handed += [Happening(Event.FORWARDED, now, who=department, lead=False) for department in first]
    facts = replace(facts_of(case, office), several=True, queued=len(coming) - len(first))
    found = runs((*case.history, *handed), facts, office.regulation, office.clock)
    drafts = [run for run in found if run.step is Step.DRAFT and run.is_open]
    return drafts[-1] if drafts and drafts[-1].until > drafts[-1].due_at else None
