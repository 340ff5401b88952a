"""Changes of a case by opening, forwarding, recalling, accepting and returning it, and by contributions to its draft."""

from __future__ import annotations

from datetime import datetime

from workflow import effects as fx
from workflow.case import Basis, Case, Contribution, Part, PartState, State
from workflow.changes.change import (
    EVERYWHERE,
    Change,
    happened,
    own_part,
    recalled_from,
    stands_alone,
    with_part,
    without_executors,
)
from workflow.changes.taking_back import undoable
from workflow.commands import (
    Accept,
    Action,
    AddNote,
    BeginDraft,
    Contribute,
    Detect,
    Forward,
    PassContribution,
    Recall,
    Return,
    SendBackContribution,
    TakeBasis,
)
from workflow.effects import Audience, Notice
from workflow.engine import Changer
from workflow.office import Office
from workflow.reasons import explains
from workflow.regulation import Event, Holder, Step
from workflow.replacing import replace
from workflow.shortcomings import at_once
from workflow.terms.deadlines import Happening


def _detect(case: None, command: Detect, by: str, office: Office, now: datetime) -> Change:
    """Opens a case. Terms of a message found while nobody is on duty start at the next working time; those of a message
    handed in by a person start at once (DESIGN rule 11)."""
    by_hand = command.appeal.handed_in_by is not None
    offered = now if by_hand or office.duty_always else office.working_time.into(command.arrived)
    opened = Case(
        id=command.case,
        municipality=command.municipality,
        number=command.number,
        version=0,
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
        likeliest=command.likeliest,
        alike=command.alike,
        answered_before=command.answered_before,
        context=command.context,
    )
    return Change(opened, (fx.ShowOffer(),), {"source": command.appeal.source})


def _forward(case: Case, command: Forward, by: str, office: Office, now: datetime) -> Change:
    """Hands the case to all departments at once, or in turn: to the lead executor and the first co-executor; the others
    wait in the queue (MO-14). If the lead stays the same, only new departments are asked, and his work is kept. A case that
    was merged into another one is taken out of it."""
    to = command.departments
    if case.lead is not None and case.lead.department == to[0]:
        return _joined(case, command, case.lead, now)
    case, half = stands_alone(case, now)
    former = [part.department for part in case.active_parts if part.department not in to]
    at_once = to[:2] if command.in_turn else to
    parts = tuple(_asked(department, now, lead=index == 0) for index, department in enumerate(at_once))
    handed = tuple(
        Happening(Event.FORWARDED, now, who=part.department, lead=part.lead if len(parts) > 1 else None)
        for part in parts
    )
    changed = replace(
        case,
        parts=(*without_executors(case, now), *parts),
        queue=to[len(at_once) :],
        contributions=tuple(c for c in case.contributions if c.department in to[1:]),
        history=(*case.history, *handed),
    )
    told = (*recalled_from(case, former), *(_work(key) for key in at_once))
    effects = (*EVERYWHERE, fx.SettleDrafts(), *told, *half)
    return Change(changed, effects, {"to": ", ".join(to), **_determined(case)})


def _determined(case: Case) -> dict[str, str]:
    """Return the topics, place and importance that the first forwarding confirms, as details for the journal (MO-6.2,
    KU-8.1); {} if the case is no longer new. The values may be empty: forwarding never asks for them."""
    if case.state is not State.NEW:
        return {}
    return {"topics": ", ".join(case.topics), "location": case.location, "importance": case.importance}


def _joined(case: Case, command: Forward, lead: Part, now: datetime) -> Change:
    """Adds and removes co-executors while the lead executor stays the same. A co-executor who stays keeps his part."""
    wanted = command.departments[1:]
    kept = {part.department: part for part in case.co_executors if part.department in wanted}
    gone = [part for part in case.co_executors if part.department not in wanted]
    coming = tuple(department for department in wanted if department not in kept)
    asked = () if command.in_turn else coming
    fresh = tuple(_asked(department, now) for department in asked)
    handed = tuple(Happening(Event.FORWARDED, now, who=department, lead=False) for department in asked)
    left = tuple(Happening(Event.RETURNED, now, who=part.department, lead=False) for part in gone)
    there = {part.department: part for part in (*kept.values(), *fresh)}
    over = (*(p for p in case.parts if p not in case.active_parts), *(replace(p, ended_at=now) for p in gone))
    changed = replace(
        case,
        parts=(*over, lead, *(there[department] for department in wanted if department in there)),
        queue=coming if command.in_turn else (),
        contributions=tuple(c for c in case.contributions if c.department in wanted),
        history=(*case.history, *handed, *left),
    )
    changed, following = _next_in_turn(changed, now)
    told = (*recalled_from(case, [part.department for part in gone]), *(_work(key) for key in asked), *following)
    effects = (*EVERYWHERE, fx.SettleDrafts(), *told)
    return Change(changed, effects, {"to": ", ".join(command.departments)}, stays=True)


