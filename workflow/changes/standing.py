"""Changes of a case by ending it without an answer, by links to other cases, by its author's later acts, and by the curator's
corrections (term, topic, place, importance, source)."""

from __future__ import annotations

from datetime import datetime

from workflow import effects as fx
from workflow.case import Annulled, Case, Other, Reply, State
from workflow.changes.change import (
    EVERYWHERE,
    Change,
    happened,
    let_go_of,
    recalled_from,
    stands_alone,
    without_executors,
)
from workflow.changes.taking_back import undoable
from workflow.commands import (
    Action,
    Annul,
    AuthorDeleted,
    AuthorEdited,
    AuthorReplied,
    AuthorRestored,
    CloseWithoutPosting,
    LetGo,
    LinkRepeat,
    MarkSignificant,
    Merge,
    NotProcess,
    ProposeTerm,
    Reckon,
    Reopen,
    SetImportance,
    SetLocation,
    SetSource,
    SetTerm,
    SetTopic,
    Split,
    TakeIn,
)
from workflow.effects import Audience, Notice
from workflow.engine import Changer
from workflow.office import CLOCK, NETWORK, Office
from workflow.regulation import Ear, Event, Importance
from workflow.replacing import replace
from workflow.terms.alarms import those_there
from workflow.terms.deadlines import Happening, has_happened
from workflow.terms.register import names
from workflow.waiting import final_must_be_named

# --- ends -----------------------------------------------------------------------------------------------


def _ended(case: Case, because: str, now: datetime) -> Change:
    """Ends the case without an answer, for this reason, and notifies the departments that had it. The cases merged into it
    are split off, because nobody else would answer them."""
    former = [part.department for part in case.active_parts]
    changed = replace(
        case,
        ended_because=because,
        parts=without_executors(case, now),
        queue=(),
        post_at=None,
        merged=(),
        history=happened(case, Event.CLOSED, now),
    )
    freed = tuple(fx.Also(Split(CLOCK, other.id), required=False) for other in case.merged)
    effects: tuple[fx.Effect, ...] = (*EVERYWHERE, fx.SettleDrafts(), *recalled_from(case, former), *freed)
    return Change(changed, effects, {"reason": because})


def _close_without_posting(case: Case, command: CloseWithoutPosting, by: str, office: Office, now: datetime) -> Change:
    return _ended(case, command.reason, now)


def _not_process(case: Case, command: NotProcess, by: str, office: Office, now: datetime) -> Change:
    return _ended(case, command.ground, now)


def _reopen(case: Case, command: Reopen, by: str, office: Office, now: datetime) -> Change:
    """Makes the case new again and takes it out of the case it was merged into, if any. The term of `forward` restarts at
    `now`; the term of the answer does not move."""
    history = (*happened(case, Event.REOPENED, now), Happening(Event.RETURNED, now))
    changed = replace(case, ended_because=None, merged_into=None, history=history)
    return Change(changed, (*EVERYWHERE, fx.Notify(Notice.REOPENED, Audience.CURATORS), *let_go_of(case)))


# --- other cases ----------------------------------------------------------------------------------------


def _author_replied(case: Case, command: AuthorReplied, by: str, office: Office, now: datetime) -> Change:
    """Records the author's reply and notifies the curators and the lead executor; if the case is merged into another, that
    one gets the reply and its people are notified instead. If the case waited for the reply, the draft is owed again
    (CLOCK §1.4)."""
    reply = Reply(command.text, now, command.beside, command.files, command.ref)
    appeal = replace(case.appeal, files=(*case.appeal.files, *command.files))
    changed = replace(case, appeal=appeal, replies=(*case.replies, reply))
    if case.state is State.NEW:
        changed = replace(
            changed,
            topics=case.topics or command.topics,
            suggested=case.suggested or command.suggested,
            location=case.location or ("" if case.without_place else command.location),
        )
    if case.state is State.WAITING_AUTHOR:
        changed = replace(changed, history=happened(case, Event.AUTHOR_REPLIED, now))
    told: tuple[fx.Effect, ...] = (fx.Notify(Notice.AUTHOR_REPLIED, Audience.CURATORS, text=command.text),)
    if case.lead is not None:
        told = (fx.Notify(Notice.AUTHOR_REPLIED, Audience.LEAD, text=command.text), *told)
    if case.state is State.MERGED and case.merged_into is not None:
        under = AuthorReplied(NETWORK, case.merged_into.id, command.text, command.beside, command.files, command.ref)
        told = (fx.Also(under, required=False),)
    return Change(changed, (*EVERYWHERE, *told))


