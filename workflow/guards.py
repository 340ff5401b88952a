"""Guards: what an action needs besides the right person and the right state. Each returns the refusal, or None.

A guard only reads; it changes nothing and asks nobody.
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
"""Why a case may end without a posted answer (DESIGN rule 7)."""
AUTHOR_SILENT = "author_silent"
SILENT_FOR = 5
"""Working days the author has to reply."""
LONGEST_NOTE = 500
"""How many characters a note may have, so that every screen shows it whole."""


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
    """KU-9: «с обоснованием причин такого возврата»: no return without a reason."""
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
    """A blank of a ready answer must not reach the author."""
    assert isinstance(command, Approve)
    draft = case.draft_of(command.version)
    left = blanks(draft.text) if draft is not None else ()
    return Refused(Reason.BLANK_LEFT, {"blanks": left}) if left else None


def draft_is_new(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """A message sent twice, or edited without a change, is not a new version. Another department, or the same one after
    it got the case anew, may send the words of an earlier version."""
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
    """A kind of draft is allowed only if the regulation knows it (MO-9, SL-6, KU-11). The curator's own draft is
    interim and stays so: the curator approves, and must not draft the answer that closes the case."""
    kind = command.kind if isinstance(command, SubmitDraft | SetKind) else DraftKind.INTERIM
    own = isinstance(command, SetKind) and case.draft is not None and case.draft.department is None
    known = (DraftKind.INTERIM,) if own else office.regulation.draft_kinds
    return None if kind in known else Refused(Reason.UNKNOWN_KIND, {"kind": kind})


def contributions_are_in(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """The common draft needs the co-executors' contributions (MO-14, KU-16), unless the lead gives a reason for going
    ahead without them."""
    assert isinstance(command, SubmitDraft)
    owing = owed(case, office)
    if explains(command.early) or not must_wait_for_contributions(case, office):
        return None
    return Refused(Reason.CONTRIBUTIONS_OWED, {"departments": owing, "department": owing[0]})


def contribution_is_new(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """The same text sent twice is one contribution; another text replaces the earlier one."""
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
    """Why the department's contribution cannot be passed on: none waits for it. None if it can."""
    waiting = [c for c in case.contributions if c.department == department and c.waits]
    return None if waiting else Refused(Reason.NO_SUCH_CONTRIBUTION, {"department": department})