def _asked(department: str, now: datetime, *, lead: bool = False) -> Part:
    return Part(department, lead=lead, state=PartState.ASKED, asked_at=now)


def _work(department: str) -> fx.Notify:
    return fx.Notify(Notice.WORK, Audience.DEPARTMENT, department=department)


def _recall(case: Case, command: Recall, by: str, office: Office, now: datetime) -> Change:
    former = [part.department for part in case.active_parts]
    apart, half = stands_alone(case, now)
    history = apart.history if half else happened(case, Event.RETURNED, now)
    changed = replace(apart, parts=without_executors(case, now), queue=(), history=history)
    effects: tuple[fx.Effect, ...] = (*EVERYWHERE, fx.SettleDrafts(), *recalled_from(case, former), *half)
    return Change(changed, effects, {"from": ", ".join(former)})


def _accept(case: Case, command: Accept, by: str, office: Office, now: datetime) -> Change:
    part = own_part(case, by, office)
    parts = with_part(case, part, state=PartState.ACCEPTED, accepted_at=now, accepted_by=by)
    history = happened(case, Event.ACCEPTED, now, who=part.department)
    return Change(replace(case, parts=parts, history=history), EVERYWHERE, {"department": part.department})


def _return(case: Case, command: Return, by: str, office: Office, now: datetime) -> Change:
    """Gives the case back to the curator if the person acts for the lead executor; for a co-executor only his part. The
    curators are notified."""
    part = own_part(case, by, office)
    reason = command.reason if explains(command.reason) else ""
    details = {"department": part.department, "reason": reason}
    if not part.lead:
        return _part_returned(case, part, reason, details, office, now)
    withdrawn = replace(case, parts=without_executors(case, now))
    lead = withdrawn.parts[case.parts.index(part)]
    parts = with_part(withdrawn, lead, state=PartState.RETURNED, reason=reason)
    others = [one.department for one in case.co_executors]
    suggested = case.suggested if case.suggested != part.department else None
    history = happened(case, Event.RETURNED, now, who=part.department)
    changed = replace(case, parts=parts, queue=(), suggested=suggested, history=history)
    told = fx.Notify(Notice.RETURNED, Audience.CURATORS, department=part.department, text=reason)
    above = at_once(part.department, Step.RETURN, reason, office)
    return Change(changed, (*EVERYWHERE, told, *recalled_from(case, others), *above), details)


def _part_returned(
    case: Case, part: Part, reason: str, details: dict[str, str], office: Office, now: datetime
) -> Change:
    parts = with_part(case, part, state=PartState.RETURNED, ended_at=now, reason=reason)
    changed, asked = _next_in_turn(replace(case, parts=parts), now)
    history = happened(changed, Event.RETURNED, now, who=part.department, lead=False)
    told = fx.Notify(Notice.PART_RETURNED, Audience.CURATORS, department=part.department, text=reason)
    above = at_once(part.department, Step.RETURN, reason, office)
    effects = (*EVERYWHERE, *_before_the_curator(case), told, *asked, *above)
    return Change(replace(changed, history=history), effects, details)


def _contribute(case: Case, command: Contribute, by: str, office: Office, now: datetime) -> Change:
    """Stores the co-executor's contribution in place of his earlier one, and sends it to the lead executor, or to the
    curator to pass on (MO-14, KU-16)."""
    part = own_part(case, by, office)
    to_curator = office.regulation.contributions_to is Holder.CURATOR
    files = command.files or next((c.files for c in case.contributions if c.department == part.department), ())
    passed_at = None if to_curator else now
    given = Contribution(part.department, command.text, files, by, now, passed_at, command.missing)
    parts = with_part(
        case,
        part,
        state=PartState.CONTRIBUTED,
        accepted_at=part.accepted_at or now,
        accepted_by=part.accepted_by or by,
    )
    others = tuple(c for c in case.contributions if c.department != part.department)
    changed, asked = _next_in_turn(replace(case, parts=parts, contributions=(*others, given)), now)
    history = happened(changed, Event.CONTRIBUTED, now, who=part.department)
    told = fx.Notify(
        Notice.CONTRIBUTED,
        Audience.CURATORS if to_curator else Audience.LEAD,
        department=part.department,
        text=command.text,
    )
    effects = (*EVERYWHERE, *_before_the_curator(case), told, *asked)
    return Change(replace(changed, history=history), effects, {"department": part.department})


def _before_the_curator(case: Case) -> tuple[fx.Effect, ...]:
    """Return the effect that refreshes the draft shown to the curator, which says whether it was made without the
    contributions; () if no draft waits for approval."""
    return (fx.SettleDrafts(),) if case.state is State.ON_APPROVAL else ()


