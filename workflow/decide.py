"""`decide(case, command, office, now) -> Accepted | Refused`: the only place where a case changes.

Pure: no clock, no database, no network. An acceptance carries the new case with its version one higher, one journal
entry and the effects; a refusal changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from workflow import effects as fx
from workflow.case import Case, Draft, FileRef, Part, PartState, Posting, State
from workflow.commands import (
    Accept,
    Action,
    AnyCommand,
    Approve,
    CloseWithoutPosting,
    Correct,
    Detect,
    Entry,
    Forward,
    NotProcess,
    Posted,
    PostFailed,
    Recall,
    Release,
    Reopen,
    Retry,
    Return,
    SendBack,
    SetImportance,
    SetSource,
    SetTopic,
    SubmitDraft,
    Undo,
)
from workflow.deadlines import Happening
from workflow.effects import Audience, Notice
from workflow.office import Actor, Office, Role
from workflow.outcomes import Accepted, Decision, Reason, Refused
from workflow.regulation import Event
from workflow.transitions import Row, curator, detector, find, rows_of

Change = tuple[Case, tuple[fx.Effect, ...], dict[str, str]]
"""The case after, what is to be seen, what the journal notes besides."""

EVERYWHERE = (fx.ShowCard(), fx.ShowOffer())


def decide(case: Case | None, command: AnyCommand, office: Office, now: datetime) -> Decision:
    """Whether the command holds for this case now, and what follows. `now` is aware."""
    if refusal := _standing(command.by):
        return refusal
    if isinstance(command, Detect):
        return _detect(case, command, office, now)
    if case is None:
        return Refused(Reason.NO_SUCH_CASE)
    permitted = _permitted(case, command, office, now)
    if isinstance(permitted, Refused):
        return permitted
    row, by = permitted
    for guard in row.needs:
        if refusal := guard(office, case, command, now):
            return refusal
    changed, effects, details = _CHANGES[command.action](case, command, by, office, now)
    to = changed.state if changed.state is not case.state else (row.to or case.state)
    after = replace(changed, state=to, version=case.version + 1)
    entry = Entry(
        action=command.action,
        at=now,
        by=_own(command.by, by),
        on_behalf=by if by != _own(command.by, by) else None,
        from_state=case.state,
        to_state=after.state,
        details=tuple(sorted(details.items())),
    )
    return Accepted(after, entry, effects)


def _standing(actor: Actor) -> Refused | None:
    if actor.machine is not None:
        return None
    match actor.standing:
        case "anonymous":
            return Refused(Reason.ANONYMOUS)
        case "left":
            return Refused(Reason.LEFT_THE_GROUP)
        case "ok" if actor.people:
            return None
        case _:
            return Refused(Reason.STRANGER)


def _own(actor: Actor, by: str) -> str | None:
    """Who pressed the button: himself where he acts by his own right, else the first of his own names."""
    if actor.machine is not None or by in actor.people:
        return by
    return actor.people[0] if actor.people else None


def _permitted(case: Case, command: AnyCommand, office: Office, now: datetime) -> tuple[Row, str] | Refused:
    """The row that permits the command and the key of the person by whose right it is given, or why not.

    Judged in the order a person would ask: is it any business of yours, is it the time for it, is it you.
    """
    action = command.action
    if refusal := _business(action, case, command.by, office, now):
        return refusal
    row = find(action, case.state)
    if row is None:
        return _not_in_this_state(case, action)
    for who in row.who:
        if by := who(office, case, command.by, now):
            return row, by
    lead = case.lead
    return Refused(Reason.NOT_YOURS, {"department": lead.department if lead else ""})


def _business(action: Action, case: Case, actor: Actor, office: Office, now: datetime) -> Refused | None:
    """Curators' actions are refused to others before the state is looked at, executors' likewise."""
    if actor.machine is not None:
        return None
    allowed = {who for row in rows_of(action) for who in row.who}
    if curator in allowed:
        if office.has_role(actor, Role.CURATOR, now) is None:
            return Refused(Reason.NOT_A_CURATOR, {"is_lead": _is_lead(case, actor, office, now)})
        return None
    if office.has_role(actor, Role.EXECUTOR, now) is None or (case.lead and not _is_lead(case, actor, office, now)):
        lead = case.lead
        return Refused(
            Reason.NOT_YOURS if lead else Reason.NOT_AN_EXECUTOR,
            {"department": lead.department if lead else ""},
        )
    return None


def _is_lead(case: Case, actor: Actor, office: Office, now: datetime) -> bool:
    return case.lead is not None and office.of_department(actor, [case.lead.department], now) is not None


def _not_in_this_state(case: Case, action: Action) -> Refused:
    lead = case.lead
    facts: dict[str, object] = {
        "state": case.state,
        "department": lead.department if lead else "",
        "at": _last_moment(case, action),
    }
    if case.is_ended:
        return Refused(Reason.ALREADY_ENDED, facts)
    match action, case.state:
        case (Action.ACCEPT | Action.RETURN | Action.DRAFT, State.NEW):
            return Refused(Reason.NOT_FORWARDED, facts)
        case (Action.ACCEPT, State.IN_WORK | State.ON_APPROVAL | State.REWORK):
            return Refused(Reason.ALREADY_ACCEPTED, facts)
        case (Action.UNDO, _):
            return Refused(Reason.TOO_LATE_TO_UNDO, facts)
        case (_, State.APPROVED):
            return Refused(Reason.ALREADY_APPROVED, facts)
        case (Action.APPROVE | Action.SEND_BACK | Action.CORRECT, State.REWORK):
            return Refused(Reason.ALREADY_SENT_BACK, facts)
        case (Action.APPROVE | Action.SEND_BACK | Action.CORRECT, _):
            return Refused(Reason.NO_DRAFT_YET, facts)
        case _:
            return Refused(Reason.NOT_NOW, facts)


def _last_moment(case: Case, action: Action) -> datetime | None:
    """When the thing the person wanted was done already, for «Уже принято в 9:30»."""
    if action is Action.ACCEPT and case.lead is not None:
        return case.lead.accepted_at or case.lead.asked_at
    return case.history[-1].at if case.history else None


# --- what each action changes -----------------------------------------------------------------------------------------


def _detect(case: Case | None, command: Detect, office: Office, now: datetime) -> Decision:
    by = curator(office, None, command.by, now) or detector(office, None, command.by, now)
    if by is None:
        return Refused(Reason.NOT_A_CURATOR, {"is_lead": False})
    by_hand = command.appeal.handed_in_by is not None
    offered = now if by_hand or office.duty_always else office.working_time.into(command.arrived)
    opened = Case(
        id=command.case,
        municipality=command.municipality,
        number=command.number,
        version=1,
        state=State.NEW,
        regulation=office.regulation.text_hash,
        appeal=command.appeal,
        arrived=command.arrived,
        history=(Happening(Event.DETECTED, max(offered, command.arrived)),),
        first_importance=command.importance,
        importance=command.importance,
        topics=command.topics,
        location=command.location,
        suggested=command.suggested,
        suggested_by=command.suggested_by,
    )
    entry = Entry(Action.DETECT, now, _own(command.by, by), None, None, State.NEW, (("source", command.appeal.source),))
    return Accepted(opened, entry, (fx.ShowOffer(),))


def _happened(case: Case, event: Event, now: datetime, **more: Any) -> tuple[Happening, ...]:
    return (*case.history, Happening(event, now, **more))


def _without_executors(case: Case, state: PartState, now: datetime, reason: str | None = None) -> tuple[Part, ...]:
    return tuple(
        replace(part, state=state, ended_at=now, reason=reason) if part in case.active_parts else part
        for part in case.parts
    )


def _forward(case: Case, command: Forward, by: str, office: Office, now: datetime) -> Change:
    former = [part.department for part in case.active_parts if part.department not in command.to]
    parts = tuple(
        Part(department, lead=index == 0, state=PartState.ASKED, asked_at=now)
        for index, department in enumerate(command.to)
    )
    happened = tuple(
        Happening(Event.FORWARDED, now, who=part.department, lead=part.lead if len(parts) > 1 else None)
        for part in parts
    )
    passed = _without_executors(case, PartState.PASSED, now)
    changed = replace(case, parts=(*passed, *parts), history=(*case.history, *happened))
    effects: list[fx.Effect] = [*EVERYWHERE, fx.SettleDrafts()]
    effects += [fx.Notify(Notice.RECALLED, Audience.DEPARTMENT, department=key) for key in former]
    if case.parts:
        effects += [fx.Notify(Notice.REDIRECTED, Audience.DEPARTMENT, department=key) for key in command.to]
    return changed, tuple(effects), {"to": ", ".join(command.to)}


def _recall(case: Case, command: Recall, by: str, office: Office, now: datetime) -> Change:
    former = [part.department for part in case.active_parts]
    changed = replace(
        case,
        parts=_without_executors(case, PartState.PASSED, now),
        history=_happened(case, Event.RETURNED, now),
    )
    told = (fx.Notify(Notice.RECALLED, Audience.DEPARTMENT, department=key) for key in former)
    return changed, (*EVERYWHERE, fx.SettleDrafts(), *told), {"from": ", ".join(former)}


def _with_lead(case: Case, **changes: Any) -> tuple[Part, ...]:
    lead = case.lead
    return tuple(replace(part, **changes) if part is lead else part for part in case.parts)


def _accept(case: Case, command: Accept, by: str, office: Office, now: datetime) -> Change:
    parts = _with_lead(case, state=PartState.ACCEPTED, accepted_at=now, accepted_by=by)
    happened = _happened(case, Event.ACCEPTED, now, who=case.lead.department if case.lead else None)
    return replace(case, parts=parts, history=happened), EVERYWHERE, {}


def _return(case: Case, command: Return, by: str, office: Office, now: datetime) -> Change:
    lead = case.lead
    assert lead is not None
    parts = _without_executors(case, PartState.RETURNED, now, command.reason)
    suggested = case.suggested if case.suggested != lead.department else None
    happened = _happened(case, Event.RETURNED, now, who=lead.department)
    changed = replace(case, parts=parts, suggested=suggested, history=happened)
    told = fx.Notify(Notice.RETURNED, Audience.CURATORS, department=lead.department, text=command.reason)
    return changed, (*EVERYWHERE, told), {"department": lead.department, "reason": command.reason}


def _draft(case: Case, command: SubmitDraft, by: str, office: Office, now: datetime) -> Change:
    lead = case.lead
    assert lead is not None
    files = command.files or _files_so_far(case, lead.department)
    draft = Draft(len(case.drafts) + 1, command.kind, command.text, files, by, lead.department, now)
    parts = case.parts
    if lead.state is PartState.ASKED:
        parts = _with_lead(case, state=PartState.ACCEPTED, accepted_at=now, accepted_by=by)
    happened = _happened(case, Event.DRAFTED, now, who=lead.department, draft=command.kind)
    changed = replace(case, parts=parts, drafts=(*case.drafts, draft), history=happened)
    return (
        changed,
        (*EVERYWHERE, fx.SettleDrafts(), fx.ShowDraft(draft.version)),
        {"version": str(draft.version)},
    )


def _files_so_far(case: Case, department: str) -> tuple[FileRef, ...]:
    """A new wording that brings no files keeps those of the one before; «Без файлов» takes them away."""
    last = case.draft
    return last.files if last is not None and last.department == department else ()


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
    shown = (*EVERYWHERE, fx.SettleDrafts(), fx.ShowDraft(draft.version))
    return changed, shown, {"version": str(draft.version), "corrects": str(original.version)}


def _approve(case: Case, command: Approve, by: str, office: Office, now: datetime) -> Change:
    changed = replace(
        case,
        approved=command.version,
        post_at=now + office.approval_delay,
        history=_happened(case, Event.APPROVED, now),
    )
    return changed, (fx.ShowCard(soon=True), fx.ShowOffer(), fx.SettleDrafts()), {"version": str(command.version)}


def _undo(case: Case, command: Undo, by: str, office: Office, now: datetime) -> Change:
    """The approval is as if it had not been: nothing runs from it; the journal keeps both lines."""
    kept = list(case.history)
    last = max(i for i, happening in enumerate(kept) if happening.event is Event.APPROVED)
    del kept[last]
    changed = replace(case, approved=None, post_at=None, history=tuple(kept))
    return changed, (fx.ShowCard(soon=True), fx.ShowOffer(), fx.SettleDrafts()), {"version": str(command.version)}


def _send_back(case: Case, command: SendBack, by: str, office: Office, now: datetime) -> Change:
    drafts = tuple(replace(d, remark=command.remark) if d.version == command.version else d for d in case.drafts)
    changed = replace(
        case,
        drafts=drafts,
        approved=None,
        not_posted_because=None,
        history=_happened(case, Event.SENT_BACK, now),
    )
    told = fx.Notify(Notice.SENT_BACK, Audience.LEAD, text=command.remark)
    effects = (*EVERYWHERE, fx.SettleDrafts(), told)
    return changed, effects, {"version": str(command.version), "remark": command.remark}


def _release(case: Case, command: Release, by: str, office: Office, now: datetime) -> Change:
    """The answer goes to its network; where there is none the curator is asked to post it by hand."""
    details = {"version": str(command.version)}
    if case.appeal.network is None:
        changed = replace(case, state=State.NOT_POSTED, post_at=None, not_posted_because="by_hand")
        told = fx.Notify(Notice.NOT_POSTED, Audience.CURATORS, text="by_hand")
        return changed, (fx.ShowCard(), fx.SettleDrafts(), told), details
    changed = replace(case, post_at=None, not_posted_because=None)
    return changed, (fx.SettleDrafts(), fx.PostAnswer(command.version)), details


def _retry(case: Case, command: Retry, by: str, office: Office, now: datetime) -> Change:
    version = case.approved if case.approved is not None else len(case.drafts)
    changed = replace(case, not_posted_because=None)
    return changed, (fx.ShowCard(), fx.SettleDrafts(), fx.PostAnswer(version)), {"version": str(version)}


def _posted(case: Case, command: Posted, by: str, office: Office, now: datetime) -> Change:
    version = case.approved if case.approved is not None else len(case.drafts)
    by_hand = command.by.machine is None
    posting = Posting(version, now, command.link, command.ref, by_hand=by_hand)
    changed = replace(
        case,
        posting=posting,
        post_at=None,
        not_posted_because=None,
        history=_happened(case, Event.POSTED, now),
    )
    told = (fx.Notify(Notice.POSTED, Audience.CURATORS), fx.Notify(Notice.POSTED, Audience.LEAD))
    return changed, (*EVERYWHERE, fx.SettleDrafts(), *told), {"link": command.link, "version": str(version)}


def _post_failed(case: Case, command: PostFailed, by: str, office: Office, now: datetime) -> Change:
    changed = replace(case, not_posted_because=command.reason)
    told = fx.Notify(Notice.NOT_POSTED, Audience.CURATORS, text=command.reason)
    return changed, (*EVERYWHERE, fx.SettleDrafts(), told), {"reason": command.reason}


def _ended(case: Case, because: str, now: datetime) -> Change:
    former = [part.department for part in case.active_parts]
    parts = _without_executors(case, PartState.PASSED, now)
    happened = _happened(case, Event.CLOSED, now)
    changed = replace(case, ended_because=because, parts=parts, post_at=None, history=happened)
    told = (fx.Notify(Notice.RECALLED, Audience.DEPARTMENT, department=key) for key in former)
    return changed, (*EVERYWHERE, fx.SettleDrafts(), *told), {"reason": because}


def _close_without_posting(case: Case, command: CloseWithoutPosting, by: str, office: Office, now: datetime) -> Change:
    return _ended(case, command.reason, now)


def _not_process(case: Case, command: NotProcess, by: str, office: Office, now: datetime) -> Change:
    return _ended(case, command.ground, now)


def _reopen(case: Case, command: Reopen, by: str, office: Office, now: datetime) -> Change:
    """The case is new again: `forward` runs anew from now, the term of the answer does not move."""
    happened = (*_happened(case, Event.REOPENED, now), Happening(Event.RETURNED, now))
    changed = replace(case, ended_because=None, history=happened)
    return changed, (*EVERYWHERE, fx.Notify(Notice.REOPENED, Audience.CURATORS)), {}


def _set_importance(case: Case, command: SetImportance, by: str, office: Office, now: datetime) -> Change:
    happened = _happened(case, Event.IMPORTANCE_SET, now, importance=command.importance)
    return (
        replace(case, importance=command.importance, history=happened),
        EVERYWHERE,
        {"importance": command.importance},
    )


def _set_topic(case: Case, command: SetTopic, by: str, office: Office, now: datetime) -> Change:
    return replace(case, topics=command.topics), EVERYWHERE, {"topics": ", ".join(command.topics)}


def _set_source(case: Case, command: SetSource, by: str, office: Office, now: datetime) -> Change:
    appeal = replace(case.appeal, source=command.source)
    return replace(case, appeal=appeal), EVERYWHERE, {"source": command.source}


_CHANGES: dict[Action, Callable[[Case, Any, str, Office, datetime], Change]] = {
    Action.FORWARD: _forward,
    Action.RECALL: _recall,
    Action.ACCEPT: _accept,
    Action.RETURN: _return,
    Action.DRAFT: _draft,
    Action.CORRECT: _correct,
    Action.APPROVE: _approve,
    Action.UNDO: _undo,
    Action.SEND_BACK: _send_back,
    Action.RELEASE: _release,
    Action.RETRY: _retry,
    Action.POSTED: _posted,
    Action.POST_FAILED: _post_failed,
    Action.CLOSE_WITHOUT_POSTING: _close_without_posting,
    Action.NOT_PROCESS: _not_process,
    Action.REOPEN: _reopen,
    Action.SET_IMPORTANCE: _set_importance,
    Action.SET_TOPIC: _set_topic,
    Action.SET_SOURCE: _set_source,
}
