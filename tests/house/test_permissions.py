"""Who may do what is an approved page, and every cell of it is tried at the desk, under every regulation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from config.regulations import packaged
from tests.house.permissions import PAGE, whole
from tests.house.permissions_moderation import PAGES, PEOPLE, WAYS, asked, there
from tests.house.permissions_tried import (
    ACTORS,
    LACKING,
    NOW,
    OUTSIDERS,
    REGULATIONS,
    SAMPLES,
    Trial,
    carried_out,
    cell,
    office,
    situations,
    trials,
    tried,
)
from tests.rules.offices import at
from workflow.case import Appeal, State
from workflow.commands import Action, AnyCommand, Detect
from workflow.office import Absence, Actor, Office, Person, Role
from workflow.official.moderation import ModerationAction
from workflow.outcomes import Accepted, Decision, Reason, Refused
from workflow.regulation import Source
from workflow.transitions import rows_for


def test_the_approved_page_is_what_the_program_does() -> None:
    assert whole().splitlines() == PAGE.read_text(encoding="utf-8").splitlines()


def test_every_regulation_every_state_and_every_action_is_on_the_page() -> None:
    assert set(REGULATIONS) == set(packaged())
    assert {s.case.state for name in REGULATIONS for s in situations(name).values()} == set(State)
    assert {*SAMPLES, Action.DETECT} == set(Action)
    assert [trial.name for trial in trials() if trial not in LACKING] == [a for a in Action if a is not Action.DETECT]


def test_every_permission_of_the_table_is_accepted_in_some_cell_of_the_page() -> None:
    """An action nobody may in any cell would prove nothing by its refusals."""
    accepted = {
        trial.action
        for name in REGULATIONS
        for situation in situations(name)
        for trial in trials()
        for who in ACTORS
        if isinstance(cell(name, situation, trial, who).decision, Accepted)
    }
    assert accepted == set(Action) - {Action.DETECT}


@pytest.mark.parametrize("regulation", REGULATIONS)
def test_nobody_may_what_no_row_of_the_table_gives_him(regulation: str) -> None:
    """Who has a row is refused by a guard of it and nothing else, or by the other case a command takes along."""
    rules = office(regulation)
    for name, situation in situations(regulation).items():
        for trial in trials():
            rows = rows_for(trial.action, situation.case.state)
            for who, actor in ACTORS.items():
                decision = cell(regulation, name, trial, who).decision
                command = trial.make(actor, situation.case)
                given = [row for row in rows if any(right(rules, situation.case, command, NOW) for right in row.who)]
                if isinstance(decision, Accepted):
                    assert given, (name, trial.name, who)
                elif given:
                    refusals = [guard(rules, situation.case, command, NOW) for guard in given[0].needs]
                    assert decision in refusals, (name, trial.name, who, decision)


@pytest.mark.parametrize("regulation", REGULATIONS)
def test_a_refusal_leaves_the_books_as_they_were_and_an_acceptance_writes_one_line_for_each_case(
    regulation: str,
) -> None:
    for name, situation in situations(regulation).items():
        for trial in trials():
            for who in ACTORS:
                outcome = cell(regulation, name, trial, who)
                books, here = outcome.books, (name, trial.name, who)
                changed = [number for number, case in books.cases.items() if case != situation.cases[number]]
                if isinstance(outcome.decision, Refused):
                    assert (changed, books.lines, books.besides) == ([], [], 0), here
                else:
                    risen = [books.cases[n].version - situation.cases[n].version for n in changed]
                    assert (risen, len(books.lines)) == ([1] * len(changed), len(changed)), here
                    assert books.cases[1] == outcome.decision.after, here


@pytest.mark.parametrize("regulation", REGULATIONS)
def test_outsiders_are_refused_everywhere_with_a_reason_of_their_own(regulation: str) -> None:
    refused = {
        who: {
            _outcome(tried(office(regulation), situation, trial, actor).decision)
            for situation in situations(regulation).values()
            for trial in trials()
        }
        for who, actor in OUTSIDERS.items()
    }
    assert refused == {
        "stranger": {Reason.STRANGER},
        "left the group": {Reason.LEFT_THE_GROUP},
        "anonymous": {Reason.ANONYMOUS},
    }


SUBSTITUTES = {"curator": "curator", "lead": "zhkh_head", "co-executor": "roads_head"}
"""Whose rights somebody may have for a time, and the person's key."""


