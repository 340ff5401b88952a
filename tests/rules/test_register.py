"""The register: what has passed is kept, whoever acts afterwards (CLOCK §2, DESIGN rule 3)."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config import calendars
from tests.rules.desk_town import Books, Post
from tests.rules.offices import CURATOR, DEPUTY, HEAD, HOURS, MOSCOW, ROADS, ZHKH, at, new_case, office, with_calendar
from workflow.case import Case, Missed
from workflow.commands import (
    Accept,
    Annul,
    AnyCommand,
    Approve,
    CloseWithoutPosting,
    Forward,
    Posted,
    PostFailed,
    Recall,
    Reckon,
    Return,
    SendBack,
    SetImportance,
    SetSource,
    SubmitDraft,
)
from workflow.desk import Desk
from workflow.office import CLOCK, NETWORK, Absence, Office
from workflow.outcomes import Accepted, Decision, Reason, Refused
from workflow.regulation import Importance, Source, Step
from workflow.terms.alarms import AlarmKind
from workflow.terms.register import imported, late_minutes, settle, undone_by

TEXT = "Воду подключили, бригада закончила работы в 11:00."
MO = "moskalensky"


class RingingBooks(Books):
    async def note(self, case: Case, alarm: object, now: datetime) -> None:
        return None


@dataclass
class Day:
    """One case at a desk whose alarms ring at their moments; the office may change in between."""

    key: str = "kursky"
    office: Office = field(init=False)
    case: Case = field(init=False)

    def __post_init__(self) -> None:
        self.office = office(self.key)
        self.books = RingingBooks({1: new_case(self.key)})
        self.desk = Desk(lambda municipality, regulation: self.office, Post())
        self.rung: set[object] = set()

    async def until(self, moment: str) -> None:
        now = at(moment)
        await self._first_terms()
        while due := sorted(a for a in self.books.alarms if a.at <= now and a not in self.rung):
            self.rung.add(due[0])
            await self.desk.ring(self.books, due[0], due[0].at, "okrug")

    async def _first_terms(self) -> None:
        if not self.books.alarms:
            case = self.books.cases[1]
            await self.desk._put_terms(self.books, None, case, self.office)

    async def at(self, moment: str, command: AnyCommand) -> Decision:
        await self.until(moment)
        return await self.desk.carry_out(self.books, command, at(moment), "okrug")

    async def does(self, *steps: tuple[str, AnyCommand]) -> None:
        for moment, command in steps:
            decision = await self.at(moment, command)
            assert isinstance(decision, Accepted), (command, decision)

    @property
    def rows(self) -> tuple[Missed, ...]:
        return self.books.cases[1].missed

    def said(self) -> list[tuple[str, str, str]]:
        return [(row.step, row.who, f"{row.passed_at.astimezone(MOSCOW):%d %H:%M}") for row in self.rows]


FORWARDED = ("2026-01-12 09:20", Forward(CURATOR, 1, ("zhkh",)))
ACCEPTED = ("2026-01-12 09:25", Accept(ZHKH, 1))
LATE = [("draft", "zhkh", "12 14:01")]


async def test_ku_11_a_row_is_there_in_the_minute_the_draft_is_missed_and_ends_when_it_comes() -> None:
    day = Day()
    await day.does(FORWARDED, ACCEPTED)
    await day.until("2026-01-12 14:00")
    assert not day.rows
    await day.until("2026-01-12 14:01")
    assert day.said() == LATE
    assert (day.rows[0].people, day.rows[0].ended_at, day.rows[0].late_minutes) == (("zhkh_head",), None, None)
    assert late_minutes(day.rows[0], office(), at("2026-01-12 14:30")) == 30
    await day.does(("2026-01-12 15:20", SubmitDraft(ZHKH, 1, TEXT)))
    (row,) = day.rows
    assert (row.ended_at, row.done_at, row.late_minutes) == (at("2026-01-12 15:20"), at("2026-01-12 15:20"), 80)


async def test_the_desk_settles_before_it_refuses_and_the_journal_says_the_clock_did_it() -> None:
    day = Day()
    await day.does(FORWARDED, ACCEPTED)
    day.books.alarms.clear()
    refused = await day.desk.carry_out(day.books, Accept(ROADS, 1), at("2026-01-12 15:00"), "okrug")
    assert isinstance(refused, Refused)
    assert (day.said(), day.books.cases[1].version) == (LATE, 4)
    entry = day.books.journal[-1][1]
    assert (entry.action, entry.by, entry.details) == (AlarmKind.LAPSE, "clock", (("steps", "draft"),))


async def test_an_absence_entered_and_ended_within_seconds_changes_no_row() -> None:
    """Seen: /absent сегодня → никто → отменить made «Отдел ЖКХ» «никто, все отсутствовали» for good."""
    day = Day()
    await day.does(FORWARDED, ACCEPTED)
    entered = at("2026-01-12 14:30")
    gone = Absence("zhkh_head", at("2026-01-12 00:00"), entered + timedelta(seconds=20), None, entered)
    await day.until("2026-01-12 14:01")
    before = day.rows
    day.office = replace(day.office, past_absences=(gone,))
    await day.does(("2026-01-12 15:20", SubmitDraft(ZHKH, 1, TEXT)))
    assert [replace(row, ended_at=None, done_at=None, late_minutes=None) for row in day.rows] == list(before)


async def test_an_absence_entered_later_only_adds_a_note() -> None:
    said = at("2026-01-12 12:50")
    day = Day()
    day.office = replace(
        day.office, absences=(Absence("zhkh_head", at("2026-01-12 00:00"), at("2026-01-14 00:00"), None, said),)
    )
    await day.does(FORWARDED, ACCEPTED)
    await day.until("2026-01-12 14:01")
    (row,) = day.rows
    assert (row.who, row.people, row.stood_in, row.unsaid) == ("zhkh", ("zhkh_head",), None, True)


async def test_a_department_all_away_without_a_substitute_keeps_its_row() -> None:
    day = Day()
    away = Absence("zhkh_head", at("2026-01-12 00:00"), at("2026-01-14 00:00"), None, at("2026-01-11 10:00"))
    day.office = replace(day.office, absences=(away,))
    await day.does(FORWARDED)
    await day.until("2026-01-12 14:01")
    (row,) = day.rows
    assert (row.who, row.people, row.stood_in) == ("zhkh", (), None)


async def test_mo_5_importance_lowered_after_a_missed_answer_removes_nothing() -> None:
    """Seen: a four-hour answer was missed, the curator lowered the importance, and the violation was gone."""
    day = Day(MO)
    await day.does(("2026-01-12 09:05", SetImportance(CURATOR, 1, Importance.HIGH)), FORWARDED, ACCEPTED)
    await day.until("2026-01-12 17:00")
    before = day.rows
    assert ("answer", "zhkh") in [(row.step, row.who) for row in before]
    await day.does(("2026-01-12 17:01", SetImportance(CURATOR, 1, Importance.NORMAL)))
    await day.until("2026-01-12 17:30")
    assert day.rows == before


async def test_iz_6_3_a_source_named_after_the_miss_removes_nothing() -> None:
    day = Day("izobilnensky")
    case = day.books.cases[1]
    day.books.cases[1] = replace(case, appeal=replace(case.appeal, network=None, source=Source.TELEGRAM_GOVERNOR))
    await day.does(FORWARDED, ACCEPTED)
    await day.until("2026-01-14 18:00")
    before = day.rows
    assert before
    await day.does(("2026-01-14 18:01", SetSource(CURATOR, 1, Source.VK)))
    assert day.rows[: len(before)] == before


async def test_days_set_off_in_the_file_afterwards_remove_nothing() -> None:
    """Seen: two days set off afterwards, and the report said «Нарушений нет»."""
    day = Day()
    await day.does(FORWARDED, ACCEPTED)
    await day.until("2026-01-14 12:00")
    before = day.rows
    assert before
    off = calendars.build(MOSCOW, HOURS, {f"2026-01-{n}": "off" for n in (12, 13)})
    day.office = replace(day.office, clock=off)
    assert isinstance(await day.at("2026-01-14 12:05", SubmitDraft(ZHKH, 1, TEXT)), Accepted)
    assert [(r.step, r.who, r.until, r.passed_at) for r in day.rows[: len(before)]] == [
        (r.step, r.who, r.until, r.passed_at) for r in before
    ]


async def test_a_case_that_is_closed_gets_no_row() -> None:
    day = Day()
    await day.does(FORWARDED, ("2026-01-12 10:00", CloseWithoutPosting(CURATOR, 1, "thanks")))
    await day.until("2026-01-20 10:00")
    assert not day.rows


APPROVED_IN_TIME = (
    FORWARDED,
    ("2026-01-12 10:00", SubmitDraft(ZHKH, 1, TEXT)),
    ("2026-01-12 10:05", Approve(CURATOR, 1, 1)),
)


async def test_ku_12_what_was_approved_in_time_and_taken_at_the_first_try_is_in_time() -> None:
    day = Day()
    await day.does(*APPROVED_IN_TIME)
    await day.until("2026-01-16 12:00")
    assert not day.rows
    await day.does(("2026-01-16 12:01", Posted(NETWORK, 1, "https://vk.com/wall-1_2?reply=4")))
    assert not day.rows


async def test_ku_12_when_the_first_try_fails_the_row_is_entered_as_of_the_missed_moment() -> None:
    day = Day()
    await day.does(*APPROVED_IN_TIME)
    await day.does(("2026-01-16 12:00", PostFailed(NETWORK, 1, "comments_closed")))
    await day.until("2026-01-16 12:00")
    steps = {row.step for row in day.rows}
    assert Step.ANSWER in steps
    assert all(row.passed_at < at("2026-01-16 12:00") for row in day.rows)


async def test_a_reckoning_gives_time_before_the_register_takes_anything() -> None:
    """CLOCK §1.7: the bot was off when the term passed; nobody is charged with that."""
    day = Day()
    await day.does(FORWARDED, ACCEPTED)
    now = at("2026-01-12 15:00")
    decision = await day.desk.carry_out(day.books, Reckon(CLOCK, 1, ("draft",)), now, "okrug")
    assert isinstance(decision, Accepted)
    assert [row for row in day.rows if row.step is Step.DRAFT] == []
    await day.until("2026-01-12 15:31")
    assert [row.passed_at for row in day.rows if row.step is Step.DRAFT] == [at("2026-01-12 15:31")]


# --- striking off ---------------------------------------------------------------------------------------------------


async def late() -> Day:
    day = Day()
    await day.does(FORWARDED, ACCEPTED)
    await day.until("2026-01-12 14:01")
    return day


@pytest.mark.parametrize("by", [HEAD, DEPUTY])
async def test_ku_21_the_head_or_the_supervisor_strikes_a_row_off_once_and_with_a_reason(by: object) -> None:
    day = await late()
    assert isinstance(by, type(HEAD))
    unexplained = await day.at("2026-01-12 14:30", Annul(by, 1, (1,), " "))
    assert unexplained == Refused(Reason.ANNULMENT_UNEXPLAINED)
    await day.does(("2026-01-12 14:31", Annul(by, 1, (1,), "авария на подстанции")))
    (row,) = day.rows
    assert row.annulled is not None
    assert (row.annulled.by, row.annulled.reason, row.annulled.own) == (by.people[0], "авария на подстанции", False)
    again = await day.at("2026-01-12 14:32", Annul(by, 1, (1,), "ещё раз"))
    assert again == Refused(Reason.ALREADY_ANNULLED, {"at": at("2026-01-12 14:31")})
    assert await day.at("2026-01-12 14:32", Annul(by, 1, (2,), "нет такой")) == Refused(Reason.NOT_IN_THE_REGISTER)


async def test_nobody_strikes_off_what_names_them_their_department_or_whom_they_stand_in_for() -> None:
    day = await late()
    for by in (CURATOR, ZHKH, ROADS):
        assert await day.at("2026-01-12 14:30", Annul(by, 1, (1,), "прошу")) == Refused(Reason.NOT_A_SUPERVISOR)
    away = Absence("zhkh_head", at("2026-01-12 14:00"), at("2026-01-13 00:00"), "first_deputy", at("2026-01-12 14:00"))
    day.office = replace(day.office, absences=(away,))
    assert await day.at("2026-01-12 14:31", Annul(DEPUTY, 1, (1,), "прошу")) == Refused(Reason.OWN_VIOLATION)
    await day.does(("2026-01-12 14:32", Annul(HEAD, 1, (1,), "подтверждаю")))


async def test_a_supervisor_who_is_the_curator_strikes_off_only_where_there_is_no_head_and_the_row_says_so() -> None:
    day = Day()
    day.office = replace(day.office, supervisor="curator")
    await day.until("2026-01-16 12:00")
    assert {row.who for row in day.rows} == {"curator"}
    assert await day.at("2026-01-16 12:01", Annul(CURATOR, 1, (1,), "сбой")) == Refused(Reason.OWN_VIOLATION)
    people = {key: person for key, person in day.office.people.items() if key != "head"}
    day.office = replace(day.office, people=people)
    await day.does(("2026-01-16 12:02", Annul(CURATOR, 1, (1,), "сбой")))
    assert day.rows[0].annulled is not None
    assert day.rows[0].annulled.own


# --- the first start with a register ----------------------------------------------------------------------------------


async def of_before(*steps: tuple[str, AnyCommand]) -> tuple[Day, Case]:
    """A day, and its case as it was kept before there was a register: no rows, no journal lines."""
    day = Day()
    await day.does(*steps)
    case = day.books.cases[1]
    old = replace(case, missed=(), history=tuple(replace(h, line=0) for h in case.history))
    return day, old


async def test_what_ended_late_before_is_entered_once_as_it_was_reckoned_then() -> None:
    day, old = await of_before(FORWARDED, ACCEPTED, ("2026-01-12 15:20", SubmitDraft(ZHKH, 1, TEXT)))
    now = at("2026-01-12 15:30")
    taken = imported(old, day.office, now)
    (row,) = taken.missed
    assert (row.step, row.who, row.until, row.passed_at) == ("draft", "zhkh", row.text_due, row.text_due)
    assert (row.late_minutes, row.imported, taken.version) == (80, True, old.version + 1)
    assert len({h.line for h in taken.history}) == len(taken.history)
    assert imported(taken, day.office, now) is taken


async def test_what_still_runs_is_entered_by_the_rule_of_today() -> None:
    day, old = await of_before(FORWARDED, ACCEPTED)
    assert imported(old, day.office, at("2026-01-12 13:00")).missed == ()
    (row,) = imported(old, day.office, at("2026-01-12 15:00")).missed
    assert (row.passed_at, row.ended_at, row.imported) == (at("2026-01-12 14:01"), None, True)


async def test_taking_over_sets_the_alarms_of_an_open_case_as_they_are_now() -> None:
    day, old = await of_before(FORWARDED, ACCEPTED)
    now_set = set(day.books.alarms)
    late = (AlarmKind.OVERDUE, AlarmKind.ESCALATION)
    day.books.alarms = {a._replace(at=a.due) if a.kind in late else a for a in now_set}
    day.books.cases[1] = old
    await day.desk.take_over(day.books, 1, at("2026-01-12 10:00"), "okrug")
    assert day.books.alarms == now_set


async def test_taking_over_says_since_when_an_open_case_waits() -> None:
    day, old = await of_before(FORWARDED, ACCEPTED)
    day.books.cases[1] = replace(old, waits=())
    await day.desk.take_over(day.books, 1, at("2026-01-12 10:00"), "okrug")
    assert [(wait.who, wait.move, wait.since) for wait in day.books.cases[1].waits] == [
        ("zhkh", "draft", at("2026-01-12 09:25"))
    ]


# --- what always holds ----------------------------------------------------------------------------------------------

COMMANDS: tuple[AnyCommand, ...] = (
    Forward(CURATOR, 1, ("zhkh", "roads")),
    Forward(CURATOR, 1, ("zhkh",)),
    Forward(CURATOR, 1, ("roads",)),
    Recall(CURATOR, 1),
    Accept(ZHKH, 1),
    Return(ZHKH, 1, "не наше"),
    SubmitDraft(ZHKH, 1, TEXT),
    SubmitDraft(ROADS, 1, TEXT),
    SendBack(CURATOR, 1, 1, "уточните"),
    Approve(CURATOR, 1, 1),
    PostFailed(NETWORK, 1, "comments_closed"),
    SetImportance(CURATOR, 1, Importance.HIGH),
    SetImportance(CURATOR, 1, Importance.NORMAL),
    Annul(HEAD, 1, (1,), "сбой"),
    CloseWithoutPosting(CURATOR, 1, "thanks"),
)


def fixed(row: Missed) -> Missed:
    """The row without what may still be written to it."""
    return replace(row, ended_at=None, done_at=None, late_minutes=None, annulled=None)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["kursky", MO, "slavgorod", "izobilnensky"]),
    st.lists(st.tuples(st.integers(1, 600), st.sampled_from(COMMANDS)), max_size=8),
)
async def test_no_command_changes_an_earlier_row_but_its_ending_and_its_annulment(
    key: str, steps: list[tuple[int, AnyCommand]]
) -> None:
    here = office(key)
    elsewhere = with_calendar(here, {"2026-12-30": "off"})  # another calendar, of which no moment here knows
    books = RingingBooks({1: new_case(key)})
    desk = Desk(lambda municipality, regulation: here, Post())
    now = at("2026-01-12 09:00")
    for minutes, command in steps:
        now += timedelta(minutes=minutes)
        before = books.cases[1]
        await desk.carry_out(books, command, now, "okrug")
        after = books.cases[1]
        assert [fixed(row) for row in after.missed[: len(before.missed)]] == [fixed(row) for row in before.missed]
        for was, became in zip(before.missed, after.missed, strict=False):
            assert was.ended_at in (None, became.ended_at)
            assert was.annulled in (None, became.annulled)
        assert len({row.key for row in after.missed}) == len(after.missed)
        assert all(row.text_due <= row.until < row.passed_at <= now for row in after.missed[len(before.missed) :])
        if (
            after.failed == before.failed
        ):  # a first try that failed late: its missed moment rings at once, in its own time
            assert settle(after, here, now).missed == after.missed
        assert undone_by(elsewhere, after, now) == ()
