"""A corrected calendar moves no row of the register; it names those it would not have entered. An outage enters none."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from config import calendars
from tests.rules.offices import CURATOR, HEAD, HOURS, MOSCOW, ZHKH, at, with_calendar
from tests.rules.test_register import ACCEPTED, FORWARDED, MO, TEXT, Day, late, of_before
from workflow.commands import Annul, AnyCommand, Reckon, SetImportance, SubmitDraft
from workflow.office import CLOCK, Office
from workflow.regulation import Importance, Step
from workflow.terms.register import imported, still_asked, undone_by
from workflow.terms.worktime import WorkingTime


def set_off(day: Day, *dates: str) -> Office:
    """The office with these days off, as if the file had said so from the beginning."""
    return with_calendar(day.office, dict.fromkeys(dates, "off"))


async def test_ku_10_a_day_off_entered_afterwards_names_the_rows_that_would_not_be_there() -> None:
    day = Day()
    await day.does(FORWARDED, ACCEPTED)
    now = at("2026-01-12 15:00")
    await day.until("2026-01-12 15:00")
    assert [
        (row.step, f"{until.astimezone(MOSCOW):%d %H:%M}")
        for row, until in undone_by(set_off(day, "2026-01-12"), day.books.cases[1], now)
    ] == [("draft", "13 13:00")]
    assert undone_by(day.office, day.books.cases[1], now) == ()


async def test_ku_10_a_row_that_would_be_there_all_the_same_is_not_named() -> None:
    """By the corrected calendar the draft is due at 13:00 of the 13th; it came on the 14th."""
    day = Day()
    await day.does(FORWARDED, ACCEPTED, ("2026-01-14 15:20", SubmitDraft(ZHKH, 1, TEXT)))
    assert "draft" in [row.step for row in day.rows]
    found = undone_by(set_off(day, "2026-01-12"), day.books.cases[1], at("2026-01-14 16:00"))
    assert "draft" not in [row.step for row, _ in found]


async def test_mo_5_a_command_after_the_row_does_not_pass_for_the_calendar() -> None:
    """The importance was lowered after the miss; the calendar's correction is of a day that matters to nobody."""
    day = Day(MO)
    await day.does(("2026-01-12 09:05", SetImportance(CURATOR, 1, Importance.HIGH)), FORWARDED, ACCEPTED)
    await day.until("2026-01-12 17:00")
    await day.does(("2026-01-12 17:01", SetImportance(CURATOR, 1, Importance.NORMAL)))
    assert day.rows
    assert undone_by(set_off(day, "2026-12-30"), day.books.cases[1], at("2026-01-12 17:30")) == ()


async def test_a_row_that_was_struck_off_is_not_named_again() -> None:
    day = await late()
    await day.does(("2026-01-12 14:31", Annul(HEAD, 1, (1,), "авария на подстанции")))
    assert undone_by(set_off(day, "2026-01-12"), day.books.cases[1], at("2026-01-12 15:00")) == ()


async def test_a_row_whose_beginning_was_taken_back_is_not_named() -> None:
    """A draft was late to be approved; it is gone from the history."""
    day, now = Day(), at("2026-01-12 10:45")
    await day.does(FORWARDED, ACCEPTED, ("2026-01-12 10:00", SubmitDraft(ZHKH, 1, TEXT)))
    await day.until("2026-01-12 10:45")
    case = day.books.cases[1]
    taken_back = replace(case, history=case.history[:-1])
    assert [row.step for row, _ in undone_by(set_off(day, "2026-01-12"), case, now)] == ["approval"]
    assert undone_by(set_off(day, "2026-01-12"), taken_back, now) == ()


async def test_what_ended_before_the_register_goes_by_its_due_moment() -> None:
    day, old = await of_before(FORWARDED, ACCEPTED, ("2026-01-12 15:20", SubmitDraft(ZHKH, 1, TEXT)))
    taken = imported(old, day.office, at("2026-01-12 15:30"))
    assert undone_by(set_off(day, "2026-12-30"), taken, at("2026-01-12 15:30")) == ()
    found = undone_by(set_off(day, "2026-01-12"), taken, at("2026-01-12 15:30"))
    assert [row.step for row, _ in found] == ["draft"]


def test_the_first_day_that_another_calendar_counts_otherwise_is_known() -> None:
    def working(hours: dict[str, str], **days: str) -> WorkingTime:
        return calendars.build(MOSCOW, hours, {on[1:].replace("_", "-"): what for on, what in days.items()})

    today = working(HOURS, d2026_07_08="off")
    assert today.first_changed(working(HOURS).text) == date(2026, 7, 8)
    assert today.first_changed(working(HOURS, d2026_07_08="off", d2026_02_21="09:00-13:00").text) == date(2026, 2, 21)
    assert today.first_changed(today.text) == date.max
    assert today.first_changed(working({**HOURS, "fri": "09:00-13:00"}, d2026_07_08="off").text) is None


@pytest.mark.parametrize("given", [(), (FORWARDED, ACCEPTED)])
async def test_an_outage_gives_time_for_everything_somebody_would_be_charged_with(
    given: tuple[tuple[str, AnyCommand], ...],
) -> None:
    """A draft not handed to anybody yet too: nobody is reminded of it, but the register takes it."""
    day = Day()
    await day.does(*given)
    before, back = day.rows, at("2026-01-14 12:00")
    asked = still_asked(day.books.cases[1], day.office)
    assert {Step.DRAFT, Step.ANSWER} <= {run.step for run in asked.values()}
    await day.desk.carry_out(day.books, Reckon(CLOCK, 1, tuple(asked)), back, "okrug")
    await day.until("2026-01-14 12:30")
    assert day.rows == before
