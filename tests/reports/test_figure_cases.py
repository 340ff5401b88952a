"""The list of a figure's cases has as many as the figure says, whatever was done with them (KU-22)."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.figure_cases import FIGURES, cases_of
from reports.figures import DepartmentFigures, Totals
from tests.reports.cases import NOW, counted, october, rows
from tests.reports.test_identities import STEPS, led
from tests.rules.offices import MOSCOW

OF_DEPARTMENTS = {
    "department_received": "received",
    "answered": "answered",
    "on_time": "on_time",
    "late": "late",
    "department_open": "open",
    "open_overdue": "open_overdue",
    "department_returned": "returned",
    "good": "good",
    "poor": "poor",
}


@settings(max_examples=100)
@given(st.lists(STEPS, max_size=6))
def test_ku_22_a_figure_and_its_list_agree_whatever_was_done(histories: list[list[tuple[int, int]]]) -> None:
    now = NOW + timedelta(days=60)
    cases = [*october(), *(led(number, steps) for number, steps in enumerate(histories, 11))]
    found, listed = counted(cases, now), rows(cases, now)

    def many(figure: str, of: str = "") -> int:
        return len(cases_of(listed, figure, of, MOSCOW))

    assert [many(one.name) for one in fields(Totals)] == [getattr(found.totals, one.name) for one in fields(Totals)]
    assert (many("interim"), many("significant")) == (found.quality.interim, found.quality.significant)
    assert (many("promised"), many("kept")) == (found.promised, found.kept)
    assert found.kept <= found.promised
    assert found.kept_share is None or 0 <= found.kept_share <= 1
    for figure, counts in (("topic", found.topics), ("source", found.sources), ("place", found.places)):
        assert [(of, many(figure, of)) for of, _ in counts] == list(counts)
    assert [many("day", day.isoformat()) for day, _ in found.days] == [count for _, count in found.days]
    for one in found.departments:
        assert {figure: many(figure, one.key) for figure in OF_DEPARTMENTS} == {
            figure: getattr(one, name) for figure, name in OF_DEPARTMENTS.items()
        }
    assert {one.who: one.cases for one in found.missed_by} == {
        who: many("violated", who) for who in {missed.who for missed in found.standing}
    }
    assert sum(one.terms for one in found.missed_by) == len(found.standing)


def test_the_curator_is_one_whoever_stood_in() -> None:
    found = counted(october())
    as_curator = [replace(one, who="curator", substitute=who) for one in found.violations for who in (None, "deputy")]
    assert [one.who for one in replace(found, violations=tuple(as_curator)).missed_by] == ["curator"]


def test_an_unknown_figure_has_no_cases_and_each_department_figure_is_covered() -> None:
    assert cases_of(rows(october()), "nonsense", "", MOSCOW) == []
    named = set(OF_DEPARTMENTS.values()) | {"key", "name", "sent_back", "on_time_share", "median_minutes"}
    assert named == {one.name for one in fields(DepartmentFigures)}
    assert set(OF_DEPARTMENTS) < set(FIGURES)