def _author_edited(case: Case, command: AuthorEdited, by: str, office: Office, now: datetime) -> Change:
    """Keeps the old and the new text and, unless the case is new, notifies the curators, the lead executor and the
    departments whose move it is. No term changes; the location does if the new text names another."""
    if command.first:
        edited = Reply(case.appeal.text, now)
        appeal = replace(case.appeal, text=command.text)
        return Change(replace(case, appeal=appeal, rewritten=(edited, *case.rewritten)), EVERYWHERE)
    location = case.location if command.location is None else command.location
    changed = replace(case, location=location, rewritten=(*case.rewritten, Reply(command.text, now)))
    if case.state is State.NEW:
        changed = replace(changed, topics=case.topics or command.topics, suggested=case.suggested or command.suggested)
    told: tuple[fx.Effect, ...] = (fx.Notify(Notice.AUTHOR_EDITED, Audience.CURATORS, text=command.text),)
    if case.lead is not None:
        told = (fx.Notify(Notice.AUTHOR_EDITED, Audience.LEAD, text=command.text), *told)
    lead = case.lead.department if case.lead is not None else None
    others = [one for one in _at_work(Notice.AUTHOR_EDITED, case, office, command.text) if one.department != lead]
    told = (*told, *others) if case.state is not State.NEW else ()
    return Change(changed, (*EVERYWHERE, fx.SettleDrafts(), *told))


def _author_deleted(case: Case, command: AuthorDeleted, by: str, office: Office, now: datetime) -> Change:
    """Marks the message as deleted, holds an approved answer back, and asks the curators to decide. What the curators still
    owe of that answer is due after the grace period (DESIGN rule 16). The departments whose move it is are notified too:
    they may be writing an answer that nobody needs."""
    changed = replace(case, deleted_at=now)
    if case.state is State.APPROVED:
        changed = _held(changed)
        changed = replace(changed, history=happened(changed, Event.HELD_BACK, now))
    told = (fx.Notify(Notice.AUTHOR_DELETED, Audience.CURATORS), *_at_work(Notice.AUTHOR_DELETED, case, office))
    return Change(changed, (*EVERYWHERE, fx.SettleDrafts(), *told))


def _author_restored(case: Case, command: AuthorRestored, by: str, office: Office, now: datetime) -> Change:
    """Clears the mark that the message is deleted, and notifies the curators and the departments whose move it is. An
    answer held back meanwhile still waits for the curator."""
    told = (fx.Notify(Notice.AUTHOR_RESTORED, Audience.CURATORS), *_at_work(Notice.AUTHOR_RESTORED, case, office))
    return Change(replace(case, deleted_at=None), (*EVERYWHERE, fx.SettleDrafts(), *told))


def _at_work(notice: Notice, case: Case, office: Office, text: str = "") -> tuple[fx.Notify, ...]:
    """Return this notice addressed to each department whose move it is in the case, once each."""
    departments = [wait.who for wait in case.waits if wait.who in office.departments]
    return tuple(
        fx.Notify(notice, Audience.DEPARTMENT, department=key, text=text) for key in dict.fromkeys(departments)
    )


def _held(case: Case) -> Case:
    """Return the case with its approved answer held back. An answer not released yet waits for approval again. A released
    one counts as not posted, unless the network reports later that it was posted after all."""
    if case.post_at is None:
        return replace(case, state=State.NOT_POSTED, not_posted_because="hidden")
    last = max(i for i, happening in enumerate(case.history) if happening.event is Event.APPROVED)
    history = (*case.history[:last], *case.history[last + 1 :])
    return replace(case, state=State.ON_APPROVAL, approved=None, post_at=None, history=history)


