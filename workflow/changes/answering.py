"""Changes of a case by actions on drafts, by their approval, and by the posting of answers."""

from __future__ import annotations

from datetime import datetime

from workflow import effects as fx
from workflow.case import Case, Draft, FileRef, PartState, State
from workflow.changes.again import failed_again, posted_again, posting_of
from workflow.changes.change import EVERYWHERE, Change, happened, with_part
from workflow.changes.taking_back import undo_ends, undoable
from workflow.commands import (
    Action,
    AnswerTogether,
    Approve,
    Correct,
    Posted,
    PostFailed,
    ProposeInterim,
    Release,
    Retry,
    SendBack,
    SetKind,
    SubmitDraft,
    Undo,
)
from workflow.effects import Audience, Notice
from workflow.engine import Changer
from workflow.helped import stands_in_private
from workflow.office import CLOCK, Office
from workflow.regulation import DraftKind, Event, Step
from workflow.replacing import replace
from workflow.shortcomings import at_once
from workflow.terms.deadlines import Happening
from workflow.terms.register import not_ended
from workflow.waiting import final_must_be_named, must_wait_for_contributions

POSTED_EVENTS = {
    DraftKind.FINAL: Event.POSTED,
    DraftKind.INTERIM: Event.INTERIM_POSTED,
    DraftKind.REQUEST: Event.REQUEST_POSTED,
}
AFTERWARDS = {
    DraftKind.FINAL: State.CLOSED,
    DraftKind.INTERIM: State.INTERIM,
    DraftKind.REQUEST: State.WAITING_AUTHOR,
}
"""The state of a case after an answer of each kind is posted."""


def _draft(case: Case, command: SubmitDraft, by: str, office: Office, now: datetime) -> Change:
    lead = case.lead
    assert lead is not None
    files = command.files or _files_so_far(case, lead.department)
    number, missing = len(case.drafts) + 1, command.missing
    early = command.early if must_wait_for_contributions(case, office) else ""
    draft = Draft(
        number,
        command.kind,
        command.text,
        files,
        by,
        lead.department,
        now,
        early=early,
        missing=missing,
        basis=lead.basis,
    )
    parts = with_part(case, lead, basis=None)
    if lead.state is PartState.ASKED:
        parts = with_part(case, lead, basis=None, state=PartState.ACCEPTED, accepted_at=now, accepted_by=by)
    history = happened(case, Event.DRAFTED, now, who=lead.department, draft=command.kind)
    changed = replace(case, parts=parts, drafts=(*case.drafts, draft), history=history)
    details = {"version": str(draft.version), "kind": command.kind}
    if early:
        details["early"] = early
    return Change(changed, _shown(draft), details)


def _shown(draft: Draft) -> tuple[fx.Effect, ...]:
    return (*EVERYWHERE, fx.SettleDrafts(), fx.ShowDraft(draft.version))


def _files_so_far(case: Case, department: str) -> tuple[FileRef, ...]:
    """Return the files of the newest draft, to be kept in the next one, if it is the department's own and was not posted.
    Otherwise ()."""
    last = case.draft
    if last is None or last.department != department:
        return ()
    stands = case.posting is not None and case.posting.version >= last.version
    return () if stands else last.files


def _propose_interim(case: Case, command: ProposeInterim, by: str, office: Office, now: datetime) -> Change:
    """Adds an interim draft by the curator, with no department. The executor's terms keep running, but a term that passes
    from now on is charged to the curator, who now has the case."""
    draft = Draft(len(case.drafts) + 1, DraftKind.INTERIM, command.text, (), by, None, now)
    changed = replace(case, drafts=(*case.drafts, draft), history=happened(case, Event.TAKEN, now))
    return Change(changed, _shown(draft), {"version": str(draft.version), "kind": draft.kind})


def _set_kind(case: Case, command: SetKind, by: str, office: Office, now: datetime) -> Change:
    """Changes the kind of a draft, in the history too, so that the terms are computed from the new kind. A duty that the
    draft no longer fulfils is owed again, with the grace period from now (CLOCK §1.1)."""
    drafts = tuple(replace(d, kind=command.kind) if d.version == command.version else d for d in case.drafts)
    history = list(case.history)
    last = max((i for i, h in enumerate(history) if h.event is Event.DRAFTED), default=None)
    if last is not None and drafts[-1].department is not None:
        before, history[last] = history[last].draft, replace(history[last], draft=command.kind)
        if before is DraftKind.FINAL and command.kind is not before:
            history.append(Happening(Event.KIND_SET, now, draft=command.kind))
    changed = replace(case, drafts=drafts, history=tuple(history))
    return Change(changed, (*EVERYWHERE, fx.SettleDrafts()), {"version": str(command.version), "kind": command.kind})