@pytest.mark.long
@pytest.mark.parametrize("regulation", REGULATIONS)
@pytest.mark.parametrize("whose", SUBSTITUTES)
def test_iz_d3_a_substitute_has_the_same_rights_in_every_cell_for_exactly_that_period(
    regulation: str, whose: str
) -> None:
    chief = Actor(("chief_specialist",), 7)
    specialist = Person("chief_specialist", "главный специалист", (Role.HEAD,), substitute=None)
    absence = Absence(SUBSTITUTES[whose], NOW, NOW + timedelta(days=1), "chief_specialist")
    rules = office(regulation)
    away = replace(rules, people={**rules.people, "chief_specialist": specialist}, absences=(absence,))
    back = replace(away, absences=(replace(absence, since=NOW - timedelta(days=1), until=NOW),))
    # annulling is refused to a substitute (test_register); a note is the head's own right
    asked = [trial for trial in trials() if trial.action not in (Action.ANNUL, Action.NOTE)]
    for name, situation in situations(regulation).items():
        for trial in asked:
            wanted = cell(regulation, name, trial, whose).decision
            head = cell(regulation, name, trial, "head").decision
            assert _outcome(tried(away, situation, trial, chief).decision) == _outcome(wanted), (name, trial.name)
            assert _outcome(tried(back, situation, trial, chief).decision) == _outcome(head), (name, trial.name)


def _outcome(decision: Decision) -> State | Reason:
    return decision.after.state if isinstance(decision, Accepted) else decision.reason


@pytest.mark.parametrize("regulation", REGULATIONS)
def test_only_the_curator_and_detection_bring_cases_in(regulation: str) -> None:
    appeal = Appeal(Source.VK, "Третий день нет воды", "Житель", at("2026-01-12 09:00"))
    may = [
        who
        for who, by in {**ACTORS, **OUTSIDERS}.items()
        if isinstance(_detected(Detect(by, 1, "okrug", 1, appeal, NOW), office(regulation)), Accepted)
    ]
    assert may == ["curator", "detector"]


def _detected(command: AnyCommand, rules: Office) -> Decision:
    return carried_out({}, command, rules, NOW).decision


def test_an_action_without_a_sample_stops_the_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(SAMPLES, Action.RECALL)
    trials.cache_clear()
    with pytest.raises(ValueError, match="no sample command for recall"):
        trials()
    trials.cache_clear()


def test_a_trial_asks_for_the_action_it_is_listed_under() -> None:
    situation = situations(REGULATIONS[0])["in_work"]
    asked = [(trial.name, _made(trial, situation.case).action) for trial in trials()]
    assert asked == [(trial.name, trial.action) for trial in trials()]


def _made(trial: Trial, case: object) -> AnyCommand:
    return trial.make(ACTORS["curator"], case)  # type: ignore[arg-type]


# --- comments on the office's own pages ----------------------------------------------------------------------------------


@pytest.mark.parametrize("regulation", REGULATIONS)
def test_iz_6_1_mo_a2_15_pa_2_3_nobody_moderates_but_the_curator_the_editor_and_the_unit(regulation: str) -> None:
    may = {
        (name, who)
        for name, page in PAGES.items()
        for way in WAYS
        for action in ModerationAction
        for who, by in PEOPLE.items()
        if isinstance(asked(there(page, way), action, by, regulation), Accepted)
    }
    ours, units = PAGES
    assert may == {(ours, "curator"), (ours, "editor"), (units, "curator"), (units, "editor"), (units, "lead")}


@pytest.mark.parametrize("regulation", REGULATIONS)
def test_outsiders_moderate_nothing(regulation: str) -> None:
    for page in PAGES.values():
        for way in WAYS:
            for action in ModerationAction:
                answers = [asked(there(page, way), action, by, regulation) for by in OUTSIDERS.values()]
                assert answers == [Refused(r) for r in (Reason.STRANGER, Reason.LEFT_THE_GROUP, Reason.ANONYMOUS)]
