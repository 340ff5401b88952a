"""The wide walk: what only the curator, the author or another case may do at any time, and what the register says of it.

In each situation of `tests.rules.test_walk`, and in those that importance, terms, kinds, corrections, merging, deletions
and closing lead to, the same is asked as there. Besides, of each command: it makes nobody late, moves no open term to
before the grace, and changes no row of the register but its ending; and whoever a row names had the case for the grace.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest

from tests.rules.offices import CURATOR, ZHKH, at, carried_out
from tests.rules.test_walk import ALONE, Situation, check, here
from tests.rules.thoroughness import some
from tests.rules.wide_walk import (
    DEEPEST,
    DEPTHS,
    OTHER,
    TOWNS,
    as_settled,
    beginning,
    deep,
    later,
    reached,
)
from workflow.case import Case, Former, Missed
from workflow.changes.taking_back import RESTORED
from workflow.commands import (
    AnyCommand,
    Forward,
    PostFailed,
    Reckon,
    SetImportance,
    SubmitDraft,
    TakeBack,
    TakeIn,
    Undo,
)
from workflow.desk import CLOSED_FOR_GOOD
from workflow.office import CLOCK, Office
from workflow.outcomes import Accepted
from workflow.regulation import Event, Holder, Importance, Step
from workflow.terms.alarms import facts_of, running
from workflow.terms.deadlines import CHANGING_FACTS, deadlines, facts_after
from workflow.terms.grants import OF_CONTRIBUTIONS
from workflow.terms.holding import held_at, holdings
from workflow.terms.register import not_ended, settle
from workflow.waiting import ANSWERING

# --- the walk ---------------------------------------------------------------------------------------------------------


def strolled(
    town: str, number: int, wanted: Callable[[AnyCommand], bool] = lambda command: True
) -> tuple[list[tuple[datetime, AnyCommand]], Situation]:
    """One seeded random walk over the wanted commands, checked at each step: what was commanded when, and where it led."""
    of, chance = here(town), random.Random(f"{town} {number}")
    one, trail = beginning(town, by_hand=number % 4 == 3), list[tuple[datetime, AnyCommand]]()
    for _ in range(chance.randrange(4, 18)):
        now = later(one, of, chance)
        ways = [(command, after) for command, after in reached(one, of, now) if wanted(command)]
        if not ways:
            break
        backs = [one for one in ways if isinstance(one[0], TakeBack)]
        command, after = chance.choice(backs if backs and chance.random() < 0.5 else ways)
        trail.append((now, command))
        check_command(command, one.case, after.case, of, now)
        one = after
        if one.case.state in CLOSED_FOR_GOOD:
            break
        if not one.case.is_ended:
            check(one, of, here(town, above=False))
    return trail, one


# --- the oracle of the register ---------------------------------------------------------------------------------------


LATE_AFTER_ALL = (PostFailed, Undo)
"""What was approved in time is late if the network does not take it, or if the approval is taken back (CLOCK §1.5)."""


def check_command(command: AnyCommand, before: Case, after: Case, of: Office, now: datetime) -> None:
    was = as_settled(before, of, now).missed if not isinstance(command, Reckon) else before.missed
    taken_back = before.former if isinstance(command, TakeBack) else None
    rows_stay(was, after.missed, taken_back.at if taken_back is not None else undone_at(command, before))
    for row in after.missed[len(before.missed) :]:
        charged_had_it(row, after, of)
        assert row.step not in OF_CONTRIBUTIONS or before.state not in ANSWERING, ("charged while not let to act", row)
    if taken_back is not None:
        nothing_is_left(taken_back, before, after, of)
    late = as_settled(after, of, now).missed[len(after.missed) :]
    assert isinstance(command, LATE_AFTER_ALL) or not late, (
        "late in the past",
        [(r.step, r.who, r.until) for r in late],
    )
    moved_no_nearer(command, before, after, of, now)


def undone_at(command: AnyCommand, before: Case) -> datetime | None:
    """The moment of the approval that is undone."""
    approvals = [h.at for h in before.history if h.event is Event.APPROVED]
    return approvals[-1] if isinstance(command, Undo) else None


def rows_stay(before: tuple[Missed, ...], after: tuple[Missed, ...], taken_back: datetime | None) -> None:
    """Nothing of an earlier row changes but its ending, once, and that it is struck off; an act that is taken back ended
    nothing."""
    assert len(after) >= len(before), "a row is gone"
    for was, is_now in zip(before, after, strict=False):
        is_free = was.ended_at in (None, taken_back)
        ending = ("ended_at", "done_at", "late_minutes") if is_free else ()
        same = {name: getattr(is_now, name) for name in ending}
        same |= {"annulled": is_now.annulled} if was.annulled is None else {}
        assert replace(was, **same) == is_now, ("a row moved", was, is_now)
    assert len({row.key for row in after}) == len(after), "one run, two rows"


def charged_had_it(row: Missed, case: Case, of: Office) -> None:
    """Whoever a row names had got the case the grace before `until` passed, be it an earlier time; the curator answers for
    all that remains."""
    assert row.until >= row.text_due
    if row.who == Holder.CURATOR:
        return
    case = replace(case, history=tuple(h for h in case.history if h.at < row.passed_at))
    handed = [h for h in case.history if h.event is Event.FORWARDED and h.who == row.who and h.at <= row.until]
    got = [h for h in handed if row.executor or h.lead is not False]
    assert got, ("charged without the case", row.step, row.who)
    assert row.until >= with_grace(got[0].at, case, of), ("no grace", row.step, row.who, got[0].at, row.until)
    moved = moved_last(case, of) if row.step is Step.ANSWER else None
    if moved is not None and moved <= row.until:
        held = holdings(case.history)
        since = [one for one in held[held_at(held, moved, met=True) :] if one.who == row.who]
        assert since, ("charged with a term moved after his hands", row.who, moved)


def moved_last(case: Case, of: Office) -> datetime | None:
    """When the answer's term was moved last, by its importance, its source or a term of the curator's."""
    found, due = None, None
    for n, happening in enumerate(case.history, 1):
        answer = deadlines(case.history[:n], facts_of(case, of), of.regulation, of.clock).get(Step.ANSWER)
        if answer is not None and happening.event in CHANGING_FACTS and due not in (None, answer.due_at):
            found = happening.at
        due = answer.due_at if answer is not None else None
    return found


def nothing_is_left(act: Former, before: Case, after: Case, of: Office) -> None:
    """An act that was taken back left no row, and the terms run that ran before it, none of them to an earlier moment."""
    history = tuple(h for h in before.history if h.line != act.line)
    kept = {name: getattr(act, name) for name in RESTORED}
    rows = not_ended(before.missed, act.at)
    was = running(replace(before, **kept, history=history, missed=rows), of)
    is_now = running(after, of)
    assert set(was) == set(is_now), ("other terms", set(was) ^ set(is_now))
    assert [name for name in was if is_now[name].until < was[name].until] == [], "an earlier term"
    assert [row for row in after.missed if row.line == act.line] == [], "a row of what was taken back"


def with_grace(moment: datetime, case: Case, of: Office) -> datetime:
    """The grace from then on, by the importance of then or of the end of the history, whichever gives less."""
    rule = of.regulation.rule(Step.REWORK)
    facts = facts_after(facts_of(case, of), [h for h in case.history if h.at <= moment])
    now = facts_after(facts_of(case, of), case.history)
    both = {facts.importance, now.importance} if rule is not None else ()
    minutes = min((rule.within_for(one, facts.source).term.amount for one in both), default=30) if rule else 30
    clock = of.clock.calendar if of.duty_always else of.clock.working
    return clock.add(moment, minutes)


def moved_no_nearer(command: AnyCommand, before: Case, after: Case, of: Office, now: datetime) -> None:
    """An open term comes no nearer than the grace from now, unless it was nearer, or who gives the command owes it. The
    curator merges, the clock only carries that out on the host."""
    if before.is_ended or after.is_ended or isinstance(command, TakeBack):
        return
    was = running(before, of)
    for name, run in running(after, of).items():
        known = was.get(name)
        if known is None or (known.begun, known.handed) != (run.begun, run.handed):
            continue
        own = run.holder is Holder.CURATOR and (command.by == CURATOR or isinstance(command, TakeIn))
        least = min(known.until, now if own else with_grace(now, after, of))
        assert run.until >= least, ("moved nearer", name, known.until, known.grant, run.until, run.grant, now)


# --- tests ------------------------------------------------------------------------------------------------------------


@pytest.mark.long
@pytest.mark.parametrize("town", TOWNS)
def test_on_seeded_walks_nobody_is_late_in_the_past_and_no_row_moves(town: str) -> None:
    for number in range(4):
        strolled(town, number)


def test_mo_5_importance_lowered_after_a_miss_asks_no_longer_grace_of_its_row() -> None:
    """It was high when the contribution passed, forty-five minutes after the department got the message."""
    of, one = here("moskalensky"), beginning("moskalensky").case
    given: list[tuple[str, AnyCommand]] = [
        ("09:00", Forward(CURATOR, 1, ("zhkh", "roads"))),
        ("09:00", SetImportance(CURATOR, 1, Importance.HIGH)),
        ("09:47", SetImportance(CURATOR, 1, Importance.NORMAL)),
    ]
    for moment, command in given:
        now = at(f"2026-01-12 {moment}")
        decision = carried_out(one, command, of, now)
        assert isinstance(decision, Accepted)
        check_command(command, one, decision.after, of, now)
        one = decision.after
    assert (Step.CONTRIBUTION, "roads") in [(row.step, row.who) for row in one.missed]


def test_mo_8_a_merge_that_brings_the_answer_nearer_charges_nobody_but_the_curator() -> None:
    """Put under it at 12:34, a message of high importance moves the answer from tomorrow to 13:00; the draft had come."""
    of, one = here("moskalensky"), beginning("moskalensky").case
    given: list[tuple[str, AnyCommand]] = [
        ("09:10", Forward(CURATOR, 1, ("zhkh",))),
        ("12:05", SubmitDraft(ZHKH, 1, "Воду подключили, бригада закончила работы.")),
        ("12:34", TakeIn(CLOCK, 1, OTHER, Importance.HIGH)),
    ]
    for moment, command in given:
        now = at(f"2026-01-12 {moment}")
        decision = carried_out(one, command, of, now)
        assert isinstance(decision, Accepted)
        check_command(command, one, decision.after, of, now)
        one = decision.after
    late = settle(one, of, at("2026-01-12 14:01")).missed
    assert {(row.step, row.who) for row in late} == {(Step.APPROVAL, "curator"), (Step.ANSWER, "curator")}


@pytest.mark.prove
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("town", TOWNS)
def test_on_many_seeded_walks(town: str) -> None:
    """Contributions, terms of the curator's and work counted back make KU and MO the ones where something is found."""
    for number in some(range(8, 700 if town in ("kursky", "moskalensky") else 300)):
        strolled(town, number)


@pytest.mark.prove
@pytest.mark.timeout(7200)
@pytest.mark.parametrize(("town", "way", "whole"), DEPTHS)
def test_in_every_situation_so_many_commands_deep(town: str, way: int, whole: int) -> None:
    of, alone = here(town), here(town, above=False)
    for number, (one, strides) in enumerate(deep(town, way, whole, DEEPEST)):
        if not one.case.is_ended:
            check(one, of, alone if number % ALONE == 0 else None)
        for command, before, after in strides:
            check_command(command, before.case, after.case, of, after.now)
