"""A step whose holder can never meet it, or of which nobody reminds him, is refused; and only such a step.

The verdict is read off the table of transitions. Here it is held against cases that are led through `decide`: a step can be
lived if its holder gave the command that met it while he was reminded of it, and from its beginning on needed nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import product

import pytest

from config.regulations import PACKAGED, packaged, parse
from config.yamlfile import BrokenConfiguration
from tests.rules.offices import CURATOR, new_case, office
from tests.rules.test_walk import DEPARTMENTS, SECONDS, commands
from tests.rules.thoroughness import FULL
from workflow.case import Case
from workflow.commands import Action, AnyCommand, Forward, SendBackContribution
from workflow.decide import decide
from workflow.feasible import BROUGHT_BY, Infeasible, infeasible
from workflow.office import Office
from workflow.outcomes import Accepted
from workflow.regulation import ONLY_SEVERAL, PER_EXECUTOR, Event, Holder, Regulation, Step, StepRule
from workflow.terms.alarms import facts_of, running
from workflow.terms.deadlines import text_runs

KURSKY = (PACKAGED / "kursky.yaml").read_text(encoding="utf-8")
DEPTH = 7 if FULL else 5
"""Five commands reach every step; seven add longer ways to the same."""
OF_THE_WHOLE = frozenset({Step.ANSWER, Step.FINAL})
"""Charged to whoever has the answer in hand, so its holder need not be the one who ends it."""


@dataclass(frozen=True)
class Given:
    """A command that was accepted: who gave it («curator», «lead», «co_executor», «machine») and what came of it."""

    doer: str
    action: Action
    case: Case


Trail = tuple[Given, ...]


def doer(command: AnyCommand, case: Case) -> str:
    if command.by == CURATOR:
        return "curator"
    key = next((key for key, actor in DEPARTMENTS.items() if actor == command.by), None)
    if key is None:
        return "machine"
    return "lead" if case.lead is not None and case.lead.department == key else "co_executor"


def every_command(case: Case, of: Office, way: int) -> Iterator[AnyCommand]:
    yield from commands(case, of, way, case.history[-1].at)
    yield SendBackContribution(CURATOR, 1, "roads", "уточните")
    yield Forward(CURATOR, 1, ("roads",) if way == 0 else ("roads", "school"))


@cache
def trails(way: int) -> tuple[Trail, ...]:
    """Ways to lead a case of one executor (0) or two (1), without those that are like another."""
    of, found = office("kursky"), list[Trail]()
    ahead: list[Trail] = [(Given("machine", Action.DETECT, new_case()),)]
    met: set[tuple[object, ...]] = set()
    for _ in range(DEPTH - way):
        fresh: dict[tuple[object, ...], Trail] = {}
        for trail in ahead:
            for longer in _longer(trail, of, way):
                fresh.setdefault(_likeness(longer), longer)
        ahead = [longer for likeness, longer in fresh.items() if likeness not in met]
        met |= fresh.keys()
        found += ahead
    return tuple(found)


def _longer(trail: Trail, of: Office, way: int) -> Iterator[Trail]:
    case = trail[-1].case
    for command in every_command(case, of, way):
        decision = decide(case, command, of, case.history[-1].at + SECONDS)
        if isinstance(decision, Accepted) and not case.is_ended:
            yield (*trail, Given(doer(command, case), command.action, decision.after))


def _likeness(trail: Trail) -> tuple[object, ...]:
    case = trail[-1].case
    parts = tuple(sorted((part.lead, part.state) for part in case.active_parts))
    kinds = tuple(draft.kind for draft in case.drafts[-1:])
    return case.state, parts, kinds, tuple((given.doer, given.action) for given in trail[-3:])


# --- the verdict and the life ---------------------------------------------------------------------------


def lived(rule: StepRule, of: Office) -> bool:
    people = {
        Holder.CURATOR: {"curator"},
        Holder.LEAD: {"lead"},
        Holder.CO_EXECUTOR: {"co_executor"} if rule.step in PER_EXECUTOR | ONLY_SEVERAL else set(),
        Holder.EXECUTOR: {"lead", "co_executor"} if rule.step in PER_EXECUTOR else {"lead"},
    }[rule.holder]
    actions = {BROUGHT_BY[event] for event in rule.met_by}
    ways = (1,) if rule.step in ONLY_SEVERAL else (0, 1) if rule.step in PER_EXECUTOR else (0,)
    ended = (t for way in ways for t in trails(way) if t[-1].doer in people and t[-1].action in actions)
    return any(_met_by_him(trail, rule, people, of) for trail in ended)


def _met_by_him(trail: Trail, rule: StepRule, people: set[str], of: Office) -> bool:
    case, before = trail[-1].case, trail[-2].case
    runs = text_runs(case.history, facts_of(case, of), of.regulation, of.clock)
    met = [run for run in runs if run.step is rule.step and run.met_at == case.history[-1].at]
    if not met or rule.step not in {run.step for run in running(before, of).values()}:
        return False
    since = max(run.begun.at for run in met)
    between = [given for given in trail[:-1] if given.case.history[-1].at > since]
    if any((given.doer, given.action) == ("machine", Action.POSTED) for given in between):
        return False  # the answer stands, the work is over
    helped = {given.doer for given in between if people == {"curator"} or given.action is not Action.FORWARD}
    return helped <= people | {"machine"}


def with_step(rule: StepRule) -> Regulation:
    kursky = office("kursky").regulation
    return replace(kursky, steps=tuple(rule if one.step is rule.step else one for one in kursky.steps))


LIVED = [step for step in Step if step not in OF_THE_WHOLE | {Step.JOINT_DRAFT}]


def verdict_and_life(rule: StepRule) -> tuple[bool, bool]:
    regulation = with_step(rule)
    return infeasible(rule, regulation) is None, lived(rule, replace(office("kursky"), regulation=regulation))


@pytest.mark.long
@pytest.mark.parametrize("step", LIVED)
def test_a_step_as_written_is_accepted_if_and_only_if_that_holder_can_live_it(step: Step) -> None:
    written = office("kursky").regulation.rule(step)
    assert written is not None
    found = {holder: verdict_and_life(replace(written, holder=holder)) for holder in Holder}
    assert {holder for holder, (verdict, life) in found.items() if verdict != life} == set()
    assert {verdict for verdict, _ in found.values()} == {True, False}


@pytest.mark.long
@pytest.mark.parametrize("step", LIVED)
def test_no_step_that_can_be_lived_is_refused(step: Step) -> None:
    """Any holder, any event. The other way round is not claimed: the table's guards are not read."""
    written = office("kursky").regulation.rule(step)
    assert written is not None
    events = [event for event in BROUGHT_BY if event not in (written.runs_from, Event.DETECTED, Event.REQUEST_POSTED)]
    rules = [replace(written, holder=holder, met_by=frozenset({event})) for holder, event in product(Holder, events)]
    found = [(rule.holder, set(rule.met_by), verdict_and_life(rule)) for rule in rules]
    assert [(holder, event) for holder, event, (verdict, life) in found if life and not verdict] == []
    assert sum(verdict for *_, (verdict, _) in found) < len(found) / 2


