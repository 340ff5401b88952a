"""Guards: what an action needs besides the right person and the right state. Each returns the refusal, or None.

A guard only reads the case and the office; it changes nothing.
"""

from __future__ import annotations

from datetime import datetime

from workflow.basis import blanks
from workflow.case import Case, Loss, PartState, State
from workflow.commands import (
    Accept,
    AddNote,
    Annul,
    AnyCommand,
    Approve,
    CloseWithoutPosting,
    Contribute,
    Correct,
    Forward,
    LetGo,
    LinkRepeat,
    Merge,
    NotProcess,
    PassContribution,
    Posted,
    ProposeInterim,
    ProposeTerm,
    Release,
    Return,
    SendBack,
    SendBackContribution,
    SetKind,
    SetTerm,
    SubmitDraft,
    TakeBack,
    TakeBasis,
    Undo,
)
from workflow.engine import Guard
from workflow.office import Office, Role
from workflow.outcomes import Reason, Refused
from workflow.reasons import explains
from workflow.regulation import DraftKind, Event, Holder, Step, Unit
from workflow.terms.alarms import terms_of
from workflow.terms.deadlines import has_happened
from workflow.terms.register import may_strike
from workflow.waiting import final_must_be_named, must_wait_for_contributions, owed

CLOSING_REASONS = ("author_deleted", "author_silent", "by_mistake", "answered_elsewhere", "thanks")
"""Codes of the reasons for which a case may be closed without a posted answer (DESIGN rule 7)."""
AUTHOR_SILENT = "author_silent"
SILENT_FOR = 5
"""How many working days the author has to reply to a question before the case may be closed without his reply."""
LONGEST_NOTE = 500
"""How many characters a note may have at most, so that every message shows it whole."""


def departments_exist(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, Forward)
    unknown = [key for key in command.to if key not in office.departments]
    if unknown or not command.to:
        return Refused(Reason.UNKNOWN_DEPARTMENT, {"department": ", ".join(unknown)})
    return None


def goes_elsewhere(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, Forward)
    known = (*(part.department for part in case.active_parts), *case.queue)
    hurried = bool(case.queue) and not command.in_turn
    if case.lead is not None and command.departments == known and not hurried:
        return Refused(Reason.ALREADY_FORWARDED, {"department": case.lead.department, "at": case.lead.asked_at})
    return None