def _correct(case: Case, command: Correct, by: str, office: Office, now: datetime) -> Change:
    original = case.draft_of(command.version)
    assert original is not None
    draft = replace(
        original,
        version=len(case.drafts) + 1,
        text=command.text,
        files=() if command.without_files else original.files,
        by=by,
        at=now,
        corrects=original.version,
        remark=None,
    )
    changed = replace(case, drafts=(*case.drafts, draft), approved=None, not_posted_because=None)
    return Change(changed, _shown(draft), {"version": str(draft.version), "corrects": str(original.version)})


def _approve(case: Case, command: Approve, by: str, office: Office, now: datetime) -> Change:
    changed = replace(
        case,
        approved=command.version,
        failed=False,
        post_at=undo_ends(case, office, now),
        history=happened(case, Event.APPROVED, now),
    )
    effects = (fx.ShowCard(soon=True), fx.ShowOffer(), fx.SettleDrafts())
    return Change(changed, effects, {"version": str(command.version)})


def _undo(case: Case, command: Undo, by: str, office: Office, now: datetime) -> Change:
    """Removes the approval from the history, so no term runs from it. The journal keeps both entries. A row of the register
    of violations that the approval ended is open again."""
    kept = list(case.history)
    last = max(i for i, happening in enumerate(kept) if happening.event is Event.APPROVED)
    approved = kept[last]
    del kept[last]
    changed = replace(
        case, approved=None, post_at=None, history=tuple(kept), missed=not_ended(case.missed, approved.at)
    )
    effects = (fx.ShowCard(soon=True), fx.ShowOffer(), fx.SettleDrafts())
    return Change(changed, effects, {"version": str(command.version)})


def _send_back(case: Case, command: SendBack, by: str, office: Office, now: datetime) -> Change:
    """Sends the draft back to the executor for rework and notifies him. A draft that the curator proposed is only
    rejected: nobody has to rework it, and the case is in work (or forwarded, if not accepted yet) as before it."""
    sent_back = case.draft_of(command.version)
    if sent_back is not None and sent_back.department is None:
        return _put_away(case, command, now)
    drafts = tuple(replace(d, remark=command.remark) if d.version == command.version else d for d in case.drafts)
    changed = replace(
        case,
        drafts=drafts,
        approved=None,
        not_posted_because=None,
        history=happened(case, Event.SENT_BACK, now),
    )
    told = fx.Notify(Notice.SENT_BACK, Audience.LEAD, text=command.remark)
    whose = sent_back.department if sent_back is not None else None
    effects: tuple[fx.Effect, ...] = (*EVERYWHERE, fx.SettleDrafts(), told)
    effects += at_once(whose, Step.REWORK, command.remark, office)
    details = {"version": str(command.version), "remark": command.remark, "department": whose or ""}
    return Change(changed, effects, details)


def _put_away(case: Case, command: SendBack, now: datetime) -> Change:
    accepted = case.lead is not None and case.lead.state is not PartState.ASKED
    drafts = tuple(replace(d, remark=command.remark) if d.version == command.version else d for d in case.drafts)
    state = State.IN_WORK if accepted else State.FORWARDED
    changed = replace(
        case,
        state=state,
        drafts=drafts,
        approved=None,
        not_posted_because=None,
        history=happened(case, Event.GIVEN_BACK, now),
    )
    return Change(
        changed, (*EVERYWHERE, fx.SettleDrafts()), {"version": str(command.version), "remark": command.remark}
    )


# --- on its way ---------------------------------------------------------------------------------------


def _release(case: Case, command: Release, by: str, office: Office, now: datetime) -> Change:
    """Posts the answer for this case and for the cases merged into it."""
    draft = case.draft_of(command.version)
    assert draft is not None
    changed, effects = _out(case, command.version)
    return Change(changed, (*effects, *_together(case, draft)), {"version": str(command.version)})


def _together(case: Case, draft: Draft) -> tuple[fx.Effect, ...]:
    return tuple(fx.Also(AnswerTogether(CLOCK, other.id, draft), required=False) for other in case.merged)


def _out(case: Case, version: int) -> tuple[Case, tuple[fx.Effect, ...]]:
    """Return the case and the effects that post this version to the network of the message. If the message has no network,
    the case becomes NOT_POSTED and the curators are asked to post the answer by hand."""
    if case.appeal.network is None:
        changed = replace(case, state=State.NOT_POSTED, post_at=None, not_posted_because="by_hand")
        told = fx.Notify(Notice.NOT_POSTED, Audience.CURATORS, text="by_hand")
        return changed, (fx.ShowCard(), fx.SettleDrafts(), told)
    changed = replace(case, post_at=None, not_posted_because=None)
    return changed, (fx.SettleDrafts(), fx.PostAnswer(version))