# --- the words ------------------------------------------------------------------------------------------


def refused(step: str, **changed: str) -> list[str]:
    """What is said of Kursky's file with one step changed, with the lines as they stand there."""
    lines = KURSKY.splitlines()
    at = lines.index(f"  {step}:")
    for key, value in changed.items():
        index = next(n for n in range(at, len(lines)) if lines[n].startswith(f"    {key}:"))
        lines[index] = f"    {key}: {value}"
    with pytest.raises(BrokenConfiguration) as broken:
        parse("\n".join(lines), "f.yaml")
    assert parse("\n".join(lines), "f.yaml", kept=True)  # open cases may live by such an edition
    return [f"{lines[(one.line or 1) - 1].strip()} -> {one.words}" for one in broken.value.problems]


@pytest.mark.parametrize(
    ("step", "changed", "said"),
    [
        (
            "posting",
            {"holder": "executor"},
            "holder: executor -> posting: исполнитель сделать этого не может "
            "(«interim_posted» или «posted» или «request_posted»), может куратор",
        ),
        (
            "forward",
            {"holder": "executor"},
            "holder: executor -> forward: исполнитель сделать этого не может («forwarded»), может куратор",
        ),
        (
            "approval",
            {"met_by": "[returned]"},
            "holder: curator -> approval: куратор сделать этого не может («returned»), и никто другой тоже",
        ),
        (
            "return",
            {"holder": "curator", "met_by": "[returned]"},
            "holder: curator -> return: куратор сделать этого не может («returned»), "
            "может ответственный исполнитель или соисполнитель",
        ),
        (
            "rework",
            {"runs_from": "forwarded"},
            "holder: executor -> rework: исполнитель о нём не услышит: пока шаг идёт, сообщение у куратора",
        ),
    ],
)
def test_a_step_nobody_can_meet_is_refused_with_its_line(step: str, changed: dict[str, str], said: str) -> None:
    assert refused(step, **changed) == [said]


def test_the_steps_of_our_regulations_can_be_lived() -> None:
    found = {
        (key, rule.step): infeasible(rule, regulation)
        for key in packaged()
        for regulation in [office(key).regulation]
        for rule in regulation.steps
    }
    assert set(found.values()) == {None}


def test_the_holder_of_the_whole_answer_need_not_be_the_one_who_posts_it() -> None:
    """SL-7: the executor owes the final answer, the curator posts it. A co-executor gives neither."""
    final = office("slavgorod").regulation.rule(Step.FINAL)
    assert final is not None
    assert (final.holder, final.met_by) == (Holder.EXECUTOR, frozenset({Event.POSTED}))
    of_a_co_executor = replace(final, holder=Holder.CO_EXECUTOR)
    assert infeasible(of_a_co_executor, office("slavgorod").regulation) == Infeasible((Holder.CURATOR, Holder.LEAD))
