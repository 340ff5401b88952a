"""The life of a case, as one table: who may do what, from where, to where, and what it needs. Nothing else decides.

Buttons, `/help`, the diagram in the documents and the permission page are read off it. It refuses nonsense when loaded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from workflow import guards
from workflow.case import ENDED, Case, State
from workflow.commands import Action, AnyCommand
from workflow.office import CLOCK, DETECTOR, NETWORK, Actor, Office, Role
from workflow.outcomes import Refused

Who = Callable[[Office, Case | None, Actor, datetime], str | None]
"""Answers with the key of the person by whose right the actor acts (or the machine's name), or None: not he."""
Guard = Callable[[Office, Case, AnyCommand, datetime], Refused | None]


def curator(office: Office, case: Case | None, actor: Actor, now: datetime) -> str | None:
    person = office.has_role(actor, Role.CURATOR, now)
    return person.key if person else None


def lead_executor(office: Office, case: Case | None, actor: Actor, now: datetime) -> str | None:
    """Somebody of the department that answers for the draft now."""
    if case is None or case.lead is None:
        return None
    person = office.of_department(actor, [case.lead.department], now)
    return person.key if person else None


def co_executor(office: Office, case: Case | None, actor: Actor, now: datetime) -> str | None:
    """Somebody of a department that contributes to the draft of another."""
    if case is None:
        return None
    person = office.of_department(actor, [part.department for part in case.co_executors], now)
    return person.key if person else None


def clock(office: Office, case: Case | None, actor: Actor, now: datetime) -> str | None:
    return CLOCK.machine if actor.machine == CLOCK.machine else None


def network(office: Office, case: Case | None, actor: Actor, now: datetime) -> str | None:
    return NETWORK.machine if actor.machine == NETWORK.machine else None


def detector(office: Office, case: Case | None, actor: Actor, now: datetime) -> str | None:
    return DETECTOR.machine if actor.machine == DETECTOR.machine else None


@dataclass(frozen=True, slots=True)
class Row:
    """One permission. `to` is None where the state stays as it is."""

    action: Action
    states: frozenset[State]
    who: tuple[Who, ...]
    to: State | None
    needs: tuple[Guard, ...] = ()


def row(
    action: Action, states: State | tuple[State, ...], who: Who | tuple[Who, ...], to: State | None, *needs: Guard
) -> Row:
    return Row(
        action,
        frozenset((states,) if isinstance(states, State) else states),
        who if isinstance(who, tuple) else (who,),
        to,
        needs,
    )


S, A = State, Action
WITH_EXECUTOR = (S.FORWARDED, S.IN_WORK, S.ON_APPROVAL, S.REWORK)
AT_WORK = (*WITH_EXECUTOR, S.WAITING_AUTHOR, S.INTERIM)
OPEN = tuple(state for state in State if state not in ENDED)

TABLE: tuple[Row, ...] = (
    #   action                   from                              who                   to                        needs
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
    row(A.DRAFT,                 AT_WORK,                          lead_executor,        S.ON_APPROVAL,            guards.draft_says_something, guards.draft_is_new, guards.kind_is_known, guards.contributions_are_in),
    row(A.PROPOSE_INTERIM,       (S.FORWARDED, S.IN_WORK, S.REWORK, S.WAITING_AUTHOR), curator, S.ON_APPROVAL,     guards.draft_says_something, guards.kind_is_known),
    row(A.SET_KIND,              S.ON_APPROVAL,                    (curator, lead_executor), None,                 guards.draft_is_newest, guards.kind_is_known),
    row(A.CORRECT,               (S.ON_APPROVAL, S.NOT_POSTED),    curator,              S.ON_APPROVAL,            guards.draft_is_newest, guards.draft_says_something),
    row(A.APPROVE,               S.ON_APPROVAL,                    curator,              S.APPROVED,               guards.draft_is_newest, guards.kind_is_as_seen),
    row(A.SEND_BACK,             (S.ON_APPROVAL, S.NOT_POSTED),    curator,              S.REWORK,                 guards.draft_is_newest, guards.remark_is_given, guards.somebody_reworks),
    row(A.UNDO,                  S.APPROVED,                       curator,              S.ON_APPROVAL,            guards.not_on_its_way),
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
    row(A.CLOSE_WITHOUT_POSTING, (S.NEW, *AT_WORK, S.NOT_POSTED),  curator,              S.CLOSED_WITHOUT_POSTING, guards.closing_reason_is_listed),
    row(A.NOT_PROCESS,           (S.NEW, S.FORWARDED, S.IN_WORK),  curator,              S.NOT_PROCESSED,          guards.ground_is_listed),
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
    row(A.MARK_SIGNIFICANT,      OPEN,                             curator,              None,                     guards.is_not_marked),
    row(A.SET_TERM,              OPEN,                             curator,              None,                     guards.term_is_his),
    row(A.SET_IMPORTANCE,        OPEN,                             curator,              None),
    row(A.SET_TOPIC,             OPEN,                             curator,              None),
    row(A.SET_LOCATION,          OPEN,                             curator,              None),
    row(A.SET_SOURCE,            OPEN,                             curator,              None,                     guards.was_handed_in),
)  # fmt: skip


def rows_of(action: Action) -> tuple[Row, ...]:
    return tuple(r for r in TABLE if r.action is action)


@cache
def allowed_to(action: Action) -> frozenset[Who]:
    """By whose rights the action may be taken at all, in whatever state."""
    return frozenset(who for row in rows_of(action) for who in row.who)


def rows_for(action: Action, state: State) -> tuple[Row, ...]:
    """The permissions for an action in a state, in the order of the table; a person takes the first that lets him."""
    return _BY_PAIR.get((action, state), ())


def may(action: Action, state: State) -> bool:
    """Whether anybody may do it to a case in this state."""
    return (action, state) in _BY_PAIR


def _indexed(table: tuple[Row, ...]) -> dict[tuple[Action, State], tuple[Row, ...]]:
    """The table by (action, state); refuses a permission that stands twice, a state nobody leaves, an action nobody may do."""
    by_pair: dict[tuple[Action, State], tuple[Row, ...]] = {}
    for r in table:
        if not r.who or not r.states:
            raise ValueError(f"{r.action}: a row that permits nothing")
        for state in r.states:
            known = by_pair.get((r.action, state), ())
            if any(who in other.who for other in known for who in r.who):
                raise ValueError(f"{r.action} from {state} stands twice")
            by_pair[r.action, state] = (*known, r)
    for state in set(State) - {S.CLOSED, S.CLOSED_WITHOUT_POSTING}:
        ways = [r for (_, s), rows in by_pair.items() if s is state for r in rows]
        if not any(r.to not in (None, state) for r in ways):
            raise ValueError(f"no way out of {state}")
    missing = set(Action) - {r.action for r in table} - {Action.DETECT}
    if missing:
        raise ValueError(f"no row for {sorted(missing)}")
    return by_pair


_BY_PAIR = _indexed(TABLE)
