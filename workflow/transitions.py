"""The life of a case as one table: who may take which action, from and to which states, and what it needs.

Nothing else decides permissions. Buttons, `/help`, the diagram in the documents and the permission page are generated
from the table. Loading it raises ValueError if it contradicts itself.
"""

from __future__ import annotations

from datetime import datetime

from workflow import guards
from workflow.case import ENDED, Case, State
from workflow.changes import CHANGES
from workflow.commands import Action, AnyCommand
from workflow.effects import Effect
from workflow.engine import Asked, Life, Row, clock, curator, deputy, detector, head, network, row
from workflow.office import Office, Role
from workflow.outcomes import Reason, Refused
from workflow.visibility import concerned
from workflow.writing import WRITTEN_IN, nobody_writes


def lead_executor(office: Office, case: Case | None, command: Asked, now: datetime) -> str | None:
    """Return the key of the person of the lead executor's department whose rights the actor has; None if there is none."""
    if case is None or case.lead is None:
        return None
    person = office.of_department(command.by, [case.lead.department], now)
    return person.key if person else None


def co_executor(office: Office, case: Case, command: Asked, now: datetime) -> str | None:
    """Return the key of the person of a co-executor's department whose rights the actor has; None if there is none."""
    person = office.of_department(command.by, [part.department for part in case.co_executors], now)
    return person.key if person else None


def concerned_executor(office: Office, case: Case, command: Asked, now: datetime) -> str | None:
    """Return the key of the person whose rights the actor has, from any department that has the case, had it or will get it
    in turn; None if there is none."""
    person = office.of_department(command.by, concerned(case), now)
    return person.key if person else None


def supervisor(office: Office, case: Case | None, command: Asked, now: datetime) -> str | None:
    """Return the key of the person who watches that the regulation is kept (`supervisor` of the municipality's file) if the
    actor has that person's rights; else None."""
    return next((p.key for p in office.acting(command.by, now) if p.key == office.supervisor), None)


def who_did_it(office: Office, case: Case, command: Asked, now: datetime) -> str | None:
    """Return the key of the person whose action can still be taken back if the actor has that person's rights; else
    None."""
    by = case.former.by if case.former is not None else None
    return next((p.key for p in office.acting(command.by, now) if p.key == by), None)


S, A, R = State, Action, Reason
WITH_EXECUTOR = (S.FORWARDED, S.IN_WORK, S.ON_APPROVAL, S.REWORK)
AT_WORK = (*WITH_EXECUTOR, S.WAITING_AUTHOR, S.INTERIM)
OPEN = tuple(state for state in State if state not in ENDED)