def _link_repeat(case: Case, command: LinkRepeat, by: str, office: Office, now: datetime) -> Change:
    """Records that the message repeats the case `earlier`. With None it removes that record; where there was none, it says
    that a message written under our answer is about something new, and drops that case from `alike`."""
    changed = replace(case, repeat_of=command.earlier)
    if command.earlier is None and case.repeat_of is None and case.context is not None:
        changed = replace(case, alike=tuple(one for one in case.alike if one.id != case.context.case.id))
    number = str(command.earlier.number) if command.earlier is not None else ""
    return Change(changed, (*EVERYWHERE, fx.SettleDrafts()), {"number": number})


def _merge(case: Case, command: Merge, by: str, office: Office, now: datetime) -> Change:
    former = [part.department for part in case.active_parts]
    changed = replace(
        case,
        merged_into=command.into,
        parts=without_executors(case, now),
        queue=(),
        history=happened(case, Event.MERGED, now),
    )
    other_half = fx.Also(TakeIn(CLOCK, command.into.id, Other(case.id, case.number), case.importance))
    effects: tuple[fx.Effect, ...] = (
        *EVERYWHERE,
        fx.SettleDrafts(),
        *recalled_from(case, former),
        *let_go_of(case),
        other_half,
    )
    return Change(changed, effects, {"number": str(command.into.number)})


def _take_in(case: Case, command: TakeIn, by: str, office: Office, now: datetime) -> Change:
    """Lists the other case as merged into this one. If the other's importance is high, this case's becomes high too, since
    one answer serves both; splitting does not lower it again."""
    changed = replace(case, merged=(*case.merged, command.other))
    details = {"number": str(command.other.number)}
    if command.importance is not Importance.HIGH or case.importance is Importance.HIGH:
        return Change(changed, EVERYWHERE, details)
    raised = _with_importance(changed, command.importance, office, now)
    return replace(raised, details={**details, **raised.details})


def _split(case: Case, command: Split, by: str, office: Office, now: datetime) -> Change:
    """Makes the case new and takes it out of the one it was merged into; the curators are notified. The term of `forward`
    restarts at `now`, that of `answer` stays."""
    into = case.merged_into
    changed, half = stands_alone(case, now)
    told = fx.Notify(Notice.REOPENED, Audience.CURATORS)
    return Change(changed, (*EVERYWHERE, told, *half), {"number": str(into.number) if into else ""})


def _let_go(case: Case, command: LetGo, by: str, office: Office, now: datetime) -> Change:
    left = next(other for other in case.merged if other.id == command.other)
    changed = replace(case, merged=tuple(other for other in case.merged if other is not left))
    return Change(changed, EVERYWHERE, {"number": str(left.number)})


# --- facts ----------------------------------------------------------------------------------------------


def hears_of_significant(case: Case, office: Office) -> tuple[Audience, ...]:
    """Return whom to notify of a socially significant message: those the regulation names, or the head if it names nobody
    (MO-21, KU-23). If none of them is in the office, the supervisor; without one, the curators."""
    department = case.lead.department if case.lead else None
    named = office.regulation.hears_of_significant.who or (Ear.HEAD,)
    heard = those_there(named, department, office) or those_there((Ear.SUPERVISOR,), department, office)
    return heard or (Audience.CURATORS,)


def _mark_significant(case: Case, command: MarkSignificant, by: str, office: Office, now: datetime) -> Change:
    """Marks the case as socially significant and notifies those named by `hears_of_significant`."""
    told = tuple(fx.Notify(Notice.SIGNIFICANT, audience) for audience in hears_of_significant(case, office))
    return Change(replace(case, significant=True), (*EVERYWHERE, *told))


def _set_term(case: Case, command: SetTerm, by: str, office: Office, now: datetime) -> Change:
    named = has_happened(case.history, Event.INTERIM_POSTED)
    history = happened(case, Event.FINAL_NAMED if named else Event.TERM_SET, now, due=command.due)
    return Change(replace(case, history=history), EVERYWHERE, {"due": command.due.isoformat()})