def _next_in_turn(case: Case, now: datetime) -> tuple[Case, tuple[fx.Effect, ...]]:
    """Forward the case to the next department in the queue if no co-executor owes a contribution now; its terms start at
    `now`. Return the case and the notice to that department; the same case and () if there is nobody to ask yet."""
    if not case.queue or any(p.state in (PartState.ASKED, PartState.ACCEPTED) for p in case.co_executors):
        return case, ()
    following, *rest = case.queue
    part = _asked(following, now)
    handed = Happening(Event.FORWARDED, now, who=following, lead=False)
    asked = replace(case, parts=(*case.parts, part), queue=tuple(rest), history=(*case.history, handed))
    return asked, (_work(following),)


def _pass_contribution(case: Case, command: PassContribution, by: str, office: Office, now: datetime) -> Change:
    contributions = tuple(
        replace(one, passed_at=now) if one.department == command.department else one for one in case.contributions
    )
    part = case.part_of(command.department)
    parts = with_part(case, part, state=PartState.PASSED) if part is not None else case.parts
    history = happened(case, Event.CONTRIBUTION_PASSED, now, who=command.department)
    text = next(one.text for one in contributions if one.department == command.department)
    told = fx.Notify(Notice.CONTRIBUTION_PASSED, Audience.LEAD, department=command.department, text=text)
    changed = replace(case, contributions=contributions, parts=parts, history=history)
    effects = (*EVERYWHERE, *_before_the_curator(case), told)
    return Change(changed, effects, {"department": command.department})


def _send_back_contribution(
    case: Case, command: SendBackContribution, by: str, office: Office, now: datetime
) -> Change:
    """Sends the department's contribution back with a remark and notifies the department, which owes a new one within the
    term of a rework."""
    contributions = tuple(
        replace(one, passed_at=None, remark=command.remark) if one.department == command.department else one
        for one in case.contributions
    )
    part = case.part_of(command.department)
    parts = with_part(case, part, state=PartState.ACCEPTED) if part is not None else case.parts
    history = happened(case, Event.CONTRIBUTION_SENT_BACK, now, who=command.department)
    told = fx.Notify(
        Notice.CONTRIBUTION_SENT_BACK, Audience.DEPARTMENT, department=command.department, text=command.remark
    )
    changed = replace(case, contributions=contributions, parts=parts, history=history)
    above = at_once(command.department, Step.REWORK, command.remark, office)
    return Change(changed, (*EVERYWHERE, told, *above), {"department": command.department, "remark": command.remark})


def _begin_draft(case: Case, command: BeginDraft, by: str, office: Office, now: datetime) -> Change:
    """Records who writes the draft, and refreshes the card and the offers, which show it. No term moves."""
    lead = case.lead
    assert lead is not None, "the table permits it to the lead executor only"
    parts = with_part(case, lead, writing=(command.by.people[0], now))
    return Change(replace(case, parts=parts), (fx.Redraw(),), {"department": lead.department})


def _take_basis(case: Case, command: TakeBasis, by: str, office: Office, now: datetime) -> Change:
    """Stores in the lead executor's part the text from which the next draft is written. Refreshes nothing: the text itself
    is sent to the person who took it."""
    lead = case.lead
    assert lead is not None, "the table permits it to the lead executor only"
    basis = Basis(command.text, now, command.of, command.ready)
    details = {"number": str(command.of.number)} if command.of is not None else {"ready": str(command.ready)}
    return Change(replace(case, parts=with_part(case, lead, basis=basis)), (), details)


def _note(case: Case, command: AddNote, by: str, office: Office, now: datetime) -> Change:
    """Writes the note to the journal and sends it to the curators and the departments that have the case, in private. The
    case itself does not change."""
    text = command.text.strip()
    told = [fx.Notify(Notice.NOTE, Audience.CURATORS, text=text)]
    told += [
        fx.Notify(Notice.NOTE, Audience.DEPARTMENT, department=part.department, text=text) for part in case.active_parts
    ]
    return Change(case, tuple(told), {"text": text})


CHANGES: dict[Action, Changer] = {
    Action.DETECT: _detect,
    Action.FORWARD: _forward,
    Action.RECALL: _recall,
    Action.ACCEPT: _accept,
    Action.RETURN: undoable(_return),
    Action.CONTRIBUTE: _contribute,
    Action.PASS_CONTRIBUTION: _pass_contribution,
    Action.BEGIN_DRAFT: _begin_draft,
    Action.TAKE_BASIS: _take_basis,
    Action.NOTE: _note,
    Action.SEND_BACK_CONTRIBUTION: undoable(_send_back_contribution),
}