TABLE: tuple[Row, ...] = (
    #   action                   from                              who                   to                        needs
    row(A.DETECT,                (),                               (curator, detector),  S.NEW),
    row(A.FORWARD,               S.NEW,                            (curator, detector),  S.FORWARDED,              guards.departments_exist),
    row(A.FORWARD,               AT_WORK,                          curator,              S.FORWARDED,              guards.departments_exist, guards.goes_elsewhere),
    row(A.RECALL,                AT_WORK,                          curator,              S.NEW),
    row(A.ACCEPT,                S.FORWARDED,                      lead_executor,        S.IN_WORK),
    row(A.ACCEPT,                (S.ON_APPROVAL, S.REWORK, S.WAITING_AUTHOR, S.INTERIM), lead_executor, None,      guards.part_is_not_accepted),
    row(A.ACCEPT,                AT_WORK,                          co_executor,          None,                     guards.part_is_not_accepted),
    row(A.RETURN,                (S.FORWARDED, S.IN_WORK),         lead_executor,        S.NEW,                    guards.reason_where_required),
    row(A.RETURN,                WITH_EXECUTOR,                    co_executor,          None,                     guards.part_is_open, guards.reason_where_required),
    row(A.CONTRIBUTE,            AT_WORK,                          co_executor,          None,                     guards.draft_says_something, guards.contribution_is_new),
    row(A.PASS_CONTRIBUTION,     AT_WORK,                          curator,              None,                     guards.contribution_waits),
    row(A.SEND_BACK_CONTRIBUTION, AT_WORK,                         (curator, lead_executor), None,                 guards.receives_contributions, guards.contribution_goes_back, guards.remark_is_given),
    row(A.NOTE,                  tuple(State),                     (curator, deputy, head, concerned_executor), None,           guards.note_fits),
    row(A.BEGIN_DRAFT,           WRITTEN_IN,                       lead_executor,        None,                     nobody_writes),
    row(A.TAKE_BASIS,            (S.FORWARDED, *WRITTEN_IN),       lead_executor,        None,                     guards.basis_is_there),
    row(A.DRAFT,                 AT_WORK,                          lead_executor,        S.ON_APPROVAL,            guards.draft_says_something, guards.draft_is_new, guards.kind_is_known, guards.contributions_are_in),
    row(A.PROPOSE_INTERIM,       (S.FORWARDED, S.IN_WORK, S.REWORK, S.WAITING_AUTHOR), curator, S.ON_APPROVAL,     guards.draft_says_something, guards.kind_is_known),
    row(A.SET_KIND,              S.ON_APPROVAL,                    (curator, lead_executor), None,                 guards.draft_is_newest, guards.kind_is_known),
    row(A.CORRECT,               (S.ON_APPROVAL, S.NOT_POSTED),    curator,              S.ON_APPROVAL,            guards.draft_is_newest, guards.draft_says_something),
    row(A.APPROVE,               S.ON_APPROVAL,                    curator,              S.APPROVED,               guards.draft_is_newest, guards.kind_is_as_seen, guards.blanks_are_filled),
    row(A.SEND_BACK,             (S.ON_APPROVAL, S.NOT_POSTED),    curator,              S.REWORK,                 guards.draft_is_newest, guards.remark_is_given, guards.somebody_reworks),
    row(A.UNDO,                  S.APPROVED,                       curator,              S.ON_APPROVAL,            guards.not_on_its_way),
    row(A.TAKE_BACK,             S.NEW,                            who_did_it,           (S.FORWARDED, S.IN_WORK), guards.can_be_taken_back),
    row(A.TAKE_BACK,             S.REWORK,                         who_did_it,           (S.ON_APPROVAL, S.NOT_POSTED), guards.can_be_taken_back),
    row(A.TAKE_BACK,             (S.FORWARDED, S.IN_WORK),         who_did_it,           (S.ON_APPROVAL,),         guards.can_be_taken_back),
    row(A.TAKE_BACK,             (S.ON_APPROVAL, S.APPROVED, S.NOT_POSTED, S.WAITING_AUTHOR, S.INTERIM), who_did_it, None, guards.can_be_taken_back),
    row(A.RELEASE,               S.APPROVED,                       clock,                S.APPROVED,               guards.not_on_its_way),
    row(A.RETRY,                 S.NOT_POSTED,                     curator,              S.APPROVED,               guards.network_takes_answers),
    row(A.POSTED,                S.APPROVED,                       network,              S.CLOSED,                 guards.link_is_given),
    row(A.POSTED,                S.NOT_POSTED,                     (network, curator),   S.CLOSED,                 guards.link_is_given),
    row(A.POSTED,                S.ON_APPROVAL,                    curator,              S.CLOSED,                 guards.posts_without_approval, guards.link_is_given),
    row(A.POST_FAILED,           S.APPROVED,                       network,              S.NOT_POSTED),
    row(A.ANSWER_GONE,           S.CLOSED,                         network,              None,                     guards.answer_still_stood),
    row(A.POST_AGAIN,            S.CLOSED,                         curator,              None,                     guards.network_takes_answers, guards.answer_is_gone),
    row(A.POSTED,                S.CLOSED,                         (network, curator),   None,                     guards.answer_is_gone, guards.link_is_given),
    row(A.POST_FAILED,           S.CLOSED,                         network,              None,                     guards.answer_is_gone),
    row(A.AUTHOR_JUDGED,         S.CLOSED,                         network,              None,                     guards.not_judged_yet),
    row(A.MARK_ANSWER,           S.CLOSED,                         curator,              None),
    row(A.CLOSE_WITHOUT_POSTING, (S.NEW, *AT_WORK, S.NOT_POSTED),  curator,              S.CLOSED_WITHOUT_POSTING, guards.closing_reason_is_listed, guards.promise_is_given_up),
    row(A.NOT_PROCESS,           (S.NEW, *AT_WORK, S.NOT_POSTED),  curator,              S.NOT_PROCESSED,          guards.ground_is_listed, guards.promise_is_given_up),
    row(A.REOPEN,                S.NOT_PROCESSED,                  curator,              S.NEW),
    row(A.AUTHOR_REPLIED,        S.WAITING_AUTHOR,                 (network, curator),   S.IN_WORK),
    row(A.AUTHOR_REPLIED,        (*(s for s in OPEN if s is not S.WAITING_AUTHOR), S.MERGED), (network, curator), None),
    row(A.AUTHOR_EDITED,         (*OPEN, S.MERGED),                network,              None),
    row(A.AUTHOR_DELETED,        (*OPEN, S.MERGED),                network,              None),
    row(A.AUTHOR_RESTORED,       (*OPEN, S.MERGED),                network,              None),
    row(A.LINK_REPEAT,           OPEN,                             curator,              None,                     guards.is_another_case),
    row(A.MERGE,                 (S.NEW, *AT_WORK),                curator,              S.MERGED,                 guards.is_another_case, guards.has_none_under_it),
    row(A.TAKE_IN,               (S.NEW, *AT_WORK),                clock,                None),
    row(A.SPLIT,                 S.MERGED,                         (curator, clock),     S.NEW),
    row(A.LET_GO,                OPEN,                             clock,                None,                     guards.holds_the_other),
    row(A.ANSWER_TOGETHER,       S.MERGED,                         clock,                S.APPROVED),
    row(A.ANSWER_TOGETHER,       (S.APPROVED, S.NOT_POSTED),       clock,                None,                     guards.is_under_another),
    row(A.MARK_SIGNIFICANT,      OPEN,                             curator,              None,                     when=guards.not_yet("significant")),
    row(A.SET_TERM,              OPEN,                             curator,              None,                     guards.term_is_his),
    row(A.PROPOSE_TERM,          S.INTERIM,                         lead_executor,        None,                     guards.final_is_unnamed),
    row(A.SET_IMPORTANCE,        OPEN,                             curator,              None),
    row(A.SET_TOPIC,             OPEN,                             curator,              None),
    row(A.SET_LOCATION,          OPEN,                             curator,              None),
    row(A.SET_SOURCE,            OPEN,                             curator,              None,                     guards.was_handed_in),
    row(A.ANNUL,                 tuple(State),                     (supervisor, head),   None,                     guards.rows_stand, guards.rows_are_of_others, guards.annulment_is_explained),
    row(A.RECKON,                (*OPEN, S.MERGED),                clock,                None),
)  # fmt: skip


