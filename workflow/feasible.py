"""Checks whether the holder of a regulation's step can ever meet it, from the table of transitions and the alarms.

A regulation's file names each step's holder, start and end freely. A step for which its holder has no command, or that
runs only while nobody is reminded of it, would cause violations that nobody can prevent, so the loader refuses it.
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
"""The action by which each event is meant to happen. Other actions may cause the same event (recalling a case counts as
RETURNED), but they take the work away instead of doing it."""

OF_CO_EXECUTORS = frozenset({Event.CONTRIBUTED, Event.CONTRIBUTION_PASSED, Event.CONTRIBUTION_SENT_BACK})
"""Events that never happen to a case with only one executor."""

MACHINES: frozenset[Who] = frozenset({network, clock, detector})
_LEFT_BY_POSTING = {event: AFTERWARDS[kind] for kind, event in POSTED_EVENTS.items()}


@dataclass(frozen=True, slots=True)
class Infeasible:
    """Why a step cannot be met by its holder. `may`: the holders who do have a command that meets it (possibly none); None:
    its holder has one, but only in states in which nobody reminds him."""

    may: tuple[Holder, ...] | None = None


def infeasible(rule: StepRule, regulation: Regulation) -> Infeasible | None:
    """Return why the holder of the step can never meet it in time; None if he can."""
    acting = _acts_in(rule, regulation, _people(rule, rule.holder))
    if not acting:
        kinds = (Holder.CURATOR, Holder.LEAD, Holder.CO_EXECUTOR)
        return Infeasible(tuple(one for one in kinds if _acts_in(rule, regulation, _people(rule, one))))
    if rule.holder is not Holder.CURATOR and not acting & states_of_executors(rule.step):
        return Infeasible()
    return None


def _people(rule: StepRule, holder: Holder) -> frozenset[Who]:
    """Return the kinds of people whose commands count as this holder's. A co-executor holds only steps that run for each
    executor or exist only with several; otherwise nobody (empty)."""
    per_executor = rule.step in PER_EXECUTOR
    people: dict[Holder, set[Who]] = {
        Holder.CURATOR: {curator},
        Holder.LEAD: {lead_executor},
        Holder.CO_EXECUTOR: {co_executor} if per_executor or rule.step in ONLY_SEVERAL else set(),
        Holder.EXECUTOR: {lead_executor, co_executor} if per_executor else {lead_executor},
    }
    return frozenset(people[holder])


def _acts_in(rule: StepRule, regulation: Regulation, people: frozenset[Who]) -> frozenset[State]:
    """Return the states in which these people have a command that meets the step, and which they can reach from its start
    without anybody else's action; empty if there is none."""
    everybody_has_it = rule.step not in PER_EXECUTOR | ONLY_SEVERAL
    events = rule.met_by - OF_CO_EXECUTORS if everybody_has_it else rule.met_by
    actions = {BROUGHT_BY[event] for event in events}
    if rule.step in (Step.ANSWER, Step.FINAL):
        actions.add(Action.DRAFT)  # an answer is charged to whoever has the case (`workflow.terms.grants`)
    reached = _reached(_begins_in(rule, regulation, people), people | MACHINES)
    rows = (row for action in actions for row in CASES.rows_of(action) if people & _permitted(row, regulation))
    return frozenset(State(state) for row in rows for state in row.states & reached)


def _permitted(row: Row, regulation: Regulation) -> frozenset[Who]:
    """Return who may take the row's action under this regulation: the row's own people, or the receiver of contributions
    where the row requires that."""
    if receives_contributions in row.needs:
        return frozenset({curator if regulation.contributions_to is Holder.CURATOR else lead_executor})
    return frozenset(row.who)


def _begins_in(rule: StepRule, regulation: Regulation, people: frozenset[Who]) -> frozenset[State]:
    """Return the states in which the step can begin for these people. For executors a step that begins in a new case
    also begins when the case is forwarded to them."""
    base = regulation.rule(rule.before) if rule.before is not None else rule
    event = base.runs_from if base is not None else None
    found = _left_in(event) if event is not None else frozenset()
    return found if curator in people or State.NEW not in found else found | _left_in(Event.FORWARDED)


def _left_in(event: Event) -> frozenset[State]:
    if event in _LEFT_BY_POSTING:
        return frozenset({_LEFT_BY_POSTING[event]})
    return _states(state for row in CASES.rows_of(BROUGHT_BY[event]) for state in row.to or row.states)


def _reached(states: frozenset[State], people: frozenset[Who]) -> frozenset[State]:
    """Return these states and all others to which these people can bring the case from them."""
    rows = [row for row in CASES.table if people & set(row.who)]
    while True:
        further = states | _states(state for row in rows if row.states & states for state in row.to)
        if further == states:
            return states
        states = further


def _states(states: Iterable[object]) -> frozenset[State]:
    return frozenset(State(str(state)) for state in states)
