"""Who may see a case whole: those who lead, and the departments whose case it is, was or is to be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.rules.offices import at, office
from workflow.case import Appeal, Case, Part, PartState, State
from workflow.office import Person, Role
from workflow.regulation import Source
from workflow.visibility import cases_of, concerned, having, may_read

NOW = at("2026-01-12 10:00")


def case(*parts: Part, queue: tuple[str, ...] = ()) -> Case:
    appeal = Appeal(Source.VK, "Яма", "житель", NOW)
    return Case(
        1, "x", 1, 1, State.NEW, office().regulation.text_hash, appeal, NOW, history=(), parts=parts, queue=queue
    )


def part(department: str, state: PartState = PartState.ASKED) -> Part:
    return Part(department, True, state, NOW)


def person(*roles: Role, department: str | None = None) -> Person:
    return Person("one", "Один", roles, department)


@pytest.mark.parametrize("role", [Role.CURATOR, Role.DEPUTY, Role.HEAD])
def test_those_who_lead_see_every_case(role: Role) -> None:
    assert cases_of([person(Role.EXECUTOR, department="zhkh"), person(role)]) is None


def test_executors_see_their_departments_and_an_editor_or_a_former_substitute_none() -> None:
    both = [person(Role.EXECUTOR, department="zhkh"), person(Role.EXECUTOR, department="roads")]
    assert cases_of(both) == frozenset({"zhkh", "roads"})
    assert cases_of([person(Role.EDITOR), person()]) == frozenset()
    assert cases_of([]) == frozenset()


def test_a_case_is_its_departments_from_their_turn_in_the_queue_to_the_end() -> None:
    one = case(part("zhkh", PartState.RETURNED), part("roads"), queue=("edu",))
    assert concerned(one) == {"zhkh", "roads", "edu"}
    assert having(one) == {"roads", "edu"}
    seen = {key: may_read(frozenset({key}), one) for key in ("zhkh", "roads", "edu", "culture")}
    assert seen == {"zhkh": True, "roads": True, "edu": True, "culture": False}


def test_nobodys_case_is_read_whole_by_those_who_lead_alone() -> None:
    new = replace(case(), state=State.NEW)
    assert (may_read(None, new), may_read(frozenset({"zhkh"}), new), may_read(frozenset(), new)) == (True, False, False)