# --- why not -----------------------------------------------------------------------------------------------------------


def _others(case: Case | None, command: AnyCommand, office: Office, now: datetime) -> Refused:
    """Return the refusal for a person who has no right to the action in any state of the case."""
    if case is not None and command.action is A.TAKE_BACK:
        return Refused(R.NOT_WHO_DID_IT if case.former is not None else R.TOO_LATE_TO_TAKE_BACK)
    if command.action is A.NOTE:
        return Refused(R.NOTE_IS_NOT_YOURS)
    if case is not None and command.action is A.SEND_BACK_CONTRIBUTION:
        return guards.not_its_receiver(case, office)
    allowed = {who for row in CASES.rows_of(command.action) for who in row.who}
    if supervisor in allowed:
        return Refused(R.NOT_A_SUPERVISOR)
    if case is None or curator in allowed or not allowed & {lead_executor, co_executor}:
        return Refused(R.NOT_A_CURATOR, {"is_lead": lead_executor(office, case, command, now) is not None})
    lead = case.lead
    if lead is None and office.has_role(command.by, Role.EXECUTOR, now):
        return _not_in_this_state(case, command.action)
    facts: dict[str, object] = {
        "department": lead.department if lead else "",
        "is_curator": office.has_role(command.by, Role.CURATOR, now) is not None,
        "is_above": any(office.has_role(command.by, role, now) for role in (Role.DEPUTY, Role.HEAD)),
    }
    return Refused(R.NOT_YOURS if lead else R.NOT_AN_EXECUTOR, facts)


def _not_now(case: Case, command: AnyCommand, office: Office, now: datetime) -> Refused:
    return _not_in_this_state(case, command.action)


def _not_in_this_state(case: Case, action: Action) -> Refused:
    lead = case.lead
    facts: dict[str, object] = {
        "state": case.state,
        "department": lead.department if lead else "",
        "at": _last_moment(case, action),
    }
    if case.is_ended:
        return Refused(R.ALREADY_ENDED, facts)
    match action, case.state:
        case (A.ACCEPT | A.RETURN | A.DRAFT | A.CONTRIBUTE, S.NEW):
            return Refused(R.NOT_FORWARDED, facts)
        case (A.BEGIN_DRAFT, S.FORWARDED):
            return Refused(R.ACCEPT_FIRST, facts)
        case (A.ACCEPT, S.IN_WORK | S.ON_APPROVAL | S.REWORK):
            return Refused(R.ALREADY_ACCEPTED, facts)
        case (A.UNDO, _):
            return Refused(R.TOO_LATE_TO_UNDO, facts)
        case (_, S.APPROVED):
            return Refused(R.ALREADY_APPROVED, facts)
        case (A.APPROVE | A.SEND_BACK | A.CORRECT, S.REWORK):
            return Refused(R.ALREADY_SENT_BACK, facts)
        case (A.APPROVE | A.SEND_BACK | A.CORRECT, _):
            return Refused(R.NO_DRAFT_YET, facts)
        case _:
            return Refused(R.NOT_NOW, facts)


def _last_moment(case: Case, action: Action) -> datetime | None:
    """Return when the action was already done, for a sentence such as «Уже принято в 9:30»: for ACCEPT, when the lead
    executor accepted or was asked; otherwise, when the last thing happened to the case. None if nothing did."""
    if action is A.ACCEPT and case.lead is not None:
        return case.lead.accepted_at or case.lead.asked_at
    return case.history[-1].at if case.history else None


CASES: Life[Case, Effect] = Life(
    actions=tuple(Action),
    states=State,
    table=TABLE,
    changes=CHANGES,
    no_such=R.NO_SUCH_CASE,
    ends=frozenset({S.CLOSED, S.CLOSED_WITHOUT_POSTING}),
    others=_others,
    not_now=_not_now,
)
may, rows_for = CASES.may, CASES.rows_for
