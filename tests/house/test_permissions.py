"""Who may do what is an approved page, and every cell of it is tried."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.house.permissions import ACTORS, NOW, OUTSIDERS, PAGE, REGULATIONS, situations, trials, tried, whole
from tests.rules.offices import at, office
from workflow.case import Appeal, State
from workflow.commands import Action, Detect
from workflow.decide import decide
from workflow.office import Absence, Actor, Person, Role
from workflow.outcomes import Accepted, Reason, Refused
from workflow.regulation import Source
from workflow.transitions import find


def test_the_approved_page_is_what_the_program_does() -> None:
    assert whole().splitlines() == PAGE.read_text(encoding="utf-8").splitlines()


def test_every_state_and_every_action_is_on_the_page() -> None:
    assert {case.state for case in situations("kursky").values()} == set(State)
    assert {trial.action for trial in trials("kursky")} | {Action.DETECT} == set(Action)


@pytest.mark.parametrize("regulation", REGULATIONS)
def test_nobody_may_what_no_row_of_the_table_gives_him(regulation: str) -> None:
    rules = office(regulation)
    for name, case in situations(regulation).items():
        for trial in trials(regulation):
            row = find(trial.action, case.state)
            for who, actor in ACTORS.items():
                decision = tried(regulation, case, trial, actor)
                given = row is not None and any(right(rules, case, actor, NOW) for right in row.who)
                if isinstance(decision, Accepted):
                    assert given, (name, trial.name, who)
                elif given:
                    command = trial.make(actor, case)
                    refusals = [guard(rules, case, command, NOW) for guard in row.needs] if row else []
                    assert decision in refusals, (name, trial.name, who, decision)


@pytest.mark.parametrize("regulation", REGULATIONS)
def test_outsiders_are_refused_everywhere_with_a_reason_of_their_own(regulation: str) -> None:
    refused = {
        who: {
            decision.reason if isinstance(decision := tried(regulation, case, trial, actor), Refused) else "accepted"
            for case in situations(regulation).values()
            for trial in trials(regulation)
        }
        for who, actor in OUTSIDERS.items()
    }
    assert refused == {
        "stranger": {Reason.STRANGER},
        "left the group": {Reason.LEFT_THE_GROUP},
        "anonymous": {Reason.ANONYMOUS},
    }


@pytest.mark.parametrize("regulation", REGULATIONS)
def test_iz_d3_a_substitute_has_the_same_rights_in_every_cell_for_exactly_that_period(regulation: str) -> None:
    chief = Actor(("chief_specialist",), 7)
    specialist = Person("chief_specialist", "главный специалист", (Role.HEAD,), substitute=None)
    absence = Absence("curator", NOW, NOW + timedelta(days=1), "chief_specialist")
    rules = office(regulation)
    people = {**rules.people, "chief_specialist": specialist}
    away = replace(rules, people=people, absences=(absence,))
    back = replace(away, absences=(replace(absence, since=NOW - timedelta(days=1), until=NOW),))
    for name, case in situations(regulation).items():
        for trial in trials(regulation):
            wanted = tried(regulation, case, trial, ACTORS["curator"])
            stands_in = decide(case, trial.make(chief, case), away, NOW)
            afterwards = decide(case, trial.make(chief, case), back, NOW)
            head = tried(regulation, case, trial, ACTORS["head"])
            assert _outcome(stands_in) == _outcome(wanted), (name, trial.name)
            assert _outcome(afterwards) == _outcome(head), (name, trial.name)


def _outcome(decision: Accepted | Refused) -> State | Reason:
    return decision.case.state if isinstance(decision, Accepted) else decision.reason


@pytest.mark.parametrize("regulation", REGULATIONS)
def test_only_the_curator_and_detection_bring_cases_in(regulation: str) -> None:
    appeal = Appeal(Source.VK, "Третий день нет воды", "Житель", at("2026-01-12 09:00"))
    may = [
        who
        for who, by in {**ACTORS, **OUTSIDERS}.items()
        if isinstance(decide(None, Detect(by, 1, "okrug", 1, appeal, NOW), office(regulation), NOW), Accepted)
    ]
    assert may == ["curator", "detector"]