def reason_where_required(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse a return without a reason where the regulation requires one (KU-9: «с обоснованием причин такого возврата»)."""
    assert isinstance(command, Return)
    if office.regulation.return_reason_required and not explains(command.reason):
        return Refused(Reason.REASON_REQUIRED)
    return None


def note_fits(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, AddNote)
    if not command.text.strip():
        return Refused(Reason.EMPTY_NOTE)
    too_long = len(command.text) > LONGEST_NOTE
    return Refused(Reason.NOTE_TOO_LONG, {"most": LONGEST_NOTE}) if too_long else None


def draft_says_something(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, SubmitDraft | Correct | ProposeInterim | Contribute)
    if not command.text.strip():
        return Refused(Reason.EMPTY_DRAFT)
    return None


def basis_is_there(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, TakeBasis)
    return None if command.text.strip() else Refused(Reason.NO_SUCH_BASIS)


def blanks_are_filled(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse to approve a draft in which a blank of a ready answer, such as «{срок}», is not filled in."""
    assert isinstance(command, Approve)
    draft = case.draft_of(command.version)
    left = blanks(draft.text) if draft is not None else ()
    return Refused(Reason.BLANK_LEFT, {"blanks": left}) if left else None


def draft_is_new(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse a draft with the same text and files as the newest one: a message sent twice, or edited without a change. Not
    refused: the same words from another department, from this one after it got the case anew, or as another kind of
    answer after the first was posted."""
    assert isinstance(command, SubmitDraft)
    last, lead = case.draft, case.lead
    if last is None or lead is None or last.department != lead.department or last.at < lead.asked_at:
        return None
    if last.kind is not command.kind and any(posting.at >= last.at for posting in case.postings):
        return None  # the words of an interim answer may be the final one (MO-13, SL-7, KU-15)
    if last.corrects is None and last.text == command.text and command.files in ((), last.files):
        return Refused(Reason.UNCHANGED_DRAFT, {"version": last.version})
    return None


def kind_is_known(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse a kind of draft that the regulation does not have (MO-9, SL-6, KU-11). The curator's own draft may only be
    interim: the curator approves, and must not draft the answer that closes the case."""
    kind = command.kind if isinstance(command, SubmitDraft | SetKind) else DraftKind.INTERIM
    own = isinstance(command, SetKind) and case.draft is not None and case.draft.department is None
    known = (DraftKind.INTERIM,) if own else office.regulation.draft_kinds
    return None if kind in known else Refused(Reason.UNKNOWN_KIND, {"kind": kind})


def contributions_are_in(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse the common draft while co-executors owe contributions (MO-14, KU-16), unless the lead executor gives a reason
    for going ahead without them. The refusal names the departments that owe."""
    assert isinstance(command, SubmitDraft)
    owing = owed(case, office)
    if explains(command.early) or not must_wait_for_contributions(case, office):
        return None
    return Refused(Reason.CONTRIBUTIONS_OWED, {"departments": owing, "department": owing[0]})


def contribution_is_new(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse a contribution with the same text and files as the department's last one. Another text is allowed: it
    replaces the earlier one."""
    assert isinstance(command, Contribute)
    done = [p.department for p in case.co_executors if p.state in (PartState.CONTRIBUTED, PartState.PASSED)]
    given = [c for c in case.contributions if c.department in done]
    own = [c for c in given if office.of_department(command.by, [c.department], now)]
    known = next((c for c in own if c.text == command.text and command.files in ((), c.files)), None)
    return Refused(Reason.ALREADY_CONTRIBUTED, {"at": known.at}) if known is not None else None


def contribution_waits(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, PassContribution)
    return why_not_passed(case, command.department)


def why_not_passed(case: Case, department: str) -> Refused | None:
    """Return the refusal to pass the department's contribution on if it has none waiting for that; None if it has one."""
    waiting = [c for c in case.contributions if c.department == department and c.waits]
    return None if waiting else Refused(Reason.NO_SUCH_CONTRIBUTION, {"department": department})


def receives_contributions(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse anybody but the receiver of contributions: the curator (KU-16) or the lead executor (MO-14), as the
    regulation says."""
    if office.regulation.contributions_to is Holder.CURATOR:
        own = office.has_role(command.by, Role.CURATOR, now)
    else:
        own = office.of_department(command.by, [case.lead.department] if case.lead else [], now)
    return None if own else not_its_receiver(case, office)


def not_its_receiver(case: Case, office: Office) -> Refused:
    to_lead = case.lead is not None and office.regulation.contributions_to is not Holder.CURATOR
    return Refused(Reason.NOT_ITS_RECEIVER, {"department": case.lead.department if case.lead and to_lead else ""})


def contribution_goes_back(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, SendBackContribution)
    return why_contribution_stays(office, case, command.department)


def why_contribution_stays(office: Office, case: Case, department: str) -> Refused | None:
    """Return the refusal to send the department's contribution back: it gave none, it was passed on, or the lead executor,
    who got it directly, has already submitted a draft. None if it can be sent back."""
    part, lead = case.part_of(department), case.lead
    if part is None or part.lead or part.state is not PartState.CONTRIBUTED:
        return Refused(Reason.NO_SUCH_CONTRIBUTION, {"department": department})
    to_lead = office.regulation.contributions_to is not Holder.CURATOR
    if to_lead and lead and any(d.department == lead.department and d.at >= lead.asked_at for d in case.drafts):
        return Refused(Reason.CONTRIBUTION_USED, {"department": department})
    return None


def part_is_not_accepted(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse to accept a case if the actor's department has already accepted its part."""
    assert isinstance(command, Accept)
    for part in case.active_parts:
        if part.state is PartState.ASKED and office.of_department(command.by, [part.department], now):
            return None
    own = next((p for p in case.active_parts if office.of_department(command.by, [p.department], now)), None)
    at = own.accepted_at if own is not None else None
    return Refused(Reason.ALREADY_ACCEPTED, {"department": own.department if own else "", "at": at})


def part_is_open(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse a co-executor's return of their part once they have contributed."""
    parts = [p for p in case.co_executors if office.of_department(command.by, [p.department], now)]
    if any(part.state in (PartState.ASKED, PartState.ACCEPTED) for part in parts):
        return None
    return Refused(Reason.ALREADY_CONTRIBUTED, {"at": None})


def term_is_his(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse a deadline that the curator may not set: one in the past, one that the regulation does not let him set, or one
    later than the regulation's own deadline for the answer (MO-6.3). After an interim answer he may set the final answer's
    deadline only where the regulation gives none (MO-13: high importance)."""
    assert isinstance(command, SetTerm)
    if command.due <= now:
        return Refused(Reason.TERM_IN_THE_PAST)
    rules = office.regulation
    if has_happened(case.history, Event.INTERIM_POSTED):
        final = rules.rule(Step.FINAL)
        named = final is not None and final.within_for(case.importance, case.appeal.source).term.unit is Unit.NAMED
        return None if named else Refused(Reason.NO_TERM_OF_HIS_OWN)
    if rules.curator_term is None:
        return Refused(Reason.NO_TERM_OF_HIS_OWN)
    answer = terms_of(case.without_own_term(), office).get(Step.ANSWER)
    if answer is not None and command.due > answer.due_at:
        return Refused(Reason.TERM_TOO_LATE, {"due": answer.due_at})
    return None


def final_is_unnamed(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse the executor's proposed deadline for the final answer if the curator need not set one (MO-13), or if it is in
    the past."""
    assert isinstance(command, ProposeTerm)
    if not final_must_be_named(case, office):
        return Refused(Reason.NO_TERM_OF_HIS_OWN)
    return Refused(Reason.TERM_IN_THE_PAST) if command.due <= now else None


def is_another_case(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, Merge | LinkRepeat)
    other = command.into if isinstance(command, Merge) else command.earlier
    return Refused(Reason.SAME_CASE) if other is not None and other.id == case.id else None


def has_none_under_it(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse to merge a case that has others merged into it: merging is one level deep, so those must be split off first."""
    return Refused(Reason.HAS_OTHERS, {"numbers": [other.number for other in case.merged]}) if case.merged else None


def is_under_another(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    return None if case.merged_into is not None else Refused(Reason.NOT_NOW, {"state": case.state})


def holds_the_other(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, LetGo)
    return None if any(other.id == command.other for other in case.merged) else Refused(Reason.NO_SUCH_CASE)


def not_yet(flag: str) -> Guard:
    """Return a guard that refuses an action if this attribute of the case is already true. Listed in a row's `when`, it
    also hides the action's button."""

    def is_not_set(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
        return Refused(Reason.ALREADY_MARKED, {"action": command.action}) if getattr(case, flag) else None

    return is_not_set


def draft_is_newest(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse a decision about a draft if the version it names is not the newest (DESIGN rule 5)."""
    assert isinstance(command, Approve | SendBack | Correct | SetKind)
    last = case.draft
    assert last is not None, "the table permits it only in states that have a draft"
    if command.version != last.version:
        return Refused(Reason.DRAFT_IS_STALE, {"version": last.version})
    return None


def kind_is_as_seen(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse the approval if the draft's kind was changed after the curator saw it: a final answer closes the case, an
    interim one does not. An approval that names no kind passes."""
    assert isinstance(command, Approve)
    last = case.draft
    if command.kind is None or last is None or command.kind is last.kind:
        return None
    return Refused(Reason.KIND_WAS_CHANGED, {"kind": last.kind})


def remark_is_given(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, SendBack | SendBackContribution)
    return None if explains(command.remark) else Refused(Reason.REMARK_REQUIRED)


def somebody_reworks(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse to send a draft back if the case has no lead executor to rework it, as a merged case has none."""
    return None if case.lead is not None else Refused(Reason.NOT_NOW, {"state": case.state})


def not_on_its_way(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse to undo or release an answer that was released already, or whose approved version is not the one named."""
    assert isinstance(command, Undo | Release)
    if case.post_at is None:
        return Refused(Reason.TOO_LATE_TO_UNDO)
    return None if command.version == case.approved else Refused(Reason.DRAFT_IS_STALE, {"version": case.approved})


def can_be_taken_back(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse to take an action back unless it is the last one that can be, and its time for that has not passed: after that
    the others have been notified."""
    assert isinstance(command, TakeBack)
    former = case.former
    if former is not None and former.line == command.line and now < former.until:
        return None
    return Refused(Reason.TOO_LATE_TO_TAKE_BACK)


def was_handed_in(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse to set the source of a message that was found in a network, which is its source; only that of a message handed
    in by a person can be set."""
    return None if case.appeal.network is None else Refused(Reason.SOURCE_IS_KNOWN)


def network_takes_answers(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    return None if case.appeal.network is not None else Refused(Reason.BY_HAND_ONLY)


def link_is_given(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, Posted)
    return None if command.link.startswith(("https://", "http://")) else Refused(Reason.LINK_REQUIRED)


def posts_without_approval(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse the posting of an answer without approval, unless the regulation has no approval step and its term for posting
    runs from the draft (IZ-6.2, IZ-6.3)."""
    rule = office.regulation.rule(Step.POSTING)
    if rule is not None and rule.runs_from is Event.DRAFTED and office.regulation.rule(Step.APPROVAL) is None:
        return None
    return Refused(Reason.NOT_NOW, {"state": case.state})


def answer_still_stood(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    return Refused(Reason.NOT_NOW, {"state": case.state}) if case.loss is not None else None


def not_judged_yet(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse a second opinion of the author on whether the answer helped."""
    return Refused(Reason.ALREADY_JUDGED) if case.helped is not None else None


def answer_is_gone(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse to post the answer of a closed case again unless the answer is gone from the network. One attempt at a time:
    while it is being posted only the network may report on it, otherwise only a person may act."""
    if case.loss is None:
        return Refused(Reason.ANSWER_STANDS)
    on_its_way, by_machine = case.loss is Loss.ON_ITS_WAY, command.by.machine is not None
    if on_its_way == by_machine:
        return None
    return Refused(Reason.ON_ITS_WAY) if on_its_way else Refused(Reason.NOT_NOW, {"state": case.state})


def rows_stand(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse to annul rows that are not in the case's register of violations, or that are annulled already."""
    assert isinstance(command, Annul)
    known = {row.number: row for row in case.missed}
    if not command.rows or any(number not in known for number in command.rows):
        return Refused(Reason.NOT_IN_THE_REGISTER)
    struck = next((one for number in command.rows if (one := known[number].annulled) is not None), None)
    return Refused(Reason.ALREADY_ANNULLED, {"at": struck.at}) if struck is not None else None


def annulment_is_explained(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, Annul)
    return None if explains(command.reason) else Refused(Reason.ANNULMENT_UNEXPLAINED)


def rows_are_of_others(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse to annul rows that name the actor, their department or the person they stand in for (`may_strike`)."""
    assert isinstance(command, Annul)
    struck = [row for row in case.missed if row.number in command.rows]
    may = all(may_strike(row, command.by.people, office, now) for row in struck)
    return None if may else Refused(Reason.OWN_VIOLATION)


def closing_reason_is_listed(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, CloseWithoutPosting)
    if command.reason == AUTHOR_SILENT:
        silent_from = author_silent_from(case, office)
        if silent_from is None:
            return Refused(Reason.NOT_ASKED_THE_AUTHOR)
        return None if now >= silent_from else Refused(Reason.AUTHOR_MAY_REPLY, {"at": silent_from})
    return None if command.reason in CLOSING_REASONS else Refused(Reason.UNKNOWN_GROUND)


def author_silent_from(case: Case, office: Office) -> datetime | None:
    """Return the moment from which a case may be closed because its author does not reply: the end of the fifth working day
    after the question to him was posted (CLOCK §1.4). None if the case does not wait for him."""
    asked = [happening.at for happening in case.history if happening.event is Event.REQUEST_POSTED]
    if case.state is not State.WAITING_AUTHOR or not asked:
        return None
    return office.working_time.end_of_nth_working_day(asked[-1], SILENT_FOR)


def ground_is_listed(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse not to process a message on a ground that the regulation does not list (MO-18, SL-11, KU-20), or on one that
    needs more earlier answers to the same author than are stored."""
    assert isinstance(command, NotProcess)
    ground = next((ground for ground in office.regulation.grounds if ground.code == command.ground), None)
    if ground is None:
        return Refused(Reason.UNKNOWN_GROUND)
    if len(case.answered_before) < ground.answered_before:
        return Refused(
            Reason.NOT_ANSWERED_BEFORE, {"answers": len(case.answered_before), "wanted": ground.answered_before}
        )
    return None


def promise_is_given_up(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuse to end a case whose author was promised a final answer in an interim one, unless the command is confirmed. The
    refusal carries the final answer's deadline, if it runs."""
    assert isinstance(command, CloseWithoutPosting | NotProcess)
    if command.confirmed or not is_promised(case):
        return None
    final = terms_of(case, office).get(Step.FINAL)
    return Refused(Reason.PROMISE_STANDS, {"due": final.due_at if final is not None and final.is_open else None})


def is_promised(case: Case) -> bool:
    """Whether an interim answer was posted, which promises the author a final one."""
    return has_happened(case.history, Event.INTERIM_POSTED)