def _propose_term(case: Case, command: ProposeTerm, by: str, office: Office, now: datetime) -> Change:
    """Sends the executor's proposed moment for the final answer to the curators. The case does not change: no deadline
    follows from it until a curator sets one."""
    told = fx.Notify(Notice.NAME_FINAL, Audience.CURATORS, text=command.due.isoformat())
    return Change(case, (told,), {"due": command.due.isoformat()})


def _set_importance(case: Case, command: SetImportance, by: str, office: Office, now: datetime) -> Change:
    return _with_importance(case, command.importance, office, now)


def _with_importance(case: Case, importance: Importance, office: Office, now: datetime) -> Change:
    history = happened(case, Event.IMPORTANCE_SET, now, importance=importance)
    changed = replace(case, importance=importance, history=history)
    unnamed = final_must_be_named(changed, office) and not final_must_be_named(case, office)
    told = (fx.Notify(Notice.NAME_FINAL, Audience.CURATORS),) if unnamed else ()
    return Change(changed, (*EVERYWHERE, *told), {"importance": importance})


def _set_topic(case: Case, command: SetTopic, by: str, office: Office, now: datetime) -> Change:
    return Change(replace(case, topics=command.topics), EVERYWHERE, {"topics": ", ".join(command.topics)})


def _set_location(case: Case, command: SetLocation, by: str, office: Office, now: datetime) -> Change:
    """Sets the place the message is about; an empty one records that it is about no place."""
    place = command.location
    return Change(replace(case, location=place, without_place=not place), EVERYWHERE, {"location": place})


def _set_source(case: Case, command: SetSource, by: str, office: Office, now: datetime) -> Change:
    changed = replace(
        case,
        appeal=replace(case.appeal, source=command.source),
        first_source=case.first_source or case.appeal.source,
        history=happened(case, Event.SOURCE_SET, now, source=command.source),
    )
    return Change(changed, EVERYWHERE, {"source": command.source})


def _annul(case: Case, command: Annul, by: str, office: Office, now: datetime) -> Change:
    """Annuls these rows of the register of violations with one reason. They stay visible but are counted nowhere
    (CLOCK §2)."""
    struck = [row for row in case.missed if row.number in command.rows]
    reason = command.reason.strip()
    rows = tuple(
        replace(row, annulled=Annulled(now, by, reason, names(row, (by,), office, now))) if row in struck else row
        for row in case.missed
    )
    details = {"reason": reason, "steps": ",".join(row.step for row in struck)}
    return Change(replace(case, missed=rows), () if case.is_ended else EVERYWHERE, details)


def _reckon(case: Case, command: Reckon, by: str, office: Office, now: datetime) -> Change:
    changed = replace(case, history=happened(case, Event.RECKONED, now, moved=command.moved))
    return Change(changed, (fx.ShowCard(soon=True), fx.ShowOffer()), {"steps": ", ".join(command.moved)})


CHANGES: dict[Action, Changer] = {
    Action.CLOSE_WITHOUT_POSTING: _close_without_posting,
    Action.NOT_PROCESS: _not_process,
    Action.REOPEN: _reopen,
    Action.AUTHOR_REPLIED: _author_replied,
    Action.AUTHOR_EDITED: _author_edited,
    Action.AUTHOR_DELETED: _author_deleted,
    Action.AUTHOR_RESTORED: _author_restored,
    Action.LINK_REPEAT: _link_repeat,
    Action.MERGE: _merge,
    Action.TAKE_IN: _take_in,
    Action.SPLIT: _split,
    Action.LET_GO: _let_go,
    Action.MARK_SIGNIFICANT: undoable(_mark_significant),
    Action.SET_TERM: _set_term,
    Action.PROPOSE_TERM: _propose_term,
    Action.SET_IMPORTANCE: _set_importance,
    Action.SET_TOPIC: _set_topic,
    Action.SET_LOCATION: _set_location,
    Action.SET_SOURCE: _set_source,
    Action.ANNUL: _annul,
    Action.RECKON: _reckon,
}