def receives_contributions(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """KU-16: contributions go to the curator first. MO-14: straight to the lead executor."""
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
    """Why the department's contribution cannot be sent back: it is not there, it is passed on, or the lead executor, to
    whom it went at once, has already drafted. None if it can."""
    part, lead = case.part_of(department), case.lead
    if part is None or part.lead or part.state is not PartState.CONTRIBUTED:
        return Refused(Reason.NO_SUCH_CONTRIBUTION, {"department": department})
    to_lead = office.regulation.contributions_to is not Holder.CURATOR
    if to_lead and lead and any(d.department == lead.department and d.at >= lead.asked_at for d in case.drafts):
        return Refused(Reason.CONTRIBUTION_USED, {"department": department})
    return None


def part_is_not_accepted(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Refuses if a colleague from the same department has already accepted."""
    assert isinstance(command, Accept)
    for part in case.active_parts:
        if part.state is PartState.ASKED and office.of_department(command.by, [part.department], now):
            return None
    own = next((p for p in case.active_parts if office.of_department(command.by, [p.department], now)), None)
    at = own.accepted_at if own is not None else None
    return Refused(Reason.ALREADY_ACCEPTED, {"department": own.department if own else "", "at": at})


def part_is_open(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """A co-executor may return their part until they have contributed."""
    parts = [p for p in case.co_executors if office.of_department(command.by, [p.department], now)]
    if any(part.state in (PartState.ASKED, PartState.ACCEPTED) for part in parts):
        return None
    return Refused(Reason.ALREADY_CONTRIBUTED, {"at": None})


def term_is_his(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """MO-6.3: the curator may name a moment for the answer, not later than the regulation's. MO-13: after an interim
    answer of high importance the curator must name the final answer's moment, since the regulation gives none."""
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
    """MO-13: the executor may propose a moment while the curator still has to name one."""
    assert isinstance(command, ProposeTerm)
    if not final_must_be_named(case, office):
        return Refused(Reason.NO_TERM_OF_HIS_OWN)
    return Refused(Reason.TERM_IN_THE_PAST) if command.due <= now else None


def is_another_case(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, Merge | LinkRepeat)
    other = command.into if isinstance(command, Merge) else command.earlier
    return Refused(Reason.SAME_CASE) if other is not None and other.id == case.id else None


def has_none_under_it(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Merging is one level deep: a case that holds others must release them first."""
    return Refused(Reason.HAS_OTHERS, {"numbers": [other.number for other in case.merged]}) if case.merged else None


def is_under_another(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    return None if case.merged_into is not None else Refused(Reason.NOT_NOW, {"state": case.state})


def holds_the_other(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, LetGo)
    return None if any(other.id == command.other for other in case.merged) else Refused(Reason.NO_SUCH_CASE)


def not_yet(flag: str) -> Guard:
    """Refuses to set a flag of the case that is set already; in `when` it hides the button too."""

    def is_not_set(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
        return Refused(Reason.ALREADY_MARKED, {"action": command.action}) if getattr(case, flag) else None

    return is_not_set


def draft_is_newest(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """DESIGN rule 5: a decision names an exact version, and it must be the newest."""
    assert isinstance(command, Approve | SendBack | Correct | SetKind)
    last = case.draft
    assert last is not None, "the table permits it only in states that have a draft"
    if command.version != last.version:
        return Refused(Reason.DRAFT_IS_STALE, {"version": last.version})
    return None


def kind_is_as_seen(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """An interim answer closes nothing and a final one does, so the approval is refused if the kind was changed after
    the curator saw the draft."""
    assert isinstance(command, Approve)
    last = case.draft
    if command.kind is None or last is None or command.kind is last.kind:
        return None
    return Refused(Reason.KIND_WAS_CHANGED, {"kind": last.kind})


def remark_is_given(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, SendBack | SendBackContribution)
    return None if explains(command.remark) else Refused(Reason.REMARK_REQUIRED)


def somebody_reworks(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """A case merged into another has no executor of its own to send the draft back to."""
    return None if case.lead is not None else Refused(Reason.NOT_NOW, {"state": case.state})


def not_on_its_way(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """The approved version must be the one named, and it must not be on its way yet."""
    assert isinstance(command, Undo | Release)
    if case.post_at is None:
        return Refused(Reason.TOO_LATE_TO_UNDO)
    return None if command.version == case.approved else Refused(Reason.DRAFT_IS_STALE, {"version": case.approved})


def can_be_taken_back(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """It must be the last such act, and its time must not be over: then the others know."""
    assert isinstance(command, TakeBack)
    former = case.former
    if former is not None and former.line == command.line and now < former.until:
        return None
    return Refused(Reason.TOO_LATE_TO_TAKE_BACK)


def was_handed_in(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """The network knows the source of a message found there; only the source of a message handed in can be set."""
    return None if case.appeal.network is None else Refused(Reason.SOURCE_IS_KNOWN)


def network_takes_answers(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    return None if case.appeal.network is not None else Refused(Reason.BY_HAND_ONLY)


def link_is_given(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    assert isinstance(command, Posted)
    return None if command.link.startswith(("https://", "http://")) else Refused(Reason.LINK_REQUIRED)


def posts_without_approval(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """The curator may post an answer without an approval if the regulation has no approval step and its term for
    posting runs from the draft (IZ-6.2, IZ-6.3)."""
    rule = office.regulation.rule(Step.POSTING)
    if rule is not None and rule.runs_from is Event.DRAFTED and office.regulation.rule(Step.APPROVAL) is None:
        return None
    return Refused(Reason.NOT_NOW, {"state": case.state})


def answer_still_stood(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    return Refused(Reason.NOT_NOW, {"state": case.state}) if case.loss is not None else None


def not_judged_yet(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """The author says once whether the answer helped."""
    return Refused(Reason.ALREADY_JUDGED) if case.helped is not None else None


def answer_is_gone(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """A closed case takes its answer again only if the answer is gone, and only one attempt at a time: while the
    posting is on its way only the network may report, otherwise only a person may act."""
    if case.loss is None:
        return Refused(Reason.ANSWER_STANDS)
    on_its_way, by_machine = case.loss is Loss.ON_ITS_WAY, command.by.machine is not None
    if on_its_way == by_machine:
        return None
    return Refused(Reason.ON_ITS_WAY) if on_its_way else Refused(Reason.NOT_NOW, {"state": case.state})


def rows_stand(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Only a row of the register that counts can be struck off; a second time changes nothing and is refused."""
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
    """Nobody strikes off a row that names themselves, their department or the person they stand in for (`may_strike`)."""
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
    """The moment from which a case may be closed because its author does not reply: five working days after the request
    was posted (CLOCK §1.4). None if the case does not wait for him."""
    asked = [happening.at for happening in case.history if happening.event is Event.REQUEST_POSTED]
    if case.state is not State.WAITING_AUTHOR or not asked:
        return None
    return office.working_time.end_of_nth_working_day(asked[-1], SILENT_FOR)


def ground_is_listed(office: Office, case: Case, command: AnyCommand, now: datetime) -> Refused | None:
    """Each regulation lists its own grounds (MO-18, SL-11, KU-20). A ground that rests on earlier answers needs them in
    the books."""
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
    """An interim answer has promised the author a final one; ending the case without it must be confirmed."""
    assert isinstance(command, CloseWithoutPosting | NotProcess)
    if command.confirmed or not is_promised(case):
        return None
    final = terms_of(case, office).get(Step.FINAL)
    return Refused(Reason.PROMISE_STANDS, {"due": final.due_at if final is not None and final.is_open else None})


def is_promised(case: Case) -> bool:
    """Whether the author was told in an interim answer that a final one will come."""
    return has_happened(case.history, Event.INTERIM_POSTED)