def _answer_together(case: Case, command: AnswerTogether, by: str, office: Office, now: datetime) -> Change:
    """Copies the draft of the case that this one was merged into, and posts it here like a draft of its own.

    It replaces an earlier answer that could not be posted. If an earlier answer is being posted now, the copy is posted
    once that is done.
    """
    draft = replace(
        command.draft, version=len(case.drafts) + 1, at=now, corrects=None, remark=None, early="", basis=None
    )
    changed = replace(case, drafts=(*case.drafts, draft))
    details = {"version": str(draft.version)}
    if case.state is State.APPROVED:
        return Change(changed, (), details)
    return Change(*_next_goes_out(changed, now), details)


def _next_goes_out(case: Case, now: datetime) -> tuple[Case, tuple[fx.Effect, ...]]:
    """Return the case with its newest draft approved, and the effects that post it; the draft was copied from the case that
    this one was merged into."""
    version = case.drafts[-1].version
    history = happened(case, Event.APPROVED, now)
    approved = replace(case, state=State.APPROVED, approved=version, failed=False, history=history)
    return _out(approved, version)


def _retry(case: Case, command: Retry, by: str, office: Office, now: datetime) -> Change:
    version = _goes_out(case)
    changed = replace(case, not_posted_because=None)
    effects = (fx.ShowCard(), fx.SettleDrafts(), fx.PostAnswer(version))
    return Change(changed, effects, {"version": str(version)})


def _goes_out(case: Case) -> int:
    return case.approved if case.approved is not None else len(case.drafts)


def _posted(case: Case, command: Posted, by: str, office: Office, now: datetime) -> Change:
    """Records a posted answer. A final answer closes the case, an interim one leaves the final answer owed, and a
    question waits for the author.

    If a draft was posted without approval (IZ-6.2), it is the newest version, and it is posted for the cases merged into
    this one too.
    """
    if case.state is State.CLOSED:
        return posted_again(case, command, by, now)
    version = _goes_out(case)
    draft = case.draft_of(version)
    kind = draft.kind if draft is not None else DraftKind.FINAL
    posting = posting_of(case, command, version, kind, now)
    goes_on = kind is not DraftKind.FINAL
    changed = replace(
        case,
        state=State.MERGED if goes_on and case.merged_into is not None else AFTERWARDS[kind],
        postings=(*case.postings, posting),
        approved=None if goes_on else case.approved,
        post_at=None,
        not_posted_because=None,
        history=happened(case, POSTED_EVENTS[kind], now),
    )
    told: tuple[fx.Effect, ...] = (fx.Notify(Notice.POSTED, Audience.CURATORS, again=case.failed),)
    if kind is DraftKind.INTERIM and changed.state is State.INTERIM and final_must_be_named(changed, office):
        told = (*told, fx.Notify(Notice.NAME_FINAL, Audience.CURATORS))
    if case.state is State.ON_APPROVAL and draft is not None:
        told = (*told, *_together(case, draft))
    if changed.state is State.CLOSED and stands_in_private(changed):
        told = (*told, fx.AskIfHelped())
    details = {"link": command.link, "version": str(version), "kind": kind}
    if changed.state is State.MERGED and case.drafts[-1].version > version:
        changed, further = _next_goes_out(changed, now)
        effects = (*EVERYWHERE, fx.SettleDrafts(), *told, *further)
        return Change(changed, effects, details, stays=changed.state is case.state)
    return Change(changed, (*EVERYWHERE, fx.SettleDrafts(), *told), details)


def _post_failed(case: Case, command: PostFailed, by: str, office: Office, now: datetime) -> Change:
    """Records that an answer could not be posted, and notifies the curators. If a newer version, copied from the case that
    this one was merged into, has been waiting, posts that version instead."""
    if case.state is State.CLOSED:
        return failed_again(case, command)
    if case.merged_into is not None and case.drafts[-1].version > _goes_out(case):
        changed, effects = _next_goes_out(case, now)
        return Change(changed, effects, {"reason": command.reason}, stays=changed.state is case.state)
    changed = replace(case, post_at=None, not_posted_because=command.reason, failed=True)
    told = fx.Notify(Notice.NOT_POSTED, Audience.CURATORS, text=command.reason)
    return Change(changed, (*EVERYWHERE, fx.SettleDrafts(), told), {"reason": command.reason})


CHANGES: dict[Action, Changer] = {
    Action.DRAFT: _draft,
    Action.PROPOSE_INTERIM: _propose_interim,
    Action.SET_KIND: _set_kind,
    Action.CORRECT: _correct,
    Action.APPROVE: _approve,
    Action.UNDO: _undo,
    Action.SEND_BACK: undoable(_send_back),
    Action.RELEASE: _release,
    Action.ANSWER_TOGETHER: _answer_together,
    Action.RETRY: _retry,
    Action.POSTED: _posted,
    Action.POST_FAILED: _post_failed,
}
