"""Whether the holder of a step can ever meet it: read off the table of transitions and off the alarms.

A regulation's file names each step's holder, start and end freely. A step that its holder has no command for, or that
runs only while nobody is reminded of it, would make violations that nobody can prevent, so the loader refuses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from workflow.case import State
from workflow.changes.answering import AFTERWARDS, POSTED_EVENTS
from workflow.commands import Action
from workflow.engine import Row, Who, clock, curator, detector, network
from workflow.guards import receives_contributions
from workflow.regulation import ONLY_SEVERAL, PER_EXECUTOR, Event, Holder, Regulation, Step, StepRule
from workflow.terms.alarms import states_of_executors
from workflow.transitions import CASES, co_executor, lead_executor

BROUGHT_BY: Mapping[Event, Action] = {
    Event.DETECTED: Action.DETECT,
    Event.FORWARDED: Action.FORWARD,
    Event.ACCEPTED: Action.ACCEPT,
    Event.RETURNED: Action.RETURN,
    Event.CONTRIBUTED: Action.CONTRIBUTE,
    Event.CONTRIBUTION_PASSED: Action.PASS_CONTRIBUTION,
    Event.CONTRIBUTION_SENT_BACK: Action.SEND_BACK_CONTRIBUTION,
    Event.DRAFTED: Action.DRAFT,
    Event.SENT_BACK: Action.SEND_BACK,
    Event.APPROVED: Action.APPROVE,
    **dict.fromkeys(POSTED_EVENTS.values(), Action.POSTED),
}
"""The action that is meant to bring the event. Others may bring it too (a recalled case is returned), but they take the work
away instead of doing it."""

OF_CO_EXECUTORS = frozenset({Event.CONTRIBUTED, Event.CONTRIBUTION_PASSED, Event.CONTRIBUTION_SENT_BACK})
"""Events that a case with one executor never sees."""

MACHINES: frozenset[Who] = frozenset({network, clock, detector})
_LEFT_BY_POSTING = {event: AFTERWARDS[kind] for kind, event in POSTED_EVENTS.items()}


@dataclass(frozen=True, slots=True)
class Infeasible:
    """`may`: who has a command that meets the step, None if the holder has one but only where nobody reminds him."""

    may: tuple[Holder, ...] | None = None


def infeasible(rule: StepRule, regulation: Regulation) -> Infeasible | None:
    """Why the holder can never meet the step in time; None if he can."""
    acting = _acts_in(rule, regulation, _people(rule, rule.holder))
    if not acting:
        kinds = (Holder.CURATOR, Holder.LEAD, Holder.CO_EXECUTOR)
        return Infeasible(tuple(one for one in kinds if _acts_in(rule, regulation, _people(rule, one))))
    if rule.holder is not Holder.CURATOR and not acting & states_of_executors(rule.step):
        return Infeasible()
    return None


def _people(rule: StepRule, holder: Holder) -> frozenset[Who]:
    """Whose commands count as the holder's. A step that a case with one executor has is not a co-executor's."""
    per_executor = rule.step in PER_EXECUTOR
    people: dict[Holder, set[Who]] = {
        Holder.CURATOR: {curator},
        Holder.LEAD: {lead_executor},
        Holder.CO_EXECUTOR: {co_executor} if per_executor or rule.step in ONLY_SEVERAL else set(),
        Holder.EXECUTOR: {lead_executor, co_executor} if per_executor else {lead_executor},
    }
    return frozenset(people[holder])


def _acts_in(rule: StepRule, regulation: Regulation, people: frozenset[Who]) -> frozenset[State]:
    """The states in which these people have a command that meets the step, if nobody else need act before."""
    everybody_has_it = rule.step not in PER_EXECUTOR | ONLY_SEVERAL
    events = rule.met_by - OF_CO_EXECUTORS if everybody_has_it else rule.met_by
    actions = {BROUGHT_BY[event] for event in events}
    if rule.step in (Step.ANSWER, Step.FINAL):
        actions.add(Action.DRAFT)  # an answer is charged to whoever has it in hand (`workflow.terms.grants`)
    reached = _reached(_begins_in(rule, regulation, people), people | MACHINES)
    rows = (row for action in actions for row in CASES.rows_of(action) if people & _permitted(row, regulation))
    return frozenset(State(state) for row in rows for state in row.states & reached)


def _permitted(row: Row, regulation: Regulation) -> frozenset[Who]:
    """Who may take the action, by the row and by the one guard that asks the regulation for a role."""
    if receives_contributions in row.needs:
        return frozenset({curator if regulation.contributions_to is Holder.CURATOR else lead_executor})
    return frozenset(row.who)


def _begins_in(rule: StepRule, regulation: Regulation, people: frozenset[Who]) -> frozenset[State]:
    """The states in which the step can begin for these people: for an executor, at the latest when he gets the case."""
    base = regulation.rule(rule.before) if rule.before is not None else rule
    event = base.runs_from if base is not None else None
    found = _left_in(event) if event is not None else frozenset()
    return found if curator in people or State.NEW not in found else found | _left_in(Event.FORWARDED)


def _left_in(event: Event) -> frozenset[State]:
    if event in _LEFT_BY_POSTING:
        return frozenset({_LEFT_BY_POSTING[event]})
    return _states(state for row in CASES.rows_of(BROUGHT_BY[event]) for state in row.to or row.states)


def _reached(states: frozenset[State], people: frozenset[Who]) -> frozenset[State]:
    """The states these people can bring the case to."""
    rows = [row for row in CASES.table if people & set(row.who)]
    while True:
        further = states | _states(state for row in rows if row.states & states for state in row.to)
        if further == states:
            return states
        states = further


def _states(states: Iterable[object]) -> frozenset[State]:
    return frozenset(State(str(state)) for state in states)
